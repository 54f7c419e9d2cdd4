"""Languages that are understood without being asked for, where their extra is installed.

A project that has none of their files pays for a look into this table.
"""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotreload.plugins import Plugin

_SCRIPTS = (".ts", ".tsx", ".jsx", ".mts")
_STYLES = (".scss", ".sass")
_VUE = (".vue", ".vuecss")
_SVELTE = (".svelte", ".sveltecss")
_LANGUAGES = frozenset((*_SCRIPTS, *_STYLES, *_VUE, *_SVELTE))
# What is written for a script of another suffix.
_OUTPUTS = (".js", ".jsx", ".mjs")


def is_language(suffix: str) -> bool:
    """Whether a language's files have this suffix: lower case, with its dot."""
    return suffix in _LANGUAGES


def has_runes(url: str) -> bool:
    """Whether a script's URL path says that it is written for Svelte, too."""
    return url.endswith((".svelte.js", ".svelte.ts"))


def may_be_slow(suffix: str) -> bool:
    """Whether what is made of files with this suffix may take long."""
    return suffix in _STYLES


def plugin_for(suffix: str, load_paths: Collection[str] = ()) -> "Plugin":
    """A plugin for the language whose files have this suffix.

    Args:
        suffix: one of a language.
        load_paths: URL paths of the folders that stylesheets are also looked for in.
    """
    if suffix in _STYLES:
        from hotreload.languages.sass import Sass

        return Sass(load_paths)
    if suffix in _VUE:
        from hotreload.languages.vue import Vue

        return Vue()
    if suffix in _SVELTE:
        from hotreload.languages.svelte import Svelte

        return Svelte()
    from hotreload.languages.typescript import TypeScript

    return TypeScript()


def sources_of(path: str) -> Iterator[str]:
    """What a missing script may be called in a language, by whose claims it is then found.

    Args:
        path: URL path of what is not there.
    """
    stem = next((path.removesuffix(s) for s in _OUTPUTS if path.endswith(s)), path)
    for ending in _SCRIPTS:
        yield stem + ending
        yield f"{path.rstrip('/')}/index{ending}"
