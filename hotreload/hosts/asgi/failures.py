"""A page that an app could not render: where its code went wrong, and what is shown instead."""

import json
import re
import traceback
from collections.abc import Mapping, Sequence
from html import escape, unescape
from pathlib import Path

from starlette.responses import Response

from hotreload.hosts.asgi.headers import REFETCH
from hotreload.hosts.asgi.page import RenderedPage
from hotreload.live.headers import HEADERS
from hotreload.live.protocol import ProblemState
from hotreload.project.problems import code_frame
from hotreload.web.birth import Rendered

_MOST_LINES = 60

# As Python writes it in a traceback, and after it what was raised.
_FRAME = re.compile(r'^\s*File "(?P<file>[^"\n]+)", line (?P<line>\d+)', re.M)
_ERROR = re.compile(r"[A-Za-z_][\w.]*: ")
# As Django does for its templates; and where, in a page for people, the traceback for programs is.
_TEMPLATE = re.compile(r"^In template (?P<file>[^\n]+), error at line (?P<line>\d+)", re.M)
_TRACEBACK = "Traceback (most recent call last)"
_ENDS = re.compile(r"-->|</textarea>|</pre>")

# A file, and a line and a column of it.
Place = tuple[Path, int, int]


class KnownFailureError(Exception):
    """A page could not be rendered, and what was wrong is known."""

    def __init__(self, problem: ProblemState) -> None:
        super().__init__(problem.message)
        self.problem = problem


def problem_of(error: BaseException, root: Path) -> ProblemState:
    """An exception as a problem, at the last line of the project that it came through.

    Args:
        error: as it was raised.
        root: the project's folder.
    """
    if isinstance(error, KnownFailureError):
        return error.problem
    message = "".join(traceback.format_exception_only(error)).strip()
    trace = "".join(traceback.format_exception(error)).strip()
    lines = trace.splitlines()
    if len(lines) > _MOST_LINES:
        lines = ["…", *lines[-_MOST_LINES:]]
    file, line, column = _place(error, root)
    if file is None:
        return ProblemState("the app", "exception", message, None, None, "\n".join(lines))
    return _problem(file, line, column, message, lines, root)


def _problem(
    file: Path, line: int, column: int, message: str, lines: Sequence[str], root: Path
) -> ProblemState:
    owner = file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
    try:
        frame = code_frame(file.read_text("utf-8", "replace"), line, column)
    except OSError:
        frame = ""
    shown = "\n".join(part for part in (frame, *lines) if part)
    return ProblemState(owner, "exception", message, line, column, shown)


def _place(error: BaseException, root: Path) -> Place | tuple[None, int, int]:
    debug = getattr(error, "template_debug", None)
    if isinstance(debug, Mapping):  # Django's
        file = _file(str(debug.get("name")), root)
        if file is not None and isinstance(debug.get("line"), int):
            return file, debug["line"], 1
    # Of a template or a module that can't be parsed, its own place; it did not run.
    named, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    file = _file(named, root) if isinstance(named, str) else None
    if file is not None and isinstance(line, int):
        offset = getattr(error, "offset", None)
        return file, line, offset if isinstance(offset, int) and offset > 0 else 1
    frames = traceback.extract_tb(error.__traceback__)
    places = [
        (file, frame.lineno, (frame.colno or 0) + 1)
        for frame in frames
        if frame.lineno is not None and (file := _file(frame.filename, root)) is not None
    ]
    return _nearest(places, root) or (None, 1, 1)


def _nearest(places: Sequence[Place], root: Path) -> Place | None:
    """The last place of the project itself, or else of anything."""
    own = [p for p in places if p[0].is_relative_to(root) and "site-packages" not in p[0].parts]
    return next(iter((own or places)[-1:]), None)


def _file(name: str, root: Path) -> Path | None:
    """The file that is meant by a name, which engines give as their folder was given."""
    path = Path(name)
    named = (path,) if path.is_absolute() else (Path.cwd() / path, root / path)
    try:
        return next((file.resolve() for file in named if file.is_file()), None)
    except (OSError, ValueError):  # a name like "<template>" may be anything
        return None


def explain_failure(text: str, error: BaseException | None, *, root: Path) -> ProblemState | None:
    """What an app's own answer to a failure is about; None where that can't be told.

    Args:
        text: the answer, for programs or for people.
        error: the exception behind it, where the app told of it.
        root: the project's folder.
    """
    if error is not None:
        return problem_of(error, root)
    text = _for_programs(text)
    found = (*_FRAME.finditer(text), *_TEMPLATE.finditer(text))
    named = [(m["file"], int(m["line"])) for m in found]
    places = [(file, line, 1) for name, line in named if (file := _file(name, root)) is not None]
    place = _nearest(places, root)
    if place is None:
        return None
    file, line, column = place
    lines = text.strip().splitlines()
    shown = [line for line in lines if line.strip()][-_MOST_LINES:]
    message = next((line for line in reversed(shown) if _ERROR.match(line)), shown[-1])
    return _problem(file, line, column, message, shown, root)


def _for_programs(text: str) -> str:
    """A report for programs; of a page for people, the part that is one."""
    if not text.lstrip().startswith("<") or _TRACEBACK not in text:
        return text
    start = text.rindex(_TRACEBACK)
    template = _TEMPLATE.search(unescape(text))
    end = _ENDS.search(text, start)
    report = unescape(text[start : end.start() if end else len(text)])
    return f"{template[0]}\n{report}" if template else report


def answer_failure(error: Exception, page: RenderedPage, root: Path) -> Response:
    """The answer where the app has none: its problem, and the runtime that waits for its end."""
    problem = problem_of(error, root)
    if page.refetch:
        headers = {**HEADERS, REFETCH.decode(): page.key, "content-type": "application/json"}
        return Response(json.dumps(vars(problem)), 500, headers)
    block = page.block(Rendered(page.method, 500, problem, page.slow), "")
    body = (
        f"<!doctype html><html><head>{block}<title>500: {escape(problem.message)}</title></head>"
        f"<body><h1>500</h1><p>{escape(problem.message)}</p><pre>{escape(problem.frame)}</pre>"
        "</body></html>"
    )
    headers = {**HEADERS, "content-type": "text/html; charset=utf-8", "cache-control": "no-store"}
    return Response(body.encode("utf-8", "replace"), 500, headers)
