"""Uvicorn's WebSocket protocol, for peers that died without saying so, and for a crowd of them."""

from asyncio import BaseTransport, Task
from functools import lru_cache

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from hotreload.live.channel import SEND_NOW

# How long a peer may take to read what was sent before the end.
_FLUSH_SECONDS = 1.0
_HANDSHAKE_SECONDS = 10.0


class SocketProtocol(WebSocketsSansIOProtocol):
    """Ends connections that uvicorn would only ask to be closed, or would wait for without end.

    A transport that is closed waits until its buffer is sent, which a peer that is gone, or that
    reads no more, never lets happen: it would stay for ever. So would a handshake that can't be
    parsed, since it is never answered.

    And it sends a text at once and to everybody as the same bytes, where ASGI wants a task for each
    peer that does the same work again.
    """

    async def run_asgi(self) -> None:
        """Serve the socket by the app, which finds :meth:`send_now` in its scope."""
        extensions: dict[str, object] = {
            **(self.scope["extensions"] or {}),
            SEND_NOW: self.send_now,
        }
        self.scope["extensions"] = extensions  # type: ignore[typeddict-item]
        await super().run_asgi()

    def send_now(self, text: str) -> bool:
        """Send a text without waiting; False where the peer has to read first, or has left."""
        if not self.writable.is_set() or self.close_sent or self.transport.is_closing():
            return False
        self.transport.write(_framed(text))
        return True

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.loop.call_later(_HANDSHAKE_SECONDS, self._check_handshake)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._abort()

    def on_task_complete(self, task: Task[None]) -> None:
        super().on_task_complete(task)
        self.loop.call_later(_FLUSH_SECONDS, self._abort)

    def _check_handshake(self) -> None:
        if not self.handshake_complete:
            self._abort()

    def _abort(self) -> None:
        self.transport.abort()


@lru_cache(maxsize=1)
def _framed(text: str) -> bytes:
    """A text as a frame (RFC 6455, 5.2), kept for the next peer, who is often sent the same."""
    return Frame(Opcode.TEXT, text.encode("utf-8", "replace")).serialize(mask=False)
