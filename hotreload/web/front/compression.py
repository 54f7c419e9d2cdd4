"""Compression for pages that come over a network: to one's own machine it only takes time."""

import asyncio
from collections.abc import Iterable
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotreload.web.front.codecs import CODECS, Codec, Compressor

_SMALLEST_BYTES = 1024
# More would hold up the event loop for a time that shows.
_MOST_BYTES_AT_ONCE = 64 * 1024
# What is compressed already, and what is read while it comes.
_INCOMPRESSIBLE = frozenset(
    {
        "application/gzip",
        "application/pdf",
        "application/zip",
        "font/woff",
        "font/woff2",
        "image/avif",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/event-stream",
    }
)


class Compression:
    """Compresses what is answered to other machines."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_remote(scope) and not _asks_for_part(scope):
            accepted = Headers(scope=scope).getlist("accept-encoding")
            send = _Answer(chosen_codec(accepted), send)
        await self.app(scope, receive, send)


class _Answer:
    """An app's ``send`` for one answer, which is compressed if that makes sense.

    Args:
        codec: what whoever asks can read; None for nothing.
        send: the server's.
    """

    def __init__(self, codec: Codec | None, send: Send) -> None:
        self._codec = codec
        self._send = send
        self._start: Message | None = None
        self._compressor: Compressor | None = None

    async def __call__(self, message: Message) -> None:
        match message["type"]:
            case "http.response.start" if _is_compressible(message):
                MutableHeaders(scope=message).add_vary_header("accept-encoding")
                # Only the first bytes tell whether it is worth it.
                self._start = message
            case "http.response.body":
                await self._on_body(message)
            case _:
                if self._start is not None:
                    start, self._start = self._start, None
                    await self._send(start)
                await self._send(message)

    async def _on_body(self, message: Message) -> None:
        body: bytes = message.get("body", b"")
        more: bool = message.get("more_body", False)
        if self._start is not None:
            start, self._start = self._start, None
            if self._codec is not None and (more or len(body) >= _SMALLEST_BYTES):
                self._compressor = self._codec.new()
                body = await self._compressed(body, more=more)
                _describe(start, self._codec.name, None if more else len(body))
            await self._send(start)
        elif self._compressor is not None:
            body = await self._compressed(body, more=more)
        await self._send({**message, "body": body})

    async def _compressed(self, body: bytes, *, more: bool) -> bytes:
        assert self._compressor is not None
        # Every part is sent as it comes, since somebody may wait for it.
        work = self._compressor.flush if more else self._compressor.finish
        if len(body) > _MOST_BYTES_AT_ONCE:
            return await asyncio.to_thread(work, body)
        return work(body)


def chosen_codec(accepted: Iterable[str]) -> Codec | None:
    """The best that an ``Accept-Encoding`` allows (RFC 9110, 12.5.3) and that is installed.

    Args:
        accepted: the values of all such headers.
    """
    weights: dict[str, float] = {}
    for part in ",".join(accepted).split(","):
        name, *parameters = (text.strip().lower() for text in part.split(";"))
        weight = next((p.partition("=")[2] for p in parameters if p.startswith("q=")), "1")
        try:
            weights[name] = float(weight)
        except ValueError:
            weights[name] = 0.0
    others = weights.get("*", 0.0)
    return next((codec for codec in CODECS if weights.get(codec.name, others) > 0), None)


def _is_compressible(start: Message) -> bool:
    headers = Headers(scope=start)
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return (
        start["status"] >= 200
        and start["status"] not in (204, 206, 304)
        and "content-encoding" not in headers
        and "no-transform" not in headers.get("cache-control", "").lower()
        and media_type not in _INCOMPRESSIBLE
        and not media_type.startswith(("audio/", "video/"))
    )


def _describe(start: Message, coding: str, length: int | None) -> None:
    headers = MutableHeaders(scope=start)
    headers["content-encoding"] = coding
    del headers["content-length"]
    if length is not None:
        headers["content-length"] = str(length)
    etag = headers.get("etag", "")
    if etag.startswith('"'):
        # Other bytes than those that the strong one names (RFC 9110, 8.8.3).
        headers["etag"] = f"W/{etag}"


def _is_remote(scope: Scope) -> bool:
    client = scope.get("client")
    try:
        return client is not None and not ip_address(client[0]).is_loopback
    except ValueError:
        return False


def _asks_for_part(scope: Scope) -> bool:
    """The parts of a body are counted before it is compressed (RFC 9110, 14.4)."""
    return any(name == b"range" for name, _ in scope["headers"])
