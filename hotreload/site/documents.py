"""The project's stylesheets and pages, and the assets that they show."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from hotreload.project.files import FileDeniedError, FileMissingError
from hotreload.project.importmap import NO_MAP, ImportMap, ImportMapError, parse_import_map
from hotreload.project.kinds import Kind
from hotreload.project.look import FileContent
from hotreload.project.pages import is_drawing, is_xml
from hotreload.project.problems import Problem, ProblemError
from hotreload.project.resolve import Local, UnresolvedError
from hotreload.project.urls import file_url
from hotreload.site.known import Known
from hotreload.site.modules import Modules
from hotreload.site.page_maps import PageMaps
from hotreload.site.sources import Sources
from hotreload.transform.html import Page, decode_html, read_page
from hotreload.transform.integrity import without_integrity
from hotreload.transform.javascript import unversioned

if TYPE_CHECKING:
    from hotreload.transform.css import Stylesheet

# Characters; what is longer was hardly written by hand.
MOST_READ = 200_000

# For each stylesheet its hash, and what browsers leave out of it.
Faults = Mapping[str, tuple[str, tuple[Problem, ...]]]


class Loads(NamedTuple):
    """The modules that a page loads by itself.

    Args:
        scripts: module URLs of its module scripts.
        imports: what its inline ones import: specifier as written → module URL.
    """

    scripts: tuple[str, ...]
    imports: Mapping[str, str]


@dataclass(slots=True, eq=False, repr=False)
class Documents:
    """Loads stylesheets and pages.

    Args:
        sources: what they are made of.
        known: where problems are noted.
        modules: what pages load, by import maps that pages declare.
        base: the public base path, beginning and ending with a slash.

    ``assets`` holds the hash of each asset that changed, ``broken_sheets`` what is wrong with the
    stylesheets that are not pushed before they are mended, ``faulty_sheets`` what browsers leave
    out of others, and ``drawings`` the images that were opened as pages.
    """

    sources: Sources
    known: Known
    modules: Modules
    base: str = "/"
    assets: dict[str, str] = field(default_factory=dict)
    broken_sheets: dict[str, Problem] = field(default_factory=dict)
    faulty_sheets: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    drawings: set[str] = field(default_factory=set)
    _unread: dict[str, tuple[str, str]] = field(default_factory=dict)
    _sheets: "dict[str, Stylesheet]" = field(default_factory=dict)
    _maps: PageMaps = field(default_factory=PageMaps)
    _roots: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def stylesheet(self, url: str) -> "Stylesheet":
        """The linked stylesheet at a URL, read again if its file changed.

        Raises:
            FileMissingError: there is no such file.
            ProblemError: a plugin could not make it; the problem is noted, too.
        """
        content = self._read(url, "style")
        known = self._sheets.get(url)
        if known is None or known.hash != content.hash:
            self.sources.see(url, content)
            text = content.data.decode("utf-8", "replace")
            from hotreload.transform.css import link_stylesheet  # the first page need not wait

            known = link_stylesheet(url, content.hash, text)
            self._sheets[url] = known
            self._check(url, text)
        return known

    def check_stylesheets(self, urls: Iterable[str]) -> None:
        """Look what is wrong with changed stylesheets."""
        for url in urls:
            with suppress(FileMissingError, ProblemError):
                self.stylesheet(url)

    def check_pages(self, urls: Iterable[str]) -> None:
        """Look what is wrong with changed pages, and which import maps they have."""
        for url in urls:
            with suppress(FileMissingError, ProblemError):
                if is_xml(url):
                    self.page(url)
                else:
                    self.roots(url)

    def _check(self, url: str, text: str) -> None:
        self.broken_sheets.pop(url, None)
        from hotreload.transform.css_check import check_stylesheet

        problem = check_stylesheet(url, text)
        if problem is not None:
            self.broken_sheets[url] = problem
        elif not self.sources.is_made(url, "style") and "/node_modules/" not in url:
            self._unread[url] = self._sheets[url].hash, text

    def reader(self) -> Callable[[], Faults] | None:
        """What looks for declarations that browsers leave out, since the last call; None for none.

        Returns:
            A function for any thread. It returns what :meth:`note_faults` takes.
        """
        unread, self._unread = self._unread, {}
        if not unread:
            return None

        def read() -> Faults:
            # Late, since no page waits for it.
            from hotreload.transform.css_declarations import check_declarations

            return {
                url: (digest, check_declarations(url, text) if len(text) <= MOST_READ else ())
                for url, (digest, text) in unread.items()
            }

        return read

    def note_faults(self, found: Faults) -> None:
        """Take note of what was read of stylesheets: their hash, and what is wrong in them."""
        for url, (digest, problems) in found.items():
            sheet = self._sheets.get(url)
            if sheet is None or sheet.hash != digest:
                continue
            self.faulty_sheets.pop(url, None)
            if problems:
                self.faulty_sheets[url] = problems

    def _read(self, url: str, kind: Kind) -> FileContent:
        try:
            content = self.sources.read(url, kind)
        except ProblemError as error:
            self.known.problems[url] = error.problem
            raise
        self.known.problems.pop(url, None)
        return content

    def render_stylesheet(self, sheet: "Stylesheet") -> str:
        from hotreload.transform.css import render_stylesheet

        return render_stylesheet(sheet, self.assets)

    def stylesheets_showing(self, asset: str) -> list[str]:
        """The stylesheets that name an asset."""
        return [url for url, sheet in self._sheets.items() if asset in sheet.assets]

    def page(self, url: str) -> tuple[str, str, Page]:
        """The text, hash and contents of a page.

        Raises:
            FileMissingError: there is no such file.
            ProblemError: a plugin could not make it, or it is no XML and has to be; the problem is
                noted, too.
        """
        self.note_page(url)
        content = self._read(url, "page")
        self.sources.see(url, content)
        text = without_integrity(decode_html(content.data), self.base[:-1] + url)
        page = read_page(text, self.base[:-1] + url)
        if is_xml(url):
            page = self._as_xml(url, text, page)
        self._declare(page, url)
        return text, content.hash, page

    def note_rendered(self, url: str, text: str) -> None:
        """Heed the import maps of a page that an app has rendered.

        Args:
            url: URL path of its address.
            text: its source.
        """
        if self.sources.resolver.maps or "importmap" in text:
            self._declare(read_page(text, self.base[:-1] + url), url)
            self._maps.load(url)

    def load(self, url: str) -> None:
        """A page is served to be opened: resolve what it loads by what its source declares."""
        self._maps.load(url)
        self.enter(url)

    def add_maps(self, url: str, texts: Sequence[str]) -> bool:
        """Note all import maps of an open page; returns whether its scripts have added to them."""
        self.roots(url)
        return self._maps.add(url, texts)

    def map_of(self, url: str, *, declared: bool = False) -> ImportMap | None:
        """The import map of a page as it is now; None where there is no such page.

        Args:
            url: URL path of the page.
            declared: only what its source says, without what its scripts have added.
        """
        self.roots(url)
        return self._maps.declared(url) if declared else self._maps.of(url)

    def enter(self, url: str, modules: Iterable[str] = (), *, declared: bool = False) -> None:
        """Resolve by a page's import map, from here on, what it loads.

        Args:
            url: URL path of the page.
            modules: what else it has loaded.
            declared: as for :meth:`map_of`.
        """
        import_map = self.map_of(url, declared=declared)
        if import_map is not None:
            self.modules.adopt((*self.roots(url), *modules), import_map)

    def note_page(self, url: str) -> None:
        """A page is open: what is an image elsewhere is one here."""
        if is_drawing(url):
            self.drawings.add(url)

    def _as_xml(self, url: str, text: str, page: Page) -> Page:
        # Late, since few pages are.
        from hotreload.transform.xml import check_xhtml, xml_insertion

        problem = check_xhtml(url, text)
        if problem is not None:
            self.known.problems[url] = problem
            raise ProblemError(problem)
        return page._replace(insertion=xml_insertion(text), xml=True)

    def roots(self, url: str) -> frozenset[str]:
        """The modules that a page loads itself; none where no file is the page."""
        return frozenset(self.root_order(url))

    def root_order(self, url: str) -> tuple[str, ...]:
        """As :meth:`roots`, in the order in which the page loads them."""
        # A module may be named as what asks for another one: it is no page, whatever is in it.
        if not (self.sources.kind(url) == "page" or url in self.drawings):
            return ()
        try:
            digest = self.sources.read(url, "page").hash
            known = self._roots.get(url)
            if known is None or known[0] != digest:
                loads = self.loads_of(self.page(url)[2])
                modules = dict.fromkeys(map(unversioned, (*loads.scripts, *loads.imports.values())))
                known = self._roots[url] = digest, tuple(modules)
        except (FileMissingError, ProblemError):
            return ()
        return known[1]

    def loads_of(self, page: Page) -> Loads:
        """What a page loads by its module scripts."""
        scripts = tuple(
            address[len(self.base) - 1 :]
            for address in page.scripts
            if address.startswith(self.base) and not address.startswith("//")
        )
        imports: dict[str, str] = {}
        for text in page.inline:
            from hotreload.transform.lexer import LexError, lex  # see hotreload.transform.link

            try:
                mentioned = lex(text).imports
            except LexError:
                continue
            for found in mentioned:
                specifier = found.specifier
                if specifier is None:
                    continue
                try:
                    target = self.sources.locate(specifier, page.base)
                except (UnresolvedError, ProblemError):
                    continue
                if isinstance(target, Local):
                    address = self.modules.commonjs.address(target.url, found, page.base, text)
                    # One address for all that mention it: the first, unless that asks for less.
                    if len(address) > len(imports.get(specifier, "")):
                        imports[specifier] = address
        return Loads(scripts, imports)

    def _declare(self, page: Page, owner: str) -> None:
        """Note what the import maps in a page's source are together."""
        together = ImportMap(open=page.adds_maps or any(map(self._adds_maps, page.linked)))
        for text in page.import_maps:
            try:
                together = together.merge(parse_import_map(text, page.base))
            except ImportMapError as error:
                self.known.problems[owner] = Problem(owner, "import", str(error))
        if together != NO_MAP or self.sources.resolver.maps:
            # For the page's inline modules, which have its address.
            self.sources.resolver.maps[file_url(page.base)] = together
        self._maps.declare(owner, together, page.base)

    def _adds_maps(self, address: str) -> bool:
        """Whether a script of the project that a page links to may add an import map."""
        url = self.sources.resolver.here(address)
        if url is None:
            return False
        try:
            return b"importmap" in self.sources.files.read(file_url(url)).data
        except (FileMissingError, FileDeniedError):
            return False

    def hash(self, url: str) -> str | None:
        """The hash by which pages know a stylesheet, or None where there is none to be had."""
        try:
            return self.stylesheet(url).hash
        except (FileMissingError, ProblemError):
            return None

    def drop(self, file: str) -> None:
        """Forget what was made of a file that is gone."""
        self._sheets.pop(file, None)
        self.broken_sheets.pop(file, None)
        self.faulty_sheets.pop(file, None)
