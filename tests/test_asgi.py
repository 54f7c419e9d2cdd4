"""The middleware's answers, over a matrix of what apps answer."""

import asyncio
import gzip
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

import hotreload
from hotreload import HotReload
from hotreload.asgi.host import Host
from hotreload.asgi.injector import MOST_HELD, Injector
from hotreload.settings import SettingsError
from hotreload.transform.html import insertion_point
from tests.asgi_client import NAVIGATION, answering, ask, asked, http_scope

PAGE = b"<!doctype html><html><head><title>T</title></head><body><p>text</p></body></html>"
BLOCK = re.compile(
    rb'<meta name="hotreload"[^>]*data-hotreload=""/><script[^>]*data-hotreload=""></script>'
)
HTML = ("content-type", "text/html; charset=utf-8")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTRELOAD_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture(autouse=True)
def stop(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without a lifespan nobody says when it is over."""
    started: set[Host] = set()
    start = Host._start

    def noted(host: Host, root: str) -> None:
        started.add(host)
        start(host, root)

    monkeypatch.setattr(Host, "_start", noted)
    yield
    for host in started:
        host.stop()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "templates").mkdir(parents=True)
    (folder / "static").mkdir()
    (folder / "static" / "a.js").write_text("export const a = 1;\n")
    (folder / "static" / "page.html").write_text("<p>mine")
    return folder


def hot(app: ASGIApp, root: Path, **options: Any) -> HotReload:
    return HotReload(app, root=root, **{"enabled": True, "watch": [], **options})


# Where the block goes in

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


# The matrix of answers


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
        (200, [("content-type", "application/xhtml+xml")]),
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


# Static files


def test_static_files_of_an_app_are_found_and_the_app_keeps_the_rest(root: Path) -> None:
    class Guarded(StaticFiles):
        async def get_response(self, path: str, scope: Scope) -> Any:
            return HTMLResponse("guarded")

    deep = [Mount("/deep", routes=[Mount("/files", StaticFiles(directory=root / "static"))])]
    routes = [
        Mount("/static", StaticFiles(directory=root / "static")),
        Mount("/guarded", Guarded(directory=root / "static")),
        *deep,
    ]
    app = Starlette(
        routes=routes, middleware=[Middleware(HotReload, root=root, watch=[], enabled=True)]
    )
    script = {
        "host": "localhost",
        "sec-fetch-site": "same-origin",
        "sec-fetch-mode": "cors",
        "sec-fetch-dest": "script",
    }

    async def texts() -> list[bytes]:
        return [
            (await ask(app, http_scope(path, headers=headers))).body
            for path, headers in [
                ("/static/a.js", script),
                ("/deep/files/a.js", script),
                ("/guarded/a.js", script),
                ("/static/a.js", {**script, "sec-fetch-site": "cross-site"}),
                ("/static/page.html", {**script, "sec-fetch-dest": "empty"}),
                ("/static/none.js", script),
            ]
        ]

    first, second, guarded, foreign, page, missing = asyncio.run(texts())
    assert b"@hotreload/client.js" in first
    assert b"@hotreload/client.js" in second
    assert guarded == b"guarded"
    assert foreign == b"export const a = 1;\n"
    assert page == b"<p>mine"
    assert missing == b"Not Found"


def test_the_hosts_an_app_insists_on_are_allowed(root: Path) -> None:
    async def home(_request: Request) -> HTMLResponse:
        return HTMLResponse(PAGE)

    app = Starlette(
        routes=[Route("/", home)],
        middleware=[
            Middleware(HotReload, root=root, watch=[], enabled=True),
            Middleware(TrustedHostMiddleware, allowed_hosts=["app.test", "*.app.example"]),
        ],
    )
    for host in ("app.test", "x.app.example"):
        answer = asked(app, http_scope(headers={**NAVIGATION, "host": host}))
        assert BLOCK.search(answer.body)


# Our own addresses


@pytest.mark.parametrize(
    ("path", "headers", "method", "status"),
    [
        ("/@hotreload/client.js", {"sec-fetch-site": "same-origin"}, "GET", 200),
        ("/@hotreload/client.js", {"sec-fetch-site": "cross-site"}, "GET", 403),
        ("/@hotreload/client.js", {"sec-fetch-site": "same-site"}, "GET", 403),
        ("/@hotreload/client.js", {"host": "evil.example"}, "GET", 403),
        ("/@hotreload/status", {"host": "evil.example"}, "GET", 403),
        ("/@hotreload/status", {}, "PUT", 405),
        ("/@hotreload/base/nothing", {}, "GET", 404),
        ("/@hotreload/base/..%2fidentity", {}, "GET", 404),
        ("/@hotreload/nothing", {}, "GET", 404),
    ],
)
def test_who_may_have_what_is_ours(
    root: Path, path: str, headers: dict[str, str], method: str, status: int
) -> None:
    app = hot(answering([b"the app's"]), root)
    scope = http_scope(path, method=method, headers={"host": "localhost", **headers})
    answer = asked(app, scope)
    assert answer.status == status
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert b"the app's" not in answer.body


def test_a_page_is_kept_as_the_app_rendered_it(root: Path) -> None:
    app = hot(answering([PAGE[:20], PAGE[20:]]), root)

    async def base() -> tuple[bytes, str]:
        page = await ask(app, http_scope())
        content = re.search(rb"&quot;hash&quot;:&quot;([^&]+)&quot;", page.body)
        assert content is not None
        path = f"/@hotreload/base/{content[1].decode()}"
        kept = await ask(app, http_scope(path, headers={"host": "localhost"}))
        again = {**NAVIGATION, "sec-fetch-dest": "empty", "x-hotreload": "refetch"}
        refetched = await ask(app, http_scope(headers=again))
        assert refetched.body == PAGE
        return kept.body, refetched.headers["x-hotreload"]

    body, digest = asyncio.run(base())
    assert body == PAGE
    assert "." in digest


# The template's call


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


# Off


@pytest.fixture
def unused(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("middleware", [True, False])
def test_off_it_does_nothing_and_loads_nothing(unused: Path, middleware: bool) -> None:
    wrap = (
        "app = Starlette(routes=r, middleware=[Middleware(HotReload, watch=['nothing'])])"
        if middleware
        else "app = HotReload(Starlette(routes=r), enabled=False, watch=['nothing'])"
    )
    code = f"""
import asyncio, sys
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route
from hotreload import HotReload
async def home(request): return HTMLResponse("<head></head>")
r = [Route("/", home)]
{wrap}
from tests.asgi_client import ask, http_scope
async def all():
    assert (await ask(app, http_scope())).body == b"<head></head>"
    answer = await ask(app, http_scope("/@hotreload/client.js"))
    assert answer.status == 404, answer
asyncio.run(all())
loaded = [name for name in sys.modules if name.startswith("hotreload.")]
assert loaded == ["hotreload.middleware"], loaded
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_it_is_said_when_debug_turns_it_off(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = HotReload(Starlette(debug=False), root=root)
    asked(app, http_scope())
    asked(app, http_scope())
    assert sum("hotreload is off" in record.message for record in caplog.records) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"watch": ["templatez"]}, "there is no"),
        ({"static": {"static": "static"}}, "/prefix=folder"),
        ({"static": {"/static": "nothing"}}, "there is no folder"),
        ({"base": "app"}, "begins with a slash"),
        ({"root": "/nothing/there"}, "there is no folder"),
    ],
)
def test_what_can_t_be_used_is_said(root: Path, options: dict[str, Any], message: str) -> None:
    app = HotReload(answering([PAGE]), **{"enabled": True, "root": root, **options})
    with pytest.raises(SettingsError, match=message):
        asked(app, http_scope())
