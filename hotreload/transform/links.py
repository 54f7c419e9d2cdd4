"""Broken links: names that a module imports and its dependency does not export.

A browser finds these only when the page's old modules are gone; here they are found before anything
is pushed. Source of the rules: ECMA-262, 16.2.1.7 (ResolveExport).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from hotreload.problems import Problem, locate, problem_at
from hotreload.transform.exports import Exports
from hotreload.transform.javascript import Script


@dataclass(frozen=True, slots=True)
class Linkage:
    """What checking links needs to know of other modules.

    Args:
        exports: a module's own exports, or None where they can't be told.
        star: the URL that `export * from` a specifier in a module leads to, or None likewise.
    """

    exports: Callable[[str], Exports | None]
    star: Callable[[str, str], str | None]

    def names(self, url: str, seen: frozenset[str] = frozenset()) -> frozenset[str] | None:
        """Every name that can be imported from a module, or None where they can't all be told."""
        exports = self.exports(url)
        if exports is None or exports.names is None:
            return None
        names = set(exports.names)
        for specifier in exports.star_from:
            target = self.star(specifier, url)
            if target is None:
                return None
            if target in seen or target == url:
                continue
            passed_on = self.names(target, seen | {url})
            if passed_on is None:
                return None
            names |= passed_on - {"default"}
        return frozenset(names)


def broken_link(
    script: Script, source: str, linkage: Linkage, only: Collection[str] | None = None
) -> Problem | None:
    """The first name a module imports that its dependency does not export, or None.

    Args:
        script: the importing module.
        source: its prepared text.
        linkage: the other modules.
        only: the dependencies to look at; all, if None.
    """
    for wanted in script.imported:
        if only is not None and wanted.url not in only:
            continue
        names = linkage.names(wanted.url)
        missing = wanted.names - names if names is not None else frozenset()
        if missing:
            line, column = locate(source, wanted.position)
            listed = ", ".join(f'"{name}"' for name in sorted(missing))
            message = f"{wanted.url} does not export {listed}, which {script.url} imports"
            return problem_at(script.url, "link", message, source, line, column)
    return None
