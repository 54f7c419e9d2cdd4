"""Reads `import.meta.hot.accept(…)` and its kin from a module's source.

`import.meta.webpackHot` is webpack's name for it in ES modules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotreload.transform.lexer_tokens import (
    COMMENT,
    LITERAL,
    NAME,
    SPACE,
    STRING,
    WORD_END,
    Literal,
    literal_at,
)

_DOT = rf"{SPACE}\??\.{SPACE}"
_HOT = re.compile(rf"{_DOT}(?:hot|webpackHot){WORD_END}")
_CALL = re.compile(rf"{_DOT}({NAME}){SPACE}(?:\?\.{SPACE})?\({SPACE}")
_MEMBER = re.compile(rf"{SPACE}\??\.")

_ARGUMENT_END = rf"{SPACE}(?=[,)])"
_ONE = re.compile(rf"({LITERAL}){_ARGUMENT_END}")
_LIST = re.compile(
    rf"\[{SPACE}{LITERAL}(?:{SPACE},{SPACE}{LITERAL})*+{SPACE}(?:,{SPACE})?\]{_ARGUMENT_END}"
)
_NO_ITEMS = re.compile(rf"\[{SPACE}\]{_ARGUMENT_END}")
_ITEM = re.compile(rf"{SPACE}({LITERAL}){SPACE},?")
_PARAMETERS = rf"\((?:[^()\"'`/]++|{STRING}|{COMMENT}|\([^()\"'`/]*+\))*+\)"
_CALLBACK = re.compile(
    rf"\)|\(?{SPACE}(?:async{SPACE})?function{WORD_END}"
    rf"|(?:async{SPACE})?(?:{_PARAMETERS}|{NAME}){SPACE}=>"
    rf"|{NAME}(?:{_DOT}{NAME})*+{SPACE}(?:,{SPACE})?\)"
)


@dataclass(frozen=True, slots=True)
class HotCall:
    """A call of a method of `import.meta.hot`.

    Attributes:
        name: the method: `accept`, `dispose`, …
        position: offset of the `import` of `import.meta`.
        deps: for `accept` and `decline` the dependencies they name, () where the module means
            itself and None where only running it can tell; for `acceptExports` the names of the
            exports, or None; () for any other method.
    """

    name: str
    position: int
    deps: tuple[Literal, ...] | None


def is_bare(source: str, meta_end: int) -> bool:
    """Whether `import.meta`, which ends at `meta_end`, is used without naming a member of it."""
    return _MEMBER.match(source, meta_end) is None


def hot_end(source: str, meta_end: int) -> int | None:
    """Where the `.hot` after the `import.meta` that ends at `meta_end` ends; None without one."""
    hot = _HOT.match(source, meta_end)
    return hot.end() if hot else None


def read_hot_call(source: str, position: int, end: int) -> HotCall | None:
    """The call of a method of the `import.meta.hot` in `source[position:end]`, if it is one.

    Raises:
        LexError: an escape in a literal argument is broken.
    """
    call = _CALL.match(source, end)
    if call is None:
        return None
    name = call[1]
    match name:
        case "accept" | "decline":
            deps = _read_deps(source, call.end())
        case "acceptExports":
            deps = _read_names(source, call.end())
        case _:
            deps = ()
    return HotCall(name, position, deps)


def _read_names(source: str, argument: int) -> tuple[Literal, ...] | None:
    if _NO_ITEMS.match(source, argument):
        return ()
    return _read_deps(source, argument) or None


def _read_deps(source: str, argument: int) -> tuple[Literal, ...] | None:
    if one := _ONE.match(source, argument):
        return (literal_at(source, *one.span(1)),)
    if several := _LIST.match(source, argument):
        items = _ITEM.finditer(source, argument + 1, several.end())
        return tuple(literal_at(source, *item.span(1)) for item in items)
    return () if _CALLBACK.match(source, argument) else None
