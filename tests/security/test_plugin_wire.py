"""In an app under its own uvicorn: our addresses are as closed as in ``serve``, its own as open as
they were."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.security.app_fort import AppFort, build_app
from tests.security.fort import OWN
from tests.security.test_foreign_page import serving
from tests.security.test_frames import MALFORMED, RPC
from tests.security.test_hijack import EVIL
from tests.security.test_host import EVIL as HOSTS
from tests.security.wire import MODULE, NAVIGATION, SECONDS, Answer, marked, parse, request, talk
from tests.sockets import closed_with, greet, open_socket, read_birth, receive

OURS = ["/@hotreload/client.js", "/@hotreload/status"]


@pytest.fixture(scope="module")
def fort(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppFort]:
    with build_app(tmp_path_factory.mktemp("app")) as fort:
        yield fort


def hello(fort: AppFort, **changes: object) -> dict[str, object]:
    birth = read_birth(fort.project)
    birth.pop("rendered")
    frame = {**birth, "type": "hello", "version": 1, "modules": {}, "resources": {}}
    return {**frame, **changes}


@contextmanager
def page(fort: AppFort) -> Iterator[ClientConnection]:
    """A page of ours."""
    with open_socket(fort.project) as socket:
        greet(socket, hello(fort))
        receive(socket, "problems")
        yield socket


def works(fort: AppFort) -> None:
    """What is saved comes to a page that may have it."""
    with page(fort) as socket:
        held = {"type": "hold", "resources": {"/static/theme.css": "old"}}
        socket.send(json.dumps(held))
        assert receive(socket, "update")["styles"][0]["css"] == "body { color: red }"


def post(fort: AppFort, target: str, body: bytes, **headers: str) -> Answer:
    """A POST as a page's fallback does it, but for what is changed."""
    sent = {
        "Host": fort.host,
        "Origin": fort.origin,
        "Sec-Fetch-Site": "same-origin",
        "X-Hotreload-Token": fort.token,
        "Content-Length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    data = request(target, sent, method="POST", host=None)
    return parse(talk(fort.port, data + body))


# Who may ask


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: repr(host)[:40])
def test_another_host_gets_the_app_and_nothing_of_ours(fort: AppFort, host: str) -> None:
    for target in OURS:
        answer = fort.send(request(target, MODULE, host=host))
        assert answer.status in (400, 403)
        assert fort.token not in answer.text
    there = fort.send(request("/", NAVIGATION, host=host))
    if there.status != 400:  # what h11 itself does not take
        assert there.status == 200
        assert "hotreload" not in there.text


def test_every_name_that_is_ours_gets_it(fort: AppFort) -> None:
    for name in ("localhost", "127.0.0.1", "[::1]", "app.localhost", "app.test"):
        host = f"{name}:{fort.port}"
        assert "@hotreload" in fort.ask("/", NAVIGATION, host=host).text
        assert fort.token in fort.ask(OURS[0], MODULE, host=host).text
        assert fort.shake(f"http://{host}", host=host).status == 101


