"""Branches that never run, since they are for production: bundlers leave them out as well."""

import re
from collections.abc import Iterator, Mapping

from hotreload.transform.commonjs_scan import (
    after_space,
    else_after,
    expression_end,
    statement_end,
)
from hotreload.transform.lexer_tokens import SPACE, STRING

# `process.env.NODE_ENV` has been replaced by its value.
_MODE = '"development"'
_COMPARED = re.compile(
    rf"(?:({STRING}){SPACE}([!=]==?){SPACE}{_MODE}|{_MODE}{SPACE}([!=]==?){SPACE}({STRING}))"
)
_IF_BEFORE = re.compile(r"(?<![\w$.])if\s*\(\s*\Z")
_THEN = re.compile(rf"{SPACE}(?:(\)){SPACE}|(\?)(?![.?])|(&&)|(\|\|))")


def dead_branches(source: str, closers: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The spans of what is not run in development.

    Args:
        source: JavaScript in which the mode stands as a literal.
        closers: where each round and curly bracket is closed, by where it opens.
    """
    for compared in _COMPARED.finditer(source):
        other = compared[1] or compared[4]
        operator = compared[2] or compared[3]
        holds = (other[1:-1] == "development") == operator.startswith("=")
        then = _THEN.match(source, compared.end())
        if then is None:
            continue
        match then[1] or then[2] or then[3] or then[4]:
            case ")" if _IF_BEFORE.search(source, max(0, compared.start() - 40), compared.start()):
                begin = then.end()
                end = statement_end(source, begin, closers)
                otherwise = else_after(source, end)
                if not holds:
                    yield begin, end
                elif otherwise is not None:
                    yield otherwise, statement_end(source, otherwise, closers)
            case "?":
                middle = expression_end(source, then.end(), closers, ":")
                if not holds:
                    yield then.end(), middle
                elif source.startswith(":", middle):
                    begin = after_space(source, middle + 1)
                    yield begin, expression_end(source, begin, closers, ",;:\n")
            case "&&" if not holds:
                yield then.end(), expression_end(source, then.end(), closers, ",;:\n||")
            case "||" if holds:
                yield then.end(), expression_end(source, then.end(), closers, ",;:\n")
            case _:
                pass
