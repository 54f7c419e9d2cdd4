"""The channel of pages to which no WebSocket can be opened: events down, requests up.

Down goes one answer without end, of server-sent events; up go requests, each with some frames. The
frames, their order and what is promised of them are those of the socket.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Iterable

from starlette.types import Receive, Send

from hotreload.live.channel import CLOSE_RESTART, ChannelClosedError
from hotreload.live.endpoint import close_channel, serve_session
from hotreload.live.handshake import MAX_FRAME_BYTES
from hotreload.live.headers import HEADERS
from hotreload.live.updates import Updates

_MAX_WAITING = 256
_STREAM_HEADERS = {
    **HEADERS,
    "cache-control": "no-store, no-transform",
    "content-type": "text/event-stream; charset=utf-8",
    # nginx would collect events until a buffer is full.
    "x-accel-buffering": "no",
}


class StreamChannel:
    """One page's events and requests.

    Args:
        send: where the answer's parts go.
    """

    def __init__(self, send: Send) -> None:
        self.inbox: asyncio.Queue[str | None] = asyncio.Queue(_MAX_WAITING)
        self._send = send
        self._turn = asyncio.Lock()
        self._open = True

    @property
    def ended(self) -> bool:
        """Nothing more is read, though it may still be on its way to its end."""
        return not self._open

    async def receive(self) -> str:
        text = await self.inbox.get()
        if text is None:
            raise ChannelClosedError
        return text

    async def send(self, text: str) -> None:
        # JSON has no line breaks, so that a frame is one line.
        await self.write(f"data:{text}\n\n")

    def send_now(self, text: str) -> bool:
        return False

    async def close(self, code: int) -> None:
        with contextlib.suppress(ChannelClosedError):
            await self.write(f"event:close\ndata:{code}\n\n")
            self._open = False
            await self._send({"type": "http.response.body", "body": b""})

    async def write(self, text: str) -> None:
        """Send a part of the answer.

        Raises:
            ChannelClosedError: the page is gone.
        """
        async with self._turn:
            if not self._open:
                raise ChannelClosedError
            try:
                body = text.encode("utf-8", "replace")
                await self._send({"type": "http.response.body", "body": body, "more_body": True})
            except OSError:
                self.hang_up()
                raise ChannelClosedError from None

    def hang_up(self) -> None:
        """The page has gone: nothing more will come."""
        self._open = False
        self.stop_reading()

    def stop_reading(self) -> None:
        """Whatever the page still says, it is not heard any more."""
        if self.inbox.full():
            self.inbox.get_nowait()
        self.inbox.put_nowait(None)


class Streams:
    """The open streams, by the secret that each page sends its frames with.

    Args:
        updates: who answers.
        heartbeat: seconds between two signs of life.

    ``lifetime`` are the seconds after which a stream ends, and its page opens another; None for no
    end.
    """

    def __init__(self, updates: Updates, heartbeat: float) -> None:
        self.lifetime: float | None = None
        self._updates = updates
        self._heartbeat = heartbeat
        self._channels: dict[str, StreamChannel] = {}
        self._ending = False

    async def serve(self, origin: str, receive: Receive, send: Send) -> None:
        """Serve one page until it leaves; the guard has let it in."""
        channel = StreamChannel(send)
        name = secrets.token_urlsafe(18)
        self._channels[name] = channel
        headers = [(k.encode("ascii"), v.encode("ascii")) for k, v in _STREAM_HEADERS.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        beside = [
            asyncio.create_task(_watch(receive, channel)),
            asyncio.create_task(self._beat(channel)),
            asyncio.create_task(self._outlive(channel)),
        ]
        try:
            await channel.write(f"event:open\ndata:{name}\n\n")
            if not self._ending:
                await serve_session(channel, origin, self._updates)
            if self._ending:
                await close_channel(channel, CLOSE_RESTART)
        except ChannelClosedError:
            return
        finally:
            del self._channels[name]
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    def take(self, name: str, frames: Iterable[str]) -> bool:
        """Hand frames to a page's session; False where it has ended or can't take them."""
        channel = self._channels.get(name)
        if channel is None or channel.ended:
            return False
        for text in frames:
            if channel.inbox.full():
                channel.hang_up()
                return False
            channel.inbox.put_nowait(text)
        return True

    def close(self) -> None:
        """End every stream, and those that are yet to come: a server that ends waits for them.

        It may still be listening, and pages come back at once.
        """
        self._ending = True
        for channel in tuple(self._channels.values()):
            channel.stop_reading()

    async def _beat(self, channel: StreamChannel) -> None:
        """Say something now and then, so that no proxy takes the silence for the end."""
        with contextlib.suppress(ChannelClosedError):
            while True:
                await asyncio.sleep(self._heartbeat)
                await channel.write(":\n\n")

    async def _outlive(self, channel: StreamChannel) -> None:
        if self.lifetime is not None:
            await asyncio.sleep(self.lifetime)
            channel.hang_up()


async def _watch(receive: Receive, channel: StreamChannel) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    channel.hang_up()


async def read_body(receive: Receive) -> bytes | None:
    """The body of a request; None where it is longer than a frame may be."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ChannelClosedError
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_FRAME_BYTES:
            return None
    return bytes(body)
