"""What a session talks through: texts both ways, whatever carries them."""

from typing import TYPE_CHECKING, Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from hotreload.live.handshake import SUBPROTOCOL
from hotreload.live.protocol import FrameError

if TYPE_CHECKING:
    from collections.abc import Callable

# Close codes of ours (4000 to 4999 are for private use, RFC 6455 7.4.2), and registered ones.
CLOSE_BAD_FRAME = 1008
CLOSE_FAILED = 1011
CLOSE_RESTART = 1012
CLOSE_BUSY = 1013
CLOSE_VERSION = 4001
CLOSE_SLOW = 4002

# Where our own server's sockets put, into the scope, the way around ASGI: see `Channel.send_now`.
SEND_NOW = "hotreload.send_now"


class ChannelClosedError(Exception):
    """The page is gone, or can't be reached any more."""


class Channel(Protocol):
    """One page's connection."""

    async def receive(self) -> str:
        """The next text from the page.

        Raises:
            ChannelClosedError: there will be none.
            FrameError: it sent something that is no text.
        """
        ...

    async def send(self, text: str) -> None:
        """Send a text; ends once the page, or the network before it, can take more.

        Raises:
            ChannelClosedError: it can't be sent.
        """
        ...

    def send_now(self, text: str) -> bool:
        """Send a text without waiting; False where that can't be done, and nothing was sent."""
        ...

    async def close(self, code: int) -> None:
        """End the connection, with the reason as a close code; no error if it has ended."""
        ...


class SocketChannel:
    """A WebSocket that was let in, and not accepted yet."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        extensions = socket.scope.get("extensions") or {}
        self._send_now: Callable[[str], bool] | None = extensions.get(SEND_NOW)

    async def accept(self) -> None:
        await self._socket.accept(subprotocol=SUBPROTOCOL)

    async def receive(self) -> str:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise ChannelClosedError
        text: str | None = message.get("text")
        if text is None:
            raise FrameError("not a text frame")
        return text

    async def send(self, text: str) -> None:
        try:
            await self._socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError):
            raise ChannelClosedError from None

    def send_now(self, text: str) -> bool:
        return self._send_now is not None and self._send_now(text)

    async def close(self, code: int) -> None:
        if self._socket.application_state is WebSocketState.CONNECTED:
            try:
                await self._socket.close(code)
            except (WebSocketDisconnect, RuntimeError):
                return  # it was closed already
