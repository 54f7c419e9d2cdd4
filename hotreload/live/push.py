"""Pushing: give replaced modules their new version, and send each page what its changes mean."""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

from hotreload.facts import Reloaded, say
from hotreload.live.changes import Changes
from hotreload.live.journal import Journal
from hotreload.live.preload import Preloaded, Preloader
from hotreload.live.protocol import (
    MAX_CONTENT_BYTES,
    AssetUpdate,
    BoundaryUpdate,
    Custom,
    Held,
    ModuleUpdate,
    PageUpdate,
    Reload,
    StyleUpdate,
    ToPage,
    Update,
    encode,
)
from hotreload.live.reports import Reports
from hotreload.live.session import Hub, Session
from hotreload.problems import ProblemError
from hotreload.project.files import MISSING, FileMissingError
from hotreload.project.order import leaf_first
from hotreload.project.pages import is_xml
from hotreload.project.plan import (
    DeadEnd,
    HotPlan,
    Plan,
    View,
    ancestors,
    plan,
    unused,
)
from hotreload.project.urls import file_url
from hotreload.site import Site
from hotreload.transform.html import decode_html
from hotreload.transform.integrity import without_integrity
from hotreload.transform.javascript import versioned
from hotreload.transform.wrap import wrap_query

logger = logging.getLogger("hotreload")


