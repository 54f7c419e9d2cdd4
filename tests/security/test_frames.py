"""What comes over the socket: from a page that was let in and is hostile all the same."""

import json
import socket as sockets
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.security.fort import Fort
from tests.security.wire import MARK, SECONDS, handshake, marked
from tests.sockets import closed_with, greet, hello, open_socket, receive

PATHS = ["../secret.txt", "/.env", "file://{abs}?raw", "{abs}", "/@fs{abs}", "/leak", "/server.pem"]
RPC = [
    '{"type":"custom","event":"vite:invoke","data":{"name":"fetchModule","data":["{path}"]}}',
    '{"type":"fetch","path":"{path}"}',
    '{"type":"get","path":"{path}"}',
    '{"type":"read","path":"{path}"}',
    '{"type":"module","url":"{path}"}',
    '{"type":"subscribe","path":"{path}"}',
    '{"jsonrpc":"2.0","id":1,"method":"fs/readFile","params":["{path}"]}',
    '{"command":"url","url":"{path}"}',
    '{"type":"custom","event":"hotreload:read","data":"{path}"}',
]
RELAYED = [
    '{"type":"update","rev":99,"modules":[{"path":"/main.js","v":"x","hash":"x","code":"evil()"}]}',
    '{"type":"full-reload"}',
    '{"type":"custom","event":"evil","data":"evil"}',
    '{"type":"problems","problems":[{"owner":"evil"}]}',
    '{"type":"error","err":{"message":"evil"}}',
    '{"type":"css","text":"evil"}',
    '{"type":"eval","code":"evil()"}',
    '{"type":"welcome","project":"evil"}',
    '{"type":"ack","rev":99,"result":"applied","ms":1,"reason":"evil"}',
    '{"type":"load-failed","path":"/main.js","message":"evil"}',
]
MALFORMED: list[str | bytes] = [
    *("", "{", "}", "[]", "null", "1", '"x"', "NaN", '{"type":{}}', '{"type":"__proto__"}'),
    *("[" * 20_000, '{"a":' * 20_000, "1" * 20_000, '{"type":"ack","rev":' + "9" * 20_000 + "}"),
    *('{"type":"ping","__proto__":{"polluted":1}', '{"type":"\\ud800"}', "\x00", '{"type":null}'),
    *(b"\x00\x01", b"{}", '{"type":"hello"}', '{"type":"ack","rev":1e99,"result":"","ms":0}'),
    '{"type":"hold","modules":{"../x":["h",""]}}',
    '{"type":"hold","modules":{"/x\\n[forged] line":["h",""]}}',
    '{"type":"hold","modules":{"/x":["h","\'; evil() //"]}}',
    '{"type":"load-failed","path":"/\\u001b[31m","message":""}',
    '{"type":"invalidate","modules":{"http://evil.example/":""}}',
    '{"type":"sync","id":7}',
]


@contextmanager
def page(fort: Fort, **changes: Any) -> Iterator[ClientConnection]:
    """A page that was let in."""
    with open_socket(fort.project) as socket:
        greet(socket, hello(fort.project, **changes))
        receive(socket, "problems")
        yield socket


def everything_before_pong(socket: ClientConnection) -> list[str]:
    """What is sent until a ping is answered."""
    socket.send('{"type":"ping"}')
    frames = []
    while True:
        text = socket.recv(SECONDS)
        assert isinstance(text, str)
        frames.append(text)
        if json.loads(text)["type"] == "pong":
            return frames


@pytest.mark.parametrize("shape", RPC)
def test_no_frame_reads_a_file(fort: Fort, shape: str) -> None:
    for path in PATHS:
        text = shape.replace("{path}", path.replace("{abs}", str(fort.outside)))
        with page(fort) as socket:
            socket.send(text)
            if json.loads(text).get("type") == "custom":
                assert not any(marked(frame.encode()) for frame in everything_before_pong(socket))
            else:
                assert closed_with(socket) == 1008


@pytest.mark.parametrize(
    "path", ["/.env", "/leak.js", "/manage.py", "/server.pem?raw", "/alias.js"]
)
def test_no_path_that_a_page_names_reads_a_file(fort: Fort, path: str) -> None:
    """What it says that it holds, it is not given."""
    held = {path: ["old", ""], "/main.js": ["old", ""]}
    with page(fort, modules=held, resources={path: "old"}) as socket:
        socket.send(json.dumps({"type": "hold", "modules": held, "resources": {path: "older"}}))
        socket.send(json.dumps({"type": "load-failed", "path": path, "message": ""}))
        socket.send(json.dumps({"type": "invalidate", "modules": {path: ""}}))
        frames = everything_before_pong(socket)
        assert not any(marked(frame.encode()) for frame in frames)
        assert any('"/main.js"' in frame for frame in frames), "what is served is pushed"


@pytest.mark.parametrize("shape", RELAYED)
def test_nothing_a_page_says_reaches_another(fort: Fort, shape: str) -> None:
    with page(fort) as hostile, page(fort) as other:
        hostile.send(shape)
        # It may have been shut out by now.
        with suppress(ConnectionClosed):
            hostile.send('{"type":"ping"}')
        frames = everything_before_pong(other)
        assert not [frame for frame in frames if "evil" in frame]


