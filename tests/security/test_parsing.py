"""Request lines and headers that two parsers could read in two ways; smuggled requests."""

import pytest

from tests.security.fort import Fort
from tests.security.wire import parse, request, talk

HIDDEN = b"GET /main.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
SHOWN = b"import.meta.hot.accept"


def post(headers: bytes, body: bytes = b"", method: bytes = b"POST") -> bytes:
    return method + b" / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + b"\r\n" + body


LINES = {
    "fragment": b"GET /#/x HTTP/1.1",
    "fragment after a file": b"GET /main.js#x HTTP/1.1",
    "space": b"GET /a b HTTP/1.1",
    "control character": b"GET /\x01 HTTP/1.1",
    "byte beyond ASCII": b"GET /\xff HTTP/1.1",
    "odd method": b"G<T / HTTP/1.1",
    "unknown version": b"GET / HTTP/9.9",
    "HTTP/1.2": b"GET / HTTP/1.2",
    "HTTP/0.9": b"GET /",
    "no version": b"GET / ",
    "HTTP/2": b"PRI * HTTP/2.0",
    "lower case": b"get / http/1.1",
    "two spaces": b"GET  / HTTP/1.1",
    "tab": b"GET\t/ HTTP/1.1",
    "nothing": b"\x00" * 64,
    "TLS": bytes.fromhex("16030100c6010000c20303") + b"a" * 64,
    "long target": b"GET /" + b"a" * 200_000 + b" HTTP/1.1",
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_request_line_that_is_none(fort: Fort, line: bytes) -> None:
    raw = talk(fort.port, line + b"\r\nHost: 127.0.0.1\r\n\r\n", seconds=5)
    answer = parse(raw)
    assert answer.status in (0, 400, 404, 405, 414, 431, 505), raw[:200]
    assert SHOWN not in raw
    assert b"<body" not in raw


AMBIGUOUS = {
    "length and chunked": (b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
    "chunked and length": (b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", b"0\r\n\r\n"),
    "two lengths": (b"Content-Length: 0\r\nContent-Length: 46\r\n", b""),
    "list of lengths": (b"Content-Length: 0, 46\r\n", b""),
    "signed length": (b"Content-Length: +0\r\n", b""),
    "negative length": (b"Content-Length: -1\r\n", b""),
    "underscored length": (b"Content-Length: 0_0\r\n", b""),
    "hexadecimal length": (b"Content-Length: 0x0\r\n", b""),
    "blank before the colon": (b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"),
    "xchunked": (b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"),
    "chunked, identity": (b"Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n"),
    "vertical tab": (b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n"),
    "folded": (b"Transfer-Encoding:\r\n chunked\r\n", b"0\r\n\r\n"),
    "negative chunk": (b"Transfer-Encoding: chunked\r\n", b"-1\r\n\r\n"),
    "hexadecimal chunk": (b"Transfer-Encoding: chunked\r\n", b"0x0\r\n\r\n"),
    "extension with a line feed": (b"Transfer-Encoding: chunked\r\n", b"0;a\n\r\n\r\n"),
    "chunk without an end": (b"Transfer-Encoding: chunked\r\n", b"4\r\nabcdXX0\r\n\r\n"),
    "body read": (b"Content-Length: 4\r\n", b"abcd"),
    "chunks read": (b"Transfer-Encoding: chunked\r\n", b"4\r\nabcd\r\n0\r\n\r\n"),
    "upgrade with a body": (
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 1337\r\n"
        b"Content-Length: 4\r\n",
        b"abcd",
    ),
}


@pytest.mark.parametrize("method", [b"POST", b"GET"])
@pytest.mark.parametrize("case", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_a_hidden_request_is_never_answered(
    fort: Fort, case: tuple[bytes, bytes], method: bytes
) -> None:
    headers, body = case
    raw = talk(fort.port, post(headers, body + HIDDEN, method), seconds=3)
    assert SHOWN not in raw
    assert raw.count(b"HTTP/1.1 ") <= 1, raw


def test_http_1_0_with_chunks_is_refused(fort: Fort) -> None:
    data = b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN
    assert SHOWN not in talk(fort.port, data, seconds=3)


@pytest.mark.parametrize(
    "line",
    [b"X Y: 1", b"X: a\x00b", b"X: a\rb", b": x", b"X\x01: 1", b"X: \x01", b"X: \x1b[31m", b"X"],
    ids=repr,
)
def test_a_header_line_that_is_none(fort: Fort, line: bytes) -> None:
    data = b"GET /main.js HTTP/1.1\r\nHost: 127.0.0.1\r\n" + line + b"\r\n\r\n"
    answer = parse(talk(fort.port, data, seconds=3))
    assert answer.status == 400
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize(
    "method",
    ["POST", "PUT", "DELETE", "PATCH", "PROPFIND", "MKCOL", "OPTIONS", "TRACE", "COPY", "X"],
)
def test_other_methods_do_nothing_and_repeat_nothing(fort: Fort, method: str) -> None:
    before = sorted(path.name for path in fort.root.iterdir())
    sent = {"X-Echo": "repeated", "Content-Length": "3", "Content-Type": "text/plain"}
    raw = talk(fort.port, request("/new.txt", sent, method=method, host=fort.host) + b"new")
    answer = parse(raw)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert b"repeated" not in raw
    assert sorted(path.name for path in fort.root.iterdir()) == before


def test_no_tunnel(fort: Fort) -> None:
    answer = fort.send(request("evil.example:443", method="CONNECT", host=fort.host))
    assert answer.status in (400, 405)


def test_two_honest_requests_in_a_row_are_both_answered(fort: Fort) -> None:
    raw = talk(fort.port, HIDDEN + request("/dep.js", host="127.0.0.1"))
    assert raw.count(b"HTTP/1.1 200") == 2
    assert SHOWN in raw
    assert b"export const a" in raw


def test_the_head_may_be_as_large_as_browsers_make_it(fort: Fort) -> None:
    for size, status in ((16_000, 200), (31_000, 200), (33_000, 400), (1_000_000, 400)):
        raw = talk(fort.port, request("/dep.js", {"Cookie": "c" * size}, host=fort.host))
        assert parse(raw).status in (status, 0 if status == 400 else status), size


def test_noise_is_said_once(fort: Fort) -> None:
    for _ in range(20):
        talk(fort.port, b"\x00\r\n\r\n")
    fort.answers()
    assert len([line for line in fort.project.lines if "Invalid HTTP" in line]) <= 1
