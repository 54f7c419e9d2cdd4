"""Changes from watchfiles, on every system that tells of them."""

import threading
from pathlib import Path

from watchfiles._rust_notify import RustNotify

from hotreload.watch.watched import WatchedTree

# In milliseconds: between two looks while someone is editing, and else.
_QUICK = 1
_SLOW = 10
_LONGEST = 250
_DELETED = 3  # watchfiles.Change.deleted


class WatchfilesSource:
    """Watches folders with the library of that name.

    Args:
        tree: what to watch; roots that don't exist are left out.
    """

    settle = 0.0
    interval = 0.0

    def __init__(self, tree: WatchedTree) -> None:
        self.lost = False
        self._tree = tree
        self._identities = {root: _identity(root) for root in tree.roots}
        existing = [str(root) for root in tree.roots if root.is_dir()]
        self._stop = threading.Event()
        self._notify = RustNotify(existing, False, False, 0, True, True)

    def look(self, seconds: float, *, quick: bool) -> set[Path]:
        found = self._notify.watch(
            _LONGEST, _QUICK if quick else _SLOW, max(1, int(seconds * 1000)), self._stop
        )
        self._stop.clear()
        dirty: set[Path] = set()
        for kind, name in found if isinstance(found, set) else ():
            path = Path(name)
            if kind == _DELETED and path in self._identities:
                self.lost = True
                continue
            if not self._tree.wanted(path):
                continue
            if path.is_dir():
                # A file made at once in a new folder can be missed: look for it.
                dirty.update(self._tree.files(path))
            else:
                dirty.add(path)
        for root, identity in self._identities.items():
            if _identity(root) != identity:
                self.lost = True
        return dirty

    def catch_up(self) -> set[Path]:
        return self.look(0.0, quick=True)

    def wake(self) -> None:
        self._stop.set()

    def close(self) -> None:
        self._notify.close()


def _identity(root: Path) -> int | None:
    try:
        return root.stat().st_ino
    except OSError:
        return None
