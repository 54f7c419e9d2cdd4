"""What is compressed on its way to another machine, and what isn't, by HTTP."""

import asyncio
import gzip
import importlib
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import brotli
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from hotreload.web.front import codecs
from hotreload.web.front.compression import Compression, chosen_codec
from tests.test_front import serving

TEXT = "text " * 1000
LARGE = "".join(f"line {number}\n" for number in range(20_000))
# What uvicorn believes of a proxy on this machine.
REMOTE = {"x-forwarded-for": "192.0.2.9"}


async def text(request: Request) -> Response:
    """A text, with what the query says about it."""
    wanted = dict(request.query_params)
    headers = {"etag": '"strong"', **{k: v for k, v in wanted.items() if "-" in k}}
    body = LARGE if "large" in wanted else TEXT[: int(wanted.get("length", len(TEXT)))]
    return Response(body, int(wanted.get("status", 200)), headers, wanted.get("type", "text/css"))


async def stream(request: Request) -> Response:
    """A first part, and the rest once the caller has said that it has that."""
    go_on = request.app.state.go_on = asyncio.Event()

    async def parts() -> AsyncIterator[str]:
        yield "one "
        await go_on.wait()
        yield "two " * 1000

    return StreamingResponse(parts(), media_type=request.query_params.get("type", "text/html"))


async def go_on(request: Request) -> Response:
    request.app.state.go_on.set()
    return Response()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    routes = [Route("/text", text), Route("/stream", stream), Route("/go-on", go_on)]
    with serving(Compression(Starlette(routes=routes))) as port:
        yield f"http://127.0.0.1:{port}"


def ask(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers={**REMOTE, "accept-encoding": "gzip, br", **headers})


def coding(answer: httpx.Response) -> str | None:
    found: str | None = answer.headers.get("content-encoding")
    return found


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip;q=1", "gzip"),
        ("*", "br"),
        ("*;q=0.1, br;q=0", "gzip"),
        ("br;q=x, *;q=0", None),
        ("identity", None),
        ("", None),
    ],
)
def test_the_best_that_is_accepted_is_chosen(url: str, accepted: str, chosen: str | None) -> None:
    answer = ask(f"{url}/text", **{"accept-encoding": accepted})
    assert coding(answer) == chosen
    assert answer.text == TEXT
    assert answer.headers["vary"] == "accept-encoding"
    if chosen is not None:
        assert int(answer.headers["content-length"]) < len(TEXT) / 10


@pytest.mark.parametrize("large", ["", "?large"])
def test_what_comes_out_is_what_went_in(url: str, large: str) -> None:
    whole = LARGE if large else TEXT
    for name, decode in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        headers = {**REMOTE, "accept-encoding": name}
        with httpx.stream("GET", f"{url}/text{large}", headers=headers) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers["content-length"] == str(len(raw))
        assert decode(raw).decode() == whole


@pytest.mark.parametrize(
    "query",
    [
        "?length=1000",
        "?length=0&status=204",
        "?status=206&content-range=bytes 0-4999/9999",
        "?content-encoding=zstd",
        "?cache-control=public, no-transform",
        "?type=image/png",
        "?type=font/woff2",
        "?type=video/mp4",
        "?type=text/event-stream",
    ],
)
def test_what_gains_nothing_stays_as_it_is(url: str, query: str) -> None:
    address = f"{url}/text{query}"
    # Read raw: not everything that is said to be compressed here is.
    with httpx.stream("GET", address, headers={**REMOTE, "accept-encoding": "br"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert raw == (TEXT if "length" not in query else TEXT[: len(raw)]).encode()
    assert coding(answer) in (None, "zstd")
    assert answer.headers["etag"] == '"strong"'


def test_nothing_is_compressed_for_this_machine_nor_parts_of_files(url: str) -> None:
    assert coding(httpx.get(f"{url}/text")) is None
    assert coding(ask(f"{url}/text", range="bytes=0-9")) is None
    assert coding(ask(f"{url}/text")) == "br"


def test_a_validator_names_what_is_in_it_only_weakly(url: str) -> None:
    assert ask(f"{url}/text").headers["etag"] == 'W/"strong"'
    assert ask(f"{url}/text", **{"accept-encoding": ""}).headers["etag"] == '"strong"'
    head = httpx.head(f"{url}/text", headers={**REMOTE, "accept-encoding": "br"})
    assert head.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("accepted", ["br", "gzip"])
@pytest.mark.parametrize("media_type", ["text/html", "text/event-stream"])
def test_a_stream_stays_one(url: str, accepted: str, media_type: str) -> None:
    headers = {**REMOTE, "accept-encoding": accepted}
    with (
        httpx.Client(base_url=url, headers=headers, timeout=10) as client,
        client.stream("GET", "/stream", params={"type": media_type}) as answer,
    ):
        assert coding(answer) == (accepted if media_type == "text/html" else None)
        parts = answer.iter_text()
        assert next(parts) == "one "
        httpx.get(f"{url}/go-on")
        assert "".join(parts) == "two " * 1000


def test_without_brotli_it_is_gzip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    bare: Any = importlib.reload(codecs)
    assert [codec.name for codec in bare.CODECS] == ["gzip"]
    monkeypatch.undo()
    importlib.reload(codecs)
    chosen = chosen_codec(["br"])
    assert chosen is not None
    assert chosen.name == "br"
