"""A session and its channel: who does not read is dropped, and slows nobody."""

import asyncio
import json
from pathlib import Path

import pytest

from hotreload.live import endpoint
from hotreload.live.channel import CLOSE_SLOW, ChannelClosedError
from hotreload.live.endpoint import serve_session
from hotreload.live.journal import Journal
from hotreload.live.session import MAX_WAITING, Hub
from hotreload.live.updates import Updates
from hotreload.project.files import Mount, ProjectFiles
from hotreload.site import Site

HELLO = json.dumps(
    {
        "type": "hello",
        "version": 1,
        "project": "project",
        "boot": "boot",
        "rev": 0,
        "page": "/",
        "hash": "",
        "resources": {"/a.css": ""},
    }
)


class FakeChannel:
    """A page at the other end of a line that a test can hold."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[str | None] = asyncio.Queue()
        self.sent: list[str] = []
        self.codes: list[int] = []
        self.reads = asyncio.Event()
        self.reads.set()

    async def receive(self) -> str:
        text = await self.inbox.get()
        if text is None:
            raise ChannelClosedError
        return text

    async def send(self, text: str) -> None:
        await self.reads.wait()
        self.sent.append(text)

    def send_now(self, text: str) -> bool:
        if self.reads.is_set():
            self.sent.append(text)
        return self.reads.is_set()

    async def close(self, code: int) -> None:
        self.codes.append(code)
        await self.reads.wait()

    def styles(self) -> list[str]:
        frames = [json.loads(text) for text in self.sent]
        return [s["css"] for f in frames if f["type"] == "update" for s in f["styles"]]


@pytest.fixture
def updates(tmp_path: Path) -> Updates:
    (tmp_path / "a.css").write_text("h1 { margin: 0 }")
    return Updates(
        Site(ProjectFiles((Mount("/", tmp_path.resolve()),))),
        Hub(),
        Journal("boot", project="project"),
    )


def save(updates: Updates, number: int) -> None:
    root = updates.site.files.mounts[0].root
    (root / "a.css").write_text(f"h1 {{ margin: {number}px }}")
    updates.site.files.read_changed("/a.css")
    updates.batches.apply({"/a.css"})


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


def test_a_page_that_reads_again_gets_what_it_missed_as_one_update(updates: Updates) -> None:
    async def run() -> None:
        quick, slow = FakeChannel(), FakeChannel()
        tasks = [
            asyncio.create_task(serve_session(channel, "http://a", updates))
            for channel in (quick, slow)
        ]
        for channel in (quick, slow):
            channel.inbox.put_nowait(HELLO)
        await until(lambda: all(session.ready for session in updates.hub))
        await until(lambda: len(quick.sent) == len(slow.sent) == 2)
        slow.reads.clear()
        for number in range(1, 101):
            save(updates, number)
            await until(lambda: quick.styles()[-1:] == [f"h1 {{ margin: {number}px }}"])  # noqa: B023
        assert slow.styles() == []
        slow.reads.set()
        await until(lambda: slow.styles()[-1:] == ["h1 { margin: 100px }"])
        assert len(slow.styles()) <= MAX_WAITING + 2
        assert len(quick.styles()) == 100
        for channel in (quick, slow):
            channel.inbox.put_nowait(None)
        await asyncio.gather(*tasks)

    asyncio.run(run())


def test_what_can_be_sent_at_once_does_not_overtake_what_had_to_wait(updates: Updates) -> None:
    async def run() -> None:
        channel = FakeChannel()
        task = asyncio.create_task(serve_session(channel, "http://a", updates))
        channel.inbox.put_nowait(HELLO)
        await until(lambda: len(channel.sent) == 2)
        (session,) = updates.hub
        channel.reads.clear()
        session.send("first")
        # The sender has taken it, and waits for the page.
        await until(lambda: session.sending)
        session.send("second")
        channel.reads.set()
        session.send("third")
        await until(lambda: len(channel.sent) == 5)
        session.send("fourth")
        assert channel.sent[2:] == ["first", "second", "third", "fourth"]
        channel.inbox.put_nowait(None)
        await task

    asyncio.run(run())


def test_a_page_that_takes_nothing_is_dropped(
    updates: Updates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "SEND_SECONDS", 0.05)
    monkeypatch.setattr(endpoint, "_CLOSE_SECONDS", 0.05)

    async def run() -> None:
        channel = FakeChannel()
        channel.reads.clear()
        channel.inbox.put_nowait(HELLO)
        async with asyncio.timeout(10):
            await serve_session(channel, "http://a", updates)
        assert channel.codes == [CLOSE_SLOW]
        assert len(updates.hub) == 0

    asyncio.run(run())
