"""What an adapter is, and how it speaks to the server."""

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from hotreload.project.problems import Problem


class SupersededError(BaseException):
    """What was being built is out of date before it is done; the next build makes up for it.

    No ``Exception``: generators would report it.
    """


class Channel:
    """How an adapter speaks to who runs it.

    Args:
        written: shows files that are final, before the rest is built. When it returns they have
            been read, and may be written again.
    """

    def __init__(self, written: Callable[[Iterable[str | os.PathLike[str]]], None]) -> None:
        self.written = written
        self.hurry = threading.Event()

    def check(self) -> None:
        """Let what has just changed come first.

        Raises:
            SupersededError: something has.
        """
        if self.hurry.is_set():
            raise SupersededError


class AdapterError(Exception):
    """A build failed for reasons that are the user's to mend; ``problems`` say which.

    ``whole`` says that what had changed was read all the same.
    """

    def __init__(self, *problems: Problem, whole: bool = False) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems
        self.whole = whole


class Adapter(Protocol):
    """Builds a site with one generator. It is made with its options, and lives in this process.

    ``state`` is handed, as JSON, to the adapter of the next build where each build has a process
    of its own: as the option ``"state"``.
    """

    state: Any = None

    def build(self, changed: frozenset[Path], channel: Channel) -> tuple[Problem, ...]:
        """Build; returns what is wrong with the source all the same.

        Raises:
            AdapterError: the output is not to be shown.
            SupersededError: what is owed is done with the next build.
        """
        ...

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong as far as it is known when a build was superseded."""
        return ()

    def is_stale(self, changed: frozenset[Path]) -> bool:
        """Whether only a new process can build after these changes."""
        return False

    def sources(self) -> Iterable[Path]:
        """All that the output depends on, as far as it is known by now."""
        ...

    def excluded(self) -> Iterable[str]:
        """Regular expressions, to be matched with whole paths, of what is not."""
        return ()

    def wanted(self) -> Iterable[str]:
        """Likewise of what it depends on although git may ignore it, besides the sources."""
        return ()
