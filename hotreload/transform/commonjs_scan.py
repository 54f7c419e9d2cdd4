"""Reading on in JavaScript from a place where there is code, by brackets paired before."""

import re
from collections.abc import Mapping

from hotreload.transform.lexer_tokens import COMMENT, LITERAL, SPACE, WORD_END

_SPACE = re.compile(SPACE)
_TOKEN = re.compile(rf"({LITERAL})|({COMMENT})|([(\[{{])|([)\]}}])|([,;:\n]|[|]{{2}})")
_IF = re.compile(rf"if{WORD_END}{SPACE}\(")
_ELSE = re.compile(rf"{SPACE};?{SPACE}else{WORD_END}{SPACE}")


def after_space(source: str, position: int) -> int:
    """The first place from `position` on that is neither space nor comment."""
    space = _SPACE.match(source, position)
    return space.end() if space else position


def expression_end(source: str, start: int, closers: Mapping[int, int], stops: str) -> int:
    """Where the expression that begins at `start` ends.

    Args:
        source: the whole text.
        start: a place in code.
        closers: where each round and curly bracket is closed, by where it opens.
        stops: what ends it, of `,`, `;`, `:`, `||` and the end of a line; so does a bracket that
            was not opened in it.
    """
    squares = 0
    position = start
    while token := _TOKEN.search(source, position):
        position = token.end()
        at = token.start()
        match token.lastindex:
            case 3 if token[3] == "[":
                squares += 1
            case 3:
                position = closers.get(at, len(source) - 1) + 1
            case 4 if token[4] != "]" or not squares:
                return at
            case 4:
                squares -= 1
            case 5 if not squares and token[5] in stops:
                return at
            case _:
                pass
    return len(source)


def statement_end(source: str, start: int, closers: Mapping[int, int]) -> int:
    """Where the statement that begins at `start` ends; arguments as for :func:`expression_end`."""
    if source.startswith("{", start):
        return closers.get(start, len(source) - 1) + 1
    condition = _IF.match(source, start)
    if condition is None:
        return expression_end(source, start, closers, ";\n")
    paren = closers.get(condition.end() - 1, len(source) - 1)
    end = statement_end(source, after_space(source, paren + 1), closers)
    otherwise = else_after(source, end)
    return end if otherwise is None else statement_end(source, otherwise, closers)


def else_after(source: str, end: int) -> int | None:
    """Where the statement begins that is run otherwise, after one that ends at `end`."""
    found = _ELSE.match(source, end)
    return found.end() if found else None
