"""Pages: where the runtime goes in, and what a page says that it loads."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotreload.transform.html import decode_html, inject, insertion_point, read_page, tags


def injected(html: str) -> str:
    return inject(html, insertion_point(html), "|")


@pytest.mark.parametrize(
    "html",
    [
        "<!doctype html><html><head>|<title>a</title></head><body></body></html>",
        '<!DOCTYPE html>\n<html lang="en">\n<HEAD data-x="a>b">|\n<title>a</title>',
        "<!doctype html><!-- <head> --><html><head>|",
        "<!-- a --><!doctype html><head\n>|",
        "<html a='<head>'><head>|",
        "<html a='<head>'>|<title>a</title>",
        "<!doctype html>|<title>a</title><p>a",
        '<!doctype html public "-//W3C//DTD HTML 4.01//EN">|<body><p>a',
        "<html>|<body><head>",
        "|<p>a<head></p>",
        "|<header><head>",
        "|",
        "|text only",
        "|<script>'<head>'</script><head>",
        "<!doctype html>|<title><head></title><head>",
        "<!doctype html>\n<html>\n<!-- no head -->|<meta charset=utf-8>",
        "<!-->|<p>a--><head>",
        "<!doctype html><html><!--[if IE]><head><![endif]--><head>|",
        "\ufeff<!doctype html><head>|",
        "|<!-- open <head>",
    ],
)
def test_where_the_runtime_goes_in(html: str) -> None:
    assert injected(html.replace("|", "", 1)) == html


@given(st.text(alphabet="<>!-/ ='\"\nhedatilmsc", max_size=80))
def test_injecting_adds_the_block_and_moves_no_line(html: str) -> None:
    at = insertion_point(html)
    assert 0 <= at <= len(html)
    assert inject(html, at, "|").replace("|", "", 1) == html


def test_a_page_says_what_it_loads() -> None:
    page = read_page(
        """<!doctype html><html><head>
        <script type="importmap">{"imports": {}}</script>
        <script type="module" src="./a.js"></script>
        <script type=module src=/b.js?x></script>
        <script TYPE="Module" SRC='../c.js'></script>
        <script type="module" src="./a.js"></script>
        <script type="module" src="https://x/y.js"></script>
        <script type="module">import './d.js'; "</scrip>"</script>
        <script src="classic.js"></script>
        <script type="text/template"><script type="module" src="no.js"></script>
        <!-- <script type="module" src="no.js"></script> -->
        <style><script type="module" src="no.js"></style>
        <textarea><script type="module" src="no.js"></script></textarea>
        <title><script type="module" src="no.js"></script></title>
        </head>""",
        "/p/index.html",
    )
    assert page.scripts == ("/p/a.js", "/b.js?x", "/c.js", "https://x/y.js")
    assert page.inline == ("import './d.js'; \"</scrip>\"",)
    assert page.import_maps == ('{"imports": {}}',)
    assert page.base == "/p/index.html"
    assert not page.has_csp


@pytest.mark.parametrize(
    ("attribute", "script"),
    [
        ("src='a.js'", "/a.js"),
        ("src = a.js", "/a.js"),
        ("src=a&amp;b.js", "/a&b.js"),
        ("src=' a.js\n'", "/a.js"),
        ("async src=a.js", "/a.js"),
        ("src=a.js src=b.js", "/a.js"),
        ("src=a.js/", "/a.js/"),
        ("data-src=b.js src=a.js", "/a.js"),
        ("x='>' src=a.js", "/a.js"),
        ("/src=a.js", "/a.js"),
        ("crossorigin\nsrc='a.js'\n", "/a.js"),
        ("src=../../a.js", "/a.js"),
    ],
)
def test_attributes_as_a_browser_reads_them(attribute: str, script: str) -> None:
    page = read_page(f"<script type=module {attribute}></script>", "/index.html")
    assert page.scripts == (script,)


def test_the_first_base_is_what_scripts_are_read_against() -> None:
    html = (
        "<script type=module src=a.js></script><base target=_top><base href=/x/><base href=/y/>"
        "<script type=module src=b.js></script>"
    )
    page = read_page(html, "/p/index.html")
    assert page.base == "/x/"
    assert page.scripts[-1] == "/x/b.js"


@pytest.mark.parametrize(
    ("meta", "has_csp"),
    [
        ('<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">', True),
        ("<META HTTP-EQUIV=content-security-policy CONTENT=x>", True),
        ('<meta http-equiv="refresh" content="1">', False),
        ('<!-- <meta http-equiv="Content-Security-Policy"> -->', False),
    ],
)
def test_a_page_says_that_it_has_a_policy(meta: str, has_csp: bool) -> None:
    assert read_page(f"<head>{meta}</head>", "/").has_csp is has_csp


def test_raw_text_ends_at_its_own_end_tag() -> None:
    html = "<script>a</style></SCRIPT ><style>b</styles></style\n><p>"
    assert [(tag.name, tag.text) for tag in tags(html)] == [
        ("script", "a</style>"),
        ("style", "b</styles>"),
        ("p", ""),
    ]


def test_an_unclosed_script_runs_to_the_end() -> None:
    assert [(tag.name, tag.text) for tag in tags("<script>a<p>")] == [("script", "a<p>")]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("\u00e9".encode(), "\u00e9"),
        (b"\xef\xbb\xbf\xc3\xa9", "\u00e9"),
        ("\u00e9".encode("utf-16"), "\u00e9"),
        (b"\xfe\xff\x00\xe9", "\u00e9"),
        (b"<meta charset=latin-1>\xe9", "<meta charset=latin-1>\u00e9"),
        (
            b'<meta http-equiv=content-type content="text/html; charset=windows-1252">\x80',
            '<meta http-equiv=content-type content="text/html; charset=windows-1252">\u20ac',
        ),
        (b"<meta charset=nonsense>\xc3\xa9", "<meta charset=nonsense>\u00e9"),
        (b"\xff", "\ufffd"),
        (b"", ""),
    ],
)
def test_a_page_is_decoded_as_a_browser_does(data: bytes, text: str) -> None:
    assert decode_html(data) == text


@pytest.mark.parametrize("charset", [b"hex", b"rot13", b"utf-16", b"idna", b"punycode", b"zlib"])
def test_no_charset_makes_reading_fail(charset: bytes) -> None:
    """A page that declares UTF-16 in ASCII is UTF-8 (HTML Standard, 13.2.3.3)."""
    html = b"<meta charset=" + charset + b"><p>\xc3\xa9"
    assert decode_html(html) == html.decode()


@pytest.mark.parametrize(
    "piece",
    [
        *("<", "<!--", "<!", "</", "<a ", "<script>", "<script", "<style>", "</script", "<a b='"),
        *('<a b="', "<a b=", "<a/", "<!doctype", "<title>", "--", "<a b c", "<head", "a=", "<!-->"),
        *("<base href=x>", "<script></script>", "<p>", "<!---->", "<a b='c'>"),
    ],
)
def test_a_hostile_page_takes_time_linear_in_its_size(piece: str) -> None:
    html = piece * 20_000
    begin = time.process_time()
    read_page(html, "/")
    insertion_point(html)
    assert time.process_time() - begin < 2