def test_no_version_that_a_page_names_becomes_code(fort: Fort) -> None:
    """A page that comes back brings the versions it has; they stand in URLs that others import."""
    from tests.sockets import module_hash

    digest = module_hash(fort.project, "dep.js")
    for version in ("'; evil(); '", "x' with {}//", "\n", "../..", "a b", '"', "\u2028", "a" * 500):
        with open_socket(fort.project) as socket:
            socket.send(json.dumps(hello(fort.project, modules={"/dep.js": [digest, version]})))
            assert closed_with(socket) == 1008
    assert "evil" not in fort.ask("/main.js").text


@pytest.mark.parametrize("text", MALFORMED, ids=lambda text: repr(text[:30]))
def test_a_malformed_frame_ends_its_own_session_only(fort: Fort, text: str | bytes) -> None:
    with page(fort) as other:
        with page(fort) as hostile:
            hostile.send(text)
            assert closed_with(hostile) == 1008
        assert everything_before_pong(other)


def frame(
    payload: bytes = b"", *, first: int = 0x81, length: int | None = None, masked: bool = True
) -> bytes:
    """A WebSocket frame as bytes (RFC 6455 5.2), with what may be wrong with it."""
    size = len(payload) if length is None else length
    bit = 0x80 if masked else 0
    if size < 126:
        head = struct.pack("!BB", first, bit | size)
    elif size < 65536:
        head = struct.pack("!BBH", first, bit | 126, size)
    else:
        head = struct.pack("!BBQ", first, bit | 127, size)
    return head + (b"\0\0\0\0" if masked else b"") + payload


FRAMES = {
    "of 2^62 bytes": (frame(b"", length=2**62), 1009),
    "of 2^64-1 bytes": (frame(b"", length=2**64 - 1), 1002),
    "of 3 MiB": (frame(b"a" * 3 * 2**20), 1009),
    "in endless fragments": (
        frame(b"a" * 2**20, first=0x01) + frame(b"a" * 2**20, first=0) * 3,
        1009,
    ),
    "compressed": (frame(b"\x00" * 8192, first=0xC1), 1002),
    "unmasked": (frame(b"{}", masked=False), 1002),
    "with RSV2": (frame(b"{}", first=0xA1), 1002),
    "of opcode 3": (frame(b"{}", first=0x83), 1002),
    "of opcode 11": (frame(b"", first=0x8B), 1002),
    "of no UTF-8": (frame(b"\xff\xfe"), 1007),
    "long ping": (frame(b"a" * 200, first=0x89), 1002),
    "fragmented ping": (frame(b"a", first=0x09), 1002),
    "continuation of nothing": (frame(b"a", first=0x80), 1002),
    "text within text": (frame(b"a", first=0x01) + frame(b"b"), 1002),
    "close with half a code": (frame(b"\x03", first=0x88), 1002),
    "close with a code that is none": (frame(struct.pack("!H", 999), first=0x88), 1002),
}


@contextmanager
def raw_socket(fort: Fort) -> Iterator[sockets.socket]:
    """An open WebSocket, without a library that would send right frames only."""
    with sockets.create_connection(("127.0.0.1", fort.port), timeout=SECONDS) as connection:
        connection.sendall(handshake(fort.origin, fort.token, host=fort.host))
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(1)
        assert head.startswith(b"HTTP/1.1 101")
        yield connection


@pytest.mark.parametrize("case", FRAMES.values(), ids=FRAMES)
def test_a_hostile_frame_ends_its_connection(fort: Fort, case: tuple[bytes, int]) -> None:
    data, code = case
    with page(fort) as other:
        with raw_socket(fort) as connection:
            try:
                connection.sendall(data)
                received = connection.recv(65536)
            except ConnectionError:
                received = b""  # it was closed while this was still sending
            if received:
                assert received[0] == 0x88
                assert struct.unpack("!H", received[2:4])[0] in (code, 1002, 1009)
        assert everything_before_pong(other)
    assert "Traceback" not in fort.project.output


def test_no_compression_is_agreed_on(fort: Fort) -> None:
    answer = fort.shake(extra=[("Sec-WebSocket-Extensions", "permessage-deflate")])
    assert answer.status == 101
    assert "sec-websocket-extensions" not in answer.headers


def test_a_reset_in_the_middle_of_a_frame_is_survived(fort: Fort) -> None:
    for part in (1, 3, 7, 40):
        with raw_socket(fort) as connection:
            connection.sendall(frame(b"a" * 100)[:part])
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, linger)
    with page(fort) as other:
        assert everything_before_pong(other)


@pytest.mark.slow
def test_a_page_that_talks_without_end_is_slowed_down_and_others_are_served(fort: Fort) -> None:
    with page(fort) as hostile, page(fort) as other:
        for _ in range(1500):
            hostile.send('{"type":"custom","event":"noise"}')
        for colour in ("blue", "green", "gray"):
            fort.project.write({"theme.css": f"body {{ color: {colour} }}"})
            other.send(json.dumps({"type": "hold", "resources": {"/theme.css": "old"}}))
            while colour not in json.dumps(receive(other, "update")):
                pass
        assert everything_before_pong(other)


def test_twenty_thousand_pings_are_no_burden(fort: Fort) -> None:
    with raw_socket(fort) as connection, page(fort) as other:
        connection.settimeout(SECONDS)
        connection.sendall(frame(b"", first=0x89) * 20_000)
        assert everything_before_pong(other)


def test_the_mark_would_be_seen(fort: Fort) -> None:
    """The test's own eyes: what is served and holds the mark is found in a frame."""
    fort.project.write({"shown.css": f"/* {MARK} */"})
    with page(fort, resources={"/shown.css": "old"}) as socket:
        assert marked(json.dumps(receive(socket, "update")).encode())
