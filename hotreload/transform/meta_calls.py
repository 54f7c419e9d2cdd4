"""Reads calls of `import.meta` that are answered where they stand: `glob` and `resolve`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotreload.transform.lexer_tokens import LITERAL, NAME, SPACE, literal_at

_CALL = re.compile(rf"{SPACE}\.{SPACE}(glob|globEager|resolve){SPACE}\(")
_TOKEN = re.compile(
    rf"{SPACE}(?:({LITERAL})|(true|false|null)(?![\w$])|(-?\d+(?:\.\d+)?)|({NAME})|([\[\]{{}}:,)]))"
)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class NoLiteralError(Exception):
    """Something that only running it can tell; `position` is where it is."""

    def __init__(self, position: int) -> None:
        super().__init__("not a literal")
        self.position = position


@dataclass(frozen=True, slots=True)
class MetaCall:
    """A call of `import.meta.glob`, `globEager` or `resolve`.

    Attributes:
        name: the method.
        start: offset of the `import`.
        arguments: offset of what follows the bracket.
    """

    name: str
    start: int
    arguments: int


def read_meta_call(source: str, start: int, meta_end: int) -> MetaCall | None:
    """The call of a method of the `import.meta` in `source[start:meta_end]`, if it is one."""
    call = _CALL.match(source, meta_end)
    return None if call is None else MetaCall(call[1], start, call.end())


def read_arguments(source: str, at: int) -> tuple[list[object], int]:
    """The arguments of a call, and where it ends, its bracket included.

    Args:
        source: JavaScript.
        at: where the first of them begins.

    Raises:
        NoLiteralError: one is no literal, nor made of such.
        LexError: an escape is broken.
    """
    return _Reader(source, at).items(")")


class _Reader:
    def __init__(self, source: str, at: int) -> None:
        self.source = source
        self.at = at

    def items(self, closing: str) -> tuple[list[object], int]:
        found: list[object] = []
        while not self._skips(closing):
            found.append(self._value())
            if not self._skips(","):
                self._expect(closing)
                break
        return found, self.at

    def _value(self) -> object:
        token = self._next()
        self.at = token.end()
        literal, word, number, _, mark = token.groups()
        if literal is not None:
            return literal_at(self.source, *token.span(1)).value
        if word is not None:
            return _WORDS[word]
        if number is not None:
            return float(number)
        if mark == "[":
            return self.items("]")[0]
        if mark == "{":
            return self._object()
        raise NoLiteralError(token.start())

    def _object(self) -> dict[str, object]:
        found: dict[str, object] = {}
        while not self._skips("}"):
            token = self._next()
            if token[1] is None and token[4] is None:
                raise NoLiteralError(token.start())
            name = token[4] or literal_at(self.source, *token.span(1)).value
            self.at = token.end()
            self._expect(":")
            found[name] = self._value()
            if not self._skips(","):
                self._expect("}")
                break
        return found

    def _next(self) -> re.Match[str]:
        token = _TOKEN.match(self.source, self.at)
        if token is None:
            raise NoLiteralError(self.at)
        return token

    def _skips(self, mark: str) -> bool:
        token = self._next()
        if token[5] != mark:
            return False
        self.at = token.end()
        return True

    def _expect(self, mark: str) -> None:
        if not self._skips(mark):
            raise NoLiteralError(self.at)
