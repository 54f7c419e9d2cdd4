"""The lexical grammar of JavaScript, as far as finding code needs it.

`CodeWalker` tells code from strings, comments, regular expressions and template text. It follows
the lexical grammar of ECMA-262 (section 12); the one question a lexer can't answer from
characters alone, whether `/` divides or opens a regular expression, is answered by looking back.

Every repeated group below is possessive: a pattern that can backtrack turns a hostile or broken
file into a hang. Groups that capture stay outside of possessive ones (CPython gh-101955).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE_END = r"\n\r\u2028\u2029"
COMMENT = rf"//[^{_LINE_END}]*+|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/"

# Fragments for patterns that start where the walker says that there is code.
SPACE = rf"(?:[\s\ufeff]++|{COMMENT})*+"
STRING = (
    r'(?:"[^"\\\n\r]*+(?:\\(?:\r\n|[\s\S])[^"\\\n\r]*+)*+"'
    r"|'[^'\\\n\r]*+(?:\\(?:\r\n|[\s\S])[^'\\\n\r]*+)*+')"
)
_TEMPLATE_TEXT = r"[^`\\$]*+(?:(?:\\[\s\S]|\$(?!\{))[^`\\$]*+)*+"
LITERAL = rf"(?:{STRING}|`{_TEMPLATE_TEXT}`)"
# Wider than ID_Continue: what else is not ASCII may not stand beside a keyword anyway.
WORD_CHAR = r"[^\s\ufeff\x00-#%-/:-@\[-^`{-\x7f]"
WORD_END = rf"(?!{WORD_CHAR}|\\)"
NAME = rf"(?:{WORD_CHAR}|\\u(?:[0-9a-fA-F]{{4}}|\{{[0-9a-fA-F]++\}}))++"
# A template can't stand in such braces, and to run over one would lose track of what is code.
BRACES = rf"\{{(?:[^{{}}'\"`/\\]++|{STRING}|{COMMENT}|\\u\{{[0-9a-fA-F]++\}}|\\)*+\}}"

_TOKEN = re.compile(rf"""[^"'`(){{}}/]*+(?:([(){{}}`])|({STRING})|({COMMENT})|(/)|(["'])|(\Z))""")
_BRACKET, _STRING, _COMMENTS, _SLASH, _QUOTE, _END = range(1, 7)

_TEMPLATE_PART = re.compile(rf"{_TEMPLATE_TEXT}(`|\$\{{)")
_REGEX = re.compile(
    rf"/(?:[^/\\\[{_LINE_END}]++|\\[^{_LINE_END}]"
    rf"|\[(?:[^\]\\{_LINE_END}]++|\\[^{_LINE_END}])*+\])++/{WORD_CHAR}*+"
)
_HASHBANG = re.compile(rf"\ufeff?(?:#![^{_LINE_END}]*+)?")
_WORD_CHAR = re.compile(WORD_CHAR)
_CLASS = re.compile(rf"(?<![\w$.#])class{WORD_END}[^(){{}}\"'`/;=]*+\Z")

_SUBSTITUTION = -1  # stands on the bracket stack for the `${` of a template

_OPERATORS = {"await", "delete", "in", "instanceof", "new", "of", "typeof", "void", "yield"}
_BEFORE_OPERAND = _OPERATORS | {"case", "default", "do", "else", "extends", "return", "throw"}
_BEFORE_HEAD = {"for", "if", "while", "with"}
_BEFORE_BLOCK = _BEFORE_HEAD | {"catch", "switch"}

_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]++)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})"
    r"|(\r\n|[\n\r\u2028\u2029])|([\s\S]))"
)
_SINGLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


