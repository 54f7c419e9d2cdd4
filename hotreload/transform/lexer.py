"""Finds what a JavaScript module imports and how it uses `import.meta.hot`.

A module's source is only lexed as far as the last place where an import can be: most of a
source is behind it.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotreload.transform.hot_calls import HotCall, hot_end, is_bare, read_hot_call
from hotreload.transform.lexer_tokens import (
    BRACES,
    LITERAL,
    NAME,
    SPACE,
    STRING,
    WORD_END,
    CodeWalker,
    LexError,
    Literal,
    decode,
)
from hotreload.transform.meta_calls import MetaCall, read_meta_call

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["HotCall", "Import", "ImportKind", "LexError", "Lexed", "Literal", "lex"]

_STATIC = re.compile(
    rf"import{SPACE}(?:({STRING})"
    rf"|(?:(defer|source){WORD_END}{SPACE})??(?:({NAME})(?:{SPACE},{SPACE}(?=[*{{]))?)?"
    rf"(?:({BRACES})|(\*){SPACE}as{WORD_END}{SPACE}{NAME})?"
    rf"{SPACE}from{SPACE}({STRING}))"
)
_EXPORT_FROM = re.compile(
    rf"export{SPACE}(?:\*{SPACE}(?:as{WORD_END}{SPACE}(?:{NAME}|{STRING}))?|({BRACES}))"
    rf"{SPACE}from{SPACE}({STRING})"
)
# Cheap, and wrong only by keeping too much: it may meet text that isn't code.
_MAY_EXPORT_FROM = re.compile(r"export\s*+(?:[*/]|\{[^{}'\"/]*+(?:['\"/]|\}\s*+(?:from|/)))")
_META = re.compile(rf"import{SPACE}\.{SPACE}meta{WORD_END}")
_CALL = re.compile(rf"import{SPACE}(?:\.{SPACE}(?:defer|source){SPACE})?\({SPACE}")
_ARGUMENT = re.compile(rf"({LITERAL}){SPACE}(?=[,)])")
_OPTIONS = re.compile(rf",{SPACE}\{{{SPACE}[\"']?with[\"']?{SPACE}:{SPACE}({BRACES})")
_DECLARED = re.compile(rf"\{{{SPACE}[\"']?with[\"']?{SPACE}:{SPACE}({BRACES})")
_VARIABLE = re.compile(rf",{SPACE}({NAME}){SPACE}[,)]")
# Options that say something; an empty object says nothing.
_EMPTY_OPTIONS = rf"\{{{SPACE}(?:[\"']?with[\"']?{SPACE}:{SPACE}\{{{SPACE}\}}{SPACE},?{SPACE})?\}}"
_UNKNOWN = re.compile(rf",{SPACE}(?!\)|undefined{SPACE}[,)]|{_EMPTY_OPTIONS})")
_WITH = re.compile(rf"{SPACE}with{SPACE}({BRACES})")
_TYPE = re.compile(rf"[{{,]{SPACE}[\"']?type[\"']?{SPACE}:{SPACE}({STRING})")
# `import(a, b) {` defines a method.
_METHOD = re.compile(rf"[^(){{}}\"'`/]*+\){SPACE}\{{")
_SPECIFIER = re.compile(
    rf"{SPACE}({NAME}|{STRING})(?:{SPACE}as{WORD_END}{SPACE}({NAME}|{STRING}))?{SPACE}(?:,|\Z)"
)
_HOT_WORD = re.compile(r"(?<![\w$])(?:hot|webpackHot)(?![\w$])")

_NOTHING: frozenset[str] = frozenset()
_DEFAULT = frozenset(("default",))


class ImportKind(enum.Enum):
    """How a module names another: `import … from`, `export … from`, `import(…)`."""

    STATIC = enum.auto()
    EXPORT_FROM = enum.auto()
    DYNAMIC = enum.auto()


@dataclass(frozen=True, slots=True)
class Import:
    """One mention of another module. Offsets are indices into the source string.

    Attributes:
        kind: STATIC and DYNAMIC also stand for the `defer` and `source` forms.
        specifier: the module's name, escapes resolved; None if only running it can tell.
        start, end: the span to replace: the text between the quotes, for DYNAMIC the literal
            with its quotes, and where specifier is None an empty span before the argument.
        statement: offset of the keyword `import` or `export`.
        attributes: the `type` of the import attributes, as in `with {type: 'json'}`.
        clause: the span of `with {…}` in a declaration; empty where there is none.
        names: the exports it asks for; None for all of them, empty for none.
    """

    kind: ImportKind
    specifier: str | None
    start: int
    end: int
    statement: int
    attributes: str | None
    names: frozenset[str] | None
    clause: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Lexed:
    """What `lex` found, in the order of the source.

    Attributes:
        imports: what the module imports.
        hot_calls: the calls of methods of `import.meta.hot` that are written as such.
        uses_hot: whether code mentions `import.meta.hot`, or may reach it through an alias.
        uses_import_meta: whether code mentions `import.meta`.
        meta_calls: the other calls of it that are answered where they stand.
    """

    imports: tuple[Import, ...]
    hot_calls: tuple[HotCall, ...]
    uses_hot: bool
    uses_import_meta: bool
    meta_calls: tuple[MetaCall, ...] = ()


def lex(source: str) -> Lexed:
    """Finds the imports and the hot calls of a module.

    Args:
        source: JavaScript without JSX and types; a byte order mark or a hashbang may begin it.

    Raises:
        LexError: a literal, a comment or a bracket is broken before the last import.
    """
    imports: list[Import] = []
    hot_calls: list[HotCall] = []
    meta_calls: list[MetaCall] = []
    uses_import_meta = uses_hot = may_alias_hot = False
    walker = CodeWalker(source)
    for position in _candidates(source):
        if not walker.seek(position) or walker.is_property(position):
            continue
        if source[position] == "e":
            if export := _EXPORT_FROM.match(source, position):
                imports.append(_read_export_from(source, export))
                walker.skip(export.end())
        elif static := _STATIC.match(source, position):
            imports.append(_read_static(source, static))
            walker.skip(static.end())
        elif meta := _META.match(source, position):
            uses_import_meta = True
            if (hot := hot_end(source, meta.end())) is not None:
                uses_hot = True
                if call := read_hot_call(source, position, hot):
                    hot_calls.append(call)
            elif (other := read_meta_call(source, position, meta.end())) is not None:
                meta_calls.append(other)
            elif is_bare(source, meta.end()):
                may_alias_hot = True
        elif (opened := _CALL.match(source, position)) and not _METHOD.match(source, opened.end()):
            imports.append(_read_dynamic(source, position, opened.end()))
    if may_alias_hot and not uses_hot:
        uses_hot = _HOT_WORD.search(source) is not None
    found = tuple(imports), tuple(hot_calls)
    return Lexed(*found, uses_hot, uses_import_meta, tuple(meta_calls))


def _candidates(source: str) -> list[int]:
    """Where the words `import` and `export` (with `from`) are, in code or not, in order."""
    found = list(words(source, "import"))
    exports = [at for at in words(source, "export") if _MAY_EXPORT_FROM.match(source, at)]
    return sorted(found + exports) if exports else found


def words(source: str, word: str) -> Iterator[int]:
    """The offsets of `word` in `source` where no identifier character touches it."""
    # str.find is many times as fast as a pattern with a look-behind.
    at = source.find(word)
    while at >= 0:
        end = at + len(word)
        before = source[at - 1] if at else " "
        after = source[end : end + 1]
        if not (
            before.isalnum() or before in "_$@" or after.isalnum() or after in ("_", "$", "\\")
        ):
            yield at
        at = source.find(word, end)


def _read_static(source: str, statement: re.Match[str]) -> Import:
    bare, phase, default, braces, star, _ = statement.groups()
    names: frozenset[str] | None = _NOTHING
    if star:
        names = None
    elif not (bare or phase):
        names = (_DEFAULT if default else _NOTHING) | _imported_names(braces, statement.start())
    return _declaration(ImportKind.STATIC, source, statement, 1 if bare else 6, names)


def _read_export_from(source: str, statement: re.Match[str]) -> Import:
    braces = statement[1]
    names = _imported_names(braces, statement.start()) if braces else None
    return _declaration(ImportKind.EXPORT_FROM, source, statement, 2, names)


def _declaration(
    kind: ImportKind,
    source: str,
    statement: re.Match[str],
    specifier: int,
    names: frozenset[str] | None,
) -> Import:
    start, end = statement.span(specifier)
    clause = _WITH.match(source, end)
    return Import(
        kind,
        decode(source[start + 1 : end - 1], start),
        start + 1,
        end - 1,
        statement.start(),
        _attribute_type(clause),
        names,
        clause.span() if clause else (end, end),
    )


def _read_dynamic(source: str, position: int, argument: int) -> Import:
    literal = _ARGUMENT.match(source, argument)
    if literal is None:
        return Import(ImportKind.DYNAMIC, None, argument, argument, position, None, None)
    start, end = literal.span(1)
    attributes = _attribute_type(_options(source, literal.end()))
    if attributes is None and _UNKNOWN.match(source, literal.end()):
        # What the file is imported as is known when it runs.
        return Import(ImportKind.DYNAMIC, None, argument, argument, position, None, None)
    specifier = decode(source[start + 1 : end - 1], start)
    return Import(ImportKind.DYNAMIC, specifier, start, end, position, attributes, None)


def _options(source: str, position: int) -> re.Match[str] | None:
    """The options of an ``import(…)``, written there or as what a variable begins with."""
    variable = _VARIABLE.match(source, position)
    if variable is None:
        return _OPTIONS.match(source, position)
    name = re.escape(variable[1])
    declared = re.compile(rf"(?:const|let|var){SPACE}{name}{SPACE}={SPACE}(?={{)")
    found = [*declared.finditer(source)]
    return _DECLARED.match(source, found[0].end()) if len(found) == 1 else None


def _attribute_type(attributes: re.Match[str] | None) -> str | None:
    declared = _TYPE.search(attributes[1]) if attributes else None
    return decode(declared[1][1:-1], declared.start()) if declared else None


def _imported_names(braces: str | None, position: int) -> frozenset[str]:
    return frozenset([name for name, _ in specifiers(braces, position)]) if braces else _NOTHING


def specifiers(braces: str, position: int) -> list[tuple[str, str]]:
    """Reads the braces of an import or export: the name before each `as` and the one after it.

    Args:
        braces: the clause, `{` and `}` included.
        position: where it is, for the error.

    Returns:
        Pairs of names; the second is empty where there is no `as`.

    Raises:
        LexError: an escape is broken.
    """
    pairs: list[tuple[str, str]] = _SPECIFIER.findall(braces, 1, len(braces) - 1)
    if "'" in braces or '"' in braces or "\\" in braces:
        return [(unquote(name, position), unquote(alias, position)) for name, alias in pairs]
    return pairs


def unquote(name: str, position: int) -> str:
    """What a name or a string literal stands for; `position` is where it is, for the error."""
    return decode(name[1:-1] if name.startswith(("'", '"')) else name, position)
