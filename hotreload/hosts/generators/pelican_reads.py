"""What Pelican reads of each article: its own file, and what that includes.

Pelican's cache of what it has read looks at the article's own file only. An include, a template
that a plugin renders into an article, a table read from a CSV are opened while the article is
read: here their times count, too.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pelican.cache import FileStampDataCacher
from pelican.readers import Readers

from hotreload.hosts.generators.own_modules import is_installed

_OPENING = ("open", "os.listdir", "os.scandir")


class Reads:
    """Notes what is opened while articles are read, from when it is made on.

    Args:
        known: the files that articles were read with before, by the article's path.
    """

    def __init__(self, known: dict[str, list[str]]) -> None:
        self.known = known
        # Read anew, whatever their times say: they may have been saved while they were read.
        self.changed: frozenset[Path] = frozenset()
        self._opened: list[set[str]] = []
        sys.addaudithook(self._on_event)
        self._take_over()

    def files(self) -> Iterator[Path]:
        """All of them."""
        for files in self.known.values():
            yield from map(Path, files)

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._opened and event in _OPENING:
            name = arguments[0]
            if isinstance(name, str | os.PathLike):
                self._opened[-1].add(str(Path(name).absolute()))

    @contextmanager
    def _noting(self) -> Iterator[None]:
        self._opened.append(set())
        try:
            yield
        finally:
            self._opened.pop()

    def _take_over(self) -> None:
        """For the life of this process, which is one build."""
        stamp = FileStampDataCacher._get_file_stamp
        read, cache = Readers.read_file, Readers.cache_data

        def stamp_all(cacher: Any, filename: str) -> object:
            others = self.known.get(filename, ())
            if any(Path(name).resolve() in self.changed for name in (filename, *others)):
                # Equal to none, now and in the next build.
                return object()
            return stamp(cacher, filename), [_time(other) for other in others]

        def read_file(readers: Any, *arguments: Any, **named: Any) -> Any:
            with self._noting():
                return read(readers, *arguments, **named)

        def cache_data(readers: Any, filename: str, data: Any) -> None:
            if self._opened:
                own = str(Path(filename).absolute())
                self.known[filename] = sorted(
                    name
                    for name in self._opened[-1] - {own}
                    if not is_installed(Path(name).resolve())
                )
            cache(readers, filename, data)

        FileStampDataCacher._get_file_stamp = stamp_all
        Readers.read_file = read_file
        Readers.cache_data = cache_data


def _time(name: str) -> float | None:
    try:
        return Path(name).stat().st_mtime
    except OSError:
        return None
