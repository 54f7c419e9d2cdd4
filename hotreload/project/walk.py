"""The files of a project by their places, as decoded URL paths."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from hotreload.project.files import ProjectFiles


def files_below(files: ProjectFiles, folder: str, *, packages: bool = False) -> Iterator[str]:
    """Everything in a folder and below it that has a name that may be served.

    Whether it may be served in fact, :meth:`ProjectFiles.is_file` tells.

    Args:
        files: the gate to the project's files.
        folder: a decoded URL path that ends with a slash.
        packages: also what is in ``node_modules``.
    """
    for mount in files.mounts:
        prefix = unquote(mount.prefix)
        if folder.startswith(prefix):
            top, url = mount.root / folder.removeprefix(prefix), folder
        elif prefix.startswith(folder):
            top, url = mount.root, prefix
        else:
            continue
        for path in _walk(top, packages=packages):
            yield url + path


def _walk(top: Path, *, packages: bool) -> Iterator[str]:
    """The paths of files relative to a folder; what links lead to is seen once."""
    seen: set[str] = set()
    for parent, names, found in os.walk(top, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen:
            names.clear()
            continue
        seen.add(real)
        names[:] = sorted(
            name
            for name in names
            if not name.startswith(".") and (packages or name != "node_modules")
        )
        inner = Path(parent).relative_to(top).as_posix()
        start = "" if inner == "." else f"{inner}/"
        yield from (start + name for name in found)
