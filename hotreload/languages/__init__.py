"""Languages that are understood without being asked for, where their extra is installed.

A project that has none of their files pays for a look into this table.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotreload.plugins import Plugin

_TYPESCRIPT = "typescript:TypeScript"
_PLUGINS = {
    ".ts": _TYPESCRIPT,
    ".tsx": _TYPESCRIPT,
    ".jsx": _TYPESCRIPT,
    ".mts": _TYPESCRIPT,
}
# What is written for a file of another suffix.
_OUTPUTS = (".js", ".jsx", ".mjs")


def is_language(suffix: str) -> bool:
    """Whether a language's files have this suffix: lower case, with its dot."""
    return suffix in _PLUGINS


def language(suffix: str) -> "Plugin":
    """A plugin for the language whose files have this suffix."""
    module, _, attribute = _PLUGINS[suffix].partition(":")
    plugin: Plugin = getattr(import_module(f"hotreload.languages.{module}"), attribute)()
    return plugin


def sources_of(path: str) -> Iterator[str]:
    """What a missing file may be called in a language, by whose claims it is then found.

    Args:
        path: URL path of what is not there.
    """
    stem = next((path.removesuffix(s) for s in _OUTPUTS if path.endswith(s)), path)
    for ending in _PLUGINS:
        yield stem + ending
        yield f"{path.rstrip('/')}/index{ending}"
