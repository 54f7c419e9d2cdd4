"""Where the block goes in."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotreload.hosts.asgi.injector import MOST_HELD, Injector
from hotreload.transform.html import insertion_point

chunkings = st.lists(st.binary(max_size=12), max_size=12)
html_like = st.text(alphabet="<>!-/ ='\"\nhedatilmscopy", max_size=120).map(str.encode)


@given(st.one_of(chunkings, html_like.map(lambda b: [b[i : i + 7] for i in range(0, len(b), 7)])))
def test_without_the_block_every_byte_is_as_it_was(chunks: list[bytes]) -> None:
    injector = Injector(b"|BLOCK|")
    out = b"".join(
        injector.feed(chunk, last=i == len(chunks)) for i, chunk in enumerate([*chunks, b""])
    )
    assert out.count(b"|BLOCK|") == 1
    assert out.replace(b"|BLOCK|", b"", 1) == b"".join(chunks)


@given(html_like, st.lists(st.integers(0, 120), max_size=8))
def test_it_goes_to_the_same_place_however_the_page_is_cut(page: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(page)) for cut in cuts), len(page)]
    injector = Injector(b"|")
    out = b"".join(injector.feed(page[a:b], last=False) for a, b in pairwise(edges))
    out += injector.feed(b"", last=True)
    assert out.index(b"|") == insertion_point(page.decode("latin-1"))


@pytest.mark.parametrize(
    ("chunks", "held"),
    [
        ([b"<!doctype html><ht", b"ml><head>", b"<title>"], 1),
        ([b"<!doctype html><title>", b"T"], 0),
        ([b"<p>a fragment", b"</p>"], 0),
        ([b"text, but no tags", b" at all"], 0),
        ([b"<!-- a ", b"<head> ", b"--><head>"], 2),
        ([b'<html class="a>', b'b"><head>', b"x"], 1),
        ([b"\xef\xbb\xbf<!doctype html>", b"<head>"], 1),
    ],
)
def test_a_stream_is_held_back_until_the_place_is_known(chunks: list[bytes], held: int) -> None:
    injector = Injector(b"|")
    waits = 0
    for chunk in chunks:
        waits += injector.feed(chunk, last=False) == b""
    assert injector.done
    assert waits == held


def test_a_page_whose_head_never_comes_is_not_held_for_ever() -> None:
    injector = Injector(b"|")
    assert injector.feed(b"<!--" + b"x" * MOST_HELD, last=False).startswith(b"|<!--")
