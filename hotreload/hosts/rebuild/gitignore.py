"""What git ignores: https://git-scm.com/docs/gitignore, but for the user's own ``excludesFile``."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path


def is_git_ignored(path: Path) -> bool:
    """Whether git ignores a file or folder; nothing is ignored outside of a checkout.

    Args:
        path: a real path.
    """
    top = next((folder for folder in path.parents if (folder / ".git").exists()), None)
    if top is None:
        return False
    within = path.relative_to(top).parts[:-1]
    folders = [top, *(top.joinpath(*within[: n + 1]) for n in range(len(within)))]
    # Some patterns are for folders only.
    end = "/" if path.is_dir() else ""
    ignored = _says(top / ".git" / "info" / "exclude", path.relative_to(top).as_posix() + end)
    for folder in folders:
        # Each file overrides those above it.
        said = _says(folder / ".gitignore", path.relative_to(folder).as_posix() + end)
        ignored = ignored if said is None else said
    return bool(ignored)


def _says(file: Path, name: str) -> bool | None:
    """Whether a file of patterns ignores a name; None if none of its patterns matches."""
    try:
        return _patterns(file, file.stat().st_mtime_ns)(name)
    except OSError:
        return None


@lru_cache
def _patterns(file: Path, time: int) -> Callable[[str], bool | None]:
    # Few projects' changes are ever asked about.
    from pathspec import GitIgnoreSpec

    lines = file.read_text("utf-8", "replace").splitlines()
    spec = GitIgnoreSpec.from_lines(filter(_is_pattern, lines))
    return lambda name: spec.check_file(name).include


def _is_pattern(line: str) -> bool:
    """What is none git passes over, too."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
