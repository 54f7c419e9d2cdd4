"""Stylesheets: what they import, which assets they show, and new URLs for changed assets."""

import time

import pytest

from hotreload.transform.css import Stylesheet, bust, link_stylesheet, render_stylesheet

URL = "/css/a.css"


def linked(source: str) -> Stylesheet:
    return link_stylesheet(URL, "hash", source)


@pytest.mark.parametrize(
    ("source", "imports"),
    [
        ("@import 'b.css';", ["/css/b.css"]),
        ('@import "./b.css";', ["/css/b.css"]),
        ("@import url(b.css);", ["/css/b.css"]),
        ("@import url( 'b.css' );", ["/css/b.css"]),
        ("@IMPORT URL(b.css) screen;", ["/css/b.css"]),
        ("@import '../b.css' layer(x) supports(display: grid);", ["/b.css"]),
        ("@import '../../../b.css';", ["/b.css"]),
        ("@import '/b.css'; @import 'c.css';", ["/b.css", "/css/c.css"]),
        ("@import/**/'b.css';", ["/css/b.css"]),
        ("@import 'b.css?x#y';", ["/css/b.css"]),
        ("@import 'https://x/y.css'; @import '//x/y.css';", []),
        ("/* @import 'b.css'; */", []),
        ("a::before { content: \"@import 'b.css'\" }", []),
        ("", []),
    ],
)
def test_imports(source: str, imports: list[str]) -> None:
    assert linked(source).imports == tuple(imports)


@pytest.mark.parametrize(
    ("source", "assets"),
    [
        ("a { background: url(x.png) }", ["/css/x.png"]),
        ('a { background: url( "x.png" ) }', ["/css/x.png"]),
        ("a { background: URL('../x.png?q#f') }", ["/x.png"]),
        ("a { background: url(/x.png), url(y.png) }", ["/css/y.png", "/x.png"]),
        ("@font-face { src: url(x.woff2) format('woff2') }", ["/css/x.woff2"]),
        ("a { background: image-set('x.png' 1x) }", []),
        ("a { background: url(data:image/png;base64,AA//) }", []),
        ("a { background: url(https://x/y.png) url(//x/y.png) url(#f) url() }", []),
        ("/* url(x.png) */ a { content: 'url(y.png)' }", []),
        ("a { background: url(x.png", []),
    ],
)
def test_assets(source: str, assets: list[str]) -> None:
    assert sorted(linked(source).assets) == assets


def test_an_unchanged_sheet_is_served_as_written() -> None:
    source = "@import 'b.css';\r\na { background: url('x.png') /* \u00e9 */ }\n"
    assert render_stylesheet(linked(source), {}) == source
    assert render_stylesheet(linked("\ufeff" + source), {}) == source


def test_a_changed_asset_gets_a_new_url_and_nothing_else_moves() -> None:
    source = "a { background: url('x.png?w=1#f') } b { background: url(y.png) }\n@import 'x.png';"
    assert render_stylesheet(linked(source), {"/css/x.png": "abc"}) == (
        "a { background: url('x.png?w=1&v=abc#f') } b { background: url(y.png) }\n@import 'x.png';"
    )


@pytest.mark.parametrize(
    ("address", "busted"),
    [
        ("x.png", "x.png?v=h"),
        ("x.png?v=old", "x.png?v=h"),
        ("x.png?a=1&v=old&b", "x.png?a=1&b&v=h"),
        ("x.svg#icon", "x.svg?v=h#icon"),
        ("x.svg?a#icon?b", "x.svg?a&v=h#icon?b"),
    ],
)
def test_bust(address: str, busted: str) -> None:
    assert bust(address, "h") == busted


@pytest.mark.parametrize(
    "piece", ["/*", "url(", "@import ", "@import url(", '"\\', "'", "@import/*", "url( /*", "*/"]
)
def test_a_hostile_sheet_takes_time_linear_in_its_size(piece: str) -> None:
    begin = time.process_time()
    linked(piece * 20_000)
    assert time.process_time() - begin < 2
