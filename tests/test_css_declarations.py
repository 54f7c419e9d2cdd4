"""A missing colon or semicolon is found; what some browser reads, or will read, is not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotreload.transform.css_check import check_stylesheet
from hotreload.transform.css_declarations import check_declarations
from tests.problems import assert_is

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("source", "message", "line", "column"),
    [
        ("h1 {\n  color red;\n}", "a colon is missing after color", 2, 3),
        ("h1 {\n  color;\n}", "a colon is missing after color", 2, 3),
        ("h1 {\n  color: red\n  margin: 3px;\n}", "a semicolon is missing before margin", 3, 3),
        ("h1 { color: red margin: 3px }", "a semicolon is missing before margin", 1, 17),
        ("h1 { b: url(a;b) no-repeat\n c: d(e:f) }", "a semicolon is missing before c", 2, 2),
        ("h1 {\n  color: red\n  &:hover { a: b }\n}", "a semicolon is missing before &", 3, 3),
        ("h1 {\n  color: red\n  p { a: b }\n}", "a semicolon is missing before p", 3, 3),
        ("h1 { a: b; } c: d;\nh2 { e: f }", "a declaration outside of a rule", 1, 14),
        ("h1 { a: b };\nh2 { e: f }", "a semicolon outside of a rule", 1, 12),
        ("@import 'a.css'\nh1 { a: b }", "a semicolon is missing at the end of @import", 1, 1),
        ("h1 {\n  // no comment\n  color: red;\n}", "// begins no comment", 2, 3),
        ("// none\nh1 { color: red }", "// begins no comment", 1, 1),
        ("h1 { 'x'; color: red }", "'x' begins no declaration", 1, 6),
        ("@media (a) { h1 { color red } }", "a colon is missing after color", 1, 19),
        ("@font-face { font-family Test }", "a colon is missing after font-family", 1, 14),
        ("/* 1 */ h1 { /* { */ a: ';' ; b }", "a colon is missing after b", 1, 31),
    ],
)
def test_what_no_browser_reads_is_found(source: str, message: str, line: int, column: int) -> None:
    assert_is(check_declarations("/a.css", source)[0], message, line, column)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\ufeffh1 { color: red }",
        "h1 { color: red;; ; } ; ",
        "h1 { &:hover { a: b } .x & { a: b } p:not(.a):hover { a: b } > p { a: b } + q { a: b } }",
        "h1 { a:hover, a:focus { b: c } color: red }",
        "@layer a, b; @layer c { h1 { d: e } } @import url(x.css) layer(a) supports(b: c);",
        "@container card (inline-size > 30em) and style(--a: b) { h1 { c: d } }",
        '@property --x { syntax: "<color>"; inherits: false; initial-value: red }',
        "a:has(> img) { b: c } :is(h1, h2):where(.a) { b: c } a::before { content: 'a: b' }",
        ":root { --x: ; --y: { a: [b] c; }; --z: a: b; --json: [1, 2; 3]; --e:; }",
        "@font-face { unicode-range: U+0025-00FF, u+4?? ; src: url(a.woff2) format('woff2') }",
        "@media (400px <= width < 900px) and (prefers-color-scheme: dark) { h1 { a: b } }",
        "dialog[open] { opacity: 1; @starting-style { opacity: 0; } }",
        "h1 { *zoom: 1; _height: 1px; color: red !ie; width: expression(a ? b : c); }",
        "h1 { filter: progid:X.Y(a='b') progid:Z.W(c=d); -ms-filter: alpha(opacity=50) }",
        "h1 { background: url(data:image/svg+xml;utf8,<svg>) ; grid-area: 1 / 2 / 3 / 4 }",
        "@keyframes x { from { a: b } 50.5% { a: b } to { a: b } }",
        "@font-feature-values Font One { @styleset { nice-style: 12 } }",
        "@page :first { margin: 1in; @top-left { content: 'a' } }",
        "@theme { --x: 1; weird stuff; } @include foo { bar baz } @apply a b;",
        "@scope (.card) to (.x) { :scope { a: b } img { c: d } }",
        "@supports (display: grid) and (not (display: inline-grid)) { h1 { a: b } }",
        "@view-transition { navigation: auto } @position-try --a { inset: auto }",
        ".a\\:b { c: d } .\\31 0 { e: f } svg|a { g: h } [a|b='c: d'] { e: f }",
        "<!-- h1 { color: red } --> h1 { color:/**/red }",
        "h1 { color: if(style(--a: b): red; else: blue); width: calc(1px + (2px)) }",
        "{{ a template }} h1 { b: c }",
    ],
)
def test_what_some_browser_reads_is_not(source: str) -> None:
    assert check_declarations("/a.css", source) == ()


REAL = [
    "bootstrap/dist/css/bootstrap.css",
    "bootstrap/dist/css/bootstrap-grid.rtl.css",
    "normalize.css/normalize.css",
    "@picocss/pico/css/pico.css",
    "@picocss/pico/css/pico.classless.min.css",
    "open-props/open-props.min.css",
    "open-props/src/**/*.css",
    "tailwindcss/*.css",
]


@pytest.mark.parametrize("pattern", REAL)
def test_real_stylesheets_raise_no_alarm(pattern: str) -> None:
    sheets = list((ROOT / "client-runtime" / "node_modules").glob(pattern))
    assert sheets
    for sheet in sheets:
        text = sheet.read_text("utf-8")
        assert check_stylesheet("/", text) is None
        assert check_declarations(sheet.name, text) == ()


@given(st.text(alphabet="(){};:@-/*'\" \na", max_size=60))
def test_no_text_is_too_much(source: str) -> None:
    problems = check_declarations("/a.css", source)
    assert all(problem.line is not None and problem.frame for problem in problems)


def test_every_mistake_is_found_once_in_its_place() -> None:
    source = "h1 { color red; margin: 0 }\n// no\np { a: b }\nb { top 0; c: d\n left: 0 }\n"
    found = check_declarations("/a.css", source)
    assert [(p.line, p.message.partition(":")[0]) for p in found] == [
        (1, "a colon is missing after color"),
        (2, "// begins no comment in CSS"),
        (4, "a colon is missing after top"),
        (5, "a semicolon is missing before left"),
    ]


def test_of_very_many_mistakes_the_first_ones_are_shown() -> None:
    found = check_declarations("/a.css", "a { b }\n" * 15)
    assert [problem.line for problem in found] == list(range(1, 11))
    assert found[-1].message == "a colon is missing after b (and 5 more)"
    assert "more" not in found[-2].message
