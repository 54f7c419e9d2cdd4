"""What is watched: which paths matter, and what a source of changes has to offer."""

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple, Protocol

IGNORED_NAMES = frozenset(
    {
        *("node_modules", "__pycache__", "bower_components"),
        # What vim writes to see whether a folder can be written to.
        "4913",
    }
)
# Never served, but modules are told of some of what is in it.
_ENV_FILE = re.compile(r"\.env(?:\.\w+)*")
IGNORED_SUFFIXES = ("~", ".swp", ".swx", ".swo", ".tmp", ".pyc", "___jb_tmp___", "___jb_old___")


class WatchedTree(NamedTuple):
    """The folders that are watched.

    Args:
        roots: real paths of folders.
        ignore: glob patterns (as in :mod:`fnmatch`) on names, and on paths relative to their root.
        without: files and folders below the roots that don't matter.
    """

    roots: tuple[Path, ...]
    ignore: tuple[str, ...] = ()
    without: tuple[Path, ...] = ()

    def wanted(self, path: Path) -> bool:
        """Whether a change of this path can matter."""
        root = next((root for root in self.roots if path.is_relative_to(root)), None)
        if root is None:
            return False
        parts = path.relative_to(root).parts
        if any(is_ignored_name(part) for part in parts[:-1]):
            return False
        if parts and is_ignored_name(parts[-1]) and not _is_env_file(path):
            return False
        if any(path.is_relative_to(left_out) for left_out in self.without):
            return False
        return not any(
            fnmatch("/".join(parts), pattern) or any(fnmatch(part, pattern) for part in parts)
            for pattern in self.ignore
        )

    def folders(self, top: Path) -> Iterator[Path]:
        """A folder and those below it that can hold what matters."""
        for parent, names, _files in os.walk(top):
            names[:] = [name for name in names if self.wanted(Path(parent) / name)]
            yield Path(parent)

    def everything(self) -> Iterator[Path]:
        """The files below all roots that matter."""
        for root in self.roots:
            if root.is_dir():
                yield from self.files(root)

    def files(self, top: Path) -> Iterator[Path]:
        """The files at or below a folder that matter."""
        for folder in self.folders(top):
            try:
                entries = list(os.scandir(folder))
            except OSError:
                continue  # it vanished meanwhile, or is nobody's to read
            for entry in entries:
                path = Path(entry.path)
                if not entry.is_dir(follow_symlinks=False) and self.wanted(path):
                    yield path


class Source(Protocol):
    """Tells of changes below the roots of a :class:`WatchedTree`.

    ``settle`` is how long, in seconds, nothing more must come for a save to count as whole.
    ``interval`` is how long, in seconds, a change may go unseen.
    ``lost`` says that a root was deleted or replaced, so that what watched it is dead.
    """

    settle: float
    lost: bool

    @property
    def interval(self) -> float: ...

    def look(self, seconds: float, *, quick: bool) -> set[Path]:
        """The paths that changed, as soon as some did, or none after a time.

        Args:
            seconds: how long to wait.
            quick: somebody is editing: look closely.
        """
        ...

    def catch_up(self) -> set[Path]:
        """The paths that have changed up to now and were not told of."""
        ...

    def wake(self) -> None:
        """End a look that another thread has begun, or the next one, at once."""
        ...

    def close(self) -> None: ...


def _is_env_file(path: Path) -> bool:
    # A virtual environment may have that name, too.
    return _ENV_FILE.fullmatch(path.name) is not None and not path.is_dir()


def is_ignored_name(name: str) -> bool:
    hidden = name.startswith(".") and name != ".well-known"
    return hidden or name in IGNORED_NAMES or name.endswith(IGNORED_SUFFIXES)
