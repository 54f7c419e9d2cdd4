"""Source maps: joined, asked, and written into what they belong to. Source: ECMA-426."""

import json
import re
from base64 import b64decode, b64encode
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_to_bytes

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_ADDRESS = re.compile(r"(?:^|\n)//[#@] ?sourceMappingURL=(\S+)\s*\Z")
_DATA = re.compile(r"data:application/json[^,]*?(;base64)?,(.*)", re.S)
_COMMENT = re.compile(
    r"\n?(?://[#@] ?sourceMappingURL=\S*+|/\*[#@] ?sourceMappingURL=[^*]*+\*/)\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A place in the generated text, and where it comes from. All are 0-based.

    ``source`` is an index, or -1 for what comes from nowhere; columns are UTF-16 units.
    """

    column: int
    source: int = -1
    line: int = 0
    original_column: int = 0
    name: int = -1


_WHOLE_LINES: list[tuple[Segment, ...]] = []


@dataclass(frozen=True, slots=True)
class SourceMap:
    """A source map: what comes from where, line by line of the generated text.

    Args:
        sources: URLs or names of the original files.
        contents: their texts, or None.
        names: original names.
        lines: segments by generated line, in the order of their columns.
        mappings: the same as it is written, where that is known.
    """

    sources: tuple[str, ...]
    contents: tuple[str | None, ...]
    names: tuple[str, ...]
    lines: tuple[tuple[Segment, ...], ...]
    mappings: str = ""

    def at(self, line: int, column: int) -> Segment | None:
        """The segment that a place of the generated text belongs to; both are 0-based."""
        if line >= len(self.lines):
            return None
        segments = self.lines[line]
        index = bisect_right(segments, column, key=lambda segment: segment.column) - 1
        found = segments[index] if index >= 0 else None
        return found if found is not None and found.source >= 0 else None


def parse_map(given: str | Mapping[str, object] | SourceMap, url: str, text: str) -> SourceMap:
    """Read a source map.

    Args:
        given: JSON or what was parsed of it.
        url: what an only source is called from here on, whatever it was called.
        text: the text of an only source, where the map has none.

    Raises:
        ValueError: it is not a source map of version 3 without sections.
    """
    if isinstance(given, SourceMap):
        return given
    found = read_map(given)
    if len(found.sources) != 1:
        return found
    content = found.contents[0] if found.contents[0] is not None else text
    return replace(found, sources=(url,), contents=(content,))


def read_map(given: str | Mapping[str, object]) -> SourceMap:
    """As :func:`parse_map`, with all sources called what the map calls them.

    Raises:
        ValueError: it is not a source map of version 3 without sections.
    """
    data: Any = json.loads(given) if isinstance(given, str) else given
    if not isinstance(data, Mapping) or not isinstance(data.get("mappings"), str):
        raise ValueError("a source map needs mappings; sections are not understood")
    root = str(data.get("sourceRoot") or "")
    sources = tuple(root + str(source) for source in data.get("sources", ()))
    contents = tuple(data.get("sourcesContent") or ())
    contents += (None,) * (len(sources) - len(contents))
    names = tuple(str(name) for name in data.get("names", ()))
    return SourceMap(sources, contents, names, tuple(_lines(data["mappings"])))


def map_address(code: str) -> str | None:
    """Where a script says that its map is: a URL, perhaps a ``data:`` one; None if it does not."""
    found = _ADDRESS.search(code)
    return found[1] if found is not None else None


def map_in(address: str) -> str | None:
    """The text of a map in a ``data:`` URL; None where the address is another or can't be read."""
    found = _DATA.match(address)
    if found is None:
        return None
    try:
        data = b64decode(found[2]) if found[1] else unquote_to_bytes(found[2])
        return data.decode("utf-8")
    except ValueError:
        return None


def line_map(url: str, text: str) -> SourceMap:
    """The map of a transform that leaves every line of a text where it was."""
    count = text.count("\n") + 1
    # They are the same for every text, and made anew after every edit.
    _WHOLE_LINES.extend((Segment(0, 0, line),) for line in range(len(_WHOLE_LINES), count))
    mappings = "AAAA" + ";AACA" * (count - 1)
    return SourceMap((url,), (text,), (), tuple(_WHOLE_LINES[:count]), mappings)


def join_maps(outer: SourceMap, inner: SourceMap) -> SourceMap:
    """The map of two transforms, of which ``inner`` was the first."""
    lines = []
    for segments in outer.lines:
        joined = []
        for segment in segments:
            if segment.source < 0:
                joined.append(segment)
                continue
            origin = inner.at(segment.line, segment.original_column)
            if origin is not None:
                joined.append(
                    Segment(
                        segment.column,
                        origin.source,
                        origin.line,
                        origin.original_column,
                        origin.name,
                    )
                )
        lines.append(tuple(joined))
    return SourceMap(inner.sources, inner.contents, inner.names, tuple(lines))


def with_map(code: str, source_map: SourceMap, *, block: bool) -> str:
    """Code with a map in its last line, in place of one that was there.

    Args:
        code: the generated text.
        source_map: its map.
        block: write a comment that ends itself, as CSS has it.
    """
    text = json.dumps(
        {
            "version": 3,
            "sources": source_map.sources,
            "sourcesContent": source_map.contents,
            "names": source_map.names,
            "mappings": source_map.mappings or _mappings(source_map),
        },
        separators=(",", ":"),
    )
    data = b64encode(text.encode("utf-8")).decode("ascii")
    comment = f"# sourceMappingURL=data:application/json;base64,{data}"
    ending = f"/*{comment} */" if block else f"//{comment}"
    return f"{_COMMENT.sub('', code)}\n{ending}"


def _lines(mappings: str) -> Iterator[tuple[Segment, ...]]:
    source = line = original = name = 0
    for text in mappings.split(";"):
        column = 0
        segments = []
        for field in filter(None, text.split(",")):
            numbers = _decode(field)
            column += numbers[0]
            if len(numbers) < 4:
                segments.append(Segment(column))
                continue
            source, line, original = source + numbers[1], line + numbers[2], original + numbers[3]
            named = len(numbers) > 4
            name += numbers[4] if named else 0
            segments.append(Segment(column, source, line, original, name if named else -1))
        yield tuple(sorted(segments, key=lambda segment: segment.column))


def _mappings(source_map: SourceMap) -> str:
    before = Segment(0, 0, 0, 0, 0)
    lines = []
    for segments in source_map.lines:
        column = 0
        fields = []
        for segment in segments:
            numbers = [segment.column - column]
            column = segment.column
            if segment.source >= 0:
                numbers += [
                    segment.source - before.source,
                    segment.line - before.line,
                    segment.original_column - before.original_column,
                ]
                name = before.name
                if segment.name >= 0:
                    numbers.append(segment.name - before.name)
                    name = segment.name
                before = Segment(0, segment.source, segment.line, segment.original_column, name)
            fields.append("".join(map(_encode, numbers)))
        lines.append(",".join(fields))
    return ";".join(lines)


def _decode(field: str) -> list[int]:
    numbers = []
    value = shift = 0
    for digit in field:
        if digit not in _VALUES:
            raise ValueError(f"{digit!r} is no digit of a source map")
        bits = _VALUES[digit]
        value += (bits & 31) << shift
        shift += 5
        if not bits & 32:
            numbers.append(-(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return numbers


def _encode(number: int) -> str:
    value = (-number << 1) | 1 if number < 0 else number << 1
    digits = ""
    while True:
        bits, value = value & 31, value >> 5
        digits += _DIGITS[bits | (32 if value else 0)]
        if not value:
            return digits
