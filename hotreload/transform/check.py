"""What may be a syntax error: what a small engine says that compiles a script without running it.

A module is given a first import that does not exist, so linking fails before any of its code runs;
a ``SyntaxError`` comes earlier than that. A classic script is made a function that nobody calls.
The engine has limits and bugs that browsers don't have, so what it says is a doubt: the judge is a
browser (see :mod:`hotreload.live.hearing`). Where no engine can be had (see pyproject.toml) nothing
is found here, and the browser's own error is shown instead.
"""

import re
import threading
from collections.abc import Callable
from typing import NamedTuple, Protocol

from hotreload.project.problems import Problem, locate, problem_at

# One statement on the first line, so that line numbers stay and only line 1's columns move.
_GUARD = 'import "hotreload:check";'
# Makes a function of a script, which only compiles it, after these lines of its own.
_FUNCTION = "(text)=>{Function(text)}"
_FUNCTION_LINES = 2
# Of these the engine tells no place.
_NOT_DECLARED = re.compile(r"exported variable '([^']+)' does not exist")
_EXPORT_LIST = re.compile(r"\bexport\s*\{([^}]*)\}(?!\s*from\b)")
_PLACE = re.compile(r":(\d+):(\d+)\)?\s*$", re.M)


class _Context(Protocol):
    def module(self, source: str) -> object: ...
    def eval(self, source: str) -> Callable[[str], object]: ...


class _Fault(NamedTuple):
    message: str
    line: int
    column: int


class SyntaxChecker:
    """Compiles modules to find what does not parse. One engine context behind a lock.

    A context used by two threads at once would abort the process, hence the lock.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._context: _Context | None = None
        self._engine_missing = False

    def check(self, url: str, source: str, *, classic: bool = False) -> Problem | None:
        """What may be wrong with a script's syntax, or None.

        Args:
            url: URL path of the script.
            source: its text, after transforms that leave lines where they were.
            classic: it may be a classic script, and need not be a module.
        """
        if source.startswith("#!"):
            source = "//" + source[2:]
        with self._lock:
            fault = self._compile_module(source)
            if fault is not None and classic:
                fault = self._compile_classic(source)
        if fault is None:
            return None
        text, line, column = fault
        if missing := _NOT_DECLARED.search(text):
            line, column = _place_of_export(source, missing[1]) or (line, column)
        return problem_at(url, "syntax", text, source, line, column)

    def _compile_module(self, source: str) -> _Fault | None:
        context = self._engine()
        if context is None:
            return None
        fault = _fault(lambda: context.module(_GUARD + source))
        if fault is None or fault.line > 1:
            return fault
        return fault._replace(column=max(1, fault.column - len(_GUARD)))

    def _compile_classic(self, source: str) -> _Fault | None:
        context = self._engine()
        if context is None:
            return None
        compile_function = context.eval(_FUNCTION)
        fault = _fault(lambda: compile_function(source))
        return fault and fault._replace(line=max(1, fault.line - _FUNCTION_LINES))

    def _engine(self) -> _Context | None:
        if self._context is None and not self._engine_missing:
            try:
                import quickjs  # type: ignore[import-untyped]  # 40 ms that a start need not wait for
            except ImportError:
                self._engine_missing = True
            else:
                self._context = quickjs.Context()
        return self._context


def _fault(compile_it: Callable[[], object]) -> _Fault | None:
    try:
        compile_it()
    except Exception as error:
        # The binding raises its own JSException for everything; only the text tells which.
        text = str(error)
        if not text.startswith("SyntaxError"):
            return None
        place = _PLACE.search(text)
        line, column = (int(place[1]), max(1, int(place[2]))) if place else (1, 1)
        return _Fault(text.splitlines()[0], line, column)
    return None


def _place_of_export(source: str, name: str) -> tuple[int, int] | None:
    """Where a list of exports names a variable."""
    variable = re.compile(rf"(?<![\w$])(?<!\bas\s){re.escape(name)}(?![\w$])")
    for exported in _EXPORT_LIST.finditer(source):
        if found := variable.search(source, *exported.span(1)):
            return locate(source, found.start())
    return None
