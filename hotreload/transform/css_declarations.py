"""Mistakes that cost a stylesheet a declaration or a rule: a colon or semicolon that is missing.

A browser drops what it can't read and says nothing. Only what no browser can read, now or later, is
said to be wrong here: what a value may hold is the browser's to judge.

Source of the grammar: CSS Syntax Level 3, section 5 (a block's contents); CSS Nesting, section 2.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from hotreload.project.problems import Problem, locate, problem_at

# Who misses that many has misunderstood something, and learns it from the first.
MOST_SHOWN = 10

_ESCAPE = r"\\[\s\S]"
_TOKEN = re.compile(
    rf"""(?P<gap>(?:[\s\ufeff]++|/\*[^*]*+(?:\*++[^/*][^*]*+)*+\*++/|<!--|-->)++)
    | (?P<whole>"(?:[^"\\]|{_ESCAPE})*+"|'(?:[^'\\]|{_ESCAPE})*+'
        | (?<![\w-])url\((?!\s*["'])(?:[^)\\]|{_ESCAPE})*+\))
    | (?P<word>(?:[\w\-]|[^\x00-\x7f]|{_ESCAPE})++)
    | (?P<mark>[\s\S])""",
    re.I | re.X,
)
# At-rules whose blocks hold rules and declarations; others may hold what their inventors like.
_KNOWN = re.compile(
    r"(?:-\w+-)?(?:container|counter-style|font-face|font-palette-values|keyframes|layer|media|page"
    r"|position-try|property|scope|starting-style|supports|view-transition)",
    re.I,
)
_STATEMENT = re.compile(r"charset|import|namespace", re.I)
_NAME = re.compile(r"-?(?:[a-z_]|[^\x00-\x7f]|\\)", re.I)
# Marks that hide a declaration from all but some old browser.
_HACKS = frozenset("*_+#!$&.,|%^~=`>/?<")

_Found = tuple[str, int]


class _Token(NamedTuple):
    """What is neither white space nor comment; ``spaced`` and ``broken`` say what is before it."""

    text: str
    start: int
    is_word: bool
    spaced: bool
    broken: bool


_Item = list[_Token]


def check_declarations(url: str, source: str) -> tuple[Problem, ...]:
    """The declarations and rules of a stylesheet that no browser can read, the first ones if many.

    Args:
        url: URL path of the file.
        source: its text, in which all that is opened is closed.
    """
    found = list(_find(source))
    problems = []
    for message, position in found[:MOST_SHOWN]:
        line, column = locate(source, position)
        problems.append(problem_at(url, "syntax", message, source, line, column))
    more = len(found) - len(problems)
    if more:
        problems[-1] = problems[-1]._replace(message=f"{problems[-1].message} (and {more} more)")
    return tuple(problems)


def _find(source: str) -> Iterator[_Found]:
    # For each block around this place what was read of its next declaration or rule, and None for
    # brackets and for blocks that may hold anything.
    blocks: list[_Item | None] = [[]]
    spaced = broken = False
    for match in _TOKEN.finditer(source):
        text = match[0]
        if match.lastgroup == "gap":
            spaced = spaced or not text.startswith("/*") or not text.endswith("*/")
            broken = broken or "\n" in text
            continue
        item = blocks[-1]
        token = _Token(text, match.start(), match.lastgroup == "word", spaced, broken)
        spaced = broken = False
        found = None
        match text:
            case "(" | "[":
                if item is not None:
                    item.append(token)
                blocks.append(None)
            case "{":
                found = _rule(item) if item else None
                blocks.append([] if item and _is_readable(item) else None)
            case ")" | "]" | "}" if len(blocks) > 1:
                found = _declaration(item) if item else None
                blocks.pop()
                outer = blocks[-1]
                if text == "}" and outer and not _is_custom(outer):
                    outer.clear()
            case ";" if item is not None:
                found = _declaration(item) if len(blocks) > 1 else _outside(item, token, source)
                item.clear()
            case _ if item is not None:
                item.append(token)
            case _:
                pass
        if found is not None:
            yield found


def _is_custom(item: _Item) -> bool:
    """Whether it begins as a custom property does, which may hold whatever it likes."""
    return item[0].text.startswith("--")


def _is_at_rule(item: _Item) -> bool:
    return item[0].text == "@"


def _is_readable(item: _Item) -> bool:
    """Whether the block after it holds declarations and rules."""
    if _is_at_rule(item):
        return len(item) > 1 and _KNOWN.fullmatch(item[1].text) is not None
    return not _is_custom(item)


def _declaration(item: _Item) -> _Found | None:
    """What is wrong with what stands between semicolons, if it is no at-rule."""
    if not item or _is_at_rule(item) or _is_custom(item):
        return None
    if found := _comment(item):
        return found
    name, *rest = item
    if name.text in _HACKS:
        return None
    if not name.is_word or not _NAME.match(name.text):
        return f"{name.text} begins no declaration: what is here is not read", name.start
    if not rest or rest[0].text != ":":
        return f"a colon is missing after {name.text}", name.start
    value = rest[1:]
    for before, token, colon in zip(value, value[1:], value[2:], strict=False):
        if colon.text != ":" or not token.is_word or not token.spaced:
            continue
        if before.text not in (",", "/", ":") and token.text.lower() != "progid":
            return f"a semicolon is missing before {token.text}", token.start
    return None


def _rule(item: _Item) -> _Found | None:
    """What is wrong with what stands before a block."""
    if _is_at_rule(item):
        if len(item) > 1 and _STATEMENT.fullmatch(item[1].text):
            return f"a semicolon is missing at the end of @{item[1].text}", item[0].start
        return None
    if _is_custom(item):
        return None
    if found := _comment(item):
        return found
    for at, (name, colon, after) in enumerate(zip(item, item[1:], item[2:], strict=False)):
        if name.is_word and colon.text == ":" and after.spaced and not after.text.startswith(":"):
            late = next((token for token in item[at + 2 :] if token.broken), None)
            if late is not None:
                return f"a semicolon is missing before {late.text}", late.start
            return f"{name.text}: begins no rule: no selector has a space here", name.start
    return None


def _outside(item: _Item, semicolon: _Token, source: str) -> _Found | None:
    """What is wrong with what ends with a semicolon outside of all blocks."""
    if item and (_is_at_rule(item) or item[0].text in _HACKS):
        return None
    rest = next((t for t in _TOKEN.finditer(source, semicolon.start + 1) if t[0].strip()), None)
    if rest is None:
        return None
    what = "a declaration" if item else "a semicolon"
    start = item[0].start if item else semicolon.start
    return f"{what} outside of a rule: the rule after it is not read", start


def _comment(item: _Item) -> _Found | None:
    if len(item) > 1 and item[0].text == item[1].text == "/" and not item[1].spaced:
        return "// begins no comment in CSS: what follows is not read", item[0].start
    return None
