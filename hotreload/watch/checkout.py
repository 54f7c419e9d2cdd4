"""Whether a version control system is about to change many files at once."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

# A lock that is older was left by a program that was killed, or its owner waits for somebody.
OLDEST_SECONDS = 5.0
# Between the steps of a rebase there is none for a moment.
STEP_SECONDS = 0.15

# Of Mercurial, and of Jujutsu, below the folder in which they keep theirs.
_LOCKS = (".hg/wlock", ".jj/working_copy/working_copy.lock")
_STEPS = ("rebase-merge", "rebase-apply", "sequencer")


class Checkouts(NamedTuple):
    """The working copies that some folders belong to.

    Args:
        locks: files that are there while one is being changed.
        steps: folders that are there between the steps of something longer.
    """

    locks: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def under_way(self) -> bool:
        """Whether a working copy is being changed now."""
        return any(_is_fresh(lock) for lock in self.locks)

    @property
    def pause(self) -> float:
        """How long there may be no lock in the middle of it, in seconds."""
        return STEP_SECONDS if any(map(os.path.isdir, self.steps)) else 0.0


def find_checkouts(roots: Iterable[Path]) -> Checkouts:
    """The working copies of folders: whose they are is looked for in the folders above, too."""
    locks: dict[str, None] = {}
    steps: dict[str, None] = {}
    for folder in dict.fromkeys(f for root in roots for f in (root, *root.parents)):
        git = _git_folder(folder)
        if git is not None:
            locks[str(git / "index.lock")] = None
            steps.update(dict.fromkeys(str(git / name) for name in _STEPS))
        for lock in _LOCKS:
            if (folder / lock).parent.is_dir():
                locks[str(folder / lock)] = None
    return Checkouts(tuple(locks), tuple(steps))


def _git_folder(folder: Path) -> Path | None:
    """Where git keeps the index of a working copy: a file says so in worktrees and submodules.

    Source: gitrepository-layout(5).
    """
    git = folder / ".git"
    if git.is_dir():
        return git
    try:
        text = git.read_text("utf-8", "replace")
    except OSError:
        return None
    kind, _, place = text.strip().partition(": ")
    return folder / place if kind == "gitdir" else None


def _is_fresh(lock: str) -> bool:
    try:
        # Mercurial's is a link that leads nowhere.
        age = time.time() - os.lstat(lock).st_mtime
    except OSError:
        return False
    return abs(age) < OLDEST_SECONDS
