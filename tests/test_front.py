"""What stands before the app: proxy, further headers, HTTPS, a folder's listing."""

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import trustme
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from hotreload.project.settings import SettingsError
from hotreload.web.front.parse import parse_header, parse_proxy
from tests.project import Project, free_port


async def echo(request: Request) -> Response:
    """What arrived."""
    return JSONResponse(
        {
            "method": request.method,
            "path": request.url.path,
            "query": request.url.query,
            "headers": dict(request.headers),
            "body": (await request.body()).decode(),
        },
        headers={"x-own": "1", "connection": "close, x-own-hop", "keep-alive": "timeout=5"},
    )


async def stream(request: Request) -> Response:
    """A first part, and the rest once the caller has said that it has that."""
    go_on: asyncio.Event = request.app.state.go_on

    async def parts() -> AsyncIterator[bytes]:
        yield b"one "
        await go_on.wait()
        yield b"two"

    return StreamingResponse(parts())


async def go_on(request: Request) -> Response:
    request.app.state.go_on.set()
    return Response()


async def break_off(request: Request) -> Response:
    return Response(b"half", headers={"content-length": "100"})


async def cookies(request: Request) -> Response:
    response = RedirectResponse("/api/echo")
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


async def talk(socket: WebSocket) -> None:
    if "refuse" in socket.query_params:
        await socket.close()
        return
    await socket.accept("chat" if "chat" in socket.scope["subprotocols"] else None)
    await socket.send_text(json.dumps({k: socket.headers.get(k) for k in ("origin", "cookie")}))
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                socket.app.state.closed_with.append(message["code"])
                return
            if message.get("text") == "bye":
                await socket.close(4321, "as you wish")
                return
            if message.get("bytes") is not None:
                await socket.send_bytes(message["bytes"])
            else:
                await socket.send_text(message["text"])
    except WebSocketDisconnect:
        return


@contextmanager
def serving(app: ASGIApp) -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture
def behind() -> Iterator[tuple[Starlette, int]]:
    """A server of the user's own."""
    every = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
    app = Starlette(
        routes=[
            Route("/api/echo", echo, methods=every),
            Route("/api/stream", stream),
            Route("/api/go-on", go_on),
            Route("/api/break", break_off),
            Route("/api/cookies", cookies),
            WebSocketRoute("/api/talk", talk),
        ]
    )
    app.state.go_on = asyncio.Event()
    app.state.closed_with = []
    with serving(app) as port:
        yield app, port


@pytest.fixture
def proxied(project: Project, behind: tuple[Starlette, int]) -> Project:
    project.write({"index.html": "<title>Ours</title>", "apiary.txt": "bees"})
    return project.start("--proxy", f"/api=http://127.0.0.1:{behind[1]}")


def test_what_is_below_the_prefix_is_answered_behind_and_the_rest_here(proxied: Project) -> None:
    with httpx.Client(base_url=proxied.url) as client:
        assert "Ours" in client.get("/").text
        assert client.get("/apiary.txt").text == "bees"
        answer = client.put("api/echo?q=%20x", content=b"body", headers={"x-mine": "yes"})
    assert answer.headers["x-own"] == "1"
    assert "x-own-hop" not in answer.headers.get("connection", "")
    assert "keep-alive" not in answer.headers
    seen = answer.json()
    assert (seen["method"], seen["path"], seen["query"]) == ("PUT", "/api/echo", "q=%20x")
    assert seen["body"] == "body"
    assert seen["headers"]["x-mine"] == "yes"
    assert seen["headers"]["host"] == f"127.0.0.1:{proxied.port}"
    assert seen["headers"]["x-forwarded-host"] == f"127.0.0.1:{proxied.port}"
    assert seen["headers"]["x-forwarded-proto"] == "http"
    assert seen["headers"]["x-forwarded-for"] == "127.0.0.1"


def test_what_a_caller_says_of_where_it_comes_from_is_not_believed(proxied: Project) -> None:
    headers = {"x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "https"}
    seen = httpx.get(f"{proxied.url}api/echo", headers=headers).json()["headers"]
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "http"


def test_an_answer_arrives_as_it_is_made(proxied: Project) -> None:
    with httpx.stream("GET", f"{proxied.url}api/stream") as answer:
        parts = answer.iter_bytes()
        assert next(parts) == b"one "
        httpx.get(f"{proxied.url}api/go-on")
        assert b"".join(parts) == b"two"


def test_redirects_and_cookies_are_passed_on(proxied: Project) -> None:
    answer = httpx.get(f"{proxied.url}api/cookies", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "/api/echo"
    assert len(answer.headers.get_list("set-cookie")) == 2


def test_half_an_answer_is_not_taken_for_a_whole_one(proxied: Project) -> None:
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"{proxied.url}api/break")
    assert httpx.get(proxied.url).status_code == 200
    assert "Traceback" not in proxied.output


def test_a_server_that_does_not_answer_is_named(project: Project) -> None:
    port = free_port()
    project.write({"index.html": ""}).start("--proxy", f"/api=http://127.0.0.1:{port}")
    for _ in range(2):
        answer = httpx.get(f"{project.url}api/echo")
        assert answer.status_code == 502
        assert f"http://127.0.0.1:{port} does not answer" in answer.text
    with pytest.raises(InvalidStatus, match="502"):
        connect(f"ws://127.0.0.1:{project.port}/api/talk", origin=Origin(project.url[:-1]))
    project.wait_for_output("does not answer what /api is passed on for", count=2)


def test_sockets_are_passed_on_both_ways(proxied: Project, behind: tuple[Starlette, int]) -> None:
    url = f"ws://127.0.0.1:{proxied.port}/api/talk"
    origin = Origin(proxied.url[:-1])
    with connect(
        url,
        origin=origin,
        subprotocols=[Subprotocol("chat")],
        additional_headers={"cookie": "a=1"},
    ) as page:
        assert page.subprotocol == "chat"
        assert json.loads(page.recv()) == {"origin": origin, "cookie": "a=1"}
        page.send("text")
        assert page.recv() == "text"
        page.send(b"\x00\xff")
        assert page.recv() == b"\x00\xff"
        page.send("bye")
        with pytest.raises(ConnectionClosed) as closed:
            page.recv()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4321, "as you wish")


