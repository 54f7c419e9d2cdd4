"""The mirror: the last good output, from which pages are served while the next one is made.

A generator deletes, half-writes and rewrites its files in its own time, and may fail in the middle.
None of that is to be seen. So the server serves a copy, into which what differs is taken over when
a build has gone through, and nothing when it has failed.
"""

import os
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hotreload.project.files import LARGE_BYTES
from hotreload.project.kinds import NATIVE
from hotreload.project.urls import suffix

# A file changed so short a time before it was looked at could change again and keep its time.
_RACY_SECONDS = 0.05

_Signature = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """What was taken over; all paths are those of the mirror.

    Args:
        changed: files with other bytes than before.
        added: files that were not there before.
        removed: files that are gone.
    """

    changed: frozenset[Path] = frozenset()
    added: frozenset[Path] = frozenset()
    removed: frozenset[Path] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.removed)

    @property
    def count(self) -> int:
        return len(self.changed) + len(self.added) + len(self.removed)


class Mirror:
    """A copy of a folder that changes only when it is told to.

    Args:
        output: the folder; it may be missing.
        root: an empty folder for the copy.
    """

    def __init__(self, output: Path, root: Path) -> None:
        self.output = output
        self.root = root
        self._taken: dict[str, _Signature | None] = {}
        # Taken over by a call that failed later, so that nobody was told: path → whether it is new.
        self._untold: dict[Path, bool] = {}
        self._failed = False

    def take(self, written: Iterable[Path] | None = None) -> Difference:
        """Take over what differs.

        Args:
            written: the files of the output that may differ, or folders of such; all by default,
                and after a call that failed.

        Raises:
            OSError: something can't be written, for lack of room perhaps.
        """
        if written is None or self._failed:
            names = set(_files(self.output))
            gone = self._taken.keys() - names
        else:
            names, gone = self._named(written)
        self._failed = True
        # A page that is asked for meanwhile should find what it names.
        for name in sorted(names, key=lambda name: (_is_page(name), name)):
            new = name not in self._taken
            if self._take_file(name):
                self._untold[self.root / name] = new
        for name in gone:
            del self._taken[name]
            if (self.root / name).is_file():
                (self.root / name).unlink()
        self._failed = False
        taken, self._untold = self._untold, {}
        removed = frozenset(self.root / name for name in gone)
        added = frozenset(path for path, new in taken.items() if new) - removed
        return Difference(frozenset(taken) - added - removed, added, removed)

    def _named(self, written: Iterable[Path]) -> tuple[set[str], set[str]]:
        names: set[str] = set()
        gone: set[str] = set()
        for path in written:
            absolute = self.output / path
            if not absolute.is_relative_to(self.output):
                continue
            if absolute.is_dir():
                names.update(_files(self.output, absolute))
            elif absolute.is_file():
                names.add(absolute.relative_to(self.output).as_posix())
            else:
                name = absolute.relative_to(self.output).as_posix()
                gone |= {n for n in self._taken if n == name or n.startswith(f"{name}/")}
        return {name for name in names if not _is_hidden(name)}, gone

    def _take_file(self, name: str) -> bool:
        source = self.output / name
        try:
            info = source.stat()
            signature = (info.st_mtime_ns, info.st_size, info.st_ino)
            if self._taken.get(name) == signature or not self._is_servable(source, info):
                return False
            fresh = time.time() - info.st_mtime_ns / 1e9 < _RACY_SECONDS
            differs = self._copy(source, self.root / name, info)
        except FileNotFoundError:
            return False
        self._taken[name] = None if fresh else signature
        return differs

    def _is_servable(self, source: Path, info: os.stat_result) -> bool:
        """Whether it is a file, and no link that leads out of the output."""
        inside = not source.is_symlink() or source.resolve().is_relative_to(self.output)
        return stat.S_ISREG(info.st_mode) and inside

    def _make_room(self, target: Path) -> None:
        """A folder may have taken the place of a file, or the other way round."""
        if target.is_dir():
            shutil.rmtree(target)
        for parent in target.relative_to(self.root).parents:
            if (self.root / parent).is_file():
                (self.root / parent).unlink()
        target.parent.mkdir(parents=True, exist_ok=True)

    def _copy(self, source: Path, target: Path, info: os.stat_result) -> bool:
        new = self.root / ".hotreload-new"
        if info.st_size <= LARGE_BYTES:
            data = source.read_bytes()
            if _same(target, data):
                return False
            new.write_bytes(data)
        elif target.is_file() and target.samefile(source):
            return False
        else:
            _link_or_copy(source, new)
        self._make_room(target)
        new.replace(target)
        return True


def _files(output: Path, top: Path | None = None) -> Iterator[str]:
    """The names of the files at or below a folder that can be served at all."""
    for parent, folders, files in os.walk(top or output):
        folders[:] = [name for name in folders if not _is_hidden(name)]
        prefix = Path(parent).relative_to(output).as_posix()
        for name in files:
            if not _is_hidden(name):
                yield name if prefix == "." else f"{prefix}/{name}"


def _link_or_copy(source: Path, target: Path) -> None:
    """Large files are never pushed, so that a link is as good, and takes no room."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _is_hidden(name: str) -> bool:
    return any(p.startswith(".") and p != ".well-known" for p in name.split("/"))


def _is_page(name: str) -> bool:
    return NATIVE.get(suffix(name)) == "page"


def _same(target: Path, data: bytes) -> bool:
    try:
        return target.stat().st_size == len(data) and target.read_bytes() == data
    except OSError:
        return False
