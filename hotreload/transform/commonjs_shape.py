"""What a CommonJS module exports and requires, as far as its text tells.

Source of the rules: cjs-module-lexer, by which Node.js finds the names that can be imported. Where
Node gives up in the middle of an object literal, reading goes on here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hotreload.transform.commonjs_scan import after_space, expression_end
from hotreload.transform.dead_branches import dead_branches
from hotreload.transform.lexer import unquote, words
from hotreload.transform.lexer_tokens import (
    LITERAL,
    NAME,
    SPACE,
    STRING,
    WORD_END,
    CodeWalker,
    LexError,
    decode,
)

_REQUIRE = re.compile(rf"require{SPACE}\({SPACE}({LITERAL}){SPACE},?{SPACE}\)")
_MODULE_EXPORTS = re.compile(
    rf"module{SPACE}(?:\?\.|\.){SPACE}exports{WORD_END}"
    rf"|module{SPACE}\[{SPACE}[\"']exports[\"']{SPACE}\]"
)
_EXPORTS = re.compile(rf"exports{WORD_END}")
_MEMBER = re.compile(rf"{SPACE}\??\.{SPACE}({NAME})|{SPACE}(?:\?\.)?\[{SPACE}({STRING}){SPACE}\]")
_COMPUTED = re.compile(rf"{SPACE}\[{SPACE}({NAME}){SPACE}\]")
_ASSIGNS = re.compile(rf"{SPACE}=(?![=>]){SPACE}")
_HARMLESS = re.compile(rf"{SPACE}(?:&&|\|\||[!=]==?|:|instanceof{WORD_END})")
_OTHER_MEMBER = re.compile(rf"{SPACE}\??\.{SPACE}{NAME}")
_AFTER_REQUIRE = re.compile(rf"{SPACE}[.(\[]")
_ANOTHER = re.compile(rf"(?:module{SPACE}\.{SPACE}exports|exports){WORD_END}")
_DEFINED = re.compile(rf"{SPACE},{SPACE}({STRING}){SPACE},{SPACE}")
_DEFINED_BY_KEY = re.compile(rf"{SPACE},{SPACE}({NAME}){SPACE},")
# Getters that give a binding: reading them does nothing else.
_PLAIN = rf"{NAME}(?:{SPACE}\.{SPACE}{NAME}|{SPACE}\[{SPACE}{STRING}{SPACE}\])?"
_DESCRIPTOR = re.compile(
    rf"\{{{SPACE}(?:enumerable{SPACE}:{SPACE}(?:true|!0){SPACE},{SPACE})?"
    rf"(?:value{SPACE}:|get{SPACE}(?::{SPACE}function{SPACE}(?:{NAME})?{SPACE})?\({SPACE}\){SPACE}"
    rf"\{{{SPACE}return{WORD_END}{SPACE}{_PLAIN}{SPACE};?{SPACE}\}}"
    rf"|get{SPACE}:{SPACE}\({SPACE}\){SPACE}=>{SPACE}{_PLAIN}{SPACE}[,}}])"
)
_KEY = re.compile(
    rf"(?:(?:get|async){WORD_END}{SPACE}(?=[^\s:,(}}]))?\*?{SPACE}({NAME}|{STRING}){SPACE}(?=[:,(}}])"
)
_SPREAD = re.compile(rf"\.\.\.{SPACE}(?:require{SPACE}\({SPACE}({LITERAL}){SPACE}\))?")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

# Looked for just before a place, in so many characters.
_BEFORE = 240
_TYPEOF = re.compile(r"(?<![\w$.])typeof\s+\Z")
_DEFINING = re.compile(r"\bObject\s*\.\s*defineProperty\s*\(\s*\Z")
_STAR_CALL = re.compile(r"(?<![\w$])(?:__exportStar|__export|_export_star)\)?\s*\(\s*\Z")
_STAR_OF = re.compile(
    rf"(?<![\w$])(?:__exportStar|_export_star)\)?\s*\(\s*require\s*\(\s*({STRING})\s*\)\s*,\s*\Z"
)
_HELPER = re.compile(r"__exportStar|__createBinding|function __export\b|__reExport|__export\(")
_KEYS_OF = re.compile(
    rf"\bObject\s*\.\s*keys\s*\(\s*({NAME})\s*\)\s*\.\s*forEach\s*\(\s*function\s*\(\s*({NAME})\s*\)"
)
_PASSED_ON_LATER = re.compile(r"\A\s*0\s*&&\s*\(\s*\Z|[\n;]\s*0\s*&&\s*\(\s*\Z")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a CommonJS module gives and needs.

    Attributes:
        names: those that it gives to `exports`, without "default".
        passed_on: the specifiers of modules whose exports it passes on as its own.
        required: every specifier that it requires by a literal, in order.
        complete: nothing else can come of how `exports` is used.
        es_module: it says that it was an ES module before it was compiled.
    """

    names: frozenset[str]
    passed_on: tuple[str, ...]
    required: tuple[str, ...]
    complete: bool
    es_module: bool


