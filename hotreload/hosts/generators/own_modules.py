"""Which of the imported modules are the user's own."""

import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path


def own_modules() -> Iterable[Path]:
    """The files of the imported modules that are neither Python's nor installed."""
    for file in _files().values():
        path, installed = _place(file)
        if not installed:
            yield path


def installed_modules() -> list[str]:
    """The names of the others, in the order in which they were first imported."""
    own = {name for name, file in _files().items() if not _place(file)[1]}
    return [
        name
        for name in tuple(sys.modules)
        if name.split(".")[0] not in own and name not in own and name != "__main__"
    ]


def is_installed(path: Path) -> bool:
    """Whether a file is Python's, installed beside it, or ours; a real path."""
    return any(path.is_relative_to(other) for other in _others())


# What is imported stays where it is, and there are a thousand modules.
@cache
def _place(file: str) -> tuple[Path, bool]:
    path = Path(file).resolve()
    return path, is_installed(path)


def _others() -> Iterator[str]:
    yield from _OTHERS


def _files() -> dict[str, str]:
    found = {}
    for name, module in tuple(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and file.endswith(".py"):
            found[name] = file
    return found


_OTHERS = {
    str(Path(path).resolve())
    for path in (
        *map(str, sysconfig.get_paths().values()),
        sys.prefix,
        *site.getsitepackages(),
        site.getusersitepackages(),
        str(Path(__file__).parents[2]),
    )
}
