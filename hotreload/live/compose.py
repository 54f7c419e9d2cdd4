"""What an update holds for each page: the texts of modules and stylesheets, and how they go in."""

from collections.abc import Collection, Iterable, Iterator

from hotreload.live.changes import Changes
from hotreload.live.preload import Preloaded
from hotreload.live.protocol import (
    MAX_CONTENT_BYTES,
    AssetUpdate,
    BoundaryUpdate,
    ModuleUpdate,
    PageUpdate,
    Reload,
    StyleUpdate,
    Update,
)
from hotreload.live.session import Session
from hotreload.project.files import MISSING, FileMissingError
from hotreload.project.order import leaf_first
from hotreload.project.pages import is_xml
from hotreload.project.plan import DeadEnd, HotPlan, Plan
from hotreload.project.problems import ProblemError
from hotreload.project.urls import file_url
from hotreload.site import Site
from hotreload.transform.html import decode_html
from hotreload.transform.integrity import without_integrity
from hotreload.transform.javascript import versioned
from hotreload.transform.wrap import wrap_query


class Composer:
    """Composes the updates of one push; what pages have in common is rendered once.

    Args:
        site: the project.
        rev: the revision of the updates.
        versioned: modules that some session may know by another version than the others.
        ahead: what pages have loaded before it was saved, if that is what was saved.
    """

    def __init__(
        self, site: Site, rev: int, versioned: Collection[str], ahead: Preloaded | None
    ) -> None:
        self.site = site
        self._rev = rev
        self._versioned = versioned
        self._ahead = ahead
        self._rendered: dict[tuple[str, str], ModuleUpdate] = {}
        self._sheets: dict[tuple[str, ...], tuple[StyleUpdate, ...]] = {}
        self._files: dict[tuple[str, ...], tuple[AssetUpdate, ...]] = {}

    def update(
        self, session: Session, plan: Plan, changes: Changes, gone: frozenset[str]
    ) -> Update:
        """What one page is sent.

        Args:
            session: the page.
            plan: what its modules do about the change.
            changes: what else changed for it.
            gone: the modules that nothing in it imports any more.
        """
        match plan:
            case DeadEnd(chain):
                reason = f"no module accepts the change of {chain[0]}"
                return Update(self._rev, reload=Reload(reason, chain))
            case HotPlan(outdated=outdated) as hot:
                fresh = self._fresh(session, outdated)
                return Update(
                    self._rev,
                    modules=tuple(self._modules(session, outdated, self._ahead)),
                    fresh=tuple(self._modules(session, fresh)),
                    boundaries=tuple(
                        BoundaryUpdate(b.url, b.accepted, hot.circular) for b in hot.boundaries
                    ),
                    pruned=leaf_first(self.site.modules.graph, gone),
                    aliases=self._aliases(session, gone.union(outdated)),
                    styles=self._styles(changes.styles),
                    order=self._order(session, (*outdated, *fresh), gone),
                    pages=tuple(self._pages(session, changes.pages)),
                    assets=self._assets(changes.assets),
                    refetch=changes.refetch,
                )

    def _modules(
        self,
        session: Session,
        urls: Iterable[str],
        ahead: Preloaded | None = None,
    ) -> Iterator[ModuleUpdate]:
        """The modules as this page gets them; each is rendered once for all pages of an origin.

        What the page has loaded ahead comes without its text.
        """
        for url in urls:
            if ahead is not None and ahead.has(session, url):
                yield ModuleUpdate(url, ahead.v, self.site.modules.linked(url).hash, None)
                continue
            key = (session.origin, url)
            if key not in self._rendered:
                script = self.site.modules.linked(url)
                code = self.site.modules.render(script, session.origin)
                version = self.site.modules.versions.get(url, "")
                self._rendered[key] = ModuleUpdate(url, version, script.hash, code)
            yield self._rendered[key]

    def _fresh(self, session: Session, outdated: tuple[str, ...]) -> list[str]:
        """What modules that run again import, and this page does not have yet."""
        if not outdated:
            return []
        return [
            url
            for url in self.site.modules.graph.static_closure(outdated)
            if url not in session.modules and url not in outdated
        ]

    def _aliases(self, session: Session, taken: Collection[str]) -> dict[str, str]:
        """URLs that others import a module by → the module, of which this page has an instance."""
        aliases = {}
        for url in self._versioned:
            held = session.modules.get(url)
            version = self.site.modules.versions.get(url, "")
            if held is None or url in taken or version in (held.v, session.aliased.get(url)):
                continue
            current = self.site.modules.linked_hash(url)
            if held.hash == current or self.site.modules.is_stylesheet(url):
                aliases[versioned(url, version)] = url
                session.aliased[url] = version
        return aliases

    def _order(
        self, session: Session, coming: Collection[str], gone: frozenset[str]
    ) -> tuple[str, ...]:
        """The order of the stylesheets that a page's modules import, if it may be another now."""
        modules = self.site.modules
        if not coming or session.arranged == modules.rearranged:
            return ()
        session.arranged = modules.rearranged
        held = {**session.modules, **dict.fromkeys(coming)}
        if sum(map(modules.is_stylesheet, held)) < 2:
            return ()
        graph = modules.graph
        roots = self.site.documents.root_order(session.page) or tuple(
            url for url in held if not graph.importers(url) & held.keys()
        )
        # What came by an `import(…)` follows, in the order in which it came.
        late = held.keys() - gone - set(graph.static_closure(roots))
        inner = {url for importer in late & set(graph) for url in graph[importer].static}
        starts = (url for url in held if url in late and url not in inner)
        order = graph.static_closure((*roots, *starts, *filter(late.__contains__, held)))
        return tuple(file_url(url) for url in order if modules.is_stylesheet(url))

    def _styles(self, urls: tuple[str, ...]) -> tuple[StyleUpdate, ...]:
        if urls not in self._sheets:
            self._sheets[urls] = tuple(self._each_style(urls))
        return self._sheets[urls]

    def _each_style(self, urls: Iterable[str]) -> Iterator[StyleUpdate]:
        for url in urls:
            try:
                sheet = self.site.documents.stylesheet(url)
            except FileMissingError:
                # As the page would look if it were loaded now.
                yield StyleUpdate(url, MISSING, "")
                continue
            except ProblemError:
                continue
            if url in self.site.documents.broken_sheets:
                continue
            text = self.site.documents.render_stylesheet(sheet)
            large = len(text) > MAX_CONTENT_BYTES
            imported = self.site.modules.graph.imported_as(url)
            native = tuple(module for module in imported if wrap_query(module) is None)
            yield StyleUpdate(url, sheet.hash, None if large else text, native)

    def _pages(self, session: Session, urls: Iterable[str]) -> Iterable[PageUpdate]:
        for url in urls:
            if url != session.page:
                continue
            try:
                content = self.site.sources.read(url, "page")
                if is_xml(url):
                    # Half an edit is no page at all.
                    self.site.documents.page(url)
            except (FileMissingError, ProblemError):
                continue
            if content.hash == session.page_hash:
                continue
            session.page_hash = content.hash
            large = len(content.data) > MAX_CONTENT_BYTES
            html = without_integrity(decode_html(content.data), self.site.base[:-1] + url)
            yield PageUpdate(url, content.hash, None if large else html)

    def _assets(self, urls: tuple[str, ...]) -> tuple[AssetUpdate, ...]:
        if urls not in self._files:
            self._files[urls] = tuple(AssetUpdate(url, self._hash(url)) for url in urls)
        return self._files[urls]

    def _hash(self, url: str) -> str:
        return self.site.known.hash(url) or self.site.current_hash(url) or MISSING
