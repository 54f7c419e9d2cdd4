"""What an app renders its pages from, told apart by content: templates, and the app's own code.

The state is the same in every process that sees the same files, so a page can go from one to the
next, and be fetched again only where that could show something new.
"""

import sys
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

from hotreload.project.files import content_hash


class RenderedFrom:
    """The files that pages are rendered from, by their bytes.

    Args:
        root: names are given, and code is looked for, below this folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._hashes: dict[str, str] = {}
        self._state = ""

    def state(self) -> str:
        """A hash of it all, or "" before :meth:`begin`."""
        return self._state

    def begin(self, files: Iterable[Path]) -> None:
        """Take note of every file, and of the code that is loaded now."""
        self.look((*files, *_loaded(self._root)))
        self._settle()

    def look(self, files: Iterable[Path]) -> tuple[str, ...]:
        """The names of those files that are not what they were."""
        changed = []
        for file in files:
            name = self._name(file)
            try:
                digest = content_hash(file.read_bytes())
            except OSError:
                digest = ""
            if self._hashes.get(name, "") == digest:
                continue
            changed.append(name)
            if digest:
                self._hashes[name] = digest
            else:
                del self._hashes[name]
        if changed:
            self._settle()
        return tuple(sorted(changed))

    def _settle(self) -> None:
        text = "\n".join(f"{name} {digest}" for name, digest in sorted(self._hashes.items()))
        self._state = blake2b(text.encode("utf-8", "surrogateescape"), digest_size=9).hexdigest()

    def _name(self, file: Path) -> str:
        return (
            file.relative_to(self._root).as_posix()
            if file.is_relative_to(self._root)
            else str(file)
        )


def _loaded(root: Path) -> Iterator[Path]:
    """The source files of the app's own modules."""
    for module in tuple(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str) or not file.endswith(".py"):
            continue
        path = Path(file)
        if path.is_relative_to(root) and "site-packages" not in path.parts:
            yield path
