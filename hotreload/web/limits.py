"""What uvicorn leaves open: how long a request head may take, how many connections there may be,
and requests that two parsers could read in two ways.

Uvicorn's own limits are set beside these, in :mod:`hotreload.hosts.server`.
"""

import asyncio
import logging
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from hotreload.live.headers import HEADERS
from hotreload.web.front.errors import BrokenOffError

HEAD_SECONDS = 10.0
MAX_HEAD_BYTES = 32 * 1024


def _most_connections() -> int:
    """How many connections there may be: enough for a thousand pages, where the system lets us."""
    try:
        import resource  # not on Windows
    except ImportError:
        return 512
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some are needed for files.
    return 1280 if allowed == resource.RLIM_INFINITY else max(64, min(1280, allowed - 256))


# A browser opens six connections, and one socket a page.
MAX_CONNECTIONS = _most_connections()

_CLOSE = (b"connection", b"close")
# Exceptions of which uvicorn prints a traceback although there is nothing to mend: a request was
# refused already, a message is no text, or an answer was cut off because the server ends.
_SAID = (h11.LocalProtocolError, UnicodeDecodeError, BrokenOffError, asyncio.CancelledError)
_QUIET = ("timeout graceful shutdown exceeded", "Unsupported upgrade request.")


class StrictConnection(h11.Connection):
    """h11, but for what it lets through that a proxy before it might read in another way."""

    def next_event(self) -> Any:
        """The next event.

        Raises:
            h11.RemoteProtocolError: it is a request whose head is too large or ambiguous.
        """
        event = super().next_event()
        if not isinstance(event, h11.Request):
            return event
        problem = _problem(event)
        if problem:
            raise h11.RemoteProtocolError(problem)
        if not _has_body(event):
            return event
        # Nothing here reads a body; without this uvicorn would, to the end, to keep the connection.
        return h11.Request(
            method=event.method,
            target=event.target,
            headers=[*event.headers, _CLOSE],
            http_version=event.http_version,
        )


def _problem(request: h11.Request) -> str:
    if request.http_version not in (b"1.0", b"1.1"):
        return "unknown version of HTTP"
    names = [name for name, _ in request.headers]
    if b"content-length" in names and b"transfer-encoding" in names:
        return "two lengths of the body"
    if any(byte < 32 and byte != 9 for _, value in request.headers for byte in value):
        return "control character in a header"
    size = len(request.target) + sum(len(n) + len(v) + 4 for n, v in request.headers)
    return "head too large" if size > MAX_HEAD_BYTES else ""


def _has_body(request: h11.Request) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in request.headers
    )


class LimitedProtocol(H11Protocol):
    """Uvicorn's HTTP with a deadline for each request head and a bound to connections.

    Where there are too many, the oldest that is not a socket goes: a stranger who opens them all
    doesn't keep the developer out.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.conn = StrictConnection(h11.SERVER, MAX_HEAD_BYTES)
        self._since = 0.0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since = self.loop.time()
        self._expect_head()
        if len(self.connections) > MAX_CONNECTIONS:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._expect_head()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # Until its first byte the next head is waited for by uvicorn, for a shorter time.
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._expect_head()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, with what every answer says."""
        headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
        headers += [(b"content-type", b"text/plain; charset=utf-8"), _CLOSE]
        body = b"400: " + msg.encode() + b"\n"
        headers.append((b"content-length", str(len(body)).encode()))
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            events = (
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            )
            self.transport.write(b"".join(self.conn.send(event) or b"" for event in events))
        self.transport.close()

    def _expect_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self._abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _abort(self) -> None:
        self.transport.abort()

    def _make_room(self) -> None:
        others = [c for c in self.connections if isinstance(c, LimitedProtocol)]
        oldest = min(others, key=lambda connection: connection._since)
        oldest._abort()


def late_websockets(**settings: Any) -> asyncio.Protocol:
    """The WebSocket protocol, imported when the first page opens a socket."""
    from hotreload.web.socket import SocketProtocol

    return SocketProtocol(**settings)


def quiet_uvicorn() -> None:
    """Keep strangers from filling the terminal through uvicorn's own lines."""
    logger = logging.getLogger("uvicorn.error")
    if not any(isinstance(known, _Once) for known in logger.filters):
        logger.addFilter(_Once())


class _Once(logging.Filter):
    """Lets through what a developer should see, and of what a stranger can cause each line once."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if any(quiet in text for quiet in _QUIET):
            return False
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, _SAID):
            return False
        if record.levelno != logging.WARNING:
            return True
        said = text in self._said
        self._said.add(text)
        return not said


HTTP_PROTOCOL = cast("type[asyncio.Protocol]", LimitedProtocol)
WS_PROTOCOL = cast("type[asyncio.Protocol]", late_websockets)
