"""Raw bytes to a real server, and what comes back: no client library that would tidy them up."""

import base64
import gzip
import re
import socket
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

SECONDS = 10.0
# In every file that must not be served, and in no other.
MARK = "canary-3f9a1c-never-served"

NAVIGATION = {
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Accept": "text/html",
}
MODULE = {
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Dest": "script",
}


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; ``status`` 0 where the connection ended without one."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    raw: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def parse(raw: bytes) -> Answer:
    """The first answer in what a server sent."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    match = re.match(r"HTTP/1\.[01] (\d{3})", lines[0])
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Answer(int(match[1]) if match else 0, headers, body, raw)


def talk(port: int, data: bytes, *, seconds: float = SECONDS, address: str = "127.0.0.1") -> bytes:
    """Everything that comes back for these bytes, until the server closes or falls silent."""
    with socket.create_connection((address, port), timeout=seconds) as connection:
        with suppress(ConnectionError, TimeoutError):
            # It may have heard enough; what it said is still to be read.
            connection.sendall(data)
        return receive(connection, seconds)


def receive(connection: socket.socket, seconds: float = SECONDS) -> bytes:
    """What comes until the end of a connection, or until nothing comes for some time."""
    received = b""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            chunk = connection.recv(65536)
        except (ConnectionError, TimeoutError):
            break
        if not chunk:
            break
        received += chunk
    return received


def request(
    target: str | bytes,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    *,
    method: str = "GET",
    host: str | None = "127.0.0.1",
) -> bytes:
    """A request as bytes; after its answer the connection ends."""
    raw = target if isinstance(target, bytes) else target.encode("latin-1")
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    if host is not None:
        pairs.insert(0, ("Host", host))
    if not any(name.lower() == "connection" for name, _ in pairs):
        pairs.append(("Connection", "close"))
    lines = [f"{name}: {value}".encode("latin-1") for name, value in pairs]
    return b"\r\n".join([method.encode() + b" " + raw + b" HTTP/1.1", *lines, b"", b""])


def handshake(
    origin: str | None,
    token: str | None,
    *,
    target: str = "/@hotreload/ws",
    host: str = "127.0.0.1",
    extra: Iterable[tuple[str, str]] = (),
    **changed: str | None,
) -> bytes:
    """A WebSocket handshake; ``changed`` replaces headers, underscores for hyphens."""
    headers: dict[str, str | None] = {
        "Host": host,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "hotreload" + (f", hr.{token}" if token is not None else ""),
        "Origin": origin,
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    pairs = [(name, value) for name, value in headers.items() if value is not None]
    return request(target, [*pairs, *extra], host=None)


def marked(data: bytes, mark: str = MARK) -> bool:
    """Whether the mark is in there: plain, escaped, in base64, or compressed."""
    wanted = mark.encode()
    views = [data, data.replace(b"\\", b""), _unquoted(data), *_decoded(data)]
    body = data.partition(b"\r\n\r\n")[2]
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            views.append(unpack(body))
        except (OSError, EOFError, zlib.error):
            continue
    return any(wanted in view for view in views)


def _unquoted(data: bytes) -> bytes:
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), data)


def _decoded(data: bytes) -> Iterable[bytes]:
    for run in re.findall(rb"[A-Za-z0-9+/_-]{24,}", data):
        text = run.replace(b"-", b"+").replace(b"_", b"/")
        yield base64.b64decode(text[: len(text) // 4 * 4])
