"""The proxy: requests and sockets below some prefixes are another server's to answer.

``aiohttp`` carries the requests and ``websockets`` the sockets; here is only what a proxy may and
may not pass on (RFC 9110, 7.6).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import aiohttp
from multidict import CIMultiDict
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Origin, Subprotocol
from yarl import URL

from hotreload.project.options import ProxyRule
from hotreload.web.front.errors import BrokenOffError
from hotreload.web.guard import Guard
from hotreload.web.own import PREFIX
from hotreload.web.refusals import Refusals
from hotreload.web.static import plain

logger = logging.getLogger("hotreload")

CONNECT_SECONDS = 5.0
# RFC 9110, 7.6.1, and what a WebSocket handshake makes anew for itself.
_HOP_BY_HOP = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"),
        *("upgrade", "proxy-authenticate", "proxy-authorization"),
    }
)
_HANDSHAKE = frozenset({"sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"})
_FORWARDED = frozenset({"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"})
# Close codes that are never sent over the wire (RFC 6455, 7.4.1).
_NOT_SENT = frozenset({1005, 1006, 1015})

# What the client would add of its own.
_AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_MOST_HEADER = 64 * 1024

Header = tuple[str, str]


class UnreachableError(Exception):
    """A server does not answer.

    Args:
        reason: why.
        begun: it may have begun to.
    """

    def __init__(self, reason: Exception, *, begun: bool) -> None:
        super().__init__(str(reason) or type(reason).__name__)
        self.begun = begun


class Proxy:
    """Passes on what begins with a prefix, and leaves the rest to the app.

    Args:
        app: answers everything else.
        rules: where to; the longest prefix that fits counts.
        guard: who may ask: a name that is rebound to this machine reaches no server behind it.
    """

    def __init__(self, app: ASGIApp, rules: Sequence[ProxyRule], guard: Guard) -> None:
        self.app = app
        self.rules = sorted(rules, key=lambda rule: -len(rule.prefix))
        self.guard = guard
        self._refusals = Refusals()
        self._silent: set[str] = set()
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rule = self._rule(scope) if scope["type"] in ("http", "websocket") else None
        if rule is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._admit(rule, scope, receive, send)
        else:
            await self.join(rule, scope, receive, send)

    def _rule(self, scope: Scope) -> ProxyRule | None:
        path = scope["raw_path"].decode("latin-1")
        if PREFIX in path:
            # Nobody behind may see the socket's token, whatever prefix was named.
            return None
        return next((rule for rule in self.rules if rule.fits(path)), None)

    # Requests

    async def _admit(self, rule: ProxyRule, scope: Scope, receive: Receive, send: Send) -> None:
        # A page of another origin may only lead here, as any link does, or a login elsewhere that
        # posts its result. Who may do what is for the server behind to say, as in production.
        refusal = self.guard.check_request("GET", scope["headers"])
        if refusal is not None:
            self._refusals.say(refusal)
            await plain(403, f"403: {refusal}\n")(scope, receive, send)
            return
        try:
            await self.pass_on(rule, scope, receive, send)
        except UnreachableError as error:
            await self._unreachable(rule, error)(scope, receive, send)

    async def pass_on(self, rule: ProxyRule, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a request answered by the server behind.

        Raises:
            UnreachableError: it does not answer; nothing was sent yet.
        """
        request = Request(scope, receive)
        has_body = any(n in (b"content-length", b"transfer-encoding") for n, _ in scope["headers"])
        url = rule.url(scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1"))
        try:
            answer = await self._client().request(
                scope["method"],
                URL(url, encoded=True),
                headers=CIMultiDict(to_upstream(scope, rule)),
                skip_auto_headers=_AUTOMATIC,
                data=request.stream() if has_body else None,
                allow_redirects=False,
            )
        except ClientDisconnect:
            return
        except (aiohttp.ClientError, TimeoutError) as error:
            begun = not isinstance(error, aiohttp.ClientConnectorError | TimeoutError)
            raise UnreachableError(error, begun=begun) from error
        self._silent.discard(rule.target)
        response = StreamingResponse(_body(answer), answer.status)
        response.raw_headers = [
            (name.lower(), rule.own_location(value) if name.lower() == b"location" else value)
            for name, value in answer.raw_headers
            if name.lower().decode("latin-1") not in _HOP_BY_HOP
        ]
        try:
            await response(scope, receive, send)
        finally:
            answer.close() if not answer.content.at_eof() else answer.release()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # Certificates of servers on this machine are seldom signed by anybody.
                connector=aiohttp.TCPConnector(limit=0, ssl=False),
                timeout=aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                max_line_size=_MOST_HEADER,
                max_field_size=_MOST_HEADER,
            )
        return self._session

    async def close(self) -> None:
        """Let go of the connections to the servers behind."""
        if self._session is not None:
            await self._session.close()

    def _unreachable(self, rule: ProxyRule, error: UnreachableError) -> Response:
        reason = _reason(rule, error)
        if rule.target not in self._silent:
            self._silent.add(rule.target)
            logger.warning("%s", reason)
        return plain(502, f"502: {reason}\n")

    # Sockets

    async def join(self, rule: ProxyRule, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a socket answered by the server behind."""
        origin = _origin(scope)
        refusal = self.guard.check_page(origin or "null", scope["headers"])
        if refusal is not None:
            self._refusals.say(refusal)
            await send({"type": "websocket.close", "code": 1008})
            return
        await receive()
        url = rule.url(scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1"))
        headers = [
            (name, value)
            for name, value in to_upstream(scope, rule)
            if name not in _HANDSHAKE | {"sec-websocket-protocol", "host", "origin"}
        ]
        offered: list[Subprotocol] = [Subprotocol(p) for p in scope.get("subprotocols", [])]
        try:
            upstream = await connect(
                "ws" + url.removeprefix("http"),
                origin=origin,
                additional_headers=headers,
                subprotocols=offered or None,
                compression=None,
                max_size=None,
                open_timeout=CONNECT_SECONDS,
                user_agent_header=None,
                proxy=None,
            )
        except (OSError, InvalidHandshake, TimeoutError) as error:
            status = error.response.status_code if isinstance(error, InvalidStatus) else 502
            logger.warning("%s", _reason(rule, error))
            await _refuse(scope, send, status)
            return
        await send({"type": "websocket.accept", "subprotocol": upstream.subprotocol})
        await _pump(upstream, receive, send)


async def _refuse(scope: Scope, send: Send, status: int) -> None:
    """Tell a page that its socket can't be had, in the words of the server behind if it had any."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1013})
        return
    await send({"type": "websocket.http.response.start", "status": status, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})


async def _pump(upstream: ClientConnection, receive: Receive, send: Send) -> None:
    """Carry messages both ways until one side closes; then close the other with its code."""

    async def up() -> None:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                code = message.get("code") or 1000
                await upstream.close(1000 if code in _NOT_SENT else code)
                return
            text = message.get("text")
            await upstream.send(message["bytes"] if text is None else text)

    async def down() -> None:
        async for data in upstream:
            kind = "text" if isinstance(data, str) else "bytes"
            await send({"type": "websocket.send", kind: data})

    tasks = [asyncio.create_task(up()), asyncio.create_task(down())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception) and not isinstance(ended, ConnectionClosed):
                logger.warning("a proxied socket broke: %s", ended)
        await upstream.close()
        code = upstream.close_code or 1006
        closing: Message = {
            "type": "websocket.close",
            "code": 1011 if code in _NOT_SENT - {1005} else 1000 if code == 1005 else code,
            "reason": upstream.close_reason or "",
        }
        # It may be the page that closed.
        with suppress(RuntimeError):
            await send(closing)


def to_upstream(scope: Scope, rule: ProxyRule) -> list[Header]:
    """The headers to pass on: without those of the connection, with where it came from."""
    headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"]]
    named = {
        name.strip().lower() for key, value in headers if key == "connection"
        for name in value.split(",")
    }  # fmt: skip
    dropped = _HOP_BY_HOP | _FORWARDED | named
    kept = [(name, value) for name, value in headers if name not in dropped]
    host = next((value for name, value in headers if name == "host"), "")
    if not rule.keeps_host:
        kept = [(n, urlsplit(rule.target).netloc if n == "host" else v) for n, v in kept]
    client = scope.get("client")
    secure = scope["scheme"] in ("https", "wss")
    return [
        *kept,
        ("x-forwarded-for", client[0] if client else "127.0.0.1"),
        ("x-forwarded-host", host),
        ("x-forwarded-proto", "https" if secure else "http"),
    ]


def _origin(scope: Scope) -> Origin | None:
    values = [value for name, value in scope["headers"] if name == b"origin"]
    return Origin(values[0].decode("latin-1")) if len(values) == 1 else None


def _reason(rule: ProxyRule, error: Exception) -> str:
    where = urlsplit(rule.target)
    return (
        f"{where.scheme}://{where.netloc} does not answer what {rule.prefix} is passed on for: "
        f"{error or type(error).__name__} (is it running?)"
    )


async def _body(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The body as it came, still compressed if it was."""
    try:
        async for chunk in answer.content.iter_any():
            yield chunk
    except (aiohttp.ClientError, ConnectionError) as error:
        # To end as if all were there would have the browser keep half an answer for a whole one.
        logger.warning("a proxied answer broke off: %s", error or type(error).__name__)
        raise BrokenOffError from None
