"""The sources: which changes call for a build."""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from hotreload.hosts.rebuild.gitignore import is_git_ignored
from hotreload.project.files import LARGE_BYTES, content_hash


def _depth(path: Path) -> int:
    return len(path.parts)


def every_path(path: Path) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Sources:
    """What a site is made from.

    Args:
        paths: files and folders, real paths; what is missing counts when it is made.
        without: files and folders below them that are made by the build.
        ignore: glob patterns (as in :mod:`fnmatch`) on names and on paths relative to a source.
        re_ignore: regular expressions, searched for in whole paths.
        wanted: whether a path counts that nothing else speaks against.
    """

    paths: tuple[Path, ...]
    without: tuple[Path, ...] = ()
    ignore: tuple[str, ...] = ()
    re_ignore: tuple[re.Pattern[str], ...] = ()
    wanted: Callable[[Path], bool] = every_path

    def roots(self) -> tuple[Path, ...]:
        """The folders to watch."""
        return tuple(dict.fromkeys(path if path.is_dir() else path.parent for path in self.paths))

    def concern(self, path: Path) -> bool:
        """Whether a build depends on a path."""
        source = next((s for s in self.paths if path == s or path.is_relative_to(s)), None)
        if source is None or any(path.is_relative_to(made) for made in self.without):
            return False
        text = path.as_posix()
        if any(pattern.search(text) for pattern in self.re_ignore):
            return False
        if any(fnmatch(text, pattern) or fnmatch(path.name, pattern) for pattern in self.ignore):
            return False
        return self.wanted(path)

    def is_git_ignored(self, path: Path) -> bool:
        """Whether git ignores a path, and does not ignore the source that was named for it."""
        named = max((s for s in self.paths if path.is_relative_to(s)), key=_depth, default=path)
        return named != path and is_git_ignored(path) and not is_git_ignored(named)

    def but_for(self, *made: Path) -> "Sources":
        """These sources without what the build makes."""
        return replace(self, without=(*self.without, *made))

    def also(self, more: Iterable[Path]) -> "Sources":
        """These sources and what else a build was found to depend on."""
        new = {path for path in more if not any(path.is_relative_to(s) for s in self.paths)}
        if not new:
            return self
        return replace(self, paths=(*self.paths, *sorted(new)))


class Contents:
    """Remembers what was in files, to tell a change from a file that was only written again."""

    def __init__(self) -> None:
        self._known: dict[Path, str] = {}

    def differ(self, path: Path) -> bool:
        """Whether a file is not as it was when it was last asked about."""
        if path.is_dir():
            return self._lost_below(path)
        digest = _digest(path)
        if self._known.get(path) == digest:
            return False
        self._known[path] = digest
        return True

    def _lost_below(self, folder: Path) -> bool:
        """Whether files of a folder are gone of which nothing was told."""
        lost = [
            path
            for path, digest in self._known.items()
            if digest and path.is_relative_to(folder) and not path.exists()
        ]
        self._known.update(dict.fromkeys(lost, ""))
        return bool(lost)


def _digest(path: Path) -> str:
    try:
        info = path.stat()
        if info.st_size > LARGE_BYTES:
            return f"{info.st_mtime_ns} {info.st_size}"
        return content_hash(path.read_bytes())
    except OSError:
        return ""


def real(path: str | os.PathLike[str]) -> Path:
    """A path as the watcher reports it."""
    return Path(path).resolve()
