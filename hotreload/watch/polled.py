"""What the files of some folders looked like last, and which look otherwise now.

A look at every file costs what the system takes to answer for each. So a folder is only read anew
when its own time says that names in it have changed, and every few seconds, should its file system
not tell.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hotreload.watch.watched import WatchedTree

# A folder whose time has changed is read anew for so long: it may change again within a tick of its
# clock (FAT: 2 s). Every other one is after so long, in seconds.
_RESTLESS = 4.0
_OVERDUE = 5.0
# So many files are looked at between two pauses, at least.
_STRETCH = 500


class Mark(NamedTuple):
    """What tells that a file is another than before."""

    mtime: int
    ctime: int
    size: int
    inode: int


class _Folder(NamedTuple):
    """A folder as it was read last.

    Args:
        mtime: its own time, in nanoseconds.
        changed: when that was seen to change.
        read: when it was read.
        wanted: whether a path in it matters.
        files, folders: the paths in it that do.
    """

    mtime: int
    changed: float
    read: float
    wanted: dict[str, bool]
    files: tuple[str, ...]
    folders: tuple[str, ...]


class PolledTree:
    """The files below some folders, by what they looked like last.

    Args:
        tree: what matters.

    ``marks`` has them by path.
    """

    def __init__(self, tree: WatchedTree) -> None:
        self.marks: dict[str, Mark] = {}
        self._tree = tree
        self._folders: dict[str, _Folder] = {}

    def look(self, roots: list[str], now: float, parts: int) -> Iterator[list[str]]:
        """Look at everything once, in so many parts.

        Args:
            roots: folders that are there.
            now: when that begins, in seconds of any clock.
            parts: how many, at most.

        Yields:
            The paths that look otherwise than by ``marks``, or are not there any more. Of them
            nothing is noted.
        """
        stretch = max(_STRETCH, len(self.marks) // parts)
        moved: list[str] = []
        count = 0
        queue = list(roots)
        for path in queue:
            folder = self._read(path, now, moved)
            if folder is None:
                continue
            queue += folder.folders
            self._compare(folder.files, moved)
            count += len(folder.files) + 1
            if count >= stretch:
                yield moved
                moved, count = [], 0
        yield moved

    def _compare(self, paths: tuple[str, ...], moved: list[str]) -> None:
        # This is what all the time goes into.
        look, marks = os.stat, self.marks
        for path in paths:
            known = marks.get(path)
            try:
                found = look(path)
            except OSError:
                if mark_of(path) != known:
                    moved.append(path)
                continue
            if (
                known is None
                or found.st_mtime_ns != known[0]
                or found.st_ctime_ns != known[1]
                or found.st_size != known[2]
                or found.st_ino != known[3]
            ) and (known is not None or mark_of(path) is not None):
                moved.append(path)

    def _read(self, path: str, now: float, moved: list[str]) -> _Folder | None:
        """A folder as it is now; what is no more in it is added to ``moved``."""
        known = self._folders.get(path)
        try:
            mtime = os.stat(path).st_mtime_ns  # noqa: PTH116 (see mark_of)
            changed = known.changed if known is not None and known.mtime == mtime else now
            settled = known is not None and now - changed > _RESTLESS
            if known is not None and settled and now - known.read < _OVERDUE:
                return known
            folder = self._list(path, known, _Folder(mtime, changed, now, {}, (), ()))
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            self._forget(path, moved)
            return None
        except OSError:
            # There may be no descriptors left: what can't be looked at is not gone.
            return known
        self._folders[path] = folder
        if known is not None:
            moved += set(known.files).difference(folder.files)
            for gone in set(known.folders).difference(folder.folders):
                self._forget(gone, moved)
        return folder

    def _list(self, path: str, known: _Folder | None, new: _Folder) -> _Folder:
        # Whether a path matters never changes, and takes longer to say than a look at the file.
        before = known.wanted if known is not None else {}
        files: list[str] = []
        folders: list[str] = []
        with os.scandir(path) as entries:
            for entry in entries:
                wanted = before.get(entry.path)
                if wanted is None:
                    wanted = self._tree.wanted(Path(entry.path))
                new.wanted[entry.path] = wanted
                if wanted:
                    into = folders if entry.is_dir(follow_symlinks=False) else files
                    into.append(entry.path)
        return new._replace(files=tuple(files), folders=tuple(folders))

    def _forget(self, path: str, moved: list[str]) -> None:
        folder = self._folders.pop(path, None)
        if folder is not None:
            moved += folder.files
            for inner in folder.folders:
                self._forget(inner, moved)


def mark_of(path: str) -> Mark | None:
    """What a file looks like now; None where none is."""
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
    return Mark(found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
