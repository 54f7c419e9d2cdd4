"""What is known of a project's files: the bytes open pages were told of, and what is wrong."""

from dataclasses import dataclass, field

from hotreload.problems import Problem
from hotreload.project.urls import file_url

_MOST_MISSING = 1000


@dataclass(slots=True, eq=False, repr=False)
class Known:
    """The files that were loaded, by URL path.

    ``problems`` holds what is wrong by the file that has to change. ``generation`` counts changes:
    while it stands still, so does everything that is rendered.
    """

    problems: dict[str, Problem] = field(default_factory=dict)
    generation: int = 0
    _hashes: dict[str, str] = field(default_factory=dict)
    _missing: dict[str, None] = field(default_factory=dict)

    def hash(self, url: str) -> str | None:
        """The hash of a file's bytes that open pages were told of, or None if it is not known.

        A file may be served anew before its change is dealt with: that must not hide the change.
        """
        return self._hashes.get(file_url(url))

    def files(self) -> frozenset[str]:
        """The URLs of every file that was loaded, and of those that were not there."""
        return frozenset((*tuple(self._hashes), *tuple(self._missing)))

    def miss(self, url: str) -> None:
        """Take note of a file that somebody asked for and that is not there, of the last ones."""
        self._missing[url] = None
        while len(self._missing) > _MOST_MISSING:
            del self._missing[next(iter(self._missing))]

    def see(self, url: str, digest: str) -> None:
        """Take note of a file that was loaded, if it was not known."""
        self._hashes.setdefault(url, digest)
        self._missing.pop(url, None)

    def note(self, url: str, digest: str) -> None:
        """Take note of a file's new bytes, of which open pages are told now."""
        self._hashes[url] = digest
        self.generation += 1

    def drop(self, url: str) -> None:
        """Forget a file that is gone."""
        self.generation += 1
        self._hashes.pop(url, None)
        self.problems.pop(url, None)
