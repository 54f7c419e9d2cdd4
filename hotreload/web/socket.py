"""Uvicorn's WebSocket protocol, for peers that died without saying so."""

from asyncio import Task

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# How long a peer may take to read what was sent before the end.
_FLUSH_SECONDS = 1.0


class SocketProtocol(WebSocketsSansIOProtocol):
    """Ends connections that uvicorn would only ask to be closed.

    A transport that is closed waits until its buffer is sent, which a peer that is gone, or that
    reads no more, never lets happen: it would stay for ever.
    """

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._abort()

    def on_task_complete(self, task: Task[None]) -> None:
        super().on_task_complete(task)
        self.loop.call_later(_FLUSH_SECONDS, self._abort)

    def _abort(self) -> None:
        self.transport.abort()