@pytest.mark.parametrize("target", OURS)
@pytest.mark.parametrize("site", ["cross-site", "same-site", "x"])
def test_what_a_browser_says_of_a_request_is_believed(
    fort: AppFort, target: str, site: str
) -> None:
    assert fort.token in fort.ask(target, MODULE).text
    for mode in ("cors", "no-cors", "navigate"):
        asked = {**MODULE, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
        answer = fort.ask(target, asked)
        assert answer.status == 403
        assert fort.token not in answer.text


@pytest.mark.parametrize("app", ["app", "within", "outside"])
def test_no_cors_middleware_gives_the_token_away(
    app: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whichever side it is on; and where browsers send no fetch metadata, over plain http."""
    with build_app(tmp_path_factory.mktemp(app), app) as fort:
        for target in (*OURS, "/@hotreload/base/x", "/@hotreload/gone"):
            for origin in ("http://evil.example", "null", "http://127.0.0.1:1", ""):
                for more in ({}, {**MODULE, "Sec-Fetch-Site": "cross-site"}):
                    answer = fort.ask(target, {**more, "Origin": origin})
                    assert answer.status == 403
                    assert fort.token not in answer.text
                    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
                    if app != "outside":
                        assert "access-control-allow-origin" not in answer.headers
            own = fort.ask(target, {**MODULE, "Origin": fort.origin})
            assert own.status == (200 if target in OURS else 404)
            if app != "outside":
                assert "access-control-allow-origin" not in own.headers
        for origin in (fort.origin, "http://evil.example"):
            granted = fort.ask("/api", {"Origin": origin}).headers
            assert ("access-control-allow-origin" in granted) == (app != "app")


def test_the_app_s_own_addresses_stay_as_open_as_they_were(fort: AppFort) -> None:
    strange = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = fort.ask("/api", strange, method=method, host="any.example")
        assert json.loads(answer.text)["method"] == method
        assert not {n for n in answer.headers if n.startswith(("cross-origin", "x-content"))}
    assert fort.ask("/static/dep.js", strange).text == "export const text = 'ours';\n"
    address = f"ws://127.0.0.1:{fort.port}/socket"
    with connect(address, proxy=None, origin=Origin("http://evil.example")) as socket:
        assert json.loads(socket.recv())["origin"] == "http://evil.example"


# The socket


# What uvicorn itself never answers is left out: its handshake with a control character in a header.
ORIGINS = [origin for origin in EVIL if origin != "\x01"]


@pytest.mark.parametrize("origin", ORIGINS, ids=lambda origin: repr(origin[:40]))
def test_a_stranger_s_page_gets_no_socket(fort: AppFort, origin: str) -> None:
    origin = origin.replace("{port}", str(fort.port))
    for token in (OWN, None):
        assert 400 <= fort.shake(origin, token).status < 500
    assert fort.shake().status == 101


def test_our_own_page_needs_the_token_and_says_it_as_a_sub_protocol(fort: AppFort) -> None:
    token = fort.token
    for wrong in (None, "", token[:-1], token + "x", token.swapcase(), "\xe9" * len(token)):
        assert fort.shake(OWN, wrong).status in (400, 403)
        assert fort.shake(None, wrong).status in (400, 403)
    for site in ("cross-site", "same-site"):
        assert fort.shake(extra=[("Sec-Fetch-Site", site)]).status == 403
    assert fort.shake("http://evil.example", host="evil.example").status == 403
    assert fort.shake().status == 101
    works(fort)


@pytest.mark.parametrize("text", MALFORMED, ids=lambda text: repr(text[:30]))
def test_a_malformed_frame_ends_its_own_session_only(fort: AppFort, text: str | bytes) -> None:
    with page(fort) as other:
        with page(fort) as hostile:
            hostile.send(text)
            assert closed_with(hostile) == 1008
        other.send('{"type":"ping"}')
        assert receive(other, "pong")


# The stream in its place


class Stream:
    """A page's fallback: a POST whose answer goes on."""

    def __init__(self, fort: AppFort) -> None:
        self._fort = fort
        self._connection = HTTPConnection("127.0.0.1", fort.port, timeout=SECONDS)
        headers = {"origin": fort.origin, "x-hotreload-token": fort.token}
        self._connection.request("POST", "/@hotreload/stream", headers=headers)
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200
        self.name = self.event()[1]

    def event(self) -> tuple[str, str]:
        """The next event's name and data; a heartbeat is none. Two empty texts at the end."""
        name = ""
        for line in iter(self._answer.readline, b""):
            key, _, value = line.decode().rstrip("\n").partition(":")
            if key == "event":
                name = value
            elif key == "data":
                return name, value
        return "", ""

    def until(self, kind: str) -> dict[str, Any]:
        """The next frame of a type."""
        while True:
            name, data = self.event()
            assert data, "the stream has ended"
            frame: dict[str, Any] = json.loads(data) if not name else {}
            if frame.get("type") == kind:
                return frame

    def send(self, *frames: str | bytes, **headers: str) -> Answer:
        raw = [frame if isinstance(frame, bytes) else frame.encode() for frame in frames]
        named = {"X_Hotreload_Stream": self.name, **headers}
        return post(self._fort, "/@hotreload/frames", b"\n".join(raw), **named)

    def close(self) -> None:
        self._connection.close()


@contextmanager
def stream(fort: AppFort) -> Iterator[Stream]:
    """A page of ours that can't have a socket."""
    with closing(Stream(fort)) as opened:
        assert opened.send(json.dumps(hello(fort))).status == 204
        opened.until("problems")
        yield opened


@pytest.mark.parametrize("text", [m for m in MALFORMED if m], ids=lambda text: repr(text[:30]))
def test_a_malformed_frame_by_request_ends_its_own_stream_only(
    fort: AppFort, text: str | bytes
) -> None:
    with page(fort) as other:
        with stream(fort) as hostile:
            assert hostile.send(text).status in (204, 410)
            while (event := hostile.event())[0] != "close":
                assert event[1], "it ends without a word"
            assert event == ("close", "1008")
            assert hostile.send('{"type":"ping"}').status == 410
        other.send('{"type":"ping"}')
        assert receive(other, "pong")


@pytest.mark.parametrize("shape", RPC)
def test_no_frame_by_request_reads_a_file(fort: AppFort, shape: str) -> None:
    for path in ("/static/.env", "../secret.txt", "/static/server.pem?raw"):
        with stream(fort) as hostile:
            hostile.send(shape.replace("{path}", path), '{"type":"ping"}')
            while (event := hostile.event())[1] and event[0] != "close":
                assert not marked(event[1].encode())
                if '"pong"' in event[1]:
                    break


def test_requests_with_too_much_are_refused_and_others_are_served(fort: AppFort) -> None:
    with stream(fort) as hostile, stream(fort) as other:
        assert hostile.send(b"a" * (2 * 2**20 + 1)).status == 413
        assert hostile.send(*['{"type":"ping"}'] * 1000).status == 410
        assert hostile.send('{"type":"ping"}').status == 410
        assert other.send('{"type":"ping"}').status == 204
        assert other.until("pong")


def test_a_stream_is_its_page_s_own(fort: AppFort) -> None:
    with stream(fort) as own:
        for name in ("", own.name[:-1], own.name.swapcase(), "../x", "\xe9"):
            assert own.send('{"type":"ping"}', X_Hotreload_Stream=name).status == 410
        assert own.send('{"type":"ping"}').status == 204
        assert own.until("pong")


@pytest.mark.parametrize("target", ["/@hotreload/stream", "/@hotreload/frames"])
@pytest.mark.parametrize(
    "changed",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost:3000"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"X_Hotreload_Token": ""},
        {"X_Hotreload_Token": "x" * 32},
        {"X_Hotreload_Token": "\xe9" * 32},
    ],
    ids=str,
)
def test_a_stranger_s_request_gets_no_stream(
    fort: AppFort, target: str, changed: dict[str, str]
) -> None:
    assert post(fort, target, b"", **changed).status == 403
    with stream(fort) as own:
        assert own.send('{"type":"ping"}').status == 204


# What a refused page learns, and a stranger's in a browser


def test_the_status_says_why_a_page_would_get_no_socket(tmp_path: Path) -> None:
    with build_app(tmp_path) as fort:

        def status(origin: str) -> dict[str, str]:
            answer = fort.ask(f"/@hotreload/status?origin={quote(origin)}", MODULE)
            told: dict[str, str] = json.loads(answer.text)
            return told

        assert set(status(fort.origin)) == {"token"}
        assert set(status("https://app.test")) == {"token"}
        refused = status("https://proxied.test")["refused"]
        assert 'allow_hosts=["proxied.test"]' in refused
        assert fort.shake("https://proxied.test").status == 403
        fort.said('allow_hosts=["proxied.test"]')
        assert "--allow-host" not in fort.project.output


@pytest.mark.parametrize("name", ["evil.example", "localhost"])
def test_a_stranger_s_page_gets_nothing_from_an_app(
    fort: AppFort, misled_page: Page, name: str
) -> None:
    page = misled_page
    page.goto(fort.project.url)
    expect(page.locator("#out")).to_have_text("ours")
    attack = """async ([target, token]) => {
      const outcome = (promise) => promise.then((value) => `got ${value}`, () => 'refused');
      const results = {};
      for (const path of ['client.js', 'status']) {
        const url = `${target}@hotreload/${path}`;
        results[path] = await outcome(fetch(url).then((r) => r.text()));
        results[`import ${path}`] = await outcome(import(url));
      }
      for (const path of ['stream', 'frames']) {
        const url = `${target}@hotreload/${path}`;
        const headers = { 'x-hotreload-token': token };
        results[path] = await outcome(fetch(url, { method: 'POST' }).then((r) => r.text()));
        results[`${path} with it`] =
          await outcome(fetch(url, { method: 'POST', headers }).then((r) => r.text()));
      }
      results.socket = await new Promise((resolve) => {
        const url = `${target.replace('http', 'ws')}@hotreload/ws`;
        const socket = new WebSocket(url, ['hotreload', `hr.${token}`]);
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      });
      return results;
    }"""
    with serving("<!doctype html><body>stranger</body>") as port:
        page.goto(f"http://{name}:{port}/")
        found = page.evaluate(attack, [fort.project.url, fort.token])
    assert {key: value for key, value in found.items() if value != "refused"} == {}
    page.goto(fort.project.url)
    expect(page.locator("#out")).to_have_text("ours")
