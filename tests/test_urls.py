"""URL paths: one spelling for one place, and none that could mean two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotreload.project.urls import (
    MAX_PATH_BYTES,
    RefusedPathError,
    file_url,
    parse_path,
    suffix,
    to_url,
)


@pytest.mark.parametrize(
    ("raw", "segments"),
    [
        (b"/", ("",)),
        (b"/a", ("a",)),
        (b"/a/", ("a", "")),
        (b"/a/b.js", ("a", "b.js")),
        (b"/.env", (".env",)),
        (b"/%61", ("a",)),
        (b"/a%20b", ("a b",)),
        (b"/%C3%A9t%c3%a9.js", ("\u00e9t\u00e9.js",)),
        (b"/a%23b%3Fc%25d", ("a#b?c%d",)),
        (b"/@scope/pkg/x+y.js", ("@scope", "pkg", "x+y.js")),
        (b"/[id]/$a&b;c,d=e!'()*.js", ("[id]", "$a&b;c,d=e!'()*.js")),
        (b"/...a", ("...a",)),
        (b"/console", ("console",)),
    ],
)
def test_a_path_is_split_into_its_decoded_segments(raw: bytes, segments: tuple[str, ...]) -> None:
    assert parse_path(raw) == segments


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"a", b"*", b"http://127.0.0.1/a"),
        *(b"//", b"//a", b"/a//b", b"/a//"),
        *(b"/.", b"/..", b"/./a", b"/../a", b"/a/..", b"/a/../b", b"/a/./b", b"/a/."),
        *(b"/%2e%2e/a", b"/%2E%2E/a", b"/.%2e/a", b"/%2e./a", b"/%2e/a"),
        *(b"/..%2fa", b"/..%2Fa", b"/a%2fb", b"/%2fa"),
        *(b"/..\\a", b"/a\\b", b"/..%5ca", b"/a%5Cb", b"/\\a"),
        *(b"/%", b"/%2", b"/%zz", b"/%u002e", b"/a%"),
        *(b"/a%00", b"/a%00.js", b"/%09a", b"/a%0d%0aX-Injected:1", b"/a%1f", b"/a%7f"),
        *(b"/a b", b"/a\tb", b"/a\x00", b"/\xc3\xa9", b"/a#b", b"/a?b", b"/a\n", b"/a\x7f"),
        *(b"/%c0%ae%c0%ae/a", b"/%e0%80%ae", b"/%ff", b"/%ed%a0%80"),
        *(b"/a.", b"/a%20", b"/..%20/a", b"/a./b", b"/a%2e", b"/.../a"),
        *(b"/a:b", b"/C:/a", b"/c%3a/a", b"/.env::$DATA", b"/.env%3a%3a$DATA"),
        *(b"/con", b"/CON", b"/aux.txt", b"/sub/LPT1.js", b"/nul/a", b"/com%C2%B9"),
        *(b"/ENV~1", b"/GIT~1/config", b"/INDEX~12.HTM"),
        b"/" + b"a" * MAX_PATH_BYTES,
    ],
)
def test_an_ambiguous_path_is_refused(raw: bytes) -> None:
    with pytest.raises(RefusedPathError):
        parse_path(raw)


@given(st.binary(max_size=40).map(lambda tail: b"/" + tail))
def test_what_is_accepted_holds_no_way_up_and_has_one_spelling(raw: bytes) -> None:
    try:
        segments = parse_path(raw)
    except RefusedPathError:
        return
    for index, segment in enumerate(segments):
        assert segment not in (".", "..")
        assert segment or index == len(segments) - 1
        assert not set(segment) & set('/\\:\0\r\n"') - {'"'}
    canonical = to_url(segments)
    assert canonical.isascii()
    assert parse_path(canonical.encode()) == segments
    assert to_url(parse_path(canonical.encode())) == canonical


names = st.text(st.characters(exclude_characters="/"), min_size=1, max_size=6)


@given(st.lists(names, min_size=1, max_size=4))
def test_every_name_that_is_not_refused_survives_the_way_to_a_url_and_back(
    names: list[str],
) -> None:
    try:
        raw = to_url(tuple(names)).encode("ascii")
        assert parse_path(raw) == tuple(names)
    except (RefusedPathError, UnicodeEncodeError):
        odd = [n for n in names if set(n) & set("\\:") or not n.isprintable() or n[-1] in ". "]
        short = [n for n in names if "~" in n or n.casefold()[:3] in ("con", "prn", "aux", "nul")]
        short += [n for n in names if n.casefold()[:3] in ("com", "lpt")]
        assert odd or short


@pytest.mark.parametrize(
    ("url", "file", "ending"),
    [
        ("/a.js", "/a.js", ".js"),
        ("/a.JS?v=b.1", "/a.JS", ".js"),
        ("/a.css?import", "/a.css", ".css"),
        ("/a?x.js", "/a", ""),
        ("/v1.2/a", "/v1.2/a", ""),
        ("/.well-known", "/.well-known", ""),
        ("/a.b.mjs", "/a.b.mjs", ".mjs"),
        ("/", "/", ""),
    ],
)
def test_file_and_suffix_of_a_module_url(url: str, file: str, ending: str) -> None:
    assert file_url(url) == file
    assert suffix(url) == ending