class Pusher:
    """Sends updates to sessions, and keeps what each of them holds.

    Args:
        site: the project.
        hub: the open sessions.
        journal: gives updates their revision.
        reports: who has to answer, and what is said of it.
    """

    def __init__(self, site: Site, hub: Hub, journal: Journal, reports: Reports) -> None:
        self.site = site
        self.hub = hub
        self.journal = journal
        self.reports = reports
        self.preloader = Preloader(site, hub, journal, self._queue)

    def push(
        self,
        work: Mapping[Session, Changes],
        *,
        named: frozenset[str] = frozenset(),
        began: float | None = None,
    ) -> frozenset[str]:
        """Send each session what its changes mean, and every other one the aliases it needs.

        A page that doesn't read what it is sent has to wait: see :meth:`Updates.catch_up`.

        Args:
            work: the changes that matter to each session.
            named: modules that some session may know by another version than the others.
            began: when the change was noticed, by the clock of the reports.

        Returns:
            The modules that got a new version.
        """
        began = self.reports.clock() if began is None else began
        late = {s for s in self.hub if s.ready and s.postpone(work.get(s, Changes()))}
        work = {session: changes for session, changes in work.items() if session not in late}
        gone_from = {session: self._unused(session, changes) for session, changes in work.items()}
        plans = self._plans(work, gone_from)
        bumped: set[str] = set()
        for session, planned in plans.items():
            if isinstance(planned, HotPlan):
                # What is pruned runs anew, should anything import it again.
                bumped.update(planned.outdated, gone_from[session])
        ahead = self.preloader.take(plans, bumped)
        version = f"{self.journal.boot}.{self.journal.rev}" if ahead is None else ahead.v
        if bumped:
            self.site.modules.set_versions(bumped, version)
            self.journal.given = self.journal.rev, version
        versions = self.site.modules.versions.keys()
        rendered: dict[tuple[str, str], ModuleUpdate] = {}
        styles = cache(lambda urls: tuple(self._styles(urls)))
        assets = cache(lambda urls: tuple(self._assets(urls)))
        nothing = Update(self.journal.rev)
        told: tuple[Update, str] | None = None
        updated: list[Session] = []
        aliased: list[Session] = []
        reloads: dict[Session, Reload] = {}
        for session in self.hub:
            if not session.ready or session in late:
                continue
            changes = work.get(session, Changes())
            update = nothing
            match plans.get(session, HotPlan()):
                case DeadEnd(chain):
                    reason = f"no module accepts the change of {chain[0]}"
                    update = Update(self.journal.rev, reload=Reload(reason, chain))
                case HotPlan() as hot:
                    outdated = hot.outdated
                    gone = gone_from.get(session, frozenset())
                    fresh = self._fresh(session, outdated)
                    update = Update(
                        self.journal.rev,
                        modules=tuple(self._modules(session, outdated, rendered, ahead)),
                        fresh=tuple(self._modules(session, fresh, rendered)),
                        boundaries=tuple(
                            BoundaryUpdate(b.url, b.accepted, hot.circular) for b in hot.boundaries
                        ),
                        pruned=leaf_first(self.site.modules.graph, gone),
                        aliases=self._aliases(
                            session, bumped | (named & versions), gone.union(outdated)
                        ),
                        styles=styles(changes.styles),
                        order=self._order(session, (*outdated, *fresh), gone),
                        pages=tuple(self._pages(session, changes.pages)),
                        assets=assets(changes.assets),
                        refetch=changes.refetch,
                    )
            for module in (*update.modules, *update.fresh):
                session.modules[module.path] = Held(module.hash, module.v)
                session.aliased.pop(module.path, None)
            for url in update.pruned:
                session.modules.pop(url, None)
                session.acceptances.pop(url, None)
            if update == nothing:
                continue
            if update.reload is not None:
                reloads[session] = update.reload
            elif update != Update(self.journal.rev, aliases=update.aliases):
                updated.append(session)
            else:
                aliased.append(session)
            if told is None or told[0] != update:
                told = update, encode(update)
            self._queue(session, told[1])
        self.reports.sent(self.journal.rev, _named(work), began, updated)
        self.reports.sent(self.journal.rev, (), began, (*aliased, *reloads))
        self.preloader.after(work, plans)
        for reason, count in Counter(reload.text for reload in reloads.values()).items():
            say(Reloaded(reason, count))
        return frozenset(bumped)

    def plan(self, session: Session, modules: frozenset[str]) -> Plan:
        """What a page would do about changed modules."""
        return self._plans({session: Changes(modules)}, {})[session]

    def _plans(
        self, work: Mapping[Session, Changes], gone_from: Mapping[Session, frozenset[str]]
    ) -> dict[Session, Plan]:
        """Each session's plan; sessions that hold the same of what matters share one."""
        graph = self.site.modules.graph
        plans: dict[Session, Plan] = {}
        shared: dict[tuple[object, ...], Plan] = {}
        for session, changes in work.items():
            gone = gone_from.get(session, frozenset())
            changed = changes.modules - gone
            if not changed:
                plans[session] = HotPlan()
                continue
            held = frozenset(ancestors(graph, changed) & session.modules.keys()) - gone
            view = self.view(session, held)
            key = (changed, held, frozenset(view.said.items()), tuple(view.roots))
            if key not in shared:
                shared[key] = plan(graph, changed, view)
            plans[session] = shared[key]
        return plans

    def view(self, session: Session, held: frozenset[str]) -> View:
        """What a plan has to know of a page, as far as it holds these modules."""
        said = {url: session.acceptances[url] for url in held & session.acceptances.keys()}
        roots = self.site.documents.root_order(session.page)
        return View(held, said, tuple(filter(held.__contains__, roots)))

    def _unused(self, session: Session, changes: Changes) -> frozenset[str]:
        """What nothing in a page imports any more once it has taken the changes."""
        modules = self.site.modules
        dropped = {url: who for url, who in modules.dropped.items() if who}
        if not dropped.keys() & session.modules.keys():
            return frozenset()
        current = {
            importer
            for importer in frozenset().union(*dropped.values()) & session.modules.keys()
            if importer in changes.modules
            or session.modules[importer].hash == modules.linked_hash(importer)
        }
        roots = session.loose.union(self.site.documents.roots(session.page))
        return unused(modules.graph, dropped, current, View(session.modules, roots=roots))

    def _modules(
        self,
        session: Session,
        urls: Iterable[str],
        rendered: dict[tuple[str, str], ModuleUpdate],
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
            if key not in rendered:
                script = self.site.modules.linked(url)
                code = self.site.modules.render(script, session.origin)
                version = self.site.modules.versions.get(url, "")
                rendered[key] = ModuleUpdate(url, version, script.hash, code)
            yield rendered[key]

    def _fresh(self, session: Session, outdated: tuple[str, ...]) -> list[str]:
        """What modules that run again import, and this page does not have yet."""
        if not outdated:
            return []
        return [
            url
            for url in self.site.modules.graph.static_closure(outdated)
            if url not in session.modules and url not in outdated
        ]

    def _aliases(
        self, session: Session, urls: Iterable[str], taken: Collection[str]
    ) -> dict[str, str]:
        """URLs that others import a module by → the module, of which this page has an instance."""
        aliases = {}
        for url in urls:
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

    def _styles(self, urls: Iterable[str]) -> Iterable[StyleUpdate]:
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

    def _assets(self, urls: Iterable[str]) -> Iterable[AssetUpdate]:
        for url in urls:
            digest = self.site.known.hash(url) or self.site.current_hash(url)
            yield AssetUpdate(url, digest or MISSING)

    def reload(self, session: Session, reason: str, chain: tuple[str, ...] = ()) -> None:
        """Make a page reload; nothing more is sent to this session."""
        session.ready = False
        say(Reloaded(Reload(reason, chain).text, 1))
        self.reports.sent(self.journal.rev, (), self.reports.clock(), [session])
        self.send(session, Update(self.journal.rev, reload=Reload(reason, chain)))

    def send_event(self, event: str, data: object, to: Session | None = None) -> None:
        """Send an event to every page, or to one.

        Raises:
            TypeError, ValueError: the data can't be written as JSON.
        """
        text = encode(Custom(event, data))
        for session in self.hub:
            if session.ready and to in (session, None):
                self._queue(session, text)

    def send(self, session: Session, frame: ToPage) -> None:
        """Queue a frame; a page that doesn't read what it is sent is dropped, and will resume."""
        self._queue(session, encode(frame))

    def _queue(self, session: Session, text: str) -> None:
        if not session.send(text):
            logger.warning("page %s does not read what it is sent: dropped", session.page)
            session.slow = True
            self.hub.remove(session)
            self.reports.left(session)


def _named(work: Mapping[Session, Changes]) -> tuple[str, ...]:
    """What changed, as it is said of an update."""
    named = [(*c.modules, *c.styles, *c.pages, *c.refetch) or c.assets for c in work.values()]
    return tuple(sorted(set().union(*named)))
