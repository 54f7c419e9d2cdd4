"""The names that a publisher has ever published, kept on its disk.

A Redis may lose all it has, and what was deleted meanwhile is in no folder and in no Redis: only
who remembers that there was a file can say that there is none.
"""

import json
import logging
from collections.abc import Collection
from pathlib import Path

from hotreload.project.files import content_hash
from hotreload.project.identity import state_folder, write_private

logger = logging.getLogger("hotreload")

# Beyond that the oldest are forgotten.
_MOST = 100_000


class Remembered:
    """Names, of one folder and one Redis.

    Args:
        root: what the names are relative to.
        url: of the Redis.
    """

    def __init__(self, root: Path, url: str) -> None:
        key = content_hash(f"{root}\n{url}".encode())
        self._file = state_folder() / f"published-{key}.json"
        self.names: dict[str, None] = {}
        try:
            self.names = dict.fromkeys(map(str, json.loads(self._file.read_bytes())))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError) as error:
            logger.warning("%s can't be read: %s", self._file, error)

    def add(self, names: Collection[str]) -> None:
        """Remember further names, before they are published."""
        if self.names.keys() >= set(names):
            return
        self.names.update(dict.fromkeys(names))
        while len(self.names) > _MOST:
            del self.names[next(iter(self.names))]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_private(self._file, json.dumps(list(self.names)).encode())
        except OSError as error:
            # It still holds for the life of this process.
            logger.warning("%s can't be written: %s", self._file, error)
