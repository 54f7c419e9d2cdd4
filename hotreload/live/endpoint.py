"""A session's end of its channel: one task that receives, one that sends.

A handler that only sent would keep the server from shutting down and from noticing pages that left.
"""

import asyncio
import logging

from hotreload.live.channel import (
    CLOSE_BAD_FRAME,
    CLOSE_BUSY,
    CLOSE_FAILED,
    CLOSE_SLOW,
    CLOSE_VERSION,
    Channel,
    ChannelClosedError,
)
from hotreload.live.decode import decode
from hotreload.live.facts import ConsoleSaid, say
from hotreload.live.handshake import MAX_FRAME_BYTES, VERSION
from hotreload.live.protocol import (
    Ack,
    Checked,
    ConsoleLine,
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
from hotreload.live.reports import printable
from hotreload.live.session import MAX_HELD, Session
from hotreload.live.updates import Updates

logger = logging.getLogger("hotreload")

HELLO_SECONDS = 10.0
SEND_SECONDS = 10.0
_CLOSE_SECONDS = 1.0
MAX_SESSIONS = 1024
_FRAMES_PER_SECOND = 100
_BURST = 500


async def serve_session(channel: Channel, origin: str, updates: Updates) -> None:
    """Serve one page until it leaves. The channel is open and has been let in by the guard.

    Args:
        channel: to the page.
        origin: the page's origin.
        updates: who answers.
    """
    if len(updates.hub) >= MAX_SESSIONS:
        logger.warning("a page was turned away: %d are open", MAX_SESSIONS)
        await close_channel(channel, CLOSE_BUSY)
        return
    session = Session(origin, channel.send_now)
    updates.hub.add(session)
    sender = asyncio.create_task(_send(channel, session, updates))
    receiver = asyncio.create_task(_converse(channel, session, updates))
    try:
        done, _ = await asyncio.wait((sender, receiver), return_when=asyncio.FIRST_COMPLETED)
    finally:
        updates.leave(session)
        logger.debug("page %s left", session.page)
        sender.cancel()
        receiver.cancel()
        await asyncio.gather(sender, receiver, return_exceptions=True)
    ended = receiver if receiver in done else sender
    if (error := ended.exception()) is not None:
        logger.error("the session of %s failed", session.page, exc_info=error)
    code = CLOSE_FAILED if error is not None else ended.result()
    if code is not None:
        await close_channel(channel, code)


async def _converse(channel: Channel, session: Session, updates: Updates) -> int | None:
    """Answer what the page says; returns the code to close with, None if the page has gone."""
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            first = _decode(await channel.receive())
        match first:
            case Hello():
                if first.version != VERSION:
                    return CLOSE_VERSION
                # What it holds is compared with what there is.
                await updates.site.sources.patience.know((*first.resources, *first.modules))
                updates.hello(session, first)
            case Sync(name):
                # A tool, not a page: it is told nothing but what it asks for.
                updates.sync(session, name)
            case _:
                raise FrameError("the first frame is not hello")
        allowance = Allowance(asyncio.get_running_loop().time())
        while True:
            text = await channel.receive()
            # A page that talks without end is read more slowly; nothing it says is lost.
            pause = allowance.take(len(text), asyncio.get_running_loop().time())
            if pause > 0:
                await asyncio.sleep(pause)
            _answer(session, _decode(text), updates)
    except ChannelClosedError:
        return None
    except TimeoutError:
        return CLOSE_BAD_FRAME
    except FrameError as error:
        logger.warning("a page sent a frame that is none of ours: %s", error)
        return CLOSE_BAD_FRAME


class Allowance:
    """How much a page may say: 100 frames a second, and 500 at once.

    A long frame counts as several, one for each 16 KiB of it.

    Args:
        now: the time, in seconds.
    """

    def __init__(self, now: float) -> None:
        self._left = float(_BURST)
        self._then = now

    def take(self, length: int, now: float) -> float:
        """Take a frame's share, and say how long to wait before dealing with it, in seconds."""
        self._left = min(_BURST, self._left + (now - self._then) * _FRAMES_PER_SECOND)
        self._then = now
        self._left -= 1 + length / 16384
        return max(0.0, -self._left / _FRAMES_PER_SECOND)


def _decode(text: str) -> FromPage:
    if len(text) > MAX_FRAME_BYTES:
        raise FrameError("too long")
    return decode(text)


def _answer(session: Session, frame: FromPage, updates: Updates) -> None:
    match frame:
        case Ping():
            # Where it can't be queued, what waits before it says the same.
            session.send(encode(Pong()))
        case Hold(modules):
            held = len(session.modules) + len(session.resources)
            if held + len(modules) + len(frame.resources) > MAX_HELD:
                raise FrameError(f"a page holds more than {MAX_HELD} files")
            updates.hold(session, frame)
        case Ack():
            updates.ack(session, frame)
        case Invalidate():
            updates.invalidate(session, frame)
        case LoadFailed(path):
            updates.load_failed(session, path)
        case ConsoleLine(level, text, place):
            say(ConsoleSaid(level, text, printable(place), session.page))
        case Custom(event, data):
            updates.hear(session, event, data)
        case Sync(name):
            updates.sync(session, name)
        case Checked(key, parses):
            updates.hearing.answer(key, parses=parses)
        case Hello():
            raise FrameError("a second hello")


async def _send(channel: Channel, session: Session, updates: Updates) -> int | None:
    """Send what had to wait; returns the code to close with, None if the page has gone."""
    try:
        while not session.slow:
            if session.behind is not None and session.outbox.empty():
                updates.catch_up(session)
            text = await session.outbox.get()
            session.sending = True
            # Not `wait_for`, which can swallow a cancellation that comes as the send ends.
            async with asyncio.timeout(SEND_SECONDS):
                await channel.send(text)
            session.sending = False
    except TimeoutError:
        logger.warning("page %s does not read what it is sent: dropped", session.page)
    except ChannelClosedError:
        return None
    return CLOSE_SLOW


async def close_channel(channel: Channel, code: int) -> None:
    """Close, without waiting for a page that doesn't read."""
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await channel.close(code)
    except TimeoutError:
        logger.debug("a page that does not read could not be told why it was dropped")
