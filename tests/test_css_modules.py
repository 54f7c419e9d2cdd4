"""Names of a stylesheet's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotreload.transform.css_modules import Composed, names_module, scope_names

MARK = str(scope_names("/a.module.css", ".a {}").names["a"][0])[1:]


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        (".a { color: red }", ".a# { color: red }"),
        (".a.b > p .c-d:hover, .e {}", ".a#.b# > p .c-d#:hover, .e# {}"),
        (
            "@media (width > 1.5em) { .a { margin: .5em } }",
            "@media (width > 1.5em) { .a# { margin: .5em } }",
        ),
        (".a { &.b { c: d } .e & { f: g } h: i }", ".a# { &.b# { c: d } .e# & { f: g } h: i }"),
        (":global(.a .b) .c {}", ".a .b .c# {}"),
        (":global .a .b, .c {}", " .a .b, .c# {}"),
        (".a :global .b :local .c {}", ".a#  .b  .c# {}"),
        (":is(.a, :not(.b)) {}", ":is(.a#, :not(.b#)) {}"),
        ("[data-x='.a'] { background: url(b.png) url('c.d.png') }",) * 2,
        ("/* .a { */ .b {} /* .c", "/* .a { */ .b# {} /* .c"),
        (".a { content: '.b { }' }", ".a# { content: '.b { }' }"),
        (
            "@keyframes in { 12.5% { top: 0 } } .a { animation: in 1s, out 2s }",
            "@keyframes in# { 12.5% { top: 0 } } .a# { animation: in# 1s, out 2s }",
        ),
        ("@import 'b.css'; @charset \"utf-8\"; .a{}", "@import 'b.css'; @charset \"utf-8\"; .a#{}"),
        (".sm\\:a {}", ".sm\\:a# {}"),
        (".a", ".a"),
    ],
)
def test_names_become_its_own(css: str, expected: str) -> None:
    assert scope_names("/a.module.css", css).text == expected.replace("#", MARK)


def test_names_are_those_of_the_file_and_stay() -> None:
    one = scope_names("/a.module.css", ".a {} .b-c .sm\\:d {} :global(.e) {}").names
    assert one == {"a": ("a" + MARK,), "b-c": ("b-c" + MARK,), "sm:d": ("sm:d" + MARK,)}
    assert scope_names("/a.module.css", ".a { top: 0 }").names["a"] == one["a"]
    assert scope_names("/b.module.css", ".a {}").names["a"] != one["a"]


def test_classes_are_composed() -> None:
    css = (
        ".a { top: 0 }\n.b { composes: a; left: 0 }\n"
        ".c { composes: d e from global; }\n.f { composes: g from './h.module.css' }"
    )
    scoped = scope_names("/a.module.css", css)
    assert scoped.names["b"] == ("b" + MARK, "a" + MARK)
    assert scoped.names["c"] == ("c" + MARK, "d", "e")
    assert scoped.names["f"] == ("f" + MARK, Composed("./h.module.css", "g"))
    assert "composes" not in scoped.text
    assert "left: 0" in scoped.text


def test_the_module_exports_names() -> None:
    names = scope_names("/a.module.css", ".a {} .b-c {} .class {} .d {composes: e from './f.css'}")
    code = names_module("/a.module.css?names", names.names)
    assert code.startswith('import "/a.module.css?import";import __0 from "./f.css";')
    assert f'export const a="a{MARK}";' in code
    assert f'export const d="d{MARK}"+" "+__0["e"];' in code
    assert "export const class" not in code
    assert f'["b-c"]:"b-c{MARK}"' in code
    assert '["a"]:a' in code


@given(st.text(alphabet=".a#{}();:,@'\"/*\\ \n[]-1&>", max_size=60))
def test_any_text_is_read_to_its_end(css: str) -> None:
    scope_names("/a.module.css", css)
