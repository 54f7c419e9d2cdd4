"""Languages that are understood without being asked for, where their extra is installed."""

from collections.abc import Collection

from hotreload.plugins import Plugin
from hotreload.project.languages import STYLES, SVELTE, VUE


def plugin_for(suffix: str, load_paths: Collection[str] = ()) -> Plugin:
    """A plugin for the language whose files have this suffix.

    Args:
        suffix: one of a language.
        load_paths: URL paths of the folders that stylesheets are also looked for in.
    """
    if suffix in STYLES:
        from hotreload.plugins.languages.sass import Sass

        return Sass(load_paths)
    if suffix in VUE:
        from hotreload.plugins.languages.vue import Vue

        return Vue()
    if suffix in SVELTE:
        from hotreload.plugins.languages.svelte import Svelte

        return Svelte()
    from hotreload.plugins.languages.typescript import TypeScript

    return TypeScript()
