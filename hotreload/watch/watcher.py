"""The watcher: from what the system says of files to batches of dirty paths.

Event kinds lie (an atomic save is "added" and "deleted" at once), so only paths are taken from
them; what became of a path is read from the disk by whoever gets the batch.
"""

import logging
import math
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from hotreload.watch.checkout import Checkouts, find_checkouts
from hotreload.watch.polling import must_poll
from hotreload.watch.watched import Source, WatchedTree

logger = logging.getLogger("hotreload")

Batch = frozenset[Path]

_LOOK_SECONDS = 0.5


class Pace(NamedTuple):
    """How long to wait, in seconds. docs/decisions/0015-the-watcher-and-its-pace.md says why.

    Args:
        quick_for: since the last change, during which someone is held to be editing.
        quiet: how long a storm (a second batch within this time of the first, or a batch of more
            than ``small`` files) must pause before it counts as over.
        cap: how long a storm may hold its batch back.
        small: up to this many files are handed over at once.
        checkout: how long a batch may be held back while a version control system changes files.
    """

    quick_for: float = 30.0
    quiet: float = 0.03
    cap: float = 0.25
    small: int = 4
    checkout: float = 10.0


def open_source(tree: WatchedTree) -> Source:
    """The best source of changes that this system has for a tree."""
    # Imported here, since each is of use on some systems only.
    polling = must_poll(tree)
    if sys.platform == "linux" and not polling:
        from hotreload.watch.source_inotify import InotifySource

        try:
            return InotifySource(tree)
        except OSError as error:
            polling = True
            logger.warning(
                "watching by polling, which is slow: %s (raise fs.inotify.max_user_watches "
                "and fs.inotify.max_user_instances with sysctl)",
                error,
            )
    if polling:
        from hotreload.watch.source_polling import PollingSource

        return PollingSource(tree)
    from hotreload.watch.source_watchfiles import WatchfilesSource

    return WatchfilesSource(tree)


