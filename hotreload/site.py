"""The project as it is at this moment: its modules, their graph and versions, and what is wrong."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hotreload.problems import Problem, ProblemError
from hotreload.project.files import FileMissingError, ProjectFiles
from hotreload.project.graph import ModuleGraph
from hotreload.project.importmap import ImportMapError, parse_import_map
from hotreload.project.resolve import External, Local, Resolver, Target, UnresolvedError
from hotreload.project.urls import file_url, suffix
from hotreload.transform.check import SyntaxChecker
from hotreload.transform.css import Stylesheet, link_stylesheet, render_stylesheet
from hotreload.transform.html import Page, decode_html, read_page
from hotreload.transform.javascript import Script, render
from hotreload.transform.wrap import SCRIPT_SUFFIXES, WRAP_QUERIES, import_url, wrap, wrap_query

if TYPE_CHECKING:
    from hotreload.transform.links import LinkChecker

logger = logging.getLogger("hotreload")

HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})


@dataclass(slots=True)
class Site:
    """Loads, links and renders what the browser asks for; remembers it until its bytes change.

    Args:
        files: the gate to the project's files.
        base: the public base path, beginning and ending with a slash.

    ``versions`` holds the version of each module that was ever replaced, ``assets`` the hash of
    each asset that changed, ``problems`` what is wrong by the file that has to change, and
    ``broken_links`` which modules import what is not exported. ``generation`` counts changes:
    while it stands still, so does everything that is rendered.
    """

    files: ProjectFiles
    base: str = "/"
    graph: ModuleGraph = field(default_factory=ModuleGraph)
    versions: dict[str, str] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    broken_links: dict[str, Problem] = field(default_factory=dict)
    generation: int = 0
    resolver: Resolver = field(init=False)
    _checker: SyntaxChecker = field(default_factory=SyntaxChecker)
    _scripts: dict[str, Script] = field(default_factory=dict)
    _checked: dict[str, str] = field(default_factory=dict)
    _link_checker: "LinkChecker | None" = None
    _sheets: dict[str, Stylesheet] = field(default_factory=dict)
    _hashes: dict[str, str] = field(default_factory=dict)
    _import_maps: set[tuple[str, str]] = field(default_factory=set)
    _dropped: set[str] = field(default_factory=set)
    _entries: set[str] = field(default_factory=set)
    _existing: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.resolver = Resolver(_Files(self.files), self.base)

    # Modules

    def is_module(self, url: str) -> bool:
        """Whether a URL, asked for by a browser, names a JavaScript module."""
        return suffix(url) in SCRIPT_SUFFIXES or wrap_query(url) is not None

    def script(self, url: str, *, checked: bool = False) -> Script:
        """The linked module at a URL, read again if its file changed.

        Args:
            url: module URL.
            checked: also compile it, once for the same bytes, to find syntax errors.

        Raises:
            FileMissingError: there is no such file.
            ProblemError: it can't be read as a module; the problem is also in :attr:`problems`.
        """
        # The lexer's patterns take long to compile, and a start need not wait for them.
        from hotreload.transform.link import link

        content = self.files.read(url)
        known = self._scripts.get(url)
        current = known is not None and known.hash == content.hash
        looked_at = not checked or self._checked.get(url) == content.hash
        if known is not None and current and looked_at and file_url(url) not in self.problems:
            return known
        self.see(file_url(url), content.hash)
        try:
            text = self._text(url, content.data)
            script = link(url, content.hash, text, lambda s, kind: self._resolve(s, kind, url))
            problem = self._checker.check(url, text) if checked else None
            if problem is not None:
                raise ProblemError(problem)
            if checked:
                self._checked[url] = content.hash
        except UnicodeDecodeError as error:
            problem = Problem(url, "read", f"the file is not UTF-8: {error.reason}")
            self.problems[file_url(url)] = problem
            raise ProblemError(problem) from None
        except ProblemError as error:
            self.problems[file_url(url)] = error.problem
            raise
        self.problems.pop(file_url(url), None)
        self._scripts[url] = script
        self.generation += 1
        self._dropped |= self.graph.set(url, script.node)
        return script

    def check_links(self, urls: Collection[str]) -> None:
        """Look for names that modules import and changed ones don't export.

        What is found, and what is found no more, is in :attr:`broken_links`.

        Args:
            urls: the changed modules.
        """
        from hotreload.transform.links import LinkChecker

        if self._link_checker is None:
            self._link_checker = LinkChecker(
                self.graph,
                self._scripts,
                lambda url: self._text(url, self.files.read(url).data),
                self._resolve,
            )
        self.broken_links = self._link_checker.check(urls, self.broken_links)

    def _text(self, url: str, data: bytes) -> str:
        """A module's text as it is linked.

        Raises:
            UnicodeDecodeError, ProblemError: it can't be.
        """
        from hotreload.transform.link import prepare

        # What only its address or its kind matters of may be any bytes.
        binary = wrap_query(url) in ("url", "import") and suffix(url) != ".json"
        text = data.decode("utf-8", "replace" if binary else "strict")
        return prepare(url, wrap(url, text) if wrap_query(url) is not None else text)

    def render(self, script: Script, origin: str) -> str:
        """What is pushed of a module, to be run under its version.

        Args:
            script: the module.
            origin: that of the page.
        """
        version = self.versions.get(script.url, "")
        return render(script, self.versions, origin + self.base[:-1], version)

    def render_answer(self, script: Script, version: str) -> str:
        """What is answered to a request for a module under a version, or under none ("")."""
        return render(script, self.versions, self.base[:-1], version)

    def crawl(self, roots: Iterable[str]) -> list[Script]:
        """Load everything that modules import statically, and the graph with it.

        Returns:
            The modules that could be loaded, dependencies before importers. What is wrong with
            the rest is in :attr:`problems`.
        """
        loaded = self._load(roots, changed=False)
        order = self.graph.static_closure(tuple(loaded))
        return [script for url in order if (script := loaded.get(url)) is not None]

    def link_changed(self, urls: Collection[str]) -> set[str]:
        """Link changed modules, and what they import that was not linked before.

        Their syntax is checked. What was linked before and did not change is not looked at: a
        module may import a thousand others.

        Returns:
            The URLs of all that was looked at; what is wrong with it is in :attr:`problems`.
        """
        return set(self._load(urls, changed=True))

    def _load(self, roots: Iterable[str], *, changed: bool) -> dict[str, Script | None]:
        queue = list(dict.fromkeys(roots))
        seen = set(queue)
        loaded: dict[str, Script | None] = {}
        for url in queue:
            if not self.is_module(url):
                continue
            try:
                loaded[url] = script = self.script(url, checked=changed)
            except (FileMissingError, ProblemError):
                loaded[url] = None
                continue
            for dependency in script.node.static:
                known = changed and dependency in self._scripts
                if dependency not in seen and not known:
                    seen.add(dependency)
                    queue.append(dependency)
        return loaded

    def _resolve(self, specifier: str, kind: str | None, importer: str) -> Target:
        target = self.resolver.resolve(specifier, file_url(importer))
        match target:
            case Local(url):
                if not self._exists(url):
                    raise UnresolvedError(f"there is no file {file_url(url)}")
                return Local(import_url(url, kind))
            case External():
                return target

    def pruned(self) -> set[str]:
        """The modules that something imported once and nothing does now, pages included."""
        self._dropped = {url for url in self._dropped if not self.graph.importers(url)}
        return self._dropped - self._entries

    def set_versions(self, urls: Iterable[str], version: str) -> None:
        """Give modules a new version, by which who is rendered from now on imports them."""
        self.versions.update(dict.fromkeys(urls, version))
        self.generation += 1

    def _exists(self, url: str) -> bool:
        file = file_url(url)
        if file not in self._existing and self.files.is_file(file):
            self._existing.add(file)
        return file in self._existing

    def warm_up(self) -> None:
        """Load what the first change would otherwise wait for."""
        import hotreload.transform.links  # noqa: F401

        self._checker.check("/", "")

    # Stylesheets and pages

    def stylesheet(self, url: str) -> Stylesheet:
        """The linked stylesheet at a URL, read again if its file changed.

        Raises:
            FileMissingError: there is no such file.
        """
        content = self.files.read(url)
        known = self._sheets.get(url)
        if known is None or known.hash != content.hash:
            self.see(url, content.hash)
            known = link_stylesheet(url, content.hash, content.data.decode("utf-8", "replace"))
            self._sheets[url] = known
        return known

    def render_stylesheet(self, sheet: Stylesheet) -> str:
        return render_stylesheet(sheet, self.assets)

    def stylesheets_showing(self, asset: str) -> list[str]:
        """The stylesheets that name an asset."""
        return [url for url, sheet in self._sheets.items() if asset in sheet.assets]

    def page(self, url: str) -> tuple[str, str, Page]:
        """The text, hash and contents of a page; its import map is heeded from here on.

        Raises:
            FileMissingError: there is no such file.
        """
        content = self.files.read(url)
        self.see(url, content.hash)
        text = decode_html(content.data)
        page = read_page(text, self.base[:-1] + url)
        self.problems.pop(url, None)
        self._entries.update(script.removeprefix(self.base[:-1]) for script in page.scripts)
        for import_map in page.import_maps:
            self._heed(import_map, page.base, url)
        return text, content.hash, page

    def _heed(self, text: str, base: str, owner: str) -> None:
        if (text, base) in self._import_maps:
            return
        try:
            self.resolver.import_map = self.resolver.import_map.merge(parse_import_map(text, base))
        except ImportMapError as error:
            self.problems[owner] = Problem(owner, "import", str(error))
            return
        self._import_maps.add((text, base))
        self.forget_links()

    # Change

    def current_hash(self, url: str) -> str | None:
        """The hash of the bytes now behind a URL, or None where there are none to be served."""
        try:
            return self.files.read(url).hash
        except FileMissingError:
            return None

    def known_hash(self, url: str) -> str | None:
        """The hash of a file's bytes that open pages were told of, or None if it is not known.

        A file may be served anew before its change is dealt with: that must not hide the change.
        """
        return self._hashes.get(file_url(url))

    def known_files(self) -> frozenset[str]:
        """The URLs of every file that was loaded."""
        return frozenset(tuple(self._hashes))

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
        return [url for url in self.module_urls(file) if url in self.graph]

    def forget(self, url: str) -> None:
        """Link a module anew when it is next asked for."""
        self._scripts.pop(url, None)

    def see(self, url: str, digest: str) -> None:
        """Take note of a file that was loaded, if it was not known."""
        self._hashes.setdefault(url, digest)

    def note(self, url: str, digest: str) -> None:
        """Take note of a file's new bytes, of which open pages are told now."""
        self._hashes[url] = digest
        self.generation += 1

    def drop(self, file: str) -> None:
        """Forget a file that is gone."""
        self.generation += 1
        self._hashes.pop(file, None)
        self._sheets.pop(file, None)
        self._existing.discard(file)
        self.problems.pop(file, None)
        for url in self.modules_of(file):
            self._scripts.pop(url, None)
            self._dropped |= self.graph.remove(url)

    def forget_links(self) -> None:
        """Link every module anew when it is next asked for: where specifiers lead has changed."""
        self.resolver.forget_packages()
        self._scripts.clear()


@dataclass(frozen=True, slots=True)
class _Files:
    """What resolving may ask of the gate."""

    files: ProjectFiles

    def is_file(self, url: str) -> bool:
        return self.files.is_file(url)

    def is_folder(self, url: str) -> bool:
        return self.files.is_folder(url)

    def text(self, url: str) -> str:
        return self.files.read(url).data.decode("utf-8", "replace")
