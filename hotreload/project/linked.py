"""Symbolic links in what is served: a file has a URL for each way that leads to it.

Whoever tells of changes knows real paths only, and the ways cannot be told from a real path. So
each way that was asked for is remembered.
"""

import os
from pathlib import Path

_REMEMBERED = 50_000


class LinkedUrls:
    """The URL paths that were asked for and lead through a link, with the file that they led to."""

    def __init__(self) -> None:
        self._ways: dict[str, tuple[str, str]] = {}
        self._urls: dict[str, dict[str, None]] = {}

    def see(self, url: str, place: str, real: str) -> bool:
        """Note where a URL path leads; returns whether that is new.

        Args:
            url: URL path.
            place: where it points to by its name.
            real: where that is, whether or not anything is there.
        """
        before = self._ways.get(url)
        if before == (place, real):
            return False
        if len(self._ways) >= _REMEMBERED:
            self._ways.clear()
            self._urls.clear()
        if before is not None:
            self._urls.get(before[1], {}).pop(url, None)
        self._ways[url] = place, real
        self._urls.setdefault(real, {})[url] = None
        return True

    def leading_to(self, path: Path) -> tuple[str, ...]:
        """The URL paths by which a file was asked for, besides its own."""
        return tuple(self._urls.get(str(path), ()))

    def turned(self) -> set[str]:
        """The URL paths that lead elsewhere by now."""
        return {
            url
            for url, (place, real) in tuple(self._ways.items())
            if os.path.realpath(place) != real
        }
