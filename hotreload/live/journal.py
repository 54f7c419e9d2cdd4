"""The journal: which paths the last updates touched, for pages that missed some. Pure, bounded."""

from collections import deque


class Journal:
    """The last ``size`` revisions of this boot.

    Args:
        boot: the id of this life of the server.
        size: how many revisions are remembered.
        project: the project's id.
    """

    def __init__(self, boot: str, size: int = 1024, *, project: str = "") -> None:
        self.boot = boot
        self.project = project
        self.rev = 0
        # The version that modules were given last, and by which revision.
        self.given = (0, "")
        self._entries: deque[frozenset[str]] = deque(maxlen=size)

    def append(self, paths: frozenset[str]) -> int:
        """Enter an update that touches ``paths``; returns its revision."""
        self.rev += 1
        self._entries.append(paths)
        return self.rev

    def since(self, boot: str, rev: int) -> frozenset[str] | None:
        """Every path touched after ``rev``, or None where the journal can't know.

        Args:
            boot: the life of the server the revision belongs to.
            rev: the last revision that was seen.
        """
        if boot != self.boot or not 0 <= rev <= self.rev:
            return None
        missed = self.rev - rev
        if missed > len(self._entries):
            return None
        recent = list(self._entries)[len(self._entries) - missed :]
        return frozenset().union(*recent)
