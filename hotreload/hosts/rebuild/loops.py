"""Builds that nobody asked for but the builds before them, and how long they wait.

A build that writes into its own sources asks for the next one. Who wrote a source is known where
the build says so: generators in a process of ours do. What a command writes looks like a save of
somebody's who saves often. So a trial decides: the next build is put off for a second. Whoever
saves meanwhile ends that, and it was no loop; where nobody does, and the build that follows
changes the same files again, it is the builds.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
# So many builds in a row may follow on others by what may be somebody's saves, before the trial.
_UNTRIED = 4
# The first one by what builds are known to have written is due: another may find nothing to do.
_UNTRIED_OWN = 1


class Look(NamedTuple):
    """How a file was found: its time of change in seconds since the epoch, and its size."""

    changed: float
    size: int


class Wait(NamedTuple):
    """How many seconds to wait, and whether it is certain by now that builds ask for builds."""

    seconds: float = 0.0
    is_loop: bool = False


def look_at(path: Path) -> Look | None:
    """None for what is not there."""
    try:
        info = path.stat()
    except OSError:
        return None
    return Look(info.st_mtime, info.st_size)


class Loops:
    """Remembers what builds have written, and which builds have followed on that.

    Args:
        look: looks at a file.
    """

    def __init__(self, look: Callable[[Path], Look | None] = look_at) -> None:
        self._look = look
        self._ended = 0.0
        # None where it is not known who wrote what.
        self._left: dict[Path, Look | None] | None = {}
        self.paths: frozenset[Path] = frozenset()
        self._rounds = 0

    def ended(self, own: frozenset[Path] | None, now: float) -> None:
        """A build has ended.

        Args:
            own: the sources that it has written, None where that is not known.
            now: in seconds since the epoch.
        """
        self._ended = now
        self._left = None if own is None else {path: self._look(path) for path in own}

    def may_be_own(self, path: Path) -> bool:
        """Whether what has become of a source may be the last build's doing."""
        found = self._look(path)
        if self._left is not None:
            return path in self._left and self._left[path] == found
        return found is not None and found.changed <= self._ended

    def wait(self, changed: frozenset[Path], *, asked: bool) -> Wait:
        """How long to wait with the build that comes next.

        Args:
            changed: what it is for.
            asked: somebody has changed something since the last build has ended.
        """
        by_builds = bool(changed) and not asked
        if by_builds and self._left is not None:
            by_builds = all(map(self.may_be_own, changed))
        if not by_builds:
            self.paths, self._rounds = frozenset(), 0
            return Wait()
        untried = _UNTRIED if self._left is None else _UNTRIED_OWN
        # Which of several files is noticed in which build is chance.
        self._rounds += changed <= self.paths or self._rounds == 0
        self.paths |= changed
        if self._rounds <= untried:
            return Wait()
        seconds = min(_FIRST_WAIT * 2 ** (self._rounds - untried - 1), _LONGEST_WAIT)
        return Wait(seconds, self._rounds == untried + 2)
