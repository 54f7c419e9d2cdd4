"""Source maps: read, joined and written, so that places lead where they should."""

import json
import re
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotreload.transform.sourcemap import Segment, SourceMap, join_maps, parse_map, with_map

segments = st.builds(
    Segment,
    column=st.integers(0, 500),
    source=st.just(0),
    line=st.integers(0, 5000),
    original_column=st.integers(0, 500),
    name=st.sampled_from([-1, 0, 1]),
)
lines = st.lists(
    st.lists(segments, max_size=5, unique_by=lambda segment: segment.column).map(
        lambda found: tuple(sorted(found, key=lambda segment: segment.column))
    ),
    min_size=1,
    max_size=6,
).map(tuple)


def written(code: str) -> dict[str, object]:
    found = re.search(r"# sourceMappingURL=data:application/json;base64,(\S+)", code)
    assert found is not None
    data: dict[str, object] = json.loads(b64decode(found[1]))
    return data


@given(lines)
def test_what_is_written_reads_the_same(lines: tuple[tuple[Segment, ...], ...]) -> None:
    source_map = SourceMap(("/a.x",), ("text",), ("b", "c"), lines)
    assert parse_map(written(with_map("", source_map, block=False)), "/a.x", "") == source_map


def test_a_map_of_others_is_understood() -> None:
    # As esbuild writes it for "let a: number = 1;\nlet b = 2" with a line put before it.
    source_map = parse_map(
        {"version": 3, "sources": ["x"], "names": [], "mappings": ";AAAA,IAAI,IAAY;AAChB"},
        "/a",
        "t",
    )
    assert source_map.sources == ("/a",)
    assert source_map.contents == ("t",)
    assert source_map.at(0, 0) is None
    assert source_map.at(1, 6) == Segment(4, 0, 0, 4)
    assert source_map.at(1, 9) == Segment(8, 0, 0, 16)
    assert source_map.at(2, 0) == Segment(0, 0, 1, 0)


def test_two_maps_are_joined() -> None:
    inner = SourceMap(("/a",), ("t",), (), ((), (Segment(0, 0, 7, 1), Segment(10, 0, 7, 30))))
    outer = SourceMap(("/a",), ("u",), (), ((Segment(2, 0, 1, 12), Segment(5, 0, 0, 3)),))
    joined = join_maps(outer, inner)
    assert joined.lines == ((Segment(2, 0, 7, 30),),)
    assert joined.contents == ("t",)


def test_a_comment_that_was_there_is_replaced() -> None:
    source_map = SourceMap(("/a",), ("t",), (), ((Segment(0, 0, 0, 0),),))
    script = with_map("let a;\n//# sourceMappingURL=a.js.map\n", source_map, block=False)
    assert script.startswith("let a;\n//# sourceMappingURL=data:")
    style = with_map("p {}\n/*# sourceMappingURL=a.css.map */", source_map, block=True)
    assert style.startswith("p {}\n/*# sourceMappingURL=data:")
    assert style.endswith(" */")


@pytest.mark.parametrize("given_map", ["[]", '{"version": 3}', '{"mappings": "é"}'])
def test_what_is_no_map_is_refused(given_map: str) -> None:
    with pytest.raises(ValueError, match="source map"):
        parse_map(given_map, "/a", "")
