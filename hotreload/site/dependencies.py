"""What plugins made something of, besides its own file: by path, with what was found there."""

import logging
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hotreload.project.files import content_hash
from hotreload.project.kinds import Output

logger = logging.getLogger("hotreload")


@dataclass(slots=True)
class Dependencies:
    """Who depends on which paths.

    An output is a URL and what is made of it.

    Args:
        watched: whether a change of a path is noticed.
    """

    watched: Callable[[Path], bool] = lambda path: True

    _dependents: dict[str, set[Output]] = field(default_factory=dict)
    _paths: dict[Output, Collection[str]] = field(default_factory=dict)
    _stamps: dict[str, tuple[tuple[int, int, int], str]] = field(default_factory=dict)
    _warned: set[str] = field(default_factory=set)

    def note(self, output: Output, paths: Collection[str]) -> None:
        """Note what an output depends on, in place of what it did."""
        for path in self._paths.pop(output, ()):
            self._dependents[path].discard(output)
            if not self._dependents[path]:
                del self._dependents[path]
        if paths:
            self._paths[output] = tuple(paths)
        for path in paths:
            self._dependents.setdefault(path, set()).add(output)
            self._warn(output[0], path)

    def _warn(self, url: str, path: str) -> None:
        # Packages are known not to be watched, and many depend on them.
        unnoticed = "node_modules" not in Path(path).parts and not self.watched(Path(path))
        if unnoticed and path not in self._warned:
            self._warned.add(path)
            logger.warning(
                "%s depends on %s, where changes go unnoticed (--watch %s)", url, path, path
            )

    def of(self, paths: Collection[Path]) -> set[Output]:
        """What depends on any of these paths, or on the folder that one is in."""
        if not self._dependents:
            return set()
        touched = {str(place) for path in paths for place in (path, path.parent)}
        return set().union(*(self._dependents.get(place, ()) for place in touched))

    def paths(self) -> frozenset[Path]:
        """Everything that something depends on."""
        return frozenset(map(Path, tuple(self._dependents)))

    def hold(self, stamps: Mapping[str, str]) -> bool:
        """Whether all is as it was found."""
        return all(self.stamp(path) == found for path, found in stamps.items())

    def stamp(self, path: str) -> str:
        """What is at a path now, in short: a file's bytes or a folder's names; "" for nothing."""
        try:
            status = Path(path).stat()
            signature = (status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._stamps.get(path)
            if known is not None and known[0] == signature:
                return known[1]
            if Path(path).is_dir():
                data = b"/".join(sorted(os.fsencode(inner.name) for inner in Path(path).iterdir()))
            elif Path(path).is_file():
                data = Path(path).read_bytes()
            else:
                return ""  # reading a FIFO, say, would never end
        except OSError:
            return ""
        digest = content_hash(data)
        self._stamps[path] = (signature, digest)
        return digest
