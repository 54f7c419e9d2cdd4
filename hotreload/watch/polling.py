"""Where a file system tells of no changes: its files have to be looked at again and again."""

import os
import sys
from pathlib import Path

from hotreload.watch.watched import WatchedTree

# File systems whose changes are made elsewhere, so that this system hears nothing of them.
_SILENT = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "drvfs", "vboxsf", "virtiofs"),
        *("fuse.sshfs", "fuse.grpcfuse", "fuse.osxfs", "prl_fs", "vmhgfs", "fuse.vmhgfs-fuse"),
    }
)


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
