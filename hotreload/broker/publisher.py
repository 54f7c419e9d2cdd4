"""The one watcher: publishes what changes in folders, and again whatever Redis has lost."""

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path

from hotreload.broker.store import (
    BYTES,
    CHANGES,
    FILES,
    JOURNAL,
    REMOVED,
    RETRY_SECONDS,
    Outage,
    connect,
)
from hotreload.project.files import content_hash
from hotreload.project.watch import Batch, Watcher

logger = logging.getLogger("hotreload")

# How often a Redis is asked whether it still has what it was given.
LOOK_SECONDS = 0.5


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
                    await self._wait()
                except (RedisError, OSError) as error:
                    outage.go_on(error, "trying again until it does")
                    self._changed.set()
                    await asyncio.sleep(RETRY_SECONDS)
        finally:
            self._watcher.stop()
            await self._client.aclose()

    def _on_batch(self, _batch: Batch) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)

    async def _wait(self) -> None:
        """Until files change, or the Redis has not what it was given."""
        while not self._changed.is_set():
            try:
                await asyncio.wait_for(self._changed.wait(), LOOK_SECONDS)
            except TimeoutError:
                if await self._client.hlen(FILES) < len(self._known):
                    logger.warning("the broker has lost files: publishing them again")
                    return

    async def _publish(self) -> None:
        """Compare all files with what the Redis has, and make it the same, in one transaction."""
        self._changed.clear()
        files = await asyncio.to_thread(self._read)
        there = {k.decode(): v.decode() for k, v in (await self._client.hgetall(FILES)).items()}
        changed = {
            name: data for name, (digest, data) in files.items() if there.get(name) != digest
        }
        removed = there.keys() - files.keys()
        self._known = {name: digest for name, (digest, _data) in files.items()}
        if not (changed or removed):
            return
        async with self._client.pipeline(transaction=True) as transaction:
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
        found = {}
        for root in self._paths:
            for file in self._watcher.tree.files(root) if root.is_dir() else ():
                try:
                    data = file.read_bytes()
                except OSError:
                    continue
                found[file.relative_to(self._root).as_posix()] = (content_hash(data), data)
        return found