NOTHING = Shape(frozenset(), (), (), complete=False, es_module=False)


def shape_of(source: str) -> Shape:
    """Read a CommonJS module.

    Args:
        source: its text, with `process.env.NODE_ENV` replaced by its value.

    Raises:
        LexError: a literal, a comment or a bracket is broken.
    """
    closers: dict[int, int] = {}
    walker = CodeWalker(source, closers)
    found = [
        (position, word)
        for position, word in _candidates(source)
        if walker.seek(position) and not walker.is_property(position)
    ]
    # What is after the last of them closes brackets, too.
    walker.seek(len(source))
    dead = tuple(dead_branches(source, closers))
    reader = _Reader(source, closers)
    for position, word in found:
        if any(start <= position < end for start, end in dead):
            continue
        match word:
            case "require":
                reader.require(position)
            case "module":
                reader.module(position)
            case _:
                reader.exports(position, position + len(word))
    return reader.shape()


def _candidates(source: str) -> Iterator[tuple[int, str]]:
    found = ((at, word) for word in ("require", "module", "exports") for at in words(source, word))
    return iter(sorted(found))


@dataclass(slots=True)
class _Reader:
    source: str
    closers: Mapping[int, int]
    names: set[str] = field(default_factory=set)
    passed_on: dict[str, None] = field(default_factory=dict)
    required: dict[str, None] = field(default_factory=dict)
    complete: bool = True
    annotated: bool = False
    es_module: bool = False

    def shape(self) -> Shape:
        return Shape(
            frozenset(self.names - {"default", "__esModule"}),
            tuple(self.passed_on),
            tuple(self.required),
            self.complete or self.annotated,
            self.es_module,
        )

    def require(self, position: int) -> None:
        call = _REQUIRE.match(self.source, position)
        if call is None:
            return
        specifier = decode(call[1][1:-1], position)
        self.required[specifier] = None
        if self._stands_before(_STAR_CALL, position):
            self.passed_on[specifier] = None

    def module(self, position: int) -> None:
        exports = _MODULE_EXPORTS.match(self.source, position)
        if exports is not None:
            self.exports(position, exports.end())
        elif not (
            self._stands_before(_TYPEOF, position)
            or _HARMLESS.match(self.source, position + len("module"))
            or _OTHER_MEMBER.match(self.source, position + len("module"))
        ):
            self.complete = False

    def exports(self, position: int, end: int) -> None:
        """Read what is done with `exports` or `module.exports`, which ends at `end`."""
        source = self.source
        if self._stands_before(_TYPEOF, position):
            return
        if self._stands_before(_DEFINING, position):
            self._define(end)
        elif (star := self._stands_before(_STAR_OF, position)) is not None:
            self.passed_on[decode(star[1][1:-1], position)] = None
        elif member := _MEMBER.match(source, end):
            if _ASSIGNS.match(source, member.end()):
                self._add(unquote(member[1] or member[2], position))
        elif assigned := _ASSIGNS.match(source, end):
            self._assign(position, assigned.end())
        elif computed := _COMPUTED.match(source, end):
            self._each(computed[1], position)
        elif not (_HARMLESS.match(source, end) or self._is_known(position)):
            self.complete = False

    def _add(self, name: str) -> None:
        if name == "__esModule":
            self.es_module = True
        elif not _SURROGATE.search(name):
            # Any text but a broken one can be exported.
            self.names.add(name)

    def _define(self, end: int) -> None:
        """`Object.defineProperty(exports, "name", {…`"""
        defined = _DEFINED.match(self.source, end)
        if defined is None:
            by_key = _DEFINED_BY_KEY.match(self.source, end)
            self._each(by_key[1] if by_key else "", end)
            return
        name = unquote(defined[1], end)
        if name == "__esModule" or _DESCRIPTOR.match(self.source, defined.end()):
            self._add(name)
        else:
            # Its getter may do something when it is read, so that happens only on demand.
            self.complete = False

    def _assign(self, position: int, value: int) -> None:
        """`module.exports = …`"""
        source = self.source
        if _ANOTHER.match(source, value):
            return  # `exports = module.exports = …`: the other one is read by itself
        if (required := _REQUIRE.match(source, value)) is not None:
            if _AFTER_REQUIRE.match(source, required.end()):
                self.complete = False
            else:
                self.passed_on = {decode(required[1][1:-1], value): None}
        elif source.startswith("{", value):
            self._literal(value)
            if self._stands_before(_PASSED_ON_LATER, position):
                # esbuild writes down the names for Node, in code that never runs.
                self.annotated = self.es_module = True
        else:
            self.complete = False

    def _literal(self, brace: int) -> None:
        source, end = self.source, self.closers.get(brace, len(self.source))
        position = after_space(source, brace + 1)
        while position < end:
            if spread := _SPREAD.match(source, position):
                if spread[1]:
                    self.passed_on[decode(spread[1][1:-1], position)] = None
                else:
                    self.complete = False
            elif key := _KEY.match(source, position):
                self._add(unquote(key[1], position))
            else:
                self.complete = False
            position = expression_end(source, position, self.closers, ",") + 1
            position = after_space(source, position)

    def _each(self, key: str, position: int) -> None:
        """`exports[key] = …`: the keys of another module, as Babel writes `export *`."""
        source = self.source
        loops = list(_KEYS_OF.finditer(source, max(0, position - 2 * _BEFORE), position))
        if loops and loops[-1][2] == key:
            module = re.escape(loops[-1][1])
            bound = re.search(
                rf"\b(?:var|let|const)\s+{module}\s*=\s*(?:{NAME}\s*\(\s*)?require\(\s*({STRING})\s*\)",
                source,
            )
            if bound:
                self.passed_on[decode(bound[1][1:-1], position)] = None
                return
        if not self._is_known(position):
            self.complete = False

    def _is_known(self, position: int) -> bool:
        """Whether `exports` stands in a helper whose calls are read, or in such a loop."""
        source = self.source
        line = source[source.rfind("\n", 0, position) + 1 : position + 1][-2 * _BEFORE :]
        if _HELPER.search(line):
            return True
        return _KEYS_OF.search(source, max(0, position - 2 * _BEFORE), position) is not None

    def _stands_before(self, pattern: re.Pattern[str], position: int) -> re.Match[str] | None:
        return pattern.search(self.source, max(0, position - _BEFORE), position)


def names_used_of(source: str, binding: str) -> frozenset[str]:
    """The members that a module names of one of its bindings: `all.name`, `{name} = all`.

    Args:
        source: the module's text.
        binding: the name of the binding.
    """
    name = re.escape(binding)
    members = re.finditer(rf"(?<![\w$.]){name}\s*(?:\?\.|\.)\s*([A-Za-z_$][\w$]*)", source)
    taken = re.finditer(rf"\{{([^{{}}]*)\}}\s*=\s*{name}(?![\w$.(\[])", source)
    listed: Iterable[str] = (part for found in taken for part in found[1].split(","))
    keys = (re.match(r"\s*([A-Za-z_$][\w$]*)", part) for part in listed)
    return frozenset([m[1] for m in members] + [key[1] for key in keys if key])


def shape_or_nothing(source: str) -> Shape:
    """As :func:`shape_of`; of what can't be read nothing is known."""
    try:
        return shape_of(source)
    except LexError:
        return NOTHING
