"""Where the sources of rendered pages are kept, which their runtimes ask for."""

import asyncio
import multiprocessing
from pathlib import Path
from typing import Protocol

from hotreload.web.own import Bases

_MOST_FILES = 256
_TIDY_EVERY = 32


class BaseStore(Protocol):
    """Keeps the last pages, by the key in their block."""

    async def put(self, key: str, text: bytes) -> None: ...

    async def get(self, key: str) -> bytes | None: ...


class MemoryBases:
    """For an app that runs in one process."""

    def __init__(self) -> None:
        self._bases = Bases()

    async def put(self, key: str, text: bytes) -> None:
        self._bases.put(key, text)

    async def get(self, key: str) -> bytes | None:
        return self._bases.get(key)


class FolderBases:
    """For workers on one machine: a page asks whichever it reaches.

    Args:
        folder: made if it is not there, and readable by its owner only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._near = Bases()
        self._written = 0

    async def put(self, key: str, text: bytes) -> None:
        self._near.put(key, text)
        await asyncio.to_thread(self._write, key, text)

    async def get(self, key: str) -> bytes | None:
        found = self._near.get(key)
        return found if found is not None else await asyncio.to_thread(self._read, key)

    def _write(self, key: str, text: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._folder / key).write_bytes(text)
        self._written += 1
        if self._written % _TIDY_EVERY:
            return
        files = sorted(self._folder.iterdir(), key=_age)
        for file in files[:-_MOST_FILES]:
            file.unlink(missing_ok=True)

    def _read(self, key: str) -> bytes | None:
        try:
            return (self._folder / key).read_bytes()
        except OSError:
            return None


def is_worker() -> bool:
    """Whether this process is one of several that serve the app, or may be."""
    return multiprocessing.parent_process() is not None


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
