"""Those who send much, or slowly, or read nothing: the developer is served all the same."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotreload.live.endpoint import MAX_SESSIONS
from hotreload.web.limits import HEAD_SECONDS, MAX_CONNECTIONS
from tests.security.fort import Fort, build
from tests.security.test_frames import everything_before_pong, page, raw_socket
from tests.security.wire import SECONDS, parse, receive, request, talk
from tests.sockets import receive as receive_frame

PROMPT_SECONDS = 8  # on a machine that runs other tests at the same time


@pytest.fixture
def connections() -> Iterator[contextlib.ExitStack]:
    with contextlib.ExitStack() as stack:
        yield stack


def connect(fort: Fort, stack: contextlib.ExitStack) -> socket.socket:
    return stack.enter_context(socket.create_connection(("127.0.0.1", fort.port), timeout=SECONDS))


def is_prompt(fort: Fort) -> bool:
    begin = time.monotonic()
    fort.answers()
    return time.monotonic() - begin < PROMPT_SECONDS


@pytest.mark.slow
def test_slow_requests_are_ended(fort: Fort, connections: contextlib.ExitStack) -> None:
    """All at once: nothing, half a line, half a head, one byte at a time, half a body."""
    head = request("/dep.js", host=fort.host)
    beginnings = [b"", b"G", b"GET / HT", head[:-2], head[:30]]
    slow = [connect(fort, connections) for _ in beginnings]
    for connection, data in zip(slow, beginnings, strict=True):
        connection.sendall(data)
    dripping = connect(fort, connections)
    second = connect(fort, connections)
    second.sendall(
        head.replace(b"Connection: close", b"Connection: keep-alive") + b"GET / HTTP/1.1\r\nX"
    )
    half_body = connect(fort, connections)
    post = request("/", {"Content-Length": "1000"}, method="POST", host=fort.host)
    half_body.sendall(post + b"half")
    begin = time.monotonic()
    deadline = begin + HEAD_SECONDS + PROMPT_SECONDS
    ended = False
    while not ended and time.monotonic() < deadline:
        try:
            dripping.sendall(b"G")
            time.sleep(0.2)
        except ConnectionError:
            ended = True
    assert ended, "a byte now and then is no request"
    for connection in (*slow, second, half_body):
        left = max(0.1, deadline - time.monotonic())
        begin_wait = time.monotonic()
        receive(connection, left)
        assert time.monotonic() - begin_wait < left, "it was not ended"


def test_two_hundred_half_open_requests_keep_nobody_out(
    fort: Fort, connections: contextlib.ExitStack
) -> None:
    for _ in range(200):
        connect(fort, connections).sendall(b"GET / HTTP/1.1\r\n")
    assert is_prompt(fort)


def test_more_connections_than_there_may_be_keep_nobody_out(
    fort: Fort, connections: contextlib.ExitStack
) -> None:
    first = connect(fort, connections)
    for _ in range(MAX_CONNECTIONS + 20):
        connect(fort, connections)
    assert is_prompt(fort)
    begin = time.monotonic()
    assert receive(first, 5) == b""
    assert time.monotonic() - begin < 5, "the oldest made room"


@pytest.mark.slow
def test_two_hundred_sockets_keep_nobody_out_and_too_many_are_turned_away(
    fort: Fort, connections: contextlib.ExitStack
) -> None:
    with page(fort) as one:
        for _ in range(200):
            connections.enter_context(raw_socket(fort)).sendall(_hello_frame())
        assert is_prompt(fort)
        assert everything_before_pong(one)
        closed = 0
        for _ in range(MAX_SESSIONS - 200 + 14):
            one_more = connections.enter_context(raw_socket(fort))
            with contextlib.suppress(ConnectionError):
                one_more.sendall(_hello_frame())
            data = one_more.recv(100)
            closed += data[:1] == b"\x88" and int.from_bytes(data[2:4]) == 1013
        assert closed >= 10
        assert everything_before_pong(one)


@pytest.mark.slow
def test_pages_that_never_read_burden_nobody(tmp_path: Path) -> None:
    with build(tmp_path) as fort, contextlib.ExitStack() as stack:
        for _ in range(12):
            deaf = stack.enter_context(raw_socket(fort))
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.sendall(_hello_frame())
        with page(fort, resources={"/theme.css": "old"}) as healthy:
            before = _memory(fort)
            for number in range(16):
                fort.project.write({"theme.css": f"/* {number:05} */" + "a{b:c}" * 110_000})
                while f"/* {number:05} */" not in json.dumps(receive_frame(healthy, "update")):
                    pass
            assert is_prompt(fort)
            assert _memory(fort) - before < 150 * 2**20


def _hello_frame() -> bytes:
    from tests.security.test_frames import frame

    hello = {
        "type": "hello",
        "version": 1,
        "project": "",
        "boot": "",
        "rev": 0,
        "page": "/",
        "hash": "",
        "modules": {},
        "resources": {"/theme.css": "old"},
    }
    return frame(json.dumps(hello).encode())


def _memory(fort: Fort) -> int:
    """What the server holds, in bytes (Linux; 0 elsewhere)."""
    process = fort.project._process
    assert process is not None
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return 0
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024


RANGES = {
    "a thousand": "bytes=" + ",".join(f"{n}-{n}" for n in range(1000)),
    "fifteen hundred from 0": "bytes=" + ",".join(["0-"] * 1500),
    "six thousand digits": "bytes=0-" + "9" * 6000,
    "backwards": "bytes=9-1",
    "words": "bytes=a-b",
    "nothing": "bytes=",
    "negative": "bytes=--1",
    "other units": "lines=1-2",
}


@pytest.mark.parametrize("wanted", RANGES.values(), ids=RANGES)
def test_ranges_multiply_nothing(fort: Fort, wanted: str) -> None:
    answer = fort.ask("/x.png", {"Range": wanted})
    assert answer.status in (200, 206, 416)
    assert len(answer.body) <= 256


LARGE = {
    "a header of 1 MiB": request("/", {"X": "a" * 2**20}),
    "20000 headers": request("/", [("X", "1")] * 20_000),
    "200 kB of cookies": request("/", {"Cookie": "a=b; " * 40_000}),
    "a target of 20000 slashes": request("/" * 20_000),
    "20000 question marks": request("/" + "?" * 20_000),
    "many dots": request("/" + "..%2f" * 3000),
    "many validators": request("/x.png", {"If-None-Match": '"a", ' * 5000}),
    "a long Accept": request("/", {"Accept": "text/html;q=0.1," * 1500}),
    "many parameters": request("/main.js?" + "a=b&" * 6000),
}


@pytest.mark.parametrize("data", LARGE.values(), ids=LARGE)
def test_large_heads_are_refused_or_answered_soon(fort: Fort, data: bytes) -> None:
    begin = time.monotonic()
    answer = fort.send(data)
    assert answer.status in (0, 200, 304, 400, 414, 431)
    assert time.monotonic() - begin < PROMPT_SECONDS


def test_headers_without_end_have_one(fort: Fort, connections: contextlib.ExitStack) -> None:
    connection = connect(fort, connections)
    connection.sendall(b"GET / HTTP/1.1\r\n")
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < 5_000_000:
            connection.sendall(b"X: " + b"a" * 1000 + b"\r\n")
            sent += 1005
    assert sent < 5_000_000
    assert is_prompt(fort)


def test_a_large_body_is_refused_unread(fort: Fort, connections: contextlib.ExitStack) -> None:
    for target in ("/", "/@hotreload/frames", "/@hotreload/stream"):
        connection = connect(fort, connections)
        size = 64 * 2**20
        head = {"Content-Length": str(size), "Content-Encoding": "gzip"}
        connection.sendall(request(target, head, method="POST", host=fort.host))
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < size:
                connection.sendall(b"a" * 65536)
                sent += 65536
        assert sent < size
    parts = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n" * 5000
    form = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(len(parts))}
    raw = talk(fort.port, request("/", form, method="POST", host=fort.host) + parts)
    assert parse(raw).status in (0, 405)


def test_a_reader_that_stops_holds_up_only_itself(
    fort: Fort, connections: contextlib.ExitStack
) -> None:
    fort.project.write({"film.bin": bytes(30 * 2**20)})
    for _ in range(5):
        connect(fort, connections).sendall(request("/film.bin", host=fort.host))
    assert is_prompt(fort)
