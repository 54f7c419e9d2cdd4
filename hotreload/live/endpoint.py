"""The socket's end: a loop that receives, a task beside it that sends.

A handler that only sent would keep the server from shutting down and from noticing pages that left.
"""

import asyncio
import logging

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from hotreload.live.protocol import (
    MAX_FRAME_BYTES,
    SUBPROTOCOL,
    VERSION,
    Ack,
    Custom,
    FrameError,
    FromPage,
    Hello,
    Hold,
    Invalidate,
    LoadFailed,
    Ping,
    Pong,
    decode,
    encode,
)
from hotreload.live.session import Hub, Session
from hotreload.live.updates import Updates

logger = logging.getLogger("hotreload")

HELLO_SECONDS = 10.0
SEND_SECONDS = 10.0

# Close codes of ours (4000 to 4999 are for private use, RFC 6455 7.4.2).
CLOSE_BAD_FRAME = 1008
CLOSE_VERSION = 4001
CLOSE_SLOW = 4002


async def serve_session(socket: WebSocket, origin: str, hub: Hub, updates: Updates) -> None:
    """Serve one page until it leaves. The socket has been let in by the guard.

    Args:
        socket: not accepted yet.
        origin: the page's origin.
        hub: where the session is listed while it is open.
        updates: who answers.
    """
    await socket.accept(subprotocol=SUBPROTOCOL)
    session = Session(origin)
    hub.add(session)
    sender = asyncio.create_task(_send(socket, session))
    code: int | None = 1000
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            first = await _receive(socket)
        if not isinstance(first, Hello):
            raise FrameError("the first frame is not hello")
        if first.version != VERSION:
            code = CLOSE_VERSION
            return
        updates.hello(session, first)
        while True:
            _answer(session, await _receive(socket), updates)
    except WebSocketDisconnect:
        code = None
    except TimeoutError:
        code = CLOSE_BAD_FRAME
    except FrameError as error:
        logger.warning("a page sent a frame that is none of ours: %s", error)
        code = CLOSE_BAD_FRAME
    finally:
        hub.remove(session)
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)
        if code is not None:
            await _close(socket, code)


def _answer(session: Session, frame: FromPage, updates: Updates) -> None:
    match frame:
        case Ping():
            session.send(encode(Pong()))
        case Hold():
            updates.hold(session, frame)
        case Ack():
            logger.debug(
                "page %s: update %d %s in %.1f ms %s",
                session.page,
                frame.rev,
                frame.result,
                frame.ms,
                frame.reason,
            )
        case Invalidate(path):
            updates.invalidate(session, path)
        case LoadFailed(path):
            updates.load_failed(session, path)
        case Custom():
            logger.debug("page %s: event %r", session.page, frame.event)
        case Hello():
            raise FrameError("a second hello")


async def _receive(socket: WebSocket) -> FromPage:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006))
    text = message.get("text")
    if text is None or len(text) > MAX_FRAME_BYTES:
        raise FrameError("not a text frame of a sensible size")
    return decode(text)


async def _send(socket: WebSocket, session: Session) -> None:
    try:
        while not session.slow:
            text = await session.outbox.get()
            # Not `wait_for`, which can swallow a cancellation that comes as the send ends.
            async with asyncio.timeout(SEND_SECONDS):
                await socket.send_text(text)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        logger.debug("page %s went away or stopped reading", session.page)
    # The receiving side ends the session when it hears of this.
    await _close(socket, CLOSE_SLOW)


async def _close(socket: WebSocket, code: int) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        try:
            await socket.close(code)
        except (RuntimeError, WebSocketDisconnect):
            logger.debug("the socket was closed already")
