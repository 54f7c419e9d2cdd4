"""What is known of a project's files: the bytes open pages were told of, and what is wrong."""

from dataclasses import dataclass, field

from hotreload.project.problems import Problem
from hotreload.project.urls import file_url

_MOST_MISSING = 10_000


@dataclass(slots=True, eq=False, repr=False)
class Known:
    """The files that were loaded, by URL path.

    ``problems`` holds what is wrong by the file that has to change. ``generation`` counts changes:
    while it stands still, so does everything that is rendered.

    A file is in one of three states: pages were told of bytes, pages were told that there is none,
    or nobody has asked. Who reads takes only the last one away. The first two change when a batch
    is dealt with and in no other way, or whoever reads between an event and its batch would make
    the change vanish for all pages that were open before.
    """

    problems: dict[str, Problem] = field(default_factory=dict)
    generation: int = 0
    _hashes: dict[str, str] = field(default_factory=dict)
    _missing: dict[str, None] = field(default_factory=dict)
    # Files of which somebody was answered otherwise than is known: their next batch is news,
    # even if it finds again what was there before.
    _doubted: set[str] = field(default_factory=set)

    def hash(self, url: str) -> str | None:
        """The hash of a file's bytes that open pages were told of, or None if it is not known.

        A file may be served anew before its change is dealt with: that must not hide the change.
        """
        return self._hashes.get(file_url(url))

    def is_news(self, url: str, digest: str | None) -> bool:
        """Whether some page may have been told otherwise than what a file is now.

        Args:
            url: URL path of the file.
            digest: the hash of its bytes; None where there are none.
        """
        return digest != self._hashes.get(url) or url in self._doubted

    def files(self) -> frozenset[str]:
        """The URLs of every file that was loaded, and of those that were not there."""
        return frozenset((*tuple(self._hashes), *tuple(self._missing)))

    def miss(self, url: str) -> None:
        """Take note of a file that somebody asked for and that is not there, of the last ones."""
        if url in self._hashes:
            self._doubted.add(url)
            return
        self._missing[url] = None
        while len(self._missing) > _MOST_MISSING:
            self._missing.pop(next(iter(self._missing)), None)

    def see(self, url: str, digest: str) -> None:
        """Take note of a file that was loaded, if nothing was known of it."""
        if url in self._missing or self._hashes.setdefault(url, digest) != digest:
            self._doubted.add(url)

    def note(self, url: str, digest: str) -> None:
        """Take note of a file's new bytes, of which open pages are told now."""
        self._hashes[url] = digest
        self._missing.pop(url, None)
        self._doubted.discard(url)
        self.generation += 1

    def drop(self, url: str) -> None:
        """Take note that a file is gone, of which open pages are told now."""
        self.generation += 1
        self._hashes.pop(url, None)
        self._doubted.discard(url)
        self.problems.pop(url, None)
        self.miss(url)