def test_a_socket_that_is_refused_behind_is_refused_here(proxied: Project) -> None:
    url = f"ws://127.0.0.1:{proxied.port}/api/talk?refuse=1"
    with pytest.raises(InvalidStatus, match="403"):
        connect(url, origin=Origin(proxied.url[:-1]))


def test_strangers_reach_nothing_behind(proxied: Project) -> None:
    url = f"{proxied.url}api/echo"
    assert httpx.get(url).status_code == 200
    assert httpx.get(url, headers={"host": "evil.test"}).status_code == 403
    foreign = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert httpx.get(url, headers=foreign).status_code == 403
    # As a login elsewhere comes back.
    led_here = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert httpx.post(url, headers={**foreign, **led_here}).status_code == 200
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"ws://127.0.0.1:{proxied.port}/api/talk", origin=Origin("http://evil.test"))


def test_headers_are_on_every_answer_and_win(project: Project) -> None:
    project.write({"index.html": "<title>Ours</title>"})
    project.start("--header", "X-Mine: yes", "--header", "cache-control: no-store")
    for url in ("", "nothing.txt", "@hotreload/client.js"):
        answer = httpx.get(f"{project.url}{url}")
        assert answer.headers["x-mine"] == "yes"
        assert answer.headers.get_list("cache-control") == ["no-store"]


def test_https_with_a_certificate_of_our_own(project: Project, tmp_path: Path) -> None:
    project.write({"index.html": "<title>Ours</title>"}).start("--https")
    authority = tmp_path / "state" / "https" / "authority.pem"
    project.wait_for_output(str(authority))
    url = f"https://127.0.0.1:{project.port}/"
    assert url in project.output
    trusting = ssl.create_default_context(cafile=authority)
    assert "Ours" in httpx.get(url, verify=trusting).text
    again = authority.read_bytes()
    project.stop()
    project.start("--https")
    assert authority.read_bytes() == again
    assert (authority.with_suffix(".key").stat().st_mode & 0o777) == 0o600
    assert "Ours" in httpx.get(url, verify=trusting).text


def test_https_with_a_certificate_that_is_given(project: Project, tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    project.write({"index.html": "<title>Ours</title>"})
    project.start("--cert", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem"))
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    assert "Ours" in httpx.get(f"https://127.0.0.1:{project.port}/", verify=trusting).text


def test_a_folder_without_a_page_is_listed_on_request_without_what_is_denied(
    project: Project,
) -> None:
    project.write({"sub/<b>.txt": "", "sub/a b/c.txt": "", "sub/.env": "", "sub/id_rsa": ""})
    project.start("--listing")
    navigating = {"accept": "text/html"}
    page = httpx.get(f"{project.url}sub/", headers=navigating)
    assert page.headers["content-type"].startswith("text/html")
    assert '<a href="./a%20b/">a b/</a>' in page.text
    assert "&lt;b&gt;.txt" in page.text
    assert "<b>" not in page.text
    assert ".env" not in page.text
    assert "id_rsa" not in page.text
    assert httpx.get(f"{project.url}nothing/", headers=navigating).status_code == 404
    project.write({"sub/index.html": "<title>Ours</title>"})
    assert "Ours" in httpx.get(f"{project.url}sub/", headers=navigating).text


def test_no_folder_is_listed_unasked(project: Project) -> None:
    project.write({"sub/a.txt": ""}).start()
    assert httpx.get(f"{project.url}sub/a.txt").status_code == 200
    assert httpx.get(f"{project.url}sub/", headers={"accept": "text/html"}).status_code == 404


@pytest.mark.parametrize(
    "text", ["", "/api", "api=http://a", "/api=ftp://a", "/api=http://", "/@hotreload/x=http://a"]
)
def test_a_proxy_that_is_none_is_said(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_proxy(text)


@pytest.mark.parametrize("text", ["", "a", "a b: c", "x: a\r\nset-cookie: b", "x: \u20ac"])
def test_a_header_that_is_none_is_said(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_header(text)


@pytest.mark.parametrize(
    ("prefix", "path", "fits"),
    [
        ("/api", "/api", True),
        ("/api", "/api/x", True),
        ("/api/", "/api", True),
        ("/api", "/apix", False),
        ("/", "/x", True),
    ],
)
def test_a_prefix_ends_where_a_segment_does(prefix: str, path: str, fits: bool) -> None:
    assert parse_proxy(f"{prefix}=http://a").fits(path) is fits
