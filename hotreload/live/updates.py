"""From a batch to what each page is told: plan, give new versions, push.

What every page holds is known by content hash, so one way serves them all: a file that changed, a
page that was away, a server that was restarted, a module that loaded late.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from hotreload.live.journal import Journal
from hotreload.live.protocol import (
    MAX_CONTENT_BYTES,
    VERSION,
    AssetUpdate,
    BoundaryUpdate,
    Held,
    Hello,
    Hold,
    ModuleUpdate,
    PageUpdate,
    Problems,
    ProblemState,
    Reload,
    StyleUpdate,
    ToPage,
    Update,
    Welcome,
    encode,
)
from hotreload.live.session import Hub, Session
from hotreload.project.files import FileMissingError
from hotreload.project.pages import NOT_FOUND_PAGE, page_file
from hotreload.project.plan import DeadEnd, HotPlan, Plan, ancestors, plan
from hotreload.project.urls import file_url, suffix
from hotreload.site import HTML_SUFFIXES, Site
from hotreload.transform.html import decode_html
from hotreload.transform.javascript import versioned

logger = logging.getLogger("hotreload")


@dataclass(frozen=True, slots=True)
class Changes:
    """A batch, sorted by what can be done about it. All are URL paths."""

    modules: frozenset[str] = frozenset()
    styles: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        return frozenset((*map(file_url, self.modules), *self.styles, *self.pages, *self.assets))


class Updates:
    """Turns batches and hellos into updates.

    Args:
        site: the project.
        hub: the open sessions.
        journal: the last updates.
        project: the project's id.
        spa: see :func:`hotreload.project.pages.page_file`.
    """

    def __init__(
        self, site: Site, hub: Hub, journal: Journal, project: str, *, spa: bool = False
    ) -> None:
        self.site = site
        self.hub = hub
        self.journal = journal
        self.project = project
        self.spa = spa
        self._unpushed: set[str] = set()
        self._told: Problems = Problems(())

    # Batches

    def apply(self, urls: Collection[str]) -> None:
        """Deal with files that may have changed, together.

        Args:
            urls: URL paths of the files.
        """
        changes = self._sort(urls)
        changes = replace(changes, modules=self._take_unpushed(changes.modules))
        pruned = frozenset(url for url in self.site.pruned if not self.site.graph.importers(url))
        self.site.pruned.clear()
        self.tell_problems()
        if not changes.paths and not pruned:
            return
        self.journal.append(changes.paths)
        if changes.modules:
            self._reload_failed(min(changes.modules))
        self._reload_moved(changes.pages)
        ready = [session for session in self.hub if session.ready]
        self._push({session: self._news(session, changes) for session in ready}, pruned)

    def _reload_moved(self, pages: Collection[str]) -> None:
        """Where a new file answers a page's address from now on, only loading it will do."""
        for session in self.hub:
            if session.ready and pages and session.page not in pages:
                answers = self._page_of(session.address)
                if answers in pages:
                    reason = f"{answers} answers {session.address} from now on"
                    self._send(session, Update(self.journal.rev, reload=Reload(reason)))
                    session.ready = False

    def _reload_failed(self, url: str) -> None:
        for session in self.hub:
            if session.failed:
                reason = f"the page could not load all its modules before {url} changed"
                self._send(session, Update(self.journal.rev, reload=Reload(reason, (url,))))
                session.ready = False

    def _news(self, session: Session, changes: Changes) -> Changes:
        """The changes without the modules that a page already holds in their new form."""
        held = session.modules
        stale = frozenset(
            url
            for url in changes.modules
            if url in held and held[url].hash != self.site.linked_hash(url)
        )
        return replace(changes, modules=stale)

    def _sort(self, urls: Collection[str]) -> Changes:
        modules: set[str] = set()
        styles: dict[str, None] = {}
        pages: dict[str, None] = {}
        assets: dict[str, None] = {}
        appeared = False
        for url in sorted(urls):
            digest = self.site.current_hash(url)
            known = self.site.known_hash(url)
            if digest == known:
                continue
            made_of_it = set(self.site.modules_of(url)) or self._held_of(url)
            if url in self.site.problems and self.site.is_module(url):
                made_of_it.add(url)
            if digest is None:
                modules |= self._removed(url)
                continue
            appeared = appeared or known is None
            self.site.note(url, digest)
            if suffix(url) == ".css":
                styles[url] = None
                made_of_it.discard(f"{url}?import")
            elif suffix(url) in HTML_SUFFIXES:
                pages[url] = None
            elif suffix(url) not in (".js", ".mjs"):
                assets[url] = None
                self.site.assets[url] = digest
                styles.update(dict.fromkeys(self.site.stylesheets_showing(url)))
            if url.endswith("/package.json"):
                self.site.forget_links()
            modules |= made_of_it
        if appeared:
            modules |= self._healed()
        return Changes(frozenset(modules), tuple(styles), tuple(pages), tuple(assets))

    def _held_of(self, url: str) -> set[str]:
        """What pages hold of a file that could not be linked since the server started."""
        candidates = self.site.module_urls(url)
        return {m for session in self.hub for m in candidates if m in session.modules}

    def _removed(self, url: str) -> set[str]:
        """Forget a file; what imports it can't be linked any more, which the next look finds."""
        importers = {i for m in self.site.modules_of(url) for i in self.site.graph.importers(m)}
        self.site.drop(url)
        for importer in importers:
            self.site.forget(importer)
        return importers

    def _healed(self) -> set[str]:
        """Modules whose imports led nowhere, and may now."""
        return {
            owner
            for owner, problem in self.site.problems.items()
            if problem.kind == "import" and self.site.is_module(owner)
        }

    def _take_unpushed(self, changed: frozenset[str]) -> frozenset[str]:
        """The changed modules that can be pushed: all that wait, or none while one is broken."""
        self._unpushed |= changed
        if not self._unpushed:
            return frozenset()
        loaded = self.site.crawl(sorted(self._unpushed), checked=True)
        closure = {*loaded, *self._unpushed}
        if any(file_url(url) in self.site.problems for url in closure):
            return frozenset()
        taken = frozenset(url for url in self._unpushed if url in self.site.graph)
        self._unpushed.clear()
        return taken

    # Pages that were away, or load more

    def hello(self, session: Session, hello: Hello) -> None:
        """Answer a page's hello: what it holds that is no longer so."""
        session.address = hello.page
        session.page = self._page_of(hello.page)
        session.page_hash = hello.hash
        missed = self.journal.since(hello.boot, hello.rev)
        adopted, changed = self._resources(hello.resources, missed)
        self._send(
            session,
            Welcome(VERSION, self.project, self.journal.boot, self.journal.rev, adopted),
        )
        self._send(session, self._told)
        session.ready = True
        if hello.project and hello.project != self.project:
            reload = Reload("another project is served at this address now")
            self._send(session, Update(self.journal.rev, reload=reload))
            return
        if missed and not hello.resources:
            # Just born: it can't tell yet what it holds, so it gets all that changed meanwhile.
            changed = replace(
                changed,
                styles=tuple(sorted(u for u in missed if suffix(u) == ".css")),
                assets=tuple(sorted(u for u in missed if u in self.site.assets)),
            )
        if hello.hash and session.page and self._page_changed(session.page, hello.hash):
            changed = replace(changed, pages=(session.page,))
        stale = self._hold_modules(session, hello.modules)
        self._catch_up(session, replace(changed, modules=stale))

    def hold(self, session: Session, hold: Hold) -> None:
        """Note what else a page holds, and send what of it is no longer so."""
        adopted, changed = self._resources(hold.resources, frozenset())
        if adopted:
            self._send(
                session,
                Welcome(VERSION, self.project, self.journal.boot, self.journal.rev, adopted),
            )
        stale = self._hold_modules(session, hold.modules)
        self._catch_up(session, replace(changed, modules=stale))

    def invalidate(self, session: Session, url: str) -> None:
        """A page's module can't take its update: its importers run again, or the page reloads."""
        importers = self.site.graph.importers(url) & session.modules.keys()
        if url not in session.modules:
            return
        if importers:
            self._catch_up(session, Changes(frozenset(importers)))
        else:
            reload = Reload(f"{url} was invalidated and nothing imports it", (url,))
            self._send(session, Update(self.journal.rev, reload=reload))

    def reload_all(self, reason: str) -> None:
        """Make every page reload."""
        for session in self.hub:
            if session.ready:
                self._send(session, Update(self.journal.rev, reload=Reload(reason)))

    def load_failed(self, session: Session, url: str) -> None:
        """A browser could not load a module: look at it closely, and say what is wrong."""
        session.failed = True
        if not self.site.is_module(url):
            return
        self.site.forget(url)
        self.site.crawl([url], checked=True)
        self.tell_problems()

    def _page_of(self, address: str) -> str:
        found = page_file(self.site.files, address, spa=self.spa)
        return found or (NOT_FOUND_PAGE if self.site.files.is_file(NOT_FOUND_PAGE) else address)

    def _page_changed(self, url: str, digest: str) -> bool:
        current = self.site.current_hash(url)
        return current is not None and current != digest

    def _resources(
        self, resources: Mapping[str, str], missed: frozenset[str] | None
    ) -> tuple[dict[str, str], Changes]:
        """The hashes of what a page holds without knowing them, and what of it has changed."""
        adopted: dict[str, str] = {}
        styles: list[str] = []
        assets: list[str] = []
        for url, held in resources.items():
            current = self.site.current_hash(url)
            if current is None or current == held:
                continue
            self.site.note(url, current)
            adopted[url] = current
            unchanged = missed is not None and url not in missed
            if not held and unchanged:
                continue
            if suffix(url) == ".css":
                styles.append(url)
            elif held or missed is not None:
                assets.append(url)
        return adopted, Changes(styles=tuple(styles), assets=tuple(assets))

    def _hold_modules(self, session: Session, modules: Mapping[str, Held]) -> frozenset[str]:
        """Note what modules a page holds; returns those whose source is another by now."""
        stale = set()
        self.site.crawl(url for url in modules if url not in self.site.graph)
        for url, held in modules.items():
            session.modules[url] = held
            current = self.site.linked_hash(url)
            if current is None:
                continue
            if held.hash != current:
                stale.add(url)
            elif held.v and url not in self.site.versions:
                # From before a restart: everyone gets it under the URL that this page knows.
                self.site.versions[url] = held.v
        return frozenset(stale)

    def _catch_up(self, session: Session, changes: Changes) -> None:
        aliases = self._aliases(session, session.modules.keys(), frozenset())
        if not changes.paths and not aliases:
            return
        if changes.modules:
            self.journal.append(frozenset())
        self._push({session: changes}, frozenset())

    # Pushing

    def _push(self, work: Mapping[Session, Changes], pruned: frozenset[str]) -> None:
        """Send each session what its changes mean, and every other one the aliases it needs."""
        plans = self._plans(work)
        version = f"{self.journal.boot}.{self.journal.rev}"
        bumped: set[str] = set()
        for planned in plans.values():
            if isinstance(planned, HotPlan):
                bumped.update(planned.outdated)
        for url in bumped:
            self.site.versions[url] = version
        rendered: dict[tuple[str, str], ModuleUpdate] = {}
        for session in self.hub:
            if not session.ready:
                continue
            changes = work.get(session, Changes())
            update = Update(self.journal.rev)
            match plans.get(session):
                case HotPlan() as hot:
                    update = self._hot(session, hot, rendered)
                case DeadEnd(chain):
                    reason = f"no module accepts the change of {chain[0]}"
                    update = replace(update, reload=Reload(reason, chain))
                case None:
                    pass
            taken = frozenset(module.path for module in update.modules)
            if update.reload is None:
                aliases = self._aliases(session, bumped | session.modules.keys(), taken)
                update = replace(
                    update,
                    aliases=aliases,
                    pruned=tuple(sorted(url for url in pruned if url in session.modules)),
                    styles=tuple(self._styles(changes.styles)),
                    pages=tuple(self._pages(session, changes.pages)),
                    assets=tuple(self._assets(changes.assets)),
                )
            for module in (*update.modules, *update.fresh):
                session.modules[module.path] = Held(module.hash, module.v)
                session.aliased.pop(module.path, None)
            for url in update.pruned:
                session.modules.pop(url, None)
            if update != Update(self.journal.rev):
                self._send(session, update)

    def _plans(self, work: Mapping[Session, Changes]) -> dict[Session, Plan]:
        """Each session's plan; sessions that hold the same of what matters share one."""
        plans: dict[Session, Plan] = {}
        shared: dict[tuple[frozenset[str], frozenset[str]], Plan] = {}
        for session, changes in work.items():
            affected = ancestors(self.site.graph, changes.modules)
            held = frozenset(affected & session.modules.keys())
            key = (changes.modules, held)
            if key not in shared:
                shared[key] = plan(self.site.graph, changes.modules, held)
            plans[session] = shared[key]
        return plans

    def _hot(
        self, session: Session, hot: HotPlan, rendered: dict[tuple[str, str], ModuleUpdate]
    ) -> Update:
        def module(url: str) -> ModuleUpdate:
            key = (session.origin, url)
            if key not in rendered:
                script = self.site.script(url)
                code = self.site.render(script, session.origin)
                rendered[key] = ModuleUpdate(
                    url, self.site.versions.get(url, ""), script.hash, code
                )
            return rendered[key]

        fresh = [
            url
            for url in self.site.graph.static_closure(hot.outdated)
            if url not in session.modules and url not in hot.outdated
        ]
        return Update(
            self.journal.rev,
            modules=tuple(module(url) for url in hot.outdated),
            fresh=tuple(module(url) for url in fresh),
            boundaries=tuple(BoundaryUpdate(b.url, b.accepted) for b in hot.boundaries),
        )

    def _aliases(
        self, session: Session, urls: Iterable[str], taken: Collection[str]
    ) -> dict[str, str]:
        """URLs that others import a module by → the one under which this page has it."""
        aliases = {}
        for url in urls:
            held = session.modules.get(url)
            version = self.site.versions.get(url, "")
            if held is None or url in taken or version in (held.v, session.aliased.get(url)):
                continue
            if held.hash == self.site.linked_hash(url):
                aliases[versioned(url, version)] = versioned(url, held.v)
                session.aliased[url] = version
        return aliases

    def _styles(self, urls: Iterable[str]) -> Iterable[StyleUpdate]:
        for url in urls:
            try:
                sheet = self.site.stylesheet(url)
            except FileMissingError:
                continue
            text = self.site.render_stylesheet(sheet)
            yield StyleUpdate(url, sheet.hash, text if len(text) <= MAX_CONTENT_BYTES else None)

    def _pages(self, session: Session, urls: Iterable[str]) -> Iterable[PageUpdate]:
        for url in urls:
            if url != session.page:
                continue
            content = self.site.files.read(url)
            if content.hash == session.page_hash:
                continue
            session.page_hash = content.hash
            large = len(content.data) > MAX_CONTENT_BYTES
            yield PageUpdate(url, content.hash, None if large else decode_html(content.data))

    def _assets(self, urls: Iterable[str]) -> Iterable[AssetUpdate]:
        for url in urls:
            digest = self.site.current_hash(url)
            if digest is not None:
                yield AssetUpdate(url, digest)

    # Problems

    def tell_problems(self) -> None:
        """Tell every page what is wrong now, if that is not what it was."""
        state = Problems(
            tuple(
                ProblemState(p.owner, p.kind, p.message, p.line, p.column, p.frame)
                for p in sorted(self.site.problems.values(), key=lambda p: p.owner)
            )
        )
        if state == self._told:
            return
        known = set(self._told.problems)
        for problem in state.problems:
            if problem not in known:
                logger.error("%s", self.site.problems[file_url(problem.owner)])
        self._told = state
        for session in self.hub:
            if session.ready:
                self._send(session, state)

    def _send(self, session: Session, frame: ToPage) -> None:
        if not session.send(encode(frame)):
            logger.warning("page %s does not read what it is sent: dropped", session.page)
            self.hub.remove(session)
