"""Changes found by looking at every file again and again, where nothing tells of them.

A time of change is believed only as far as it goes: many network file systems and virtual machines
keep whole seconds, so that a second save within one shows neither in time nor in size. Of files
that changed lately the bytes are compared, too.
"""

import os
import threading
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from hotreload.project.files import LARGE_BYTES, content_hash
from hotreload.watch.polled import Mark, PolledTree, mark_of
from hotreload.watch.watched import WatchedTree

# Between two looks at what has just changed, and at what was edited in the last minutes.
_CLOSE_PAUSE = 0.05
_EDITED_PAUSE = 0.2
_EDITED = 600.0
_MOST_EDITED = 200
# A round is a look at everything, in some parts with pauses between them. It begins every 0.3 s; as
# seldom as this where it takes more than that share of a processor; and where it takes a quarter
# all the same, still less often.
_ROUND = 0.6
_CHEAP = 0.06
_MOST = 0.25
_PARTS = 8
# While files change, others are likely to.
_LIVELY = 2.0
# So long may a file be written to again within the same tick of its file system's clock (FAT: 2 s).
_LATELY = 4.0
# What changes within this time is told together.
_TOGETHER = 0.25
# What changed counts once it has stood still for so long; what was seen to grow, for longer.
_STILL = 0.1
_STILL_GROWING = 0.5
_MOST_GROWING = 10.0
_MOST_LATELY = 500


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
        self._woken = threading.Event()
        self._pause = int(os.environ.get("WATCHFILES_POLL_DELAY_MS", "300")) / 1000
        self._identities = {root: _identity(root) for root in tree.roots}
        self._tree = PolledTree(tree)
        self._marks = self._tree.marks
        self._changing: dict[str, _Changing] = {}
        self._lately: dict[str, tuple[float, str]] = {}
        self._edited: dict[str, float] = {}
        self._last_change = -_LIVELY
        self._edited_at = 0.0
        self._cost = self._spent = 0.0
        self._round = self._begin(time.monotonic())
        begun, now = time.thread_time(), time.time()
        for moved in self._round:
            for path in moved:
                mark = mark_of(path)
                if mark is not None:
                    self._marks[path] = mark
                    if abs(now - mark.mtime / 1e9) < _LATELY:
                        self._note_lately(path, mark)
        self._cost = time.thread_time() - begun
        self._next = time.monotonic() + self._pace(time.monotonic())

    @property
    def interval(self) -> float:
        # A file that changed just after it was looked at is reported after the look that follows.
        return self._pace(time.monotonic()) + 2 * self._cost + 2 * _STILL

    def look(self, seconds: float, *, quick: bool) -> set[Path]:
        deadline = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            dirty = self._look_closely(now)
            if now >= self._next:
                self._look_on(now)
            if dirty or self.lost or self._woken.is_set() or now >= deadline:
                self._woken.clear()
                return {Path(path) for path in dirty}
            pauses = [deadline, self._next]
            if self._changing or self._lately:
                pauses.append(now + _CLOSE_PAUSE)
            if self._edited:
                pauses.append(self._edited_at)
            self._woken.wait(max(0.0, min(pauses) - now))

    def catch_up(self) -> set[Path]:
        now = time.monotonic()
        for moved in self._begin(now):
            for path in moved:
                self._moved(path, mark_of(path), now)
        dirty: set[Path] = set()
        while self._changing:
            dirty |= self.look(_CLOSE_PAUSE, quick=True)
        return dirty

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        pass

    def _pace(self, now: float) -> float:
        """How long a round is to last, by the processor's time that the last one took."""
        seldom = 0.0 if now - self._last_change < _LIVELY else min(_ROUND, self._cost / _CHEAP)
        return max(self._pause, seldom, self._cost / _MOST)

    def _begin(self, now: float) -> Iterator[list[str]]:
        roots = [str(root) for root, identity in self._identities.items() if identity]
        return self._tree.look(roots, now, _PARTS)

    def _look_on(self, now: float) -> None:
        """Look at a part of everything."""
        begun = time.thread_time()
        self.lost = any(_identity(root) != was for root, was in self._identities.items())
        moved = next(self._round, None)
        for path in moved or ():
            self._moved(path, mark_of(path), now)
        self._spent += time.thread_time() - begun
        if moved is None:
            self._cost, self._spent = self._spent, 0.0
            self._round = self._begin(now)
            self._look_on(now)
            return
        files = max(1, len(self._marks))
        self._next = now + self._pace(now) / min(_PARTS, -(-files // 500))

    def _look_closely(self, now: float) -> list[str]:
        """Look at what changed lately; returns what is to be reported."""
        closely = dict.fromkeys((*self._changing, *self._lately))
        if now >= self._edited_at:
            closely.update(dict.fromkeys(self._edited))
            self._edited_at = now + _EDITED_PAUSE
            while self._edited and now - next(iter(self._edited.values())) > _EDITED:
                del self._edited[next(iter(self._edited))]
        for path in closely:
            mark = mark_of(path)
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
        young = [path for path in done if now - self._changing[path].begun < _TOGETHER]
        if len(young) == len(done) and self._is_storm(done):
            return []
        for path in done:
            del self._changing[path]
            self._note_lately(path, self._marks.get(path))
        return done

    def _is_storm(self, done: Collection[str]) -> bool:
        """Whether other files than these have changed as well, and none of them just grows."""
        others = self._changing.keys() - set(done)
        return any(self._changing[path].still == _STILL for path in others)

    def _moved(self, path: str, mark: Mark | None, now: float) -> None:
        """A file was seen to have changed."""
        before = self._marks.get(path)
        if mark is None and before is None:
            return
        self._last_change = now
        if mark is None:
            self._marks.pop(path, None)
            self._lately.pop(path, None)
        else:
            self._marks[path] = mark
        self._edited.pop(path, None)
        self._edited[path] = now
        if len(self._edited) > _MOST_EDITED:
            del self._edited[next(iter(self._edited))]
        known = self._changing.get(path)
        if known is None:
            self._changing[path] = _Changing(now, now, _STILL)
        else:
            still = _STILL_GROWING if _grew(before, mark) else known.still
            self._changing[path] = _Changing(known.begun, now, still)

    def _note_lately(self, path: str, mark: Mark | None) -> None:
        if mark is not None and mark.size <= LARGE_BYTES:
            self._lately.pop(path, None)
            self._lately[path] = time.monotonic(), _digest(path)
            while len(self._lately) > _MOST_LATELY:
                del self._lately[next(iter(self._lately))]


def _grew(before: Mark | None, after: Mark | None) -> bool:
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