class Watcher:
    """Watches folders in a thread of its own and hands over batches from it.

    Args:
        roots: real paths of existing folders.
        on_batch: called in the watcher's thread with the dirty paths.
        ignore: glob patterns (as in :mod:`fnmatch`) on paths relative to their root.
        pace: see :class:`Pace`.
        source: opens what tells of changes.
        on_watching: called in the watcher's thread when it has begun: what changed before is for
            others to find.
        on_dirty: called in the watcher's thread with paths as they get dirty, each time before the
            batch that they belong to: to read them while it may still grow.
        without: files and folders below the roots that are not watched.
    """

    def __init__(
        self,
        roots: Iterable[Path],
        on_batch: Callable[[Batch], None],
        ignore: Iterable[str] = (),
        pace: Pace | None = None,
        source: Callable[[WatchedTree], Source] = open_source,
        on_watching: Callable[[], None] = lambda: None,
        on_dirty: Callable[[Batch], None] = lambda dirty: None,
        without: Iterable[Path] = (),
    ) -> None:
        self.tree = WatchedTree(tuple(dict.fromkeys(roots)), tuple(ignore), tuple(without))
        self.ready = threading.Event()
        self._on_batch = on_batch
        self._pace = pace or Pace()
        self._open_source = source
        self._on_watching = on_watching
        self._on_dirty = on_dirty
        self._was_watching = False
        self._last_change = self._last_batch = 0.0
        self._checkouts = Checkouts()
        self._stop = threading.Event()
        self._source: Source | None = None
        self._flushes: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="hotreload-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end, and wait for it."""
        self._stop.set()
        with self._lock:
            if self._source is not None:
                self._source.wake()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def flush(self, call: Callable[[], None]) -> None:
        """Hand over what has changed until now, then call a function in the watcher's thread."""
        with self._lock:
            self._flushes.append(call)
            if self._source is not None:
                self._source.wake()

    def _run(self) -> None:
        delay = 0.1
        while not self._stop.is_set():
            try:
                self._watch()
                delay = 0.1
            except Exception as error:
                # A root that vanished, or a system limit: say so, and try again until it works.
                trace = None if isinstance(error, OSError) else error
                text = "watching failed (%s); trying again in %.1f s"
                logger.error(text, error, delay, exc_info=trace)
                delay = min(delay * 2, 5.0)
            self.ready.clear()
            self._stop.wait(delay)

    def _watch(self) -> None:
        """Watch until a root is lost, or there is another in its place, or one where none was."""
        watched = self._places()
        existing = [root for root, place in watched.items() if place is not None]
        source = self._open_source(self.tree)
        self._checkouts = find_checkouts(existing)
        try:
            with self._lock:
                self._source = source
            self.ready.set()
            self._begin(existing)
            while not (self._stop.is_set() or source.lost):
                # Nothing tells that a folder is gone which is some process's current one.
                replaced = self._places() != watched
                self._turn(source, at_once=replaced)
                if replaced:
                    return
        finally:
            with self._lock:
                self._source = None
            source.close()

    def _begin(self, existing: Iterable[Path]) -> None:
        """Say that changes are seen from here on, and what may have changed before."""
        if self._was_watching:
            # What changed while nothing was watched is not known: it may be any file, and one that
            # is gone is found by the folder that it was in.
            every = frozenset(p for root in existing for p in self.tree.files(root))
            every |= frozenset(self.tree.roots)
            self._on_dirty(every)
            self._on_batch(every)
        else:
            self._on_watching()
        self._was_watching = True
        self._last_change = time.monotonic()
        self._last_batch = 0.0

    def _turn(self, source: Source, *, at_once: bool) -> None:
        """Look once, and hand over what has changed."""
        quick = time.monotonic() - self._last_change < self._pace.quick_for
        at_once = at_once or bool(self._flushes)
        dirty = source.look(0.0 if at_once else _LOOK_SECONDS, quick=quick)
        if dirty:
            self._last_change = time.monotonic()
            self._on_batch(self._whole(source, dirty, self._last_change - self._last_batch))
            self._last_batch = time.monotonic()
        else:
            self._flushed(source)

    def _places(self) -> dict[Path, tuple[int, int] | None]:
        """Which folders the roots are now: device and inode, None where there is none."""
        return {root: _place(root) for root in self.tree.roots}

    def _flushed(self, source: Source) -> None:
        """Answer who asked for all changes up to a moment, which have been handed over by now."""
        with self._lock:
            asked, self._flushes = self._flushes, []
        if not asked:
            return
        dirty = source.catch_up()
        if dirty:
            self._on_batch(self._whole(source, dirty, math.inf))
        for call in asked:
            call()

    def _whole(self, source: Source, dirty: set[Path], since_batch: float) -> Batch:
        """All that changes until there is a pause: a short one after a save, else a longer one."""
        pace = self._pace
        begun = time.monotonic()
        storm = since_batch < pace.quiet
        last_locked = begun
        batch = set(dirty)
        unread = dirty
        while not self._stop.is_set():
            locked = self._checkouts.under_way()
            storm = storm or locked or len(batch) > pace.small
            if not storm:
                # The time that this takes is as good as spent waiting.
                self._on_dirty(frozenset(unread))
                unread = set()
            elapsed = time.monotonic() - begun
            if locked and elapsed < pace.checkout:
                more = source.look(pace.quiet, quick=True)
                batch |= more
                unread |= more
                last_locked = time.monotonic()
                continue
            cap = last_locked - begun + pace.cap + 2 * source.interval
            if elapsed >= cap:
                break
            wait = pace.quiet + source.interval if storm else source.settle - elapsed
            if last_locked > begun:
                wait = max(wait, self._checkouts.pause)
            if not (storm or source.settle):
                break
            more = source.look(max(0.0, min(wait, cap - elapsed)), quick=True)
            if not more and not self._checkouts.under_way():
                break
            batch |= more
            unread |= more
        if unread:
            self._on_dirty(frozenset(unread))
        return frozenset(batch)


def _place(root: Path) -> tuple[int, int] | None:
    try:
        found = root.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISDIR(found.st_mode) else None
