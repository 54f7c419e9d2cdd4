"""One read of a file that may be in the middle of being written."""

import os
from typing import NamedTuple

# A file whose last write is younger than this may still be in the middle of one.
SETTLE_SECONDS = 0.01
SETTLE_LIMIT_SECONDS = 0.1
# One that was not empty before is all but surely about to be filled, however busy the machine is.
EMPTIED_SECONDS = 0.5


class FileContent(NamedTuple):
    """A file's bytes at one moment; ``hash`` names them. Those of a large file are not read."""

    data: bytes
    hash: str
    large: bool = False


class Look(NamedTuple):
    """One read of a file.

    Args:
        content: what was read.
        whole: nothing changed during the read.
        young: the last write was so short ago that another may follow.
        before: what was read earlier, of a file that is empty now and was not then.
    """

    content: FileContent
    whole: bool
    young: bool
    before: FileContent | None = None

    @property
    def finished(self) -> bool:
        """No write is visibly under way; an empty file is one that was just truncated."""
        return self.whole and (bool(self.content.data) or not self.young)

    @property
    def settled(self) -> bool:
        return self.whole and not self.young

    @property
    def patience(self) -> float:
        """How long to wait for its writer where nothing else waits, in seconds."""
        return SETTLE_LIMIT_SECONDS if self.before is None else EMPTIED_SECONDS

    @property
    def best(self) -> FileContent:
        """The content to use when waiting has to end: the next write will be reported again."""
        return self.before if self.before is not None and not self.finished else self.content

    def after(self, earlier: "Look") -> "Look":
        """This look, given an earlier one: two equal, non-empty ones are as good as age."""
        same = bool(self.content.data) and self.content.hash == earlier.content.hash
        return Look(self.content, self.whole, self.young and not same, self.before)


def is_young(info: os.stat_result, data: bytes, now: float, *, emptied: bool = False) -> bool:
    """Whether a file was written so short ago that another write may follow.

    Args:
        info: its status.
        data: its bytes.
        now: seconds since the epoch.
        emptied: it was not empty before.
    """
    limit = EMPTIED_SECONDS if emptied else SETTLE_LIMIT_SECONDS
    return 0 <= now - info.st_mtime_ns / 1e9 < (SETTLE_SECONDS if data else limit)


def read_all(descriptor: int, expected: int) -> bytes:
    """The rest of an open file; ``expected`` is its length in bytes, as far as is known."""
    chunks = []
    while chunk := os.read(descriptor, max(expected + 1, 65536)):
        chunks.append(chunk)
    return b"".join(chunks)
