"""A replica: makes its own files like those that were published.

What is written here is seen by the replica's own watcher, so that from then on everything goes as
on the machine where the files are edited.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from hotreload.hosts.broker.clients import Client
from hotreload.hosts.broker.store import (
    BYTES,
    CHANGES,
    FILES,
    REMOVED,
    RETRY_SECONDS,
    Outage,
    heed_cancellation,
)
from hotreload.project.deny import DenyList
from hotreload.project.files import content_hash

logger = logging.getLogger("hotreload")

_BLOCK_MS = 1000
# How often everything is compared, whatever was heard of.
COMPARE_SECONDS = 30.0


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
        self._failed: dict[str, None] = {}
        self._compare_at = 0.0

    async def run(self) -> None:
        """Follow until cancelled, whatever becomes of the Redis."""
        from redis import RedisError

        outage = Outage()
        while True:
            try:
                last = await self._catch_up()
                outage.end()
                while True:
                    heed_cancellation()
                    last = await self._follow(last)
            except (RedisError, OSError) as error:
                heed_cancellation()
                outage.go_on(error, "trying again until it does")
                await asyncio.sleep(RETRY_SECONDS)

    async def _catch_up(self) -> str:
        """Compare everything; returns the place in the stream from which to go on."""
        newest = await self._newest()
        files = await self._client.hgetall(FILES)
        removed = await self._client.smembers(REMOVED)
        # Deleted first: what was a folder may be a file now.
        for name in sorted(removed - files.keys()):
            await self._take(name.decode(), None)
        for name, digest in files.items():
            await self._take(name.decode(), digest.decode())
        self._compare_at = time.monotonic() + COMPARE_SECONDS
        return newest

    async def _newest(self) -> str:
        newest = await self._client.xrevrange(CHANGES, count=1)
        return str(newest[0][0].decode()) if newest else "0-0"

    async def _follow(self, last: str) -> str:
        answer = await self._client.xread({CHANGES: last}, block=_BLOCK_MS)
        names: dict[str, None] = dict.fromkeys(self._failed)
        for _stream, entries in answer or ():
            for place, entry in entries:
                last = place.decode()
                names.update(dict.fromkeys(entry[b"names"].decode().split("\n")))
        names.pop("", None)
        found = {name: await self._client.hget(FILES, name) for name in names}
        for name in sorted(found, key=lambda name: found[name] is not None):
            digest = found[name]
            await self._take(name, digest.decode() if digest is not None else None)
        if answer:
            return last
        # A Redis that has lost its stream numbers a new one by its clock, which may have been set
        # back: nothing would ever come after the last number that is known here. And the stream is
        # bounded: who reads slowly may have been overtaken.
        if await self._newest() != last or time.monotonic() > self._compare_at:
            return await self._catch_up()
        return last

    async def _take(self, name: str, digest: str | None) -> None:
        """Make one file what it was published as; None: it is gone.

        A file that can't be written is named, once, and tried again; all others go on.
        """
        file = self._place(name)
        if file is None:
            if name not in self._refused:
                self._refused.add(name)
                logger.warning("refused: the broker names %r, which is not watched here", name)
            return
        data: bytes | None = None
        if digest is not None:
            if await asyncio.to_thread(_hash_of, file) == digest:
                self._succeeded(name)
                return
            data = await self._client.hget(BYTES, name)
            if data is None:
                return  # lost meanwhile; its publisher sees that, too
        try:
            if data is None:
                await asyncio.to_thread(self._delete, file)
            else:
                await asyncio.to_thread(_write, file, data)
        except OSError as error:
            if name not in self._failed:
                what = "written" if data is not None else "deleted"
                logger.warning(
                    "%s can't be %s: %s; trying again", file, what, error.strerror or error
                )
            self._failed[name] = None
        else:
            self._succeeded(name)

    def _succeeded(self, name: str) -> None:
        if name in self._failed:
            del self._failed[name]
            logger.warning("%s is as it was published", name)

    def _delete(self, file: Path) -> None:
        """Delete a file, and the folders that are empty without it: they are not published."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            file.unlink()
        for folder in file.parents:
            if folder in self._folders or not self._is_inside(folder):
                return
            try:
                folder.rmdir()
            except OSError:
                return

    def _is_inside(self, path: Path) -> bool:
        return any(path.is_relative_to(folder) and path != folder for folder in self._folders)

    def _place(self, name: str) -> Path | None:
        """Where a name leads to; None where that is no place for what comes over the network."""
        parts = name.split("/")
        if any(part in ("", ".", "..") for part in parts) or self._deny.denied_by(parts):
            return None
        file = self._root.joinpath(*parts)
        real = file.parent.resolve() / file.name
        return real if self._is_inside(real) and not real.is_symlink() else None


def _hash_of(file: Path) -> str:
    try:
        return content_hash(file.read_bytes())
    except OSError:
        return ""


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
