"""Which files are written in a language that is compiled, by their suffixes.

The compilers are in :mod:`hotreload.plugins.languages`; a project that has none of their files pays
for a look into this table.
"""

from collections.abc import Iterator

_SCRIPTS = (".ts", ".tsx", ".jsx", ".mts")
STYLES = (".scss", ".sass")
VUE = (".vue", ".vuecss")
SVELTE = (".svelte", ".sveltecss")
_LANGUAGES = frozenset((*_SCRIPTS, *STYLES, *VUE, *SVELTE))
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
    return suffix in STYLES


def sources_of(path: str) -> Iterator[str]:
    """What a missing script may be called in a language, by whose claims it is then found.

    Args:
        path: URL path of what is not there.
    """
    stem = next((path.removesuffix(s) for s in _OUTPUTS if path.endswith(s)), path)
    for ending in _SCRIPTS:
        yield stem + ending
        yield f"{path.rstrip('/')}/index{ending}"
