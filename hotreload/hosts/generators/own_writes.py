"""Which files this process has written, to tell them from what somebody saves."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

# Each event's arguments that are paths of what is changed, as in Python's table of audit events.
_CHANGING = {
    "os.rename": (0, 1),
    "os.remove": (0,),
    "os.link": (1,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.utime": (0,),
    "os.mkdir": (0,),
    "os.rmdir": (0,),
}
# What another process writes is not known.
_LEAVING = frozenset(("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn"))
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class OwnWrites:
    """Notes what is written from when it is made on, for the life of the process.

    Args:
        made_in: folders that hold no sources.
    """

    def __init__(self, made_in: Iterable[str]) -> None:
        self._made_in = tuple(made_in)
        self._names: set[str] = set()
        self._is_whole = True
        sys.addaudithook(self._on_event)

    def take(self) -> list[str] | None:
        """The real paths of what was written since this was last asked for.

        None where other processes, or code that is not Python's, may have written more.
        """
        names, self._names = self._names, set()
        whole, self._is_whole = self._is_whole, True
        return sorted(set(self._kept(names))) if whole else None

    def _kept(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            path = Path(name).resolve()
            if not any(path.is_relative_to(folder) for folder in self._made_in):
                yield str(path)

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            if isinstance(arguments[2], int) and arguments[2] & _WRITING:
                self._note(arguments[0])
        elif event in _CHANGING:
            for place in _CHANGING[event]:
                self._note(arguments[place])
        elif event in _LEAVING:
            self._is_whole = False

    def _note(self, name: Any) -> None:
        if isinstance(name, str | os.PathLike):
            self._names.add(str(Path(name).absolute()))
