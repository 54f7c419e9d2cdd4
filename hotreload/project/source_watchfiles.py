"""Changes from watchfiles: on every system, and by polling where a file system tells nothing."""

import os
import sys
import threading
from pathlib import Path

from watchfiles._rust_notify import RustNotify

from hotreload.project.watched import WatchedTree

# In milliseconds: between two looks while someone is editing, and else.
_QUICK = 1
_SLOW = 10
_LONGEST = 250
_DELETED = 3  # watchfiles.Change.deleted

# File systems whose changes are made elsewhere, so that this system hears nothing of them.
_SILENT = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "drvfs", "vboxsf", "virtiofs"),
        *("fuse.sshfs", "fuse.grpcfuse", "fuse.osxfs", "prl_fs", "vmhgfs", "fuse.vmhgfs-fuse"),
    }
)


class WatchfilesSource:
    """Watches folders with the library of that name.

    Args:
        tree: what to watch; roots that don't exist are left out.
        polling: look at every file again and again; None for where that is the only way.
    """

    settle = 0.0

    def __init__(self, tree: WatchedTree, *, polling: bool | None = None) -> None:
        self.lost = False
        self._tree = tree
        self._identities = {root: _identity(root) for root in tree.roots}
        existing = [str(root) for root in tree.roots if root.is_dir()]
        force = must_poll(tree) if polling is None else polling
        delay = int(os.environ.get("WATCHFILES_POLL_DELAY_MS", "300"))
        self._stop = threading.Event()
        self._notify = RustNotify(existing, False, force, delay, True, True)

    def look(self, seconds: float, *, quick: bool) -> set[Path]:
        found = self._notify.watch(
            _LONGEST, _QUICK if quick else _SLOW, max(1, int(seconds * 1000)), self._stop
        )
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

    def close(self) -> None:
        self._notify.close()


def must_poll(tree: WatchedTree) -> bool:
    """Whether the user says so, or a root is on a file system that tells of no changes."""
    if os.environ.get("WATCHFILES_FORCE_POLLING", "").lower() in ("1", "true", "on"):
        return True
    if sys.platform != "linux":
        return False
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    return any(_file_system(root, mounts) in _SILENT for root in tree.roots)


def _file_system(path: Path, mounts: list[str]) -> str:
    """The type of the file system a path is on (proc(5), mountinfo)."""
    best, kind = "", ""
    for line in mounts:
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        point = fields[4].replace("\\040", " ")
        if len(point) >= len(best) and path.is_relative_to(point):
            best, kind = point, right.split(" ")[0]
    return kind


def _identity(root: Path) -> int | None:
    try:
        return root.stat().st_ino
    except OSError:
        return None
