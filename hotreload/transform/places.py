"""Places in the text that a browser got, as places in the source that it was made of.

Lines are 1-based; columns are 1-based and in UTF-16 units, as browsers count, or None where it
can't be told. A column is never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hotreload.project.problems import locate
from hotreload.transform.javascript import Reference, Script, pieces, preamble
from hotreload.transform.sourcemap import SourceMap


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text.

    Args:
        line, column: see above.
        text: the whole text; None if it is not known.
        source: what a source map calls it; "" for none.
    """

    line: int
    column: int | None
    text: str | None
    source: str = ""


def before_rendering(
    script: Script,
    source: str,
    versions: Mapping[str, str],
    prefix: str,
    version: str,
    at: tuple[int, int],
) -> Place:
    """A place in a module's source by one in its rendered text.

    Args:
        script: the module.
        source: the text that it was linked from.
        versions, prefix, version: see :func:`hotreload.transform.javascript.render`.
        at: line and column in the rendered text.
    """
    begin = preamble(script, prefix, version)
    parts = pieces(script, versions, prefix)
    left = max(0, _position(begin + "".join(parts), *at) - len(begin))
    position = 0
    certain = True
    for index, text in enumerate(parts):
        inside = left < len(text)
        if index % 2:
            if inside:
                break
            position += script.replaced[index // 2]
            certain = certain and _was_so(script, index, versions, version)
        else:
            certain = certain or "\n" in text[:left]
            position += min(left, len(text))
            if inside:
                break
        left -= len(text)
    line, column = locate(source, position)
    return Place(line, column if certain else None, source)


def _was_so(script: Script, index: int, versions: Mapping[str, str], version: str) -> bool:
    """Whether a replacement is as long as when the module was rendered."""
    part = script.parts[index]
    if not isinstance(part, Reference) or not part.versioned:
        return True
    return versions.get(part.url, "") in ("", version)


def before_transform(source_map: SourceMap, place: Place) -> Place | None:
    """A place in what was transformed, by one in what came out; None where the map has none."""
    index = place.line - 1
    line = source_map.lines[index] if index < len(source_map.lines) else ()
    column = place.column if place.column is not None else 1
    segment = source_map.at(index, column - 1)
    if place.column is None:
        segment = next((each for each in line if each.source >= 0), None)
    if segment is None or segment.source >= len(source_map.sources):
        return None
    text, source = source_map.contents[segment.source], source_map.sources[segment.source]
    found: int | None = segment.original_column + 1
    offset = column - 1 - segment.column
    if place.column is None:
        found = None
    elif offset:
        ours = _units(place.text, index, segment.column, offset)
        theirs = _units(text, segment.line, segment.original_column, offset)
        if ours is not None and ours == theirs:
            found = segment.original_column + offset + 1
        elif len(line) == 1 and segment.column == 0:
            # It tells of lines only.
            found = None
    return Place(segment.line + 1, found, text, source)


def before_preparing(place: Place, text: str) -> Place:
    """A place in a text, by one in a text of the same lines.

    Args:
        place: where, and in which text.
        text: the other one.
    """
    column = place.column
    if column is not None:
        ours = _units(place.text, place.line - 1, 0, column - 1)
        if ours != _units(text, place.line - 1, 0, column - 1):
            column = None
    return Place(place.line, column, text)


def _units(text: str | None, index: int, start: int, count: int) -> bytes | None:
    """So many UTF-16 units of a line."""
    lines = text.split("\n") if text is not None else []
    if index >= len(lines):
        return None
    return lines[index].encode("utf-16-le", "surrogatepass")[2 * start : 2 * (start + count)]


def _position(text: str, line: int, column: int) -> int:
    """The index of a place in a text; one after the end of its line is there."""
    start = 0
    for _ in range(line - 1):
        end = text.find("\n", start)
        if end < 0:
            return len(text)
        start = end + 1
    end = text.find("\n", start)
    whole = text[start : end if end >= 0 else len(text)]
    units = whole.encode("utf-16-le", "surrogatepass")[: 2 * (column - 1)]
    return start + len(units.decode("utf-16-le", "ignore"))
