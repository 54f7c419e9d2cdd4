"""Where in the user's own files an exception happened."""

import traceback
from collections.abc import Iterator
from pathlib import Path

from hotreload.hosts.generators.logs import source_problem
from hotreload.hosts.generators.own_modules import is_installed
from hotreload.project.problems import Problem

_SHOWN_FRAMES = 6


def problem_of_exception(error: BaseException, owner: str) -> Problem:
    """An exception as a problem of the file and line of the user's where it was raised.

    Args:
        error: what was raised; what it was raised from counts, too.
        owner: what is named where it was in no file of the user's.
    """
    cause = next((each for each in _chain(error) if place_of(each) is not None), error)
    text = f"{type(cause).__name__}: {_text(cause)}"
    if isinstance(cause, SystemExit):
        text = f"it called exit({cause.code!r})" if cause.code is not None else "it called exit()"
    place = place_of(cause)
    if place is None:
        frames = "".join(traceback.format_exception(error)[-_SHOWN_FRAMES:]).rstrip()
        return Problem(owner, "build", text, frame=frames)
    return source_problem(place[0], place[1], text)


def place_of(error: BaseException) -> tuple[Path, int | None] | None:
    """The innermost file of the user's in an exception's traceback, and the line there."""
    if isinstance(error, SyntaxError) and error.filename:
        path = Path(error.filename)
        if path.is_file() and not is_installed(path.resolve()):
            return path.resolve(), error.lineno
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_file() and not is_installed(path.resolve()):
            return path.resolve(), frame.lineno
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception after those it was raised from, the first cause first."""
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.append(following)
        following = following.__cause__ or following.__context__
    return reversed(chain)


def _text(error: BaseException) -> str:
    return error.msg if isinstance(error, SyntaxError) and error.msg else str(error)
