"""A build by a function of the user's, plain or async."""

import asyncio
import inspect
import logging
import os
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TypeAlias

from hotreload.hosts.rebuild.contract import BuildFailedError, Built, Publish, build_problem

logger = logging.getLogger("hotreload")

Written: TypeAlias = Iterable[str | os.PathLike[str]] | None
BuildFunction: TypeAlias = Callable[[frozenset[Path]], Written | Awaitable[Written]]


class FunctionBuild:
    """Calls a function, in the builder's thread.

    Args:
        function: gets the changed paths; may return, or be awaited for, the files it wrote.
        folder: what written files that are not absolute are relative to.
    """

    def __init__(self, function: BuildFunction, folder: Path) -> None:
        self._function = function
        self._folder = folder
        # One event loop for all builds: what a build opens in it, the next one can use.
        self._runner: asyncio.Runner | None = None
        self._closed = False
        self._lock = threading.Lock()

    def run(self, changed: frozenset[Path], publish: Publish) -> Built:
        with self._lock:
            try:
                return self._call(changed)
            finally:
                if self._closed:
                    self._end()

    def _call(self, changed: frozenset[Path]) -> Built:
        try:
            written = self._function(changed)
            if inspect.isawaitable(written):
                written = self._wait(written)
            files = None if written is None else frozenset(self._path(file) for file in written)
        except BuildFailedError:
            raise
        except (Exception, SystemExit) as error:
            # What generators' own commands end with would end the builder's thread.
            text = f"{type(error).__name__}: {error}"
            logger.exception("the build failed")
            detail = "".join(traceback.format_exception(error)[-6:]).rstrip()
            name = getattr(self._function, "__qualname__", "build")
            raise BuildFailedError(build_problem(f"{name}()", text, detail)) from error
        return Built(files)

    def hurry(self) -> None:
        """Nothing: a function can't be told."""

    def give_up(self) -> None:
        """Nothing: a function can't be ended."""

    def close(self) -> None:
        """End the event loop, at the end of the build if one is under way."""
        self._closed = True
        # Not in the caller's: where an event loop runs, no other can be ended.
        ending = threading.Thread(target=self._end_unless_busy, name="hotreload-build-end")
        ending.start()
        ending.join()

    def _end_unless_busy(self) -> None:
        if self._lock.acquire(blocking=False):
            self._end()
            self._lock.release()

    def _end(self) -> None:
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _wait(self, written: Awaitable[Written]) -> Written:
        async def wait() -> Written:
            return await written

        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(wait())

    def _path(self, file: str | os.PathLike[str]) -> Path:
        return (self._folder / file).resolve()
