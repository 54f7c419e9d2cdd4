"""Patience with what takes long: it is made in another thread, and the event loop goes on."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from hotreload.project.languages import may_be_slow
from hotreload.project.urls import file_url, suffix

_Result = TypeVar("_Result")

# What changes faster than it can be made is waited for at last.
_TRIES = 3


class NotReadyError(Exception):
    """What is made of a file takes long: it is not waited for."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


@dataclass(slots=True, eq=False, repr=False)
class Patience:
    """Who waits, in the event loop, for what is made elsewhere.

    Args:
        early: gives what makes a stylesheet, as a function for any thread; None if it is made.
        was_made: says whether it was made before, of what its file held then.

    While ``active``, whoever would make something that takes long raises :class:`NotReadyError`.
    """

    early: Callable[[str], Callable[[], None] | None]
    was_made: Callable[[str], bool]
    active: bool = False
    _under_way: dict[str, asyncio.Future[None]] = field(default_factory=dict)

    async def do(self, work: Callable[[], _Result]) -> _Result:
        """Do something that can be begun again, as often as it is held up."""
        held_up: list[str] = []
        while True:
            self.active = not held_up or held_up.count(held_up[-1]) < _TRIES
            try:
                return work()
            except NotReadyError as error:
                held_up.append(error.url)
            finally:
                self.active = False
            await self.make(held_up[-1:])

    def waiting(self, urls: Iterable[str]) -> list[str]:
        """The files of which something has to be made that takes long."""
        files = dict.fromkeys(map(file_url, urls))
        return [url for url in files if may_be_slow(suffix(url)) and self.early(url) is not None]

    async def make(self, urls: Iterable[str]) -> None:
        """Have what takes long made of files, as they are then."""
        for url in self.waiting(urls):
            for _ in range(_TRIES):
                work = self.early(url)
                if work is None:
                    break
                await asyncio.wait([self._in_thread(url, work)])

    async def know(self, urls: Iterable[str]) -> None:
        """Have what takes long made of files; what was made before will do while that lasts."""
        for url in self.waiting(urls):
            if not self.was_made(url):
                await self.make([url])
            elif (work := self.early(url)) is not None:
                self._in_thread(url, work)

    def is_under_way(self, url: str) -> bool:
        """Whether something is being made of a file."""
        return url in self._under_way

    def _in_thread(self, url: str, work: Callable[[], None]) -> "asyncio.Future[None]":
        under_way = self._under_way.get(url)
        if under_way is None:
            loop = asyncio.get_running_loop()
            under_way = self._under_way[url] = loop.create_future()
            ended = under_way.set_result

            def done() -> None:
                del self._under_way[url]
                ended(None)

            def run() -> None:
                try:
                    work()
                finally:
                    with suppress(RuntimeError):  # the loop has ended
                        loop.call_soon_threadsafe(done)

            # Not of a pool, whose threads are waited for at the end.
            threading.Thread(target=run, name="hotreload-transform", daemon=True).start()
        return under_way
