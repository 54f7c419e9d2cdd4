"""A session's end of its channel: one task that receives, one that sends.

A handler that only sent would keep the server from shutting down and from noticing pages that left.
"""

import asyncio
import logging

from hotreload.live.channel import (
    CLOSE_BAD_FRAME,
    CLOSE_FAILED,
    CLOSE_SLOW,
    CLOSE_VERSION,
    Channel,
    ChannelClosedError,
)
from hotreload.live.decode import decode
from hotreload.live.protocol import (
    MAX_FRAME_BYTES,
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
    Sync,
    encode,
)
from hotreload.live.session import Session
from hotreload.live.updates import Updates

logger = logging.getLogger("hotreload")

HELLO_SECONDS = 10.0
SEND_SECONDS = 10.0
_CLOSE_SECONDS = 1.0


async def serve_session(channel: Channel, origin: str, updates: Updates) -> None:
    """Serve one page until it leaves. The channel is open and has been let in by the guard.

    Args:
        channel: to the page.
        origin: the page's origin.
        updates: who answers.
    """
    session = Session(origin)
    updates.hub.add(session)
    sender = asyncio.create_task(_send(channel, session, updates))
    receiver = asyncio.create_task(_converse(channel, session, updates))
    try:
        done, _ = await asyncio.wait((sender, receiver), return_when=asyncio.FIRST_COMPLETED)
    finally:
        updates.leave(session)
        sender.cancel()
        receiver.cancel()
        await asyncio.gather(sender, receiver, return_exceptions=True)
    ended = receiver if receiver in done else sender
    if (error := ended.exception()) is not None:
        logger.error("the session of %s failed", session.page, exc_info=error)
    code = CLOSE_FAILED if error is not None else ended.result()
    if code is not None:
        await _close(channel, code)


async def _converse(channel: Channel, session: Session, updates: Updates) -> int | None:
    """Answer what the page says; returns the code to close with, None if the page has gone."""
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            first = _decode(await channel.receive())
        match first:
            case Hello():
                if first.version != VERSION:
                    return CLOSE_VERSION
                updates.hello(session, first)
            case Sync(name):
                # A tool, not a page: it is told nothing but what it asks for.
                updates.sync(session, name)
            case _:
                raise FrameError("the first frame is not hello")
        while True:
            _answer(session, _decode(await channel.receive()), updates)
    except ChannelClosedError:
        return None
    except TimeoutError:
        return CLOSE_BAD_FRAME
    except FrameError as error:
        logger.warning("a page sent a frame that is none of ours: %s", error)
        return CLOSE_BAD_FRAME


def _decode(text: str) -> FromPage:
    if len(text) > MAX_FRAME_BYTES:
        raise FrameError("too long")
    return decode(text)


def _answer(session: Session, frame: FromPage, updates: Updates) -> None:
    match frame:
        case Ping():
            # Where it can't be queued, what waits before it says the same.
            session.send(encode(Pong()))
        case Hold():
            updates.hold(session, frame)
        case Ack():
            updates.reports.acked(session, frame)
        case Invalidate():
            updates.invalidate(session, frame)
        case LoadFailed(path):
            updates.load_failed(session, path)
        case Custom():
            logger.debug("page %s: event %r", session.page, frame.event)
        case Sync(name):
            updates.sync(session, name)
        case Hello():
            raise FrameError("a second hello")


async def _send(channel: Channel, session: Session, updates: Updates) -> int | None:
    """Send what waits; returns the code to close with, None if the page has gone."""
    try:
        while not session.slow:
            if session.behind is not None and session.outbox.empty():
                updates.catch_up(session)
            text = await session.outbox.get()
            # Not `wait_for`, which can swallow a cancellation that comes as the send ends.
            async with asyncio.timeout(SEND_SECONDS):
                await channel.send(text)
    except TimeoutError:
        logger.warning("page %s does not read what it is sent: dropped", session.page)
    except ChannelClosedError:
        return None
    return CLOSE_SLOW


async def _close(channel: Channel, code: int) -> None:
    """Close, without waiting for a page that doesn't read."""
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await channel.close(code)
    except TimeoutError:
        logger.debug("a page that does not read could not be told why it was dropped")
