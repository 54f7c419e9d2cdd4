"""The command that runs the server behind: started, heard, and ended with all it has started."""

import asyncio
import contextlib
import os
import sys
from collections import deque
from collections.abc import Sequence

import psutil

_MOST_LINES = 40
_LONGEST = 64 * 1024
_END_SECONDS = 5.0


class Command:
    """A process, and those that it starts.

    What they print goes on to our own output, and the last of it is kept. Signals of the terminal
    reach them as they reach us.

    Args:
        words: the program and its arguments.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self.lines: deque[str] = deque(maxlen=_MOST_LINES)
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start it, once more if it has ended.

        Raises:
            OSError: there is no such program, or it can't be run.
        """
        self.lines.clear()
        self._process = await asyncio.create_subprocess_exec(
            *self.words,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # Else what it says comes when it ends.
            env={"PYTHONUNBUFFERED": "1", **os.environ},
            limit=_LONGEST,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            asyncio.create_task(self._read(self._process.stdout, sys.stdout.fileno())),
            asyncio.create_task(self._read(self._process.stderr, sys.stderr.fileno())),
        ]

    @property
    def status(self) -> int | None:
        """Its exit status, as of shells; None while it runs."""
        code = self._process.returncode if self._process is not None else None
        return code if code is None or code >= 0 else 128 - code

    async def ended(self) -> None:
        """Wait until all is read that it printed, after its end."""
        await asyncio.wait(self._readers, timeout=1)

    def tree(self) -> tuple[psutil.Process, ...]:
        """Itself and all that it has started, as far as they run."""
        if self._process is None or self._process.returncode is not None:
            return ()
        try:
            own = psutil.Process(self._process.pid)
            return (own, *own.children(recursive=True))
        except psutil.Error:
            return ()

    async def end(self) -> None:
        """Ask them all to end, and see to it."""
        running = self.tree()
        for process in running:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        if self._process is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), _END_SECONDS)
        for process in running:
            with contextlib.suppress(psutil.Error):
                # A number may be another process's by now, which psutil tells apart.
                if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                    process.kill()
        for reader in self._readers:
            reader.cancel()

    async def _read(self, stream: asyncio.StreamReader, out: int) -> None:
        rest = b""
        while data := await stream.read(_LONGEST):
            with contextlib.suppress(OSError):
                await asyncio.to_thread(os.write, out, data)
            *whole, rest = (rest + data).split(b"\n")
            self.lines.extend(line.decode("utf-8", "replace").rstrip() for line in whole)
            rest = rest[-_LONGEST:]
        if rest:
            self.lines.append(rest.decode("utf-8", "replace"))
