"""Places in what a browser got lead to the right places of the source, or to none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotreload.project.problems import locate
from hotreload.project.resolve import External, Local, Target
from hotreload.transform.javascript import pieces, render
from hotreload.transform.link import link
from hotreload.transform.places import (
    Place,
    before_preparing,
    before_rendering,
    before_transform,
)
from hotreload.transform.sourcemap import Segment, SourceMap, line_map

ORIGIN = "http://localhost:8000"


def resolve(specifier: str, kind: str | None) -> Target:
    if specifier.startswith("."):
        return Local(f"/far/away/{specifier[2:]}")
    return External(specifier)


def found(source: str, mark: str, versions: dict[str, str], version: str = "") -> Place:
    """The place in the source of a mark that is looked for in the rendered text."""
    script = link("/a.js", "hash", source, resolve)
    text = render(script, versions, ORIGIN, version)
    at = locate(text, text.index(mark))
    return before_rendering(script, source, versions, ORIGIN, version, at)


@pytest.mark.parametrize("version", ["", "boot.7"])
@pytest.mark.parametrize(
    "source",
    [
        "HERE();",
        "const a = '😀é'; HERE();",
        "import './b.js'; HERE();",
        "import b from './b.js'; import('./c.js').then(HERE);",
        "import j from './d.json' with { type: 'json' }; HERE()",
        "\n\nimport {\n  a,\n} from './b.js';\nlet x = 1; HERE();\nimport './c.js';\n",
    ],
)
def test_a_place_in_the_served_text_is_one_in_the_source(source: str, version: str) -> None:
    versions = {"/far/away/b.js": version} if version else {}
    place = found(source, "HERE", versions, version)
    assert (place.line, place.column) == locate(source, source.index("HERE"))


def test_a_column_after_a_version_that_may_be_newer_is_not_guessed() -> None:
    source = "import './b.js'; HERE();\nTHERE();"
    newer = {"/far/away/b.js": "boot.9"}
    assert found(source, "HERE", newer).column is None
    assert found(source, "HERE", newer).line == 1
    assert found(source, "THERE", newer).column == 1


lines = st.lists(
    st.sampled_from(["let a = '😀é';", " import './b.js';", "import('./c.js');", "", "\t/**/"]),
    min_size=1,
    max_size=6,
)


@given(lines, st.data())
def test_every_character_that_is_served_as_it_is_is_found_again(
    parts: list[str], data: st.DataObject
) -> None:
    source = "\n".join(parts)
    script = link("/a.js", "hash", source, resolve)
    served = pieces(script, {}, "")
    index = data.draw(st.integers(0, len(served) - 1).filter(lambda at: at % 2 == 0))
    offset = data.draw(st.integers(0, max(0, len(served[index]) - 1)))
    before = sum(map(len, served[:index])) + offset
    text = render(script, {}, "", "")
    begin = len(text) - sum(map(len, served))
    at = locate(text, begin + before)
    place = before_rendering(script, source, {}, "", "", at)
    taken = sum(len(part) for part in served[:index:2]) + sum(script.replaced[: index // 2])
    assert (place.line, place.column) == locate(source, taken + offset)


def test_a_map_of_lines_tells_columns_where_the_lines_begin_alike() -> None:
    source = "fail(1);\nconst a: number = 1; fail(2);"
    made = "fail(1);\nconst a = 1; fail(2);"
    by_line = line_map("/a.ts", source)
    first = before_transform(by_line, Place(1, 5, made))
    assert first is not None
    assert (first.line, first.column) == (1, 5)
    shifted = before_transform(by_line, Place(2, made.splitlines()[1].index("fail") + 1, made))
    assert shifted is not None
    assert (shifted.line, shifted.column) == (2, None)


def test_a_map_of_columns_tells_them() -> None:
    source_map = SourceMap(
        ("/a.ts",), ("x: any; fail();",), (), ((Segment(0, 0, 0, 0), Segment(3, 0, 0, 8)),)
    )
    place = before_transform(source_map, Place(1, 4, "x; fail();"))
    assert place is not None
    assert (place.line, place.column, place.source) == (1, 9, "/a.ts")
    assert before_transform(source_map, Place(2, 1, "x; fail();\n")) is None


def test_what_was_prepared_before_the_place_leaves_the_line_only() -> None:
    file = "module.hot.accept(); fail();\nfail();"
    prepared = "import.meta.webpackHot.accept(); fail();\nfail();"
    assert before_preparing(Place(1, 34, prepared), file).column is None
    assert before_preparing(Place(2, 1, prepared), file) == Place(2, 1, file)
