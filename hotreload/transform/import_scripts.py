"""Reads what a classic worker imports: `importScripts('a.js', 'b.js')`."""

import re

from hotreload.transform.lexer import LexError, words
from hotreload.transform.lexer_tokens import LITERAL, SPACE, CodeWalker, literal_at

_CALL = re.compile(rf"importScripts{SPACE}\({SPACE}")
_ARGUMENT = re.compile(rf"({LITERAL}){SPACE}(?:,{SPACE}|(?=\)))")


def imported_scripts(source: str) -> tuple[str, ...]:
    """The URLs that a script imports, as it writes them.

    What only running it can tell is left out, and so is what follows a place that can't be read.

    Args:
        source: JavaScript without JSX and types.
    """
    found: list[str] = []
    walker = CodeWalker(source)
    try:
        for position in words(source, "importScripts"):
            call = _CALL.match(source, position)
            if call is None or not walker.seek(position):
                continue
            at = call.end()
            while argument := _ARGUMENT.match(source, at):
                found.append(literal_at(source, *argument.span(1)).value)
                at = argument.end()
    except LexError:
        # The browser says where, when it comes to run it.
        return tuple(found)
    return tuple(found)
