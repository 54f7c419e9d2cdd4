"""A real Redis, a publisher and two replicas, of which any is killed at any moment.

``HOTRELOAD_SOAK`` says how many edits, 60 by default; ``HOTRELOAD_SOAK_SEED`` which.
"""

import asyncio
import logging
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from hotreload.hosts.broker.clients import close, connect
from hotreload.hosts.broker.publisher import Publisher
from hotreload.hosts.broker.replica import Replica
from hotreload.hosts.broker.store import CHANGES, FILES
from tests.project import Project
from tests.redis_server import Redis

SECONDS = 30.0


class Source(Project):
    """The folder in which files are edited, and what publishes them."""

    ready_line = r"published|publishing"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "hotreload", "publish", "site", *arguments]


class Copy:
    """A replica that runs in the test's event loop."""

    def __init__(self, url: str, root: Path) -> None:
        self.url = url
        self.root = root
        (root / "site").mkdir(parents=True)
        self._task: asyncio.Task[None] | None = None
        self.start()

    def start(self) -> None:
        self._client = connect(self.url)
        replica = Replica(self._client, self.root, [self.root / "site"])
        self._task = asyncio.create_task(replica.run())

    def equals(self, wanted: dict[str, bytes]) -> bool:
        return contents(self.root) == wanted

    async def kill(self) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await close(self._client)


def contents(root: Path) -> dict[str, bytes]:
    found = {}
    for path in (root / "site").rglob("*"):
        with suppress(OSError):
            if path.is_file() and not path.name.startswith("."):
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


async def until(holds: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        answer = holds()
        if await answer if isinstance(answer, Awaitable) else answer:
            return
        assert time.monotonic() < deadline, "not in time"
        await asyncio.sleep(0.02)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def source(tmp_path: Path, redis: Redis) -> Iterator[Source]:
    project = Source(tmp_path / "source", tmp_path / "state")
    project.write({f"site/{number}.txt": str(number) for number in range(8)})
    project.start("--broker", redis.url)
    yield project
    project.close()


def test_every_replica_is_as_the_publisher_whatever_is_killed(
    source: Source, redis: Redis, tmp_path: Path
) -> None:
    edits = int(os.environ.get("HOTRELOAD_SOAK", "60"))
    chance = random.Random(int(os.environ.get("HOTRELOAD_SOAK_SEED", "1")))
    asyncio.run(soak(source, redis, tmp_path, edits, chance))


async def soak(
    source: Source, redis: Redis, tmp_path: Path, edits: int, chance: random.Random
) -> None:
    copies = [Copy(redis.url, tmp_path / name) for name in ("one", "two")]
    client = connect(redis.url)
    site = source.root / "site"

    def edit(number: int) -> None:
        name = chance.choice(["", "sub/", "sub/deep/"]) + f"{chance.randrange(12)}.txt"
        match chance.randrange(6):
            case 0:
                (site / name).unlink(missing_ok=True)
            case 1 if number % 10 == 0:
                shutil.rmtree(site / "sub", ignore_errors=True)
            case _:
                source.write({f"site/{name}": f"{number}"})

    for number in range(edits):
        edit(number)
        match chance.randrange(30):
            case 0:
                redis.stop()
                edit(number)
                redis.start()
            case 1:
                with suppress(Exception):
                    await client.flushall()
                edit(number)
            case 2:
                source.stop(signal.SIGKILL)
                edit(number)
                if chance.random() < 0.5:
                    redis.stop()
                    redis.start()
                # What is new makes it say that it has published.
                source.write({"site/started.txt": f"{number}"})
                await asyncio.to_thread(source.start, "--broker", redis.url)
            case 3:
                copy = chance.choice(copies)
                await copy.kill()
                edit(number)
                copy.start()
            case _:
                await asyncio.sleep(chance.random() * 0.02)
        if number % 40 == 39 or number == edits - 1:
            wanted = contents(source.root)
            for copy in copies:
                await until(partial(copy.equals, wanted))
    for copy in copies:
        await copy.kill()
    await client.aclose()


def test_a_replica_ends_when_it_is_told_to_whatever_it_is_at(redis: Redis, tmp_path: Path) -> None:
    async def run() -> None:
        for turns in range(60):
            copy = Copy(redis.url, tmp_path / str(turns))
            for _ in range(turns):
                await asyncio.sleep(0)
            async with asyncio.timeout(SECONDS):
                await copy.kill()

    asyncio.run(run())


def test_one_file_that_cannot_be_written_is_named_and_stops_nothing_else(
    source: Source, redis: Redis, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        root = tmp_path / "one"
        # Where a file is to be, there is a folder that is not empty.
        (root / "site" / "bad.txt").mkdir(parents=True)
        (root / "site" / "bad.txt" / "own").write_text("own")
        (tmp_path / "two").mkdir()
        copy = Copy.__new__(Copy)
        copy.url, copy.root = redis.url, root
        copy.start()
        source.write({"site/bad.txt": "bad", "site/z.txt": "z"})
        await until(lambda: (root / "site" / "z.txt").exists())
        (source.root / "site" / "0.txt").unlink()
        await until(lambda: not (root / "site" / "0.txt").exists())
        shutil.rmtree(root / "site" / "bad.txt")
        await until(lambda: contents(root) == contents(source.root))
        await copy.kill()

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    said = [record.getMessage() for record in caplog.records]
    assert sum("bad.txt can't be written" in line for line in said) == 1
    assert not any("does not answer" in line for line in said)


def test_a_stream_whose_numbers_were_set_back_is_followed(
    source: Source, redis: Redis, tmp_path: Path
) -> None:
    async def run() -> None:
        client = connect(redis.url)
        # As if the clock had been an hour ahead.
        ahead = f"{int((time.time() + 3600) * 1000)}-0"
        await client.xadd(CHANGES, {"names": "site/0.txt"}, id=ahead)
        copy = Copy(redis.url, tmp_path / "one")
        await until(lambda: contents(copy.root) == contents(source.root))
        await client.flushall()
        source.write({"site/0.txt": "after"})
        await until(lambda: contents(copy.root).get("site/0.txt") == b"after")
        await copy.kill()
        await client.aclose()

    asyncio.run(run())


def test_two_publishers_are_told_of_each_other(
    source: Source, redis: Redis, tmp_path: Path
) -> None:
    other = Source(tmp_path / "other", tmp_path / "other-state").write({"site/0.txt": "0"})
    try:
        other.start("--broker", redis.url)
        for each in (source, other):
            each.wait_for_output("another publisher")
        assert source.output.count("another publisher") == 1
    finally:
        other.close()


def test_a_file_that_cannot_be_read_stays_as_it_was_published(
    redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTRELOAD_STATE_DIR", str(tmp_path / "state"))
    site = tmp_path / "root" / "site"
    site.mkdir(parents=True)
    (site / "a.txt").write_text("a")
    real = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return real(path)

    async def run() -> None:
        publisher = Publisher(redis.url, tmp_path / "root", [site])
        await until_answers(publisher)
        monkeypatch.setattr(Path, "read_bytes", refused)
        (site / "b.txt").write_text("b")
        await publisher._publish()
        assert set(await publisher._client.hgetall(FILES)) == {b"site/a.txt", b"site/b.txt"}
        await publisher._client.aclose()

    asyncio.run(run())


async def until_answers(publisher: Publisher) -> None:
    from redis import RedisError

    async def published() -> bool:
        try:
            await publisher._publish()
        except RedisError:
            return False
        return True

    await until(published)
