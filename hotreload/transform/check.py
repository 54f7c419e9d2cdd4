"""Syntax errors, found by a real engine that compiles a module without running it.

The module is given a first import that does not exist, so linking fails before any of its code
runs; a ``SyntaxError`` comes earlier than that. Where no engine can be had (see pyproject.toml)
nothing is reported here, and the browser's own error is shown instead.
"""

import re
import threading
from typing import Protocol

from hotreload.problems import Problem, locate, problem_at

# One statement on the first line, so that line numbers stay and only line 1's columns move.
_GUARD = 'import "hotreload:check";'
# Syntax that browsers take and the engine does not: its verdict on such a module is void.
_AHEAD_OF_ENGINE = re.compile(
    r"(?:^\s*|[{;}]\s+)@\w|\bimport\s+(?:defer|source)\b|\b(?:await\s+)?using\s+\w", re.M
)
# Of these the engine tells no place.
_NOT_DECLARED = re.compile(r"exported variable '([^']+)' does not exist")
_EXPORT_LIST = re.compile(r"\bexport\s*\{([^}]*)\}(?!\s*from\b)")
_PLACE = re.compile(r":(\d+):(\d+)\)?\s*$", re.M)


class _Context(Protocol):
    def module(self, source: str) -> object: ...


class SyntaxChecker:
    """Compiles modules to find what does not parse. One engine context behind a lock.

    A context used by two threads at once would abort the process, hence the lock.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._context: _Context | None = None
        self._engine_missing = False

    def check(self, url: str, source: str) -> Problem | None:
        """What is wrong with a module's syntax, or None.

        Args:
            url: URL path of the module.
            source: its text, after transforms that leave lines where they were.
        """
        if source.startswith("#!"):
            source = "//" + source[2:]
        with self._lock:
            message = self._compile(source)
        if message is None or _AHEAD_OF_ENGINE.search(source):
            return None
        text, line, column = message
        column = max(1, column - len(_GUARD)) if line == 1 else max(1, column)
        if missing := _NOT_DECLARED.search(text):
            line, column = _place_of_export(source, missing[1]) or (line, column)
        return problem_at(url, "syntax", text, source, line, column)

    def _compile(self, source: str) -> tuple[str, int, int] | None:
        context = self._engine()
        if context is None:
            return None
        try:
            context.module(_GUARD + source)
        except Exception as error:
            # The binding raises its own JSException for everything; only the text tells which.
            text = str(error)
            if not text.startswith("SyntaxError"):
                return None
            place = _PLACE.search(text)
            line, column = (int(place[1]), int(place[2])) if place else (1, 1)
            return text.splitlines()[0], line, column
        return None

    def _engine(self) -> _Context | None:
        if self._context is None and not self._engine_missing:
            try:
                import quickjs  # type: ignore[import-untyped]  # 40 ms that a start need not wait for
            except ImportError:
                self._engine_missing = True
            else:
                self._context = quickjs.Context()
        return self._context


def _place_of_export(source: str, name: str) -> tuple[int, int] | None:
    """Where a list of exports names a variable."""
    variable = re.compile(rf"(?<![\w$])(?<!\bas\s){re.escape(name)}(?![\w$])")
    for exported in _EXPORT_LIST.finditer(source):
        if found := variable.search(source, *exported.span(1)):
            return locate(source, found.start())
    return None
