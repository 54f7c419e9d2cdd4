"""Broken links: names that a module imports and its dependency does not export.

A browser finds these only when the page's old modules are gone; here they are found before anything
is pushed. Source of the rules: ECMA-262, 16.2.1.7 (ResolveExport).
"""

from collections.abc import Callable, Collection, Mapping

from hotreload.project.files import FileMissingError
from hotreload.project.graph import ModuleGraph
from hotreload.project.problems import Problem, ProblemError, locate, problem_at
from hotreload.project.resolve import Local, Target, UnresolvedError
from hotreload.transform.commonjs import commonjs_file
from hotreload.transform.exports import Exports, exports_of
from hotreload.transform.javascript import Script
from hotreload.transform.lexer import LexError


class LinkChecker:
    """Looks for broken links between the modules of a project.

    Args:
        graph: who imports whom.
        scripts: the linked modules, by URL.
        text: a module's prepared text.
        resolve: from a specifier, a ``type`` attribute and an importer to the target.
    """

    def __init__(
        self,
        graph: ModuleGraph,
        scripts: Mapping[str, Script],
        text: Callable[[str], str],
        resolve: Callable[[str, str | None, str], Target],
    ) -> None:
        self._graph = graph
        self._scripts = scripts
        self._text = text
        self._resolve = resolve
        self._known: dict[str, tuple[str, Exports]] = {}

    def check(self, changed: Collection[str], broken: Mapping[str, Problem]) -> dict[str, Problem]:
        """The broken links after a change, by the module that imports what is not there.

        Args:
            changed: URLs of the changed modules.
            broken: what was broken before it.
        """
        passing = self._passing_on(changed)
        importers = {i for url in passing for i in self._graph.importers(url)}
        found: dict[str, Problem] = {}
        for url in {*changed, *importers, *broken}:
            script = self._scripts.get(url)
            if script is None:
                continue
            problem = self._broken_link(
                script, None if url in broken or url in changed else passing
            )
            if problem is not None:
                found[url] = problem
        return found

    def _broken_link(self, script: Script, only: Collection[str] | None) -> Problem | None:
        for wanted in script.imported:
            if only is not None and wanted.url not in only:
                continue
            names = self._names(wanted.url)
            missing = wanted.names - names if names is not None else frozenset()
            if missing:
                try:
                    source = self._text(script.url)
                except (FileMissingError, UnicodeDecodeError, ProblemError):
                    return None  # it has a problem of its own, which is said
                line, column = locate(source, wanted.position)
                listed = ", ".join(f'"{name}"' for name in sorted(missing))
                exporter = commonjs_file(wanted.url) or wanted.url
                message = f"{exporter} does not export {listed}, which {script.url} imports"
                return problem_at(script.url, "link", message, source, line, column)
        return None

    def _names(self, url: str, seen: frozenset[str] = frozenset()) -> frozenset[str] | None:
        """Every name that can be imported from a module, or None where they can't all be told."""
        exports = self.exports(url)
        if exports is None or exports.names is None:
            return None
        names = set(exports.names)
        for specifier in exports.star_from:
            target = self._star(specifier, url)
            if target is None:
                return None
            if target in seen or target == url:
                continue
            passed_on = self._names(target, seen | {url})
            if passed_on is None:
                return None
            names |= passed_on - {"default"}
        return frozenset(names)

    def _passing_on(self, urls: Collection[str]) -> set[str]:
        """The modules and those that pass their exports on with ``export *``."""
        passing = set(urls)
        queue = list(urls)
        while queue:
            for importer in self._graph.importers(queue.pop()) - passing:
                exports = self.exports(importer)
                if exports is not None and exports.star_from:
                    passing.add(importer)
                    queue.append(importer)
        return passing

    def exports(self, url: str) -> Exports | None:
        """What a linked module exports; None where that can't be read."""
        script = self._scripts.get(url)
        if script is None:
            return None
        known = self._known.get(url)
        if known is None or known[0] != script.hash:
            try:
                exports = exports_of(self._text(url))
            except (LexError, FileMissingError, UnicodeDecodeError, ProblemError):
                return None
            known = self._known[url] = (script.hash, exports)
        return known[1]

    def _star(self, specifier: str, importer: str) -> str | None:
        try:
            target = self._resolve(specifier, None, importer)
        except (UnresolvedError, ProblemError):
            return None
        return target.url if isinstance(target, Local) else None
