"""Cross-site WebSocket hijacking: who may open the socket."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.sync.client import ClientConnection

from tests.project import Project
from tests.security.fort import OWN, Fort
from tests.security.wire import request
from tests.sockets import greet, hello, open_socket, receive

EVIL = [
    *("http://evil.example", "https://evil.example", "null", "http://203.0.113.5", "file://", ""),
    *("http://localhost.evil.example:{port}", "http://127.0.0.1.evil.example:{port}"),
    *("http://evillocalhost:{port}", "http://127.0.0.1:{port}@evil.example", "moz-extension://a"),
    *("chrome-extension://abcdefghijklmnop", "http://127.0.0.1:1", "http://localhost:3000"),
    *("http://[", "http://:80:80", "http://a b", "\x01", "http://127.0.0.1:99999999", "\xff"),
    *("http://" + "a" * 8000, "http://127.0.0.1:{port}/", "http://127.0.0.1:{port}.evil.example"),
]


@contextmanager
def listening(fort: Fort) -> Iterator[ClientConnection]:
    """A page of ours: a refusal only counts where this one works and gets what is pushed."""
    with open_socket(fort.project) as socket:
        greet(socket, hello(fort.project))
        yield socket


@pytest.fixture(autouse=True, scope="module")
def _a_page_of_ours_works(fort: Fort) -> None:
    with listening(fort) as socket:
        fort.project.edit("theme.css", "red", "blue")
        frame = json.dumps({"type": "hold", "resources": {"/theme.css": "old"}})
        socket.send(frame)
        assert receive(socket, "update")["styles"][0]["css"] == "body { color: blue }"


@pytest.mark.parametrize("origin", EVIL, ids=lambda origin: repr(origin[:40]))
def test_a_stranger_s_page_gets_no_socket_whatever_it_knows(fort: Fort, origin: str) -> None:
    origin = origin.replace("{port}", str(fort.port))
    for token in (OWN, None):
        answer = fort.shake(origin, token)
        assert 400 <= answer.status < 500, answer.raw[:200]
        assert fort.shake().status == 101


def spellings(token: str) -> list[str | None]:
    return [
        *(None, "", token[:-1], token + "x", token.swapcase(), "x" * len(token), token[::-1]),
        *("\xe9" * len(token), token + "\t", token + "%00", f"{token}, hr.{token}", "hr." + token),
    ]


@pytest.mark.parametrize("number", range(12))
def test_our_own_page_needs_the_token(fort: Fort, number: int) -> None:
    wrong = spellings(fort.token)[number]
    for origin in (OWN, None):
        answer = fort.shake(origin, wrong)
        if wrong == fort.token + "\t":
            assert answer.status == 101, "white space around a token of a list is none of it"
        else:
            assert 400 <= answer.status < 500, answer.raw[:200]


def test_a_tool_without_an_origin_needs_the_token_only(fort: Fort) -> None:
    assert fort.shake(None, None).status == 403
    assert fort.shake(None).status == 101


@pytest.mark.parametrize("token", [OWN, None])
def test_a_rebound_name_gets_no_socket(fort: Fort, token: str | None) -> None:
    for host in ("evil.example", f"evil.example:{fort.port}"):
        assert fort.shake(f"http://{host}", token, host=host).status == 403
        forwarded = [("X-Forwarded-Host", fort.host), ("Forwarded", f"host={fort.host}")]
        assert fort.shake(f"http://{host}", token, host=host, extra=forwarded).status == 403
    named = [("X-Forwarded-Host", "evil.example"), ("Forwarded", "host=evil.example")]
    assert fort.shake("http://evil.example", token, extra=named).status == 403


def test_two_origins_are_none(fort: Fort) -> None:
    for first, second in ((fort.origin, "http://evil.example"), ("null", fort.origin)):
        assert fort.shake(first, extra=[("Origin", second)]).status in (400, 403)


@pytest.mark.parametrize("header", ["Origin", "X-Any", "User-Agent", "Sec-WebSocket-Protocol"])
def test_a_control_character_is_answered_and_keeps_nothing_open(fort: Fort, header: str) -> None:
    for byte in ("\x01", "\x1b", "\x0b"):
        assert fort.shake(extra=[(header, byte)]).status == 400
    fort.answers()


@pytest.mark.parametrize(
    "target",
    [
        *("/@hotreload/ws/", "//@hotreload/ws", "/%40hotreload/ws", "/./@hotreload/ws"),
        *("/@hotreload/WS", "/@hotreload/ws;x", "/@hotreload/%77s", "/ws", "/", "/main.js"),
        *("/@hotreload//ws", "/@hotreload/x/../ws", "/@Hotreload/ws", "/@hotreload/ws%00"),
    ],
)
def test_other_spellings_of_the_address_are_others(fort: Fort, target: str) -> None:
    assert fort.shake("http://evil.example", target=target).status == 403
    assert fort.shake(target=target).status == 403


@pytest.mark.parametrize(
    "changed",
    [
        {"Sec_WebSocket_Version": "99"},
        {"Sec_WebSocket_Version": None},
        {"Sec_WebSocket_Key": None},
        {"Sec_WebSocket_Key": "short"},
        {"Upgrade": "h2c"},
        {"Upgrade": None},
        {"Connection": "close"},
    ],
    ids=str,
)
def test_a_handshake_that_is_none_is_answered_and_gets_nothing(
    fort: Fort, changed: dict[str, str | None]
) -> None:
    answer = fort.shake(**changed)
    assert answer.status in (400, 404, 426), answer.raw
    assert fort.token.encode() not in answer.raw


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
def test_the_socket_s_address_is_nothing_else(fort: Fort, method: str) -> None:
    answer = fort.send(request("/@hotreload/ws", method=method, host=fort.host))
    assert answer.status in (404, 405)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "cross-origin", "x"])
def test_a_browser_that_says_it_is_foreign_is_believed(fort: Fort, site: str) -> None:
    assert fort.shake(extra=[("Sec-Fetch-Site", site)]).status == 403
    assert fort.shake(extra=[("Sec-Fetch-Site", "same-origin")]).status == 101


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "app.localhost", "LOCALHOST"])
def test_every_name_of_this_machine_is_a_page_of_ours(fort: Fort, name: str) -> None:
    host = f"{name}:{fort.port}"
    assert fort.shake(f"http://{host.lower()}", host=host).status == 101
    assert fort.shake(f"https://{host.lower()}", host=host).status == 101, "behind TLS"
    assert fort.shake(f"http://localhost:{fort.port}", host=host).status == 101


def test_a_refused_handshake_says_in_the_terminal_what_would_allow_it(project: Project) -> None:
    project.write({"dep.js": "export const a = 1"}).start()
    fort = Fort(project)
    for _ in range(2):
        assert fort.shake("https://proxied.test").status == 403
    fort.said("proxied.test")
    (line,) = [line for line in project.lines if "proxied.test" in line]
    assert "--allow-host proxied.test" in line
    project.stop()
    project.start("--allow-host", "proxied.test")
    assert fort.shake("https://proxied.test").status == 101


def test_a_refused_handshake_carries_no_grant(fort: Fort) -> None:
    answer = fort.shake("http://evil.example")
    assert not [name for name in answer.headers if name.startswith("access-control")]