class LexError(Exception):
    """The source can't be read as JavaScript.

    Attributes:
        message: what is wrong, for people.
        position: where, as an index into the source string.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} at offset {position}")
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True)
class Literal:
    """A string literal, or a template literal without substitutions.

    Attributes:
        value: the text it stands for, escapes resolved.
        start, end: the span of the literal in the source, quotes included.
    """

    value: str
    start: int
    end: int


def literal_at(source: str, start: int, end: int) -> Literal:
    """The literal in `source[start:end]`, quotes included.

    Raises:
        LexError: an escape names a code point beyond U+10FFFF.
    """
    return Literal(decode(source[start + 1 : end - 1], start), start, end)


def decode(text: str, position: int) -> str:
    """Resolves the escapes in the inside of a literal, or in a name (ECMA-262 12.9.4.1).

    Args:
        text: the characters as written.
        position: where they are, for the error.

    Raises:
        LexError: an escape names a code point beyond U+10FFFF.
    """
    if "\\" not in text:
        return text

    def resolve(escape: re.Match[str]) -> str:
        digits = escape[1] or escape[2] or escape[3]
        if digits:
            code = int(digits, 16)
            if code > 0x10FFFF:
                raise LexError("undefined Unicode code point", position)
            return chr(code)
        return "" if escape[4] else _SINGLE_ESCAPES.get(escape[5], escape[5])

    # Two escapes may be the halves of one surrogate pair: UTF-16 joins them.
    resolved = _ESCAPE.sub(resolve, text)
    return resolved.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


class CodeWalker:
    """Walks forward through a source and knows which of its positions are code.

    Attributes:
        source: the whole source.
        depth: how many brackets (round, curly, `${`) are open at the position last sought.
        closers: where each bracket that was passed is closed, by where it opens; None by default,
            for not to be noted.
    """

    __slots__ = (
        "_closed",
        "_comments",
        "_gap_end",
        "_gap_start",
        "_regex_end",
        "_stack",
        "_statement_end",
        "closers",
        "source",
    )

    def __init__(self, source: str, closers: dict[int, int] | None = None) -> None:
        self.source = source
        self.closers = closers
        hashbang = _HASHBANG.match(source)
        self._statement_end = hashbang.end() if hashbang else 0
        # What is left of the text between two tokens that was reached last: all of it is code.
        self._gap_start = self._gap_end = self._statement_end
        self._regex_end = -1
        self._comments: dict[int, int] = {}  # end -> start
        # For each open bracket: its position, and that of the opener of the bracket that was
        # closed last before it, which for `) {` is the paren the brace belongs to.
        self._stack: list[tuple[int, int]] = []
        self._closed = (0, 0)  # the same two for the bracket closed last

    @property
    def depth(self) -> int:
        return len(self._stack)

    def skip(self, end: int) -> None:
        """Goes on after a whole statement that the caller has read, which ends at `end`."""
        self._gap_start = self._gap_end = self._statement_end = end

    def seek(self, target: int) -> bool:
        """Goes forward to `target` and says whether it is code.

        Args:
            target: an index into the source, of a character that is neither a quote nor one of
                `(){}/`. What an earlier call passed is never read again: False.

        Raises:
            LexError: a literal, a comment or a bracket before `target` is broken.
        """
        if target < self._gap_end:
            is_ahead = target >= self._gap_start
            self._gap_start = max(target, self._gap_start)
            return is_ahead
        source = self.source
        stack = self._stack
        closers = self.closers
        opener, before_opener = self._closed
        restart = self._gap_end
        while True:
            for token in _TOKEN.finditer(source, restart):
                kind = token.lastindex or _END
                start = token.start(kind)
                if start > target or kind == _END:
                    self._closed = opener, before_opener
                    self._gap_start, self._gap_end = max(token.start(), target), start
                    return target == self._gap_start
                if kind == _STRING:
                    continue
                end = token.end()
                if kind == _BRACKET:
                    char = source[start]
                    if char in "({":
                        stack.append((start, opener))
                        continue
                    if char != "`":
                        if not stack:
                            raise LexError(f"unexpected '{char}'", start)
                        opener, before_opener = stack.pop()
                        if opener != _SUBSTITUTION:
                            if closers is not None:
                                closers[opener] = start
                            continue
                        if char == ")":
                            raise LexError("unexpected ')'", start)
                    text = _TEMPLATE_PART.match(source, end)
                    if text is None:
                        raise LexError("unterminated template literal", start)
                    if text[1] != "`":
                        stack.append((_SUBSTITUTION, opener))
                    restart = text.end()
                    break
                if kind == _COMMENTS:
                    self._comments[end] = start
                    continue
                if kind == _QUOTE:
                    raise LexError("unterminated string literal", start)
                if source.startswith("/*", start):
                    raise LexError("unterminated comment", start)
                if self._opens_regex(start, opener, before_opener):
                    regex = _REGEX.match(source, start)
                    if regex is None:
                        raise LexError("unterminated regular expression", start)
                    restart = self._regex_end = regex.end()
                    break

    def before(self, position: int) -> int:
        """The end of the last token before `position`: space and comments are passed over."""
        source = self.source
        while True:
            while position and (source[position - 1].isspace() or source[position - 1] == "\ufeff"):
                position -= 1
            comment = self._comments.get(position)
            if comment is None:
                return position
            position = comment

    def is_property(self, position: int) -> bool:
        """Whether the word at `position` is a property name, as in `a.import`."""
        end = self.before(position)
        return self.source.endswith((".", "#"), 0, end) and not self.source.endswith("...", 0, end)

    def ends_operand(self, position: int) -> bool:
        """Whether what stands before `position` can end an expression."""
        end = self.before(position)
        if end == self._statement_end or not end:
            return False
        if end == self._regex_end:
            return True
        char = self.source[end - 1]
        if char in ")]}\"'`":
            return True
        word, start = self._word_before(end)
        return bool(word) and (word not in _BEFORE_OPERAND or self.is_property(start))

    def _word_before(self, end: int) -> tuple[str, int]:
        """The word that ends at `end` (perhaps empty) and where it starts."""
        start = end
        while start and _WORD_CHAR.match(self.source, start - 1):
            start -= 1
        return self.source[start:end], start

    def _opens_regex(self, slash: int, opener: int, before_opener: int) -> bool:
        """Whether `/` at `slash` opens a regular expression; it divides otherwise.

        Args:
            slash: its position.
            opener: that of the opener of the bracket that was closed last.
            before_opener: that of the opener of the bracket that was closed last before `opener`.
        """
        end = self.before(slash)
        if end == self._statement_end or not end:
            return True
        if end == self._regex_end:
            return False
        source = self.source
        match source[end - 1]:
            case ")":
                return self._is_head(opener)
            case "}":
                return self._is_block(opener, before_opener)
            case "]" | '"' | "'" | "`":
                return False
            case ".":
                return source.endswith("...", 0, end)
            case "+" | "-" as sign if source.endswith(sign * 2, 0, end):
                return not self.ends_operand(end - 2)
            case _:
                pass
        word, start = self._word_before(end)
        if not word:
            return True
        if word not in _BEFORE_OPERAND or self.is_property(start):
            return False
        # `of` is a keyword only between a binding and an operand.
        return word != "of" or self.ends_operand(start)

    def _is_head(self, paren: int) -> bool:
        """Whether the paren opened at `paren` is the head of a statement, as in `if (…)`."""
        word, start = self._word_before(self.before(paren))
        if word == "await":
            word, start = self._word_before(self.before(start))
        return word in _BEFORE_HEAD and not self.is_property(start)

    def _is_block(self, brace: int, paren: int) -> bool:
        """Whether a statement ends with the brace opened at `brace`; else it's an expression.

        Args:
            brace: the position of `{`.
            paren: that of the opener of the bracket that was closed last before it.
        """
        end = self.before(brace)
        if end == self._statement_end or not end:
            return True
        source = self.source
        match source[end - 1]:
            case ")":
                return self._is_block_after_paren(paren)
            case ";":
                return True
            case "{":
                return not source.endswith("${", 0, end)
            case ">":
                return source.endswith("=>", 0, end)
            case ":":
                return self._is_label(end - 1)
            case _:
                pass
        heritage = _CLASS.search(source, max(0, end - 300), end)
        if heritage:
            return self._starts_statement(heritage.start())
        word, _ = self._word_before(end)
        if word in _BEFORE_OPERAND:
            return word in ("do", "else")
        return self.ends_operand(end)

    def _is_block_after_paren(self, paren: int) -> bool:
        """Whether `(…) {` with its paren at `paren` begins a block or a declaration's body."""
        word, start = self._word_before(self.before(paren))
        if word in _BEFORE_BLOCK:
            return True
        if word != "function":
            end = self.before(start)
            if self.source.endswith("*", 0, end):
                end = self.before(end - 1)
            word, start = self._word_before(end)
        return word != "function" or self._starts_statement(start)

    def _starts_statement(self, position: int) -> bool:
        """Whether `function` or `class` at `position` is a declaration."""
        end = self.before(position)
        word, start = self._word_before(end)
        if word == "async":
            end = self.before(start)
            word, _ = self._word_before(end)
        if word:
            return word in ("default", "do", "else", "export") or word not in _BEFORE_OPERAND
        return not end or end == self._statement_end or self.source[end - 1] in ";{})"

    def _is_label(self, colon: int) -> bool:
        """Whether the `:` at `colon` ends a label or a `case`, not a property's name."""
        source = self.source
        end = self.before(colon)
        word, start = self._word_before(end)
        if word == "default":
            return True
        end = self.before(start)
        if not end or source[end - 1] in ";}":
            return True
        return (
            re.search(
                rf"(?<![\w$.#])case{WORD_END}[^;{{}}]*+\Z", source[max(0, colon - 200) : colon]
            )
            is not None
        )
