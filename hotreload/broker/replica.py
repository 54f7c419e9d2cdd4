"""A replica: makes its own files like those that were published.

What is written here is seen by the replica's own watcher, so that from then on everything goes as
on the machine where the files are edited.
"""

import asyncio
import logging
import secrets
from collections.abc import Iterable
from pathlib import Path

from hotreload.broker.store import (
    BYTES,
    CHANGES,
    FILES,
    REMOVED,
    RETRY_SECONDS,
    Client,
    Outage,
)
from hotreload.project.deny import DenyList
from hotreload.project.files import content_hash

logger = logging.getLogger("hotreload")

_BLOCK_MS = 1000


class Replica:
    """Follows what is published.

    Args:
        client: of the Redis.
        root: names are relative to this folder.
        folders: real paths; nothing is written outside of them.
    """

    def __init__(self, client: Client, root: Path, folders: Iterable[Path]) -> None:
        self._client = client
        self._root = root
        self._folders = tuple(folders)
        self._deny = DenyList()
        self._refused: set[str] = set()

    async def run(self) -> None:
        """Follow until cancelled, whatever becomes of the Redis."""
        from redis import RedisError

        outage = Outage()
        while True:
            try:
                last = await self._catch_up()
                outage.end()
                while True:
                    last = await self._follow(last)
            except (RedisError, OSError) as error:
                outage.go_on(error, "trying again until it does")
                await asyncio.sleep(RETRY_SECONDS)

    async def _catch_up(self) -> str:
        """Compare everything; returns the place in the stream from which to go on."""
        newest = await self._client.xrevrange(CHANGES, count=1)
        files = await self._client.hgetall(FILES)
        removed = await self._client.smembers(REMOVED)
        for name, digest in files.items():
            await self._take(name.decode(), digest.decode())
        for name in removed:
            await self._take(name.decode(), None)
        return str(newest[0][0].decode()) if newest else "0-0"

    async def _follow(self, last: str) -> str:
        answer = await self._client.xread({CHANGES: last}, block=_BLOCK_MS)
        for _stream, entries in answer:
            for place, entry in entries:
                last = place.decode()
                for name in entry[b"names"].decode().split("\n"):
                    digest = await self._client.hget(FILES, name)
                    await self._take(name, digest.decode() if digest is not None else None)
        return last

    async def _take(self, name: str, digest: str | None) -> None:
        """Make one file what it was published as; None: it is gone."""
        file = self._place(name)
        if file is None:
            if name not in self._refused:
                self._refused.add(name)
                logger.warning("refused: the broker names %r, which is not watched here", name)
            return
        if digest is None:
            await asyncio.to_thread(file.unlink, missing_ok=True)
            return
        if await asyncio.to_thread(_hash_of, file) == digest:
            return
        data = await self._client.hget(BYTES, name)
        if data is not None:
            await asyncio.to_thread(_write, file, data)

    def _place(self, name: str) -> Path | None:
        """Where a name leads to; None where that is no place for what comes over the network."""
        parts = name.split("/")
        if any(part in ("", ".", "..") for part in parts) or self._deny.denied_by(parts):
            return None
        file = self._root.joinpath(*parts)
        real = file.parent.resolve() / file.name
        inside = any(real.is_relative_to(folder) and real != folder for folder in self._folders)
        return real if inside and not real.is_symlink() else None


def _hash_of(file: Path) -> str:
    try:
        return content_hash(file.read_bytes())
    except OSError:
        return ""


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
    temporary.write_bytes(data)
    temporary.replace(file)
