"""The project's modules: loaded, linked and rendered, with their graph and versions."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hotreload.project.files import FileMissingError
from hotreload.project.graph import ModuleGraph
from hotreload.project.importmap import NO_MAP, ImportMap
from hotreload.project.problems import Problem, ProblemError
from hotreload.project.resolve import Target
from hotreload.project.urls import file_url
from hotreload.site.commonjs import CommonJS
from hotreload.site.doubts import DoubtError
from hotreload.site.known import Known
from hotreload.site.rewiring import globbing, led_by, led_elsewhere
from hotreload.site.sources import Sources
from hotreload.site.syntax import Syntax
from hotreload.site.texts import Texts
from hotreload.transform.javascript import RUNTIME_URL, WORKER_RUNTIME_URL, Script, render
from hotreload.transform.wrap import WRAP_QUERIES, wrap_query

if TYPE_CHECKING:
    from hotreload.transform.exports import Exports
    from hotreload.transform.links import LinkChecker


@dataclass(slots=True, eq=False, repr=False)
class Modules:
    """Loads and links what browsers import; remembers it until its bytes change.

    Args:
        sources: what they are made of, and where their imports lead.
        known: where problems are noted.
        base: the public base path, beginning and ending with a slash.

    ``contested`` says whether some module leads elsewhere by one import map than by another.
    ``rearranged`` counts how often a module came to import others, or in another order.
    ``versions`` holds the version of each module that was ever replaced, ``broken_links`` which
    modules import what is not exported, ``dropped`` the imports that are no more: URL → who
    imported it; ``syntax`` knows which of them parse.
    """

    sources: Sources
    known: Known
    base: str = "/"
    graph: ModuleGraph = field(default_factory=ModuleGraph)
    versions: dict[str, str] = field(default_factory=dict)
    broken_links: dict[str, Problem] = field(default_factory=dict)
    syntax: Syntax = field(default_factory=Syntax)
    _scripts: dict[str, Script] = field(default_factory=dict)
    _link_checker: "LinkChecker | None" = None
    dropped: dict[str, set[str]] = field(default_factory=dict)
    rearranged: int = 0
    _globbing: set[str] = field(default_factory=set)
    commonjs: CommonJS = field(init=False)
    _texts: Texts = field(init=False)
    contested: bool = False
    _by_map: dict[tuple[str, str], Script] = field(default_factory=dict)
    _of_file: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.commonjs = CommonJS(self.sources)
        self._texts = Texts(self.sources, self.commonjs)

    def is_module(self, url: str) -> bool:
        """Whether a URL, asked for by a browser, names a JavaScript module."""
        return wrap_query(url) is not None or self.sources.kind(url) == "script"

    def is_stylesheet(self, url: str) -> bool:
        """Whether a module stands for a stylesheet that is imported."""
        return wrap_query(url) == "import" and self.sources.kind(url) == "style"

    def script(self, url: str, *, checked: bool = False) -> Script:
        """The linked module at a URL, read again if its file changed.

        Args:
            url: module URL.
            checked: also compile it, once for the same bytes, to find syntax errors.

        Raises:
            FileMissingError: there is no such file.
            ProblemError: it can't be read as a module; the problem is noted, too.
            DoubtError: it may not parse, which a browser has to judge.
        """
        try:
            content = self._texts.content(url)
            known = self._scripts.get(url)
            current = known is not None and known.source == content.hash
            looked_at = not checked or self.syntax.was_checked(url, content.hash)
            fine = looked_at and file_url(url) not in self.known.problems
            if known is not None and current and fine:
                return known
            self.sources.see(url, content)
            text = self._texts.text(url, content.data)
            classic = not self.graph.importers(url) and self.syntax.may_be_classic(url, text)
            script = self._link(url, content.hash, text, classic=classic)
            if checked:
                self.syntax.check(url, content.hash, text, classic=classic)
        except UnicodeDecodeError as error:
            problem = Problem(url, "read", f"the file is not UTF-8: {error.reason}")
            self.known.problems[file_url(url)] = problem
            raise ProblemError(problem) from None
        except ProblemError as error:
            problem = self.sources.relocate(url, error.problem)
            self.known.problems[file_url(url)] = problem
            raise ProblemError(problem) from None
        wrong = self.known.problems.get(file_url(url))
        if wrong is not None and (checked or wrong.kind != "syntax"):
            # What only compiling finds, not compiling does not clear.
            del self.known.problems[file_url(url)]
        self._put(url, script)
        if self.sources.resolver.maps:
            import_map = self.sources.resolver.maps.get(file_url(url), NO_MAP)
            self.adopt(script.node.dependencies, import_map)
        return script

    def _put(self, url: str, script: Script) -> None:
        """Let a module be known as this."""
        self._scripts[url] = script
        self.known.generation += 1
        self._of_file.setdefault(file_url(url), set()).add(url)
        if script.globs:
            self._globbing.add(url)
        before = self.graph.get(url)
        if before is not None and before.static != script.node.static:
            self.rearranged += 1
        self._drop(url, self.graph.set(url, script.node))
        for dependency in self.dropped.keys() & script.node.dependencies:
            self.dropped[dependency].discard(url)

    def _link(self, url: str, digest: str, text: str, *, classic: bool) -> Script:
        """A module with its imports found, and where they lead.

        Raises:
            ProblemError: see :func:`hotreload.transform.link.link`.
        """
        # The lexer's patterns take long to compile, and a start need not wait for them.
        from hotreload.transform.link import link, link_classic

        def resolve(specifier: str, kind: str | None) -> Target:
            return self.sources.resolve(specifier, kind, url)

        if classic:
            return link_classic(url, digest, text, resolve)
        return link(
            url,
            digest,
            text,
            resolve,
            self.sources.find,
            lambda target, found: self.commonjs.address(target, found, url, text),
        )

    def check_links(self, urls: Collection[str]) -> None:
        """Look for names that modules import and changed ones don't export.

        What is found, and what is found no more, is in :attr:`broken_links`.

        Args:
            urls: the changed modules.
        """
        self.broken_links = self._links().check(urls, self.broken_links)

    def exports(self, url: str) -> "Exports | None":
        """What a linked module exports; None where that can't be read."""
        return self._links().exports(url)

    def _links(self) -> "LinkChecker":
        from hotreload.transform.links import LinkChecker

        if self._link_checker is None:
            self._link_checker = LinkChecker(
                self.graph,
                self._scripts,
                lambda url: self._texts.text(url, self._texts.content(url).data),
                self.sources.resolve,
            )
        return self._link_checker

    def text_of(self, script: Script) -> str | None:
        """The text that a module was linked from; None where its file has changed since.

        Raises:
            FileMissingError, ProblemError: see :meth:`script`.
        """
        content = self._texts.content(script.url)
        return self._texts.text(script.url, content.data) if content.hash == script.source else None

    def render(self, script: Script, origin: str, versions: Mapping[str, str] | None = None) -> str:
        """What is pushed of a module, to be run under its version.

        Args:
            script: the module.
            origin: that of the page.
            versions: the versions to render it by; those of now by default.
        """
        versions = self.versions if versions is None else versions
        return render(script, versions, origin + self.base[:-1], versions.get(script.url, ""))

    def render_answer(self, script: Script, version: str, *, worker: bool = False) -> str:
        """What is answered to a request for a module under a version, or under none ("")."""
        runtime = WORKER_RUNTIME_URL if worker else RUNTIME_URL
        return render(script, self.versions, self.base[:-1], version, runtime)

    def crawl(self, roots: Iterable[str], *, dynamic: bool = False) -> list[Script]:
        """Load everything that modules import statically, and the graph with it.

        Args:
            roots: module URLs.
            dynamic: also what they name in an ``import(…)``; these come last.

        Returns:
            The modules that could be loaded, dependencies before importers. What is wrong with
            the rest is in :attr:`Known.problems`.
        """
        loaded = self._load(roots, changed=False, dynamic=dynamic)
        order = self.graph.static_closure(tuple(loaded))
        return [script for url in order if (script := loaded.get(url)) is not None]

    def link_changed(self, urls: Collection[str]) -> set[str]:
        """Link changed modules, and what they import that was not linked before.

        Their syntax is checked. What was linked before and did not change is not looked at: a
        module may import a thousand others.

        Returns:
            The URLs of all that was looked at; what is wrong with it is in :attr:`Known.problems`.
        """
        return set(self._load(urls, changed=True))

    def _load(
        self, roots: Iterable[str], *, changed: bool, dynamic: bool = False
    ) -> dict[str, Script | None]:
        queue = list(dict.fromkeys(roots))
        seen = set(queue)
        loaded: dict[str, Script | None] = {}
        for url in queue:
            if not self.is_module(url):
                continue
            try:
                loaded[url] = script = self.script(url, checked=changed)
            except (FileMissingError, ProblemError, DoubtError):
                loaded[url] = None
                continue
            for dependency in (*script.node.static, *(script.node.dynamic if dynamic else ())):
                known = changed and dependency in self._scripts
                if dependency not in seen and not known:
                    seen.add(dependency)
                    queue.append(dependency)
        return loaded

    def set_versions(self, urls: Iterable[str], version: str) -> None:
        """Give modules a new version, by which who is rendered from now on imports them."""
        self.versions.update(dict.fromkeys(urls, version))
        self.known.generation += 1

    def warm_up(self) -> None:
        """Load what the first change would otherwise wait for."""
        import hotreload.transform.links  # noqa: F401

        self.syntax.warm_up()

    # Change

    def rewired(self, files: Collection[str]) -> set[str]:
        """Modules with imports that lead elsewhere now; they are linked anew when asked for.

        Args:
            files: URL paths of files that were not there before.
        """
        return self._forgotten(led_by(files, self._scripts.values(), self.sources.resolve))

    def repackaged(self) -> set[str]:
        """As :meth:`rewired`, where a ``package.json`` has changed: any import may be concerned."""
        self.sources.resolver.forget_packages()
        found = led_elsewhere(self._scripts.values(), self.sources.resolve)
        self.forget_links()
        return found

    def globbing(self, files: Collection[str]) -> set[str]:
        """Modules whose ``import.meta.glob`` means other files now; they are linked anew.

        Args:
            files: URL paths of what was added, changed or removed.
        """
        scripts = (s for url in self._globbing if (s := self._scripts.get(url)) is not None)
        return self._forgotten(globbing(files, scripts, self.sources.files.is_file))

    def _forgotten(self, urls: set[str]) -> set[str]:
        for url in urls:
            self.forget(url)
        return urls

    def linked(self, url: str) -> Script:
        """A module as it was last linked; its file is only looked at if it has to be linked anew.

        Raises:
            FileMissingError, ProblemError: see :meth:`script`.
        """
        return self._scripts.get(url) or self.script(url)

    def linked_hash(self, url: str) -> str | None:
        """The source hash of a module as it was last linked without a problem."""
        script = self._scripts.get(url)
        return script.hash if script is not None else None

    def module_urls(self, file: str) -> list[str]:
        """The module URLs that can be made of a file."""
        return [file, *(f"{file}?{query}" for query in sorted(WRAP_QUERIES))]

    def modules_of(self, file: str) -> list[str]:
        """The module URLs that are made of a file."""
        return sorted(self._of_file.get(file, ()))

    def forget(self, url: str) -> None:
        """Link a module anew when it is next asked for."""
        self._scripts.pop(url, None)

    def renew(self, url: str) -> None:
        """Make a module anew of its sources when it is next asked for, and link it anew."""
        if self.sources.pipeline is not None:
            self.sources.pipeline.forget(url)
        self.forget(url)

    def drop(self, file: str) -> None:
        """Forget what was made of a file that is gone."""
        for url in self._of_file.pop(file, ()):
            self._scripts.pop(url, None)
            self.syntax.doubts.dismiss(url)
            self._drop(url, self.graph.remove(url))

    def _drop(self, importer: str, urls: Iterable[str]) -> None:
        for url in urls:
            self.dropped.setdefault(url, set()).add(importer)

    def adopt(self, roots: Iterable[str], import_map: ImportMap) -> None:
        """Resolve these modules, and all that they lead to, by a page's import map from here on.

        A module that pages with different maps share is linked once for each map. What it is
        known as is the one whose map was adopted last.

        Args:
            roots: URLs of modules.
            import_map: the page's.
        """
        maps = self.sources.resolver.maps
        if import_map == NO_MAP and not maps:
            return
        queue, seen, elsewhere = list(roots), set[str](), set[str]()
        while queue:
            url = queue.pop()
            if url in seen:
                continue
            seen.add(url)
            before = maps.get(file_url(url), NO_MAP)
            changes = before is not import_map and before != import_map
            if changes and self._change_map(url, before, import_map):
                elsewhere.add(url)
            if (node := self.graph.get(url)) is not None:
                queue.extend(node.dependencies)
        if elsewhere:
            self.check_links(elsewhere)

    def _change_map(self, url: str, before: ImportMap, after: ImportMap) -> bool:
        """Resolve a module by another map; returns whether that makes it a different one."""
        file = file_url(url)
        self.sources.resolver.maps[file] = after
        script = self._scripts.pop(url, None)
        wrong = self.known.problems.get(file)
        led_nowhere = wrong is not None and wrong.kind == "import"
        if led_nowhere:
            # An import that led nowhere by the map before may lead somewhere by this one.
            del self.known.problems[file]
        if script is None and not led_nowhere:
            return False
        if script is not None:
            self._by_map[url, before.key] = script
        kept = self._by_map.get((url, after.key))
        if script is not None and not led_nowhere and kept and kept.source == script.source:
            self._put(url, kept)
        else:
            try:
                # What led nowhere may have hidden that it does not parse either.
                kept = self.script(url, checked=led_nowhere)
            except (FileMissingError, ProblemError, DoubtError):
                return True
        differs = script is None or kept.hash != script.hash
        self.contested = self.contested or differs
        return differs

    def forget_links(self) -> None:
        """Link every module anew when it is next asked for: where specifiers lead has changed."""
        self.sources.resolver.forget_packages()
        self.commonjs.forget()
        self._scripts.clear()
        self._by_map.clear()
