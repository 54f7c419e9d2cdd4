"""Changes from Linux's inotify, read directly.

It tells when a writer closed its file, so that no time is spent on guessing whether a write is
over, costs nothing while nothing happens, and leaves ignored folders unwatched. Source: inotify(7).
"""

import contextlib
import ctypes
import errno
import os
import select
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path

from hotreload.watch.watched import WatchedTree

IN_MODIFY = 0x2
IN_ATTRIB = 0x4
IN_CLOSE_WRITE = 0x8
IN_MOVED_FROM = 0x40
IN_MOVED_TO = 0x80
IN_CREATE = 0x100
IN_DELETE = 0x200
IN_DELETE_SELF = 0x400
IN_MOVE_SELF = 0x800
IN_Q_OVERFLOW = 0x4000
IN_IGNORED = 0x8000
IN_ONLYDIR = 0x1000000
IN_ISDIR = 0x40000000

_FINISHED = IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE
_LOST = IN_DELETE_SELF | IN_MOVE_SELF
_MASK = IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_ONLYDIR | _FINISHED | _LOST
_HEADER = struct.Struct("iIII")
_BUFFER_BYTES = 256 * 1024
# A file that was written to and not closed is held open by its writer. It counts as changed when it
# was not written to for so long, or was for so long without a pause, in seconds.
_UNCLOSED = 0.5
_UNCLOSED_LONGEST = 10.0
# One that its writer has emptied is all but surely about to be filled, however busy the machine is.
_UNCLOSED_EMPTY = 1.0
# So many names of a folder: those that tools make up anew each time must not fill the memory.
_REMEMBERED = 1000


@dataclass(slots=True)
class _Folder:
    """A watched folder, and what is known of the names in it: a path, or None if it is ignored."""

    path: Path
    children: dict[bytes, Path | None] = field(default_factory=dict)

    def child(self, name: bytes, tree: WatchedTree) -> Path | None:
        if name not in self.children:
            if len(self.children) >= _REMEMBERED:
                self.children.clear()
            path = self.path / os.fsdecode(name)
            self.children[name] = path if tree.wanted(path) else None
        return self.children[name]


class InotifySource:
    """Watches folders, and those that come below them.

    Args:
        tree: what to watch; roots that don't exist are left out.

    Raises:
        OSError: the system has no (or no more) inotify watches to give.
    """

    settle = 0.0002
    interval = 0.0

    def __init__(self, tree: WatchedTree) -> None:
        self.lost = False
        self._tree = tree
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._descriptor < 0:
            raise OSError(ctypes.get_errno(), "inotify can't be used")
        self._woken, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._folders: dict[int, _Folder] = {}
        # Written to and not closed yet: path → when it counts as changed all the same.
        self._open: dict[Path, float] = {}
        self._opened: dict[Path, float] = {}
        try:
            for root in tree.roots:
                self._add(root)
        except OSError:
            self.close()
            raise

    def look(self, seconds: float, *, quick: bool) -> set[Path]:
        deadline = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            until = min(deadline, *self._open.values()) if self._open else deadline
            waits_for = [self._descriptor, self._woken]
            ready, _, _ = select.select(waits_for, [], [], max(0.0, until - now))
            dirty = self._read() if self._descriptor in ready else set()
            dirty |= self._overdue()
            woken = self._woken in ready and bool(os.read(self._woken, 4096))
            if dirty or woken or self.lost or time.monotonic() >= deadline:
                return dirty

    def catch_up(self) -> set[Path]:
        return self.look(0.0, quick=True)

    def wake(self) -> None:
        # Where the pipe is full, it wakes as it is.
        with contextlib.suppress(BlockingIOError):
            os.write(self._waker, b"!")

    def close(self) -> None:
        for descriptor in (self._descriptor, self._woken, self._waker):
            os.close(descriptor)

    def _add(self, top: Path) -> None:
        """Watch a folder and all below it."""
        for folder in self._tree.folders(top):
            watch = self._libc.inotify_add_watch(self._descriptor, os.fsencode(folder), _MASK)
            if watch >= 0:
                self._folders[watch] = _Folder(folder)
                continue
            code = ctypes.get_errno()
            if code not in (errno.ENOENT, errno.ENOTDIR, errno.EACCES):
                raise OSError(code, os.strerror(code))

    def _read(self) -> set[Path]:
        return self._heed(os.read(self._descriptor, _BUFFER_BYTES))

    def _heed(self, data: bytes) -> set[Path]:
        """What some events mean, as the system writes them."""
        dirty: set[Path] = set()
        position = 0
        while position < len(data):
            watch, mask, _cookie, length = _HEADER.unpack_from(data, position)
            position += _HEADER.size
            name = data[position : position + length].rstrip(b"\0")
            position += length
            # Whoever watches next looks at all files, and watches the folders that came meanwhile.
            self.lost = self.lost or bool(mask & IN_Q_OVERFLOW)
            folder = self._folders.get(watch)
            if folder is None:
                continue
            if name:
                path = folder.child(name, self._tree)
                if path is not None:
                    try:
                        dirty |= self._changed(path, mask)
                    except OSError:
                        # There are no watches left for a new folder. Whoever watches next finds
                        # out, says so, and looks at all files.
                        self.lost = True
            elif mask & _LOST and folder.path in self._tree.roots:
                self.lost = True
            elif mask & IN_IGNORED:
                self._folders.pop(watch, None)
        return dirty

    def _changed(self, path: Path, mask: int) -> set[Path]:
        if mask & IN_ISDIR:
            return self._folder_changed(path, mask)
        if mask & IN_ATTRIB and path in self._open:
            return set()
        if mask & (_FINISHED | IN_ATTRIB):
            self._open.pop(path, None)
            self._opened.pop(path, None)
            return {path}
        now = time.monotonic()
        begun = self._opened.setdefault(path, now)
        wait = _UNCLOSED_EMPTY if _is_empty(path) else _UNCLOSED
        self._open[path] = min(now + wait, max(begun + _UNCLOSED_LONGEST, now))
        return set()

    def _folder_changed(self, path: Path, mask: int) -> set[Path]:
        if mask & (IN_MOVED_FROM | IN_DELETE):
            self._forget(path)
            return {path}
        # Watched first, looked into then: what is made in between is seen twice, not never.
        self._add(path)
        found = set(self._tree.files(path))
        # Where rights were taken, nobody can say what is below it.
        return found | {path} if mask & IN_ATTRIB else found

    def _forget(self, top: Path) -> None:
        """Watch a folder and all below it no more: what was moved away tells of another place."""
        gone = [w for w, folder in self._folders.items() if folder.path.is_relative_to(top)]
        for watch in gone:
            del self._folders[watch]
            self._libc.inotify_rm_watch(self._descriptor, watch)

    def _overdue(self) -> set[Path]:
        now = time.monotonic()
        overdue = {path for path, when in self._open.items() if when <= now}
        for path in overdue:
            del self._open[path]
            self._opened.pop(path, None)
        return overdue


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return False
