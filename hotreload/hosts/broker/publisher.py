"""The one watcher: publishes what changes in folders, and again whatever Redis has lost."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

from hotreload.hosts.broker.clients import close, connect
from hotreload.hosts.broker.remembered import Remembered
from hotreload.hosts.broker.store import (
    BYTES,
    CHANGES,
    FILES,
    JOURNAL,
    PUBLISHER,
    REMOVED,
    RETRY_SECONDS,
    WHOLE,
    Outage,
    heed_cancellation,
)
from hotreload.project.files import content_hash
from hotreload.watch.watcher import Batch, Watcher

logger = logging.getLogger("hotreload")

# How often a Redis is asked whether it still has what it was given.
LOOK_SECONDS = 0.5
# Who has not said for so long that it publishes does so no more.
LEASE_SECONDS = 3


class Publisher:
    """Keeps a Redis like some folders.

    Args:
        url: of the Redis.
        root: names are relative to this folder.
        paths: real paths of folders in it.

    Raises:
        SettingsError: the URL is none, or the client is not installed.
    """

    def __init__(self, url: str, root: Path, paths: Iterable[Path]) -> None:
        self._client = connect(url)
        self._root = root
        self._paths = tuple(paths)
        self._changed = asyncio.Event()
        self._watcher = Watcher(self._paths, self._on_batch)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._known: dict[str, str] = {}
        # Files that are there and can't be read.
        self._unread: set[str] = set()
        self._remembered = Remembered(root, url)
        self._name = f"{socket.gethostname()} {os.getpid()}"
        self._warned_of: set[str] = set()

    async def run(self) -> None:
        """Publish until cancelled."""
        from redis import RedisError

        self._loop = asyncio.get_running_loop()
        outage = Outage()
        self._watcher.start()
        try:
            while True:
                try:
                    await self._publish()
                    outage.end()
                    heed_cancellation()
                    await self._wait()
                except (RedisError, OSError) as error:
                    heed_cancellation()
                    outage.go_on(error, "trying again until it does")
                    self._changed.set()
                    await asyncio.sleep(RETRY_SECONDS)
        finally:
            self._watcher.stop()
            await close(self._client)

    def _on_batch(self, _batch: Batch) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)

    async def _wait(self) -> None:
        """Until files change, or the Redis has not what it was given."""
        while not self._changed.is_set():
            heed_cancellation()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                await self._say_that_we_publish()
                there = await self._client.hlen(FILES)
                if there < len(self._known) or not await self._client.exists(WHOLE):
                    logger.warning("the broker has lost files: publishing them again")
                    return
                if self._unread:
                    return

    async def _say_that_we_publish(self) -> None:
        """Warn if somebody else does so, too: each deletes what the other one publishes."""
        found = await self._client.getset(PUBLISHER, self._name)
        await self._client.expire(PUBLISHER, LEASE_SECONDS)
        other = (found or b"").decode("utf-8", "replace")
        if other in ("", self._name) or other in self._warned_of or _has_ended(other):
            return
        self._warned_of.add(other)
        logger.warning(
            "another publisher (%s) uses this broker: each deletes what the other one publishes; "
            "end one of them, or give it another database of the broker",
            other,
        )

    async def _publish(self) -> None:
        """Compare all files with what the Redis has, and make it the same, in one transaction."""
        self._changed.clear()
        await self._say_that_we_publish()
        files = await asyncio.to_thread(self._read)
        there = {k.decode(): v.decode() for k, v in (await self._client.hgetall(FILES)).items()}
        told = {name.decode() for name in await self._client.smembers(REMOVED)}
        changed = {
            name: data for name, (digest, data) in files.items() if there.get(name) != digest
        }
        here = files.keys() | self._unread
        forgotten = self._remembered.names.keys() - there.keys() - told
        removed = (there.keys() | forgotten) - here
        self._known = {name: digest for name, (digest, _data) in files.items()}
        await asyncio.to_thread(self._remembered.add, (*files, *there))
        if not (changed or removed) and await self._client.exists(WHOLE):
            return
        async with self._client.pipeline(transaction=True) as transaction:
            transaction.set(WHOLE, self._name)
            for name, data in changed.items():
                transaction.hset(BYTES, name, data)
                transaction.hset(FILES, name, self._known[name])
                transaction.srem(REMOVED, name)
            for name in removed:
                transaction.hdel(BYTES, name)
                transaction.hdel(FILES, name)
                transaction.sadd(REMOVED, name)
            names = "\n".join(sorted({*changed, *removed}))
            transaction.xadd(CHANGES, {"names": names}, maxlen=JOURNAL, approximate=True)
            await transaction.execute()
        logger.info("published %s", ", ".join(sorted({*changed, *removed})[:5]))

    def _read(self) -> dict[str, tuple[str, bytes]]:
        """All files; those that are there and can't be read are noted, and named once."""
        found = {}
        unread: set[str] = set()
        for root in self._paths:
            for file in self._watcher.tree.files(root) if root.is_dir() else ():
                name = file.relative_to(self._root).as_posix()
                try:
                    data = file.read_bytes()
                except (FileNotFoundError, IsADirectoryError):
                    continue
                except OSError as error:
                    unread.add(name)
                    if name not in self._unread:
                        logger.warning("%s stays as it was published: %s", name, error)
                    continue
                found[name] = (content_hash(data), data)
        self._unread = unread
        return found


def _has_ended(publisher: str) -> bool:
    """Whether a publisher was a process of this machine, and is none any more."""
    host, _, process = publisher.rpartition(" ")
    if host != socket.gethostname() or sys.platform == "win32":
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (ValueError, OSError):
        return False
    return False
