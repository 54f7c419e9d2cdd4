"""Only what is truly broken in a stylesheet is said to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotreload.transform.css_check import check_stylesheet
from tests.problems import assert_is


@pytest.mark.parametrize(
    ("source", "message", "line", "column"),
    [
        ("h1 {\n  color: red;\n", "this { is not closed", 1, 4),
        ("h1 { color: red; }\n}\n", "nothing is open that this } closes", 2, 1),
        ("h1 { width: calc(1px + (2px); }\n", "this ( is not closed", 1, 17),
        ("a[href { color: red }\n", "this [ is not closed", 1, 2),
        ("h1 { content: 'x; }\n", "this string is not closed", 1, 15),
        ("/* a comment\nh1 { color: red }\n", "this comment is not closed", 1, 1),
        ("/*/ h1 {}\n", "this comment is not closed", 1, 1),
        ("h1 { background: url(a.png; }\n", "this url( is not closed", 1, 18),
    ],
)
def test_what_is_not_closed_is_found(source: str, message: str, line: int, column: int) -> None:
    assert_is(check_stylesheet("/a.css", source), message, line, column)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "/**/ /***/ h1 { color: red }",
        "h1 { &:hover { color: red } .x & { a: b } @media (a) { c: d } }",
        "@layer a, b; @container x (width > 3px) { h1:has(> p) { --x: { a: [b] }; } }",
        "h1 { background: url( data:image/svg+xml;utf8,<svg\\)(x> ); }",
        "h1 { background: url(it's.png) } h2 { content: '\\'' \"\\\"\" '\\\n' }",
        ".a\\{b, .\\( { color: red }",
        "h1 { *zoom: 1; filter: progid:X.Y(a='b'); colr: red; }",
        "<!-- h1 { color: red } -->",
    ],
)
def test_what_browsers_take_is_not_found(source: str) -> None:
    assert check_stylesheet("/a.css", source) is None


@given(st.text(alphabet="(){}[]'\"\\/*\n url", max_size=60))
def test_no_text_is_too_much(source: str) -> None:
    problem = check_stylesheet("/a.css", source)
    assert problem is None or (problem.line is not None and problem.frame)
