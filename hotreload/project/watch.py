"""The watcher: from what the system says of files to batches of dirty paths.

Event kinds lie (an atomic save is "added" and "deleted" at once), so only paths are taken from
them; what became of a path is read from the disk by whoever gets the batch.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

logger = logging.getLogger("hotreload")

Batch = frozenset[Path]

_DELETED = 3  # watchfiles.Change.deleted

IGNORED_NAMES = frozenset(
    {
        *("node_modules", "__pycache__", "bower_components"),
        # What vim writes to see whether a folder can be written to.
        "4913",
    }
)
IGNORED_SUFFIXES = ("~", ".swp", ".swx", ".swo", ".tmp", ".pyc", "___jb_tmp___", "___jb_old___")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait, in milliseconds. The reasons are in docs/architecture.md.

    Args:
        quick: between two looks while someone is editing.
        slow: between two looks when nothing happened for ``quick_for`` seconds.
        quick_for: seconds, since the last change, during which someone is held to be editing.
        quiet: how long a storm (a second batch within this time of the first, or a batch of more
            than ``small`` files) must pause before it counts as over.
        cap: how long a storm may hold its batch back.
        small: up to this many files are handed over at once.
    """

    quick: int = 1
    slow: int = 10
    quick_for: float = 30.0
    quiet: int = 30
    cap: int = 250
    small: int = 4


class Watcher:
    """Watches folders in a thread of its own and hands over batches from it.

    Args:
        roots: real paths of existing folders.
        on_batch: called in the watcher's thread with the dirty paths.
        ignore: glob patterns (as in :mod:`fnmatch`) on paths relative to their root.
        pace: see :class:`Pace`.
    """

    def __init__(
        self,
        roots: Iterable[Path],
        on_batch: Callable[[Batch], None],
        ignore: Iterable[str] = (),
        pace: Pace | None = None,
    ) -> None:
        self.roots = tuple(dict.fromkeys(roots))
        self.ready = threading.Event()
        self._on_batch = on_batch
        self._ignore = tuple(ignore)
        self._pace = pace or Pace()
        self._was_watching = False
        self._root_deleted = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hotreload-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end, and wait for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def wanted(self, path: Path) -> bool:
        """Whether a change of this path can matter."""
        root = next((root for root in self.roots if path.is_relative_to(root)), None)
        if root is None:
            return False
        parts = path.relative_to(root).parts
        if any(_ignored_name(part) for part in parts):
            return False
        return not any(
            fnmatch("/".join(parts), pattern) or any(fnmatch(part, pattern) for part in parts)
            for pattern in self._ignore
        )

    def _run(self) -> None:
        delay = 0.1
        while not self._stop.is_set():
            try:
                self._watch()
                delay = 0.1
            except Exception:
                # A root that vanished, or a system limit: say so, and try again until it works.
                logger.exception("watching failed; trying again in %.1f s", delay)
                delay = min(delay * 2, 5.0)
            self.ready.clear()
            self._stop.wait(delay)

    def _watch(self) -> None:
        """Watch until a root is another folder than it was, or is there and was not."""
        from watchfiles._rust_notify import RustNotify

        self._root_deleted = False
        identities = {root: _identity(root) for root in self.roots}
        existing = [root for root, inode in identities.items() if inode and root.is_dir()]
        force_polling = os.environ.get("WATCHFILES_FORCE_POLLING", "").lower() in (
            "1",
            "true",
            "on",
        )
        poll_delay = int(os.environ.get("WATCHFILES_POLL_DELAY_MS", "300"))
        with RustNotify(
            [str(root) for root in existing], False, force_polling, poll_delay, True, True
        ) as notify:
            self.ready.set()
            if self._was_watching:
                self._hand_over_all(existing)
            self._was_watching = True
            last_change = time.monotonic()
            last_batch = 0.0
            while not self._stop.is_set():
                pace = self._pace
                quick = time.monotonic() - last_change < pace.quick_for
                dirty = self._look(notify, pace.quick if quick else pace.slow, 1000)
                if self._root_deleted or any(
                    _identity(root) != inode for root, inode in identities.items()
                ):
                    # The watch of a root that was deleted and made again is dead, without a word;
                    # the new one may have the old one's inode.
                    if dirty:
                        self._on_batch(frozenset(dirty))
                    return
                if not dirty:
                    continue
                last_change = time.monotonic()
                if len(dirty) > pace.small or last_change - last_batch < pace.quiet / 1000:
                    dirty |= self._wait_out(notify)
                self._on_batch(frozenset(dirty))
                last_batch = time.monotonic()

    def _hand_over_all(self, roots: Iterable[Path]) -> None:
        """What changed while nothing was watched is not known: it may be any file."""
        files = frozenset(path for root in roots for path in _below(root) if self.wanted(path))
        if files:
            self._on_batch(files)

    def _wait_out(self, notify: "RustNotify") -> set[Path]:
        """What else changes until there is a pause."""
        pace = self._pace
        deadline = time.monotonic() + pace.cap / 1000
        dirty: set[Path] = set()
        while time.monotonic() < deadline and not self._stop.is_set():
            more = self._look(notify, pace.quick, pace.quiet)
            if not more:
                break
            dirty |= more
        return dirty

    def _look(self, notify: "RustNotify", step: int, timeout: int) -> set[Path]:
        found = notify.watch(self._pace.cap, step, timeout, self._stop)
        if not isinstance(found, set):
            return set()
        dirty: set[Path] = set()
        for kind, name in found:
            path = Path(name)
            if kind == _DELETED and path in self.roots:
                self._root_deleted = True
                continue
            if not self.wanted(path):
                continue
            if path.is_dir():
                # A file made at once in a new folder can be missed: look for it.
                dirty.update(inner for inner in _below(path) if self.wanted(inner))
            else:
                dirty.add(path)
        return dirty


def _ignored_name(name: str) -> bool:
    hidden = name.startswith(".") and name != ".well-known"
    return hidden or name in IGNORED_NAMES or name.endswith(IGNORED_SUFFIXES)


def _identity(root: Path) -> int | None:
    try:
        return root.stat().st_ino
    except OSError:
        return None


def _below(folder: Path) -> Iterable[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _ignored_name(name)]
        yield from (Path(parent) / name for name in names)
