"""The middleware's answers, over a matrix of what apps answer."""

import asyncio
import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import hotreload
from hotreload import HotReload
from tests.asgi.apps import BLOCK, HTML, PAGE, hot
from tests.asgi_client import NAVIGATION, answering, ask, asked, http_scope


@pytest.mark.parametrize(
    ("status", "headers", "method"),
    [
        (200, [HTML], "GET"),
        (200, [HTML], "POST"),
        (200, [HTML, ("content-length", str(len(PAGE)))], "GET"),
        (200, [HTML, ("etag", '"x"'), ("last-modified", "now"), ("accept-ranges", "bytes")], "GET"),
        (200, [HTML, ("content-encoding", "identity")], "GET"),
        (404, [HTML], "GET"),
        (500, [HTML], "GET"),
        (200, [("Content-Type", "TEXT/HTML")], "GET"),
    ],
)
def test_pages_get_the_block(
    root: Path, status: int, headers: list[tuple[str, str]], method: str
) -> None:
    app = hot(answering([PAGE[:30], PAGE[30:]], status=status, headers=headers), root)
    answer = asked(app, http_scope(method=method))
    assert answer.status == status
    assert len(BLOCK.findall(answer.body)) == 1
    assert BLOCK.sub(b"", answer.body) == PAGE
    assert answer.body.index(b"<meta") == PAGE.index(b"<title>")
    assert answer.headers.get("content-length", str(len(answer.body))) == str(len(answer.body))
    assert {"etag", "last-modified", "accept-ranges"}.isdisjoint(answer.headers)
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, [("content-type", "application/json")]),
        (200, [("content-type", "application/xml")]),
        (200, [("content-type", "text/html; charset=utf-16")]),
        (200, []),
        (204, [HTML]),
        (206, [HTML, ("content-range", "bytes 0-9/99")]),
        (200, [HTML, ("content-encoding", "gzip")]),
        (200, [HTML, ("content-encoding", "br")]),
        (200, [HTML, ("content-disposition", 'attachment; filename="a.html"')]),
        (301, [HTML, ("location", "/")]),
        (304, [HTML, ("etag", '"x"')]),
    ],
)
def test_anything_else_stays_as_it_is(
    root: Path, status: int, headers: list[tuple[str, str]]
) -> None:
    app = answering([PAGE[:9], PAGE[9:]], status=status, headers=headers)
    before, after = asked(app, http_scope()), asked(hot(app, root), http_scope())
    assert after.messages == before.messages


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost", "accept": "*/*"},
        {**NAVIGATION, "sec-fetch-dest": "empty"},
        {**NAVIGATION, "hx-request": "true"},
        {**NAVIGATION, "turbo-frame": "a"},
        {**NAVIGATION, "x-requested-with": "XMLHttpRequest"},
        {**NAVIGATION, "host": "evil.example"},
        {"host": "10.1.2.3", "accept": "text/html"},
    ],
)
def test_what_is_no_navigation_of_ours_stays_as_it_is(root: Path, headers: dict[str, str]) -> None:
    app = answering([PAGE])
    scope = http_scope(headers={**headers, "accept-encoding": "gzip"})
    before, after = asked(app, dict(scope)), asked(hot(app, root), dict(scope))
    assert after.messages == before.messages


def test_bodies_go_on_as_they_come(root: Path) -> None:
    """The app is asked for its next chunk only after the last one was sent."""
    chunks = [b"<!doctype html><head>", b"one", b"two", b"three"]
    answer = asked(hot(answering(chunks), root), http_scope())
    assert answer.chunks[0].startswith(b"<!doctype html><head><meta")
    assert answer.chunks[1:] == [b"one", b"two", b"three"]


def test_a_head_request_is_told_the_length_that_a_get_has(root: Path) -> None:
    headers = [HTML, ("content-length", str(len(PAGE)))]
    full = asked(hot(answering([PAGE], headers=headers), root), http_scope())
    head = asked(hot(answering([b""], headers=headers), root), http_scope(method="HEAD"))
    assert head.body == b""
    assert abs(int(head.headers["content-length"]) - int(full.headers["content-length"])) <= 1


def test_utf_16_without_a_word_is_found_out(root: Path) -> None:
    page = "<head>".encode("utf-16")
    headers = [("content-type", "text/html"), ("content-length", str(len(page)))]
    app = answering([page], headers=headers)
    answer = asked(hot(app, root), http_scope())
    assert answer.body == page
    assert answer.headers["content-length"] == str(len(page))


def test_a_navigation_asks_for_the_whole_page_uncompressed(root: Path) -> None:
    seen: list[dict[bytes, bytes]] = []

    async def look(scope: Scope) -> None:
        seen.append(dict(scope["headers"]))
        assert "http.response.pathsend" not in scope["extensions"]

    conditional = {
        **NAVIGATION,
        "accept-encoding": "gzip, br",
        "if-none-match": '"x"',
        "if-modified-since": "now",
        "range": "bytes=0-9",
        "cookie": "a=b",
    }
    extensions: dict[str, Any] = {"http.response.pathsend": {}, "http.response.debug": {}}
    scope = http_scope(headers=conditional, extensions=extensions)
    asked(hot(answering([PAGE], seen=look), root), scope)
    assert seen[0][b"accept-encoding"] == b"identity"
    assert seen[0][b"cookie"] == b"a=b"
    assert seen[0].keys().isdisjoint({b"if-none-match", b"if-modified-since", b"range"})


@pytest.mark.parametrize("outside", [True, False])
def test_compression_on_either_side(root: Path, outside: bool) -> None:
    page = PAGE.replace(b"text", b"text" * 500)
    ours = Middleware(HotReload, root=root, watch=[], enabled=True)
    theirs = Middleware(GZipMiddleware, minimum_size=10)

    async def home(_request: Request) -> HTMLResponse:
        return HTMLResponse(page)

    app = Starlette(
        routes=[Route("/", home)], middleware=[theirs, ours] if outside else [ours, theirs]
    )
    answer = asked(app, http_scope(headers={**NAVIGATION, "accept-encoding": "gzip"}))
    body = gzip.decompress(answer.body) if outside else answer.body
    assert BLOCK.sub(b"", body) == page


@pytest.mark.parametrize(
    ("policy", "nonce"),
    [
        ("script-src 'nonce-abc'", "abc"),
        ("default-src 'self' 'nonce-d'; img-src *", "d"),
        ("default-src 'nonce-d'; script-src 'nonce-s' 'strict-dynamic'", "s"),
        ("script-src 'nonce-s'; script-src-elem 'nonce-e'", "e"),
        ("default-src 'nonce-d'; script-src 'self'", None),
        ("style-src 'nonce-x'", None),
    ],
)
def test_the_nonce_of_the_page_is_the_block_s(root: Path, policy: str, nonce: str | None) -> None:
    headers = [HTML, ("Content-Security-Policy", policy)]
    answer = asked(hot(answering([PAGE], headers=headers), root), http_scope())
    found = re.search(rb'nonce="([^"]*)"', answer.body)
    assert (found[1].decode() if found else None) == nonce
    assert answer.headers["content-security-policy"] == policy


def test_only_the_outer_one_of_two_puts_a_block_in(root: Path) -> None:
    answer = asked(hot(hot(answering([PAGE]), root), root), http_scope())
    assert len(BLOCK.findall(answer.body)) == 1


@pytest.mark.parametrize(
    ("options", "root_path", "path", "source"),
    [
        ({}, "", "/", b"/@hotreload/client.js"),
        ({}, "/app", "/app/", b"/app/@hotreload/client.js"),
        ({"base": "/proxy"}, "", "/", b"/proxy/@hotreload/client.js"),
        ({"base": "/proxy/"}, "/app", "/app/x", b"/proxy/@hotreload/client.js"),
    ],
)
def test_the_block_names_the_path_that_browsers_see(
    root: Path, options: dict[str, str], root_path: str, path: str, source: bytes
) -> None:
    app = hot(answering([PAGE]), root, **options)

    async def both() -> tuple[bytes, int]:
        page = await ask(app, http_scope(path, root_path=root_path))
        same_origin = {**NAVIGATION, "sec-fetch-site": "same-origin", "sec-fetch-dest": "script"}
        script = f"{root_path}/@hotreload/client.js"
        scope = http_scope(script, root_path=root_path, headers=same_origin)
        return page.body, (await ask(app, scope)).status

    body, status = asyncio.run(both())
    assert b'src="' + source + b'"' in body
    assert status == 200


def test_a_mounted_app_can_have_it_for_itself(root: Path) -> None:
    inner = Starlette(routes=[Mount("/static", StaticFiles(directory=root / "static"))])
    app = Starlette(routes=[Mount("/sub", hot(inner, root))])
    script = {"host": "localhost", "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}
    headers = {**script, "sec-fetch-dest": "script"}
    answer = asked(app, http_scope("/sub/static/a.js", headers=headers))
    assert b"/sub/@hotreload/client.js" in answer.body


def test_a_template_can_put_the_block_in_itself(root: Path) -> None:
    async def home(_request: Request) -> HTMLResponse:
        return HTMLResponse(f"<head>{hotreload.tag('n1')}{hotreload.tag()}</head><p>a")

    app = Starlette(routes=[Route("/", home)])
    for inject in (True, False):
        body = asked(hot(app, root, inject=inject), http_scope()).body
        assert len(BLOCK.findall(body)) == 1
        assert b'nonce="n1"' in body
    assert BLOCK.search(asked(app, http_scope()).body) is None
    assert (
        BLOCK.search(asked(hot(answering([PAGE]), root, inject=False), http_scope()).body) is None
    )
