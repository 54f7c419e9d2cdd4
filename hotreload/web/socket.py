"""Uvicorn's WebSocket protocol, for peers that died without saying so."""

from asyncio import BaseTransport, Task

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# How long a peer may take to read what was sent before the end.
_FLUSH_SECONDS = 1.0
_HANDSHAKE_SECONDS = 10.0


class SocketProtocol(WebSocketsSansIOProtocol):
    """Ends connections that uvicorn would only ask to be closed, or would wait for without end.

    A transport that is closed waits until its buffer is sent, which a peer that is gone, or that
    reads no more, never lets happen: it would stay for ever. So would a handshake that can't be
    parsed, since it is never answered.
    """

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
