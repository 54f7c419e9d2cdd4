"""Changes found by looking at every file again and again, where nothing tells of them.

A time of change is believed only as far as it goes: many network file systems and virtual machines
keep whole seconds, so that a second save within one shows neither in time nor in size. Of files
that changed lately the bytes are compared, too.
"""

import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hotreload.project.files import LARGE_BYTES, content_hash
from hotreload.project.watched import WatchedTree

# Between two looks at what changed lately, in seconds.
_CLOSE_PAUSE = 0.05
# A look at everything is followed by a pause that is longer by so much: it takes a quarter of a
# processor at most, however many files there are.
_SHARE = 3
# So long may a file be written to again within the same tick of its file system's clock (FAT: 2 s).
_LATELY = 4.0
# What changed counts once it has stood still for so long; what was seen to grow, for longer.
_STILL = 0.1
_STILL_GROWING = 0.5
_MOST_GROWING = 10.0
_MOST_LATELY = 500


class _Mark(NamedTuple):
    """What tells that a file is another than before."""

    mtime: int
    ctime: int
    size: int
    inode: int


class _Changing(NamedTuple):
    """A file that has changed and is not reported yet.

    Args:
        begun: when that was seen first.
        moved: when it was seen to change last.
        still: how long it must stand still.
    """

    begun: float
    moved: float
    still: float


class PollingSource:
    """Looks at the files of some folders.

    Args:
        tree: what to watch; roots that don't exist are left out.
    """

    settle = 0.0

    def __init__(self, tree: WatchedTree) -> None:
        self.lost = False
        self._tree = tree
        self._woken = threading.Event()
        self._pause = int(os.environ.get("WATCHFILES_POLL_DELAY_MS", "300")) / 1000
        self._identities = {root: _identity(root) for root in tree.roots}
        # Whether a path matters never changes, and takes longer to say than a look at the file.
        self._wanted: dict[str, bool] = {}
        self._changing: dict[str, _Changing] = {}
        self._lately: dict[str, tuple[float, str]] = {}
        begun = time.thread_time()
        self._marks, _ = self._scan()
        now = time.time()
        for path, mark in self._marks.items():
            if abs(now - mark.mtime / 1e9) < _LATELY:
                self._note_lately(path, mark)
        self._rest(begun)

    def look(self, seconds: float, *, quick: bool) -> set[Path]:
        deadline = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            dirty = self._look_closely(now)
            if now >= self._next:
                self._sweep(now)
            if dirty or self.lost or self._woken.is_set() or now >= deadline:
                self._woken.clear()
                return {Path(path) for path in dirty}
            close = bool(self._changing or self._lately)
            until = min(deadline, self._next, now + _CLOSE_PAUSE if close else deadline)
            self._woken.wait(max(0.0, until - now))

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        pass

    def _rest(self, begun: float) -> None:
        """Pause after a look at everything, by the processor's time that it has taken."""
        took = time.thread_time() - begun
        pause = max(self._pause, _SHARE * took)
        self._next = time.monotonic() + pause
        # A file that changed just after it was looked at is reported after the look that follows.
        self.interval = pause + 2 * took + 2 * _STILL

    def _sweep(self, now: float) -> None:
        """Look at everything."""
        cost = time.thread_time()
        self.lost = any(_identity(root) != was for root, was in self._identities.items())
        found, failed = self._scan()
        if failed:
            # What can't be looked at now is not gone: there may be no descriptors left.
            kept = ((p, m) for p, m in self._marks.items() if p not in found)
            found.update((p, m) for p, m in kept if p.startswith(failed))
        for path, mark in found.items():
            if self._marks.get(path) != mark:
                self._moved(path, mark, now)
        for path in self._marks.keys() - found.keys():
            self._moved(path, None, now)
        self._marks = found
        self._rest(cost)

    def _look_closely(self, now: float) -> list[str]:
        """Look at what changed lately; returns what is to be reported."""
        for path in [*self._changing, *self._lately]:
            mark = _mark(path)
            if mark != self._marks.get(path):
                self._moved(path, mark, now)
            elif path in self._lately and path not in self._changing:
                since, digest = self._lately[path]
                if now - since > _LATELY:
                    del self._lately[path]
                elif _digest(path) != digest:
                    self._moved(path, mark, now)
        done = [
            path
            for path, changing in self._changing.items()
            if now - changing.moved >= changing.still or now - changing.begun >= _MOST_GROWING
        ]
        for path in done:
            del self._changing[path]
            self._note_lately(path, self._marks.get(path))
        return done

    def _moved(self, path: str, mark: _Mark | None, now: float) -> None:
        """A file was seen to have changed."""
        before = self._marks.get(path)
        if mark is None:
            self._marks.pop(path, None)
            self._lately.pop(path, None)
        else:
            self._marks[path] = mark
        known = self._changing.get(path)
        if known is None:
            self._changing[path] = _Changing(now, now, _STILL)
        else:
            still = _STILL_GROWING if _grew(before, mark) else known.still
            self._changing[path] = _Changing(known.begun, now, still)

    def _note_lately(self, path: str, mark: _Mark | None) -> None:
        if mark is not None and mark.size <= LARGE_BYTES:
            self._lately.pop(path, None)
            self._lately[path] = time.monotonic(), _digest(path)
            while len(self._lately) > _MOST_LATELY:
                del self._lately[next(iter(self._lately))]

    def _scan(self) -> tuple[dict[str, _Mark], tuple[str, ...]]:
        """All files, and the folders that could not be read though they are there."""
        found: dict[str, _Mark] = {}
        failed: list[str] = []
        queue = [str(root) for root, identity in self._identities.items() if identity]
        for folder in queue:
            try:
                for entry in self._entries(folder):
                    if entry.is_dir(follow_symlinks=False):
                        queue.append(entry.path)
                    elif (mark := _mark(entry.path)) is not None:
                        found[entry.path] = mark
            except (FileNotFoundError, NotADirectoryError, PermissionError):
                continue
            except OSError:
                failed.append(folder.rstrip(os.sep) + os.sep)
        return found, tuple(failed)

    def _entries(self, folder: str) -> Iterator[os.DirEntry[str]]:
        with os.scandir(folder) as entries:
            for entry in entries:
                wanted = self._wanted.get(entry.path)
                if wanted is None:
                    wanted = self._wanted[entry.path] = self._tree.wanted(Path(entry.path))
                if wanted:
                    yield entry


def _mark(path: str) -> _Mark | None:
    try:
        found = os.stat(path)  # noqa: PTH116 (a Path for each takes as long as the look)
    except OSError:
        try:
            # A link that leads nowhere is a file that can't be read; it is there, and may mend.
            found = os.lstat(path)
        except OSError:
            return None
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISLNK(found.st_mode):
        return None
    return _Mark(found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def _grew(before: _Mark | None, after: _Mark | None) -> bool:
    if before is None or after is None:
        return False
    # One that was just emptied is being saved, like any other.
    return after.inode == before.inode and after.size > before.size > 0


def _digest(path: str) -> str:
    try:
        return content_hash(Path(path).read_bytes())
    except OSError:
        return ""


def _identity(root: Path) -> tuple[int, int] | None:
    try:
        found = root.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
