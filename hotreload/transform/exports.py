"""Finds what a JavaScript module exports.

Apart from `lex`, because it costs several times as much: exports often stand at the end of a
module, so all of it has to be lexed. Ask for them where links are checked.
"""

import re
from dataclasses import dataclass

from hotreload.transform.lexer import specifiers, unquote, words
from hotreload.transform.lexer_tokens import (
    BRACES,
    COMMENT,
    NAME,
    SPACE,
    STRING,
    WORD_END,
    CodeWalker,
)

_STAR = re.compile(
    rf"export{SPACE}\*{SPACE}(?:as{WORD_END}{SPACE}({NAME}|{STRING}){SPACE})?from{SPACE}({STRING})"
)
_LIST = re.compile(rf"export{SPACE}({BRACES})")
_DEFAULT = re.compile(rf"export{SPACE}default{WORD_END}")
_NAMED = re.compile(
    rf"export{SPACE}(?:(?:async{SPACE})?function{WORD_END}{SPACE}\*?|class{WORD_END}){SPACE}({NAME})"
)
_VARIABLES = re.compile(rf"export{SPACE}(?:const|let|var){WORD_END}")

_FLAT = rf"(?:[^{{}}()\[\]\"'`/\\]++|{COMMENT})*+"
_BINDING = re.compile(rf"{SPACE}(?:({NAME})|\{{({_FLAT})\}}|\[({_FLAT})\])")
_ELEMENT = re.compile(rf"\s*(?:\.\.\.\s*)?(?:{NAME}\s*:\s*)?({NAME})\s*(?:=[\s\S]*)?")
_SEPARATOR = re.compile(r"[,;\[\]\n\r\u2028\u2029]|(?<![\w$.#])export(?![\w$])")
# What begins a statement when it follows an operand on a new line: ECMA-262 12.10.
_CONTINUES = re.compile(rf"(?:in|instanceof|extends){WORD_END}")
_BEGINS = re.compile(rf"{NAME}|[\"'@#]")
_SPACE = re.compile(SPACE)
_COMMENT = re.compile(COMMENT)


@dataclass(frozen=True, slots=True)
class Exports:
    """What a module exports.

    Attributes:
        names: the names it exports itself, with "default"; None where they can't all be read.
        star_from: the specifiers of its `export * from`, in order: their names come on top.
    """

    names: frozenset[str] | None
    star_from: tuple[str, ...]


def exports_of(source: str) -> Exports:
    """Finds the exports of a module.

    Args:
        source: JavaScript without JSX and types; a byte order mark or a hashbang may begin it.

    Raises:
        LexError: a literal, a comment or a bracket is broken before the last export.
    """
    names: set[str] = set()
    star_from: list[str] = []
    readable = True
    walker = CodeWalker(source)
    for position in words(source, "export"):
        if not walker.seek(position) or walker.depth or walker.is_property(position):
            continue
        if variables := _VARIABLES.match(source, position):
            declared = _declared_names(walker, variables.end())
            readable = readable and declared is not None
            names |= declared or set()
        elif named := _NAMED.match(source, position):
            names.add(unquote(named[1], position))
        elif listed := _LIST.match(source, position):
            names |= {alias or name for name, alias in specifiers(listed[1], position)}
        elif _DEFAULT.match(source, position):
            names.add("default")
        elif star := _STAR.match(source, position):
            if star[1]:
                names.add(unquote(star[1], position))
            else:
                star_from.append(unquote(star[2], position))
        else:
            readable = False
    return Exports(frozenset(names) if readable else None, tuple(star_from))


def _declared_names(walker: CodeWalker, start: int) -> set[str] | None:
    """The names that the declarators from `start` on bind; None where a pattern is too rich."""
    source = walker.source
    names: set[str] = set()
    comma: int | None = start
    while comma is not None:
        binding = _BINDING.match(source, comma)
        if binding is None:
            return None
        if binding[1]:
            names.add(unquote(binding[1], start))
        else:
            for element in _COMMENT.sub(" ", binding[2] or binding[3] or "").split(","):
                bound = _ELEMENT.fullmatch(element)
                if bound:
                    names.add(unquote(bound[1], start))
                elif element.strip():
                    return None
        comma = _after_comma(walker, binding.end())
    return names


def _after_comma(walker: CodeWalker, start: int) -> int | None:
    """Where the next declarator begins, after an initializer that begins at `start` at most.

    Where it is unclear whether a statement ends, it goes on: a name too many lets a broken link
    pass until the browser sees it, a name too few would refuse a sound module.
    """
    source = walker.source
    squares = 0
    looked_at = start
    for separator in _SEPARATOR.finditer(source, start):
        position = separator.start()
        if position < looked_at or not walker.seek(position) or walker.depth:
            continue
        match separator[0]:
            case "[":
                squares += 1
            case "]":
                squares -= 1
            case _ if squares:
                pass
            case ",":
                return separator.end()
            case ";" | "export":
                return None
            case _:
                space = _SPACE.match(source, position)
                looked_at = space.end() if space else position
                if (
                    walker.ends_operand(position)
                    and _BEGINS.match(source, looked_at)
                    and not _CONTINUES.match(source, looked_at)
                ):
                    return None
    return None
