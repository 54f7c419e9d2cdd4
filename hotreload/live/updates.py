"""What a page says, and what it is told because of that: it was away, loaded more, or can't go on.

What it holds is known by content hash, so whatever it missed comes in the way of any batch.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial

from hotreload.live.batches import Background, Batches
from hotreload.live.board import ProblemBoard
from hotreload.live.changes import Changes
from hotreload.live.handshake import VERSION
from hotreload.live.hearing import Hearing
from hotreload.live.journal import Journal
from hotreload.live.pages import PageFiles
from hotreload.live.protocol import (
    Ack,
    Held,
    Hello,
    Hold,
    Invalidate,
    Synced,
    Welcome,
)
from hotreload.live.push import Pusher
from hotreload.live.realms import Realms
from hotreload.live.reports import Later, Reports, never
from hotreload.live.resources import compare, missed_unseen
from hotreload.live.session import MAX_HELD, Hub, Session
from hotreload.project.graph import Acceptance
from hotreload.project.identity import is_same_place
from hotreload.project.importmap import NO_MAP
from hotreload.project.plan import HotPlan
from hotreload.project.urls import file_url
from hotreload.site import Site

_OTHER_PROJECT = "another project is served at this address now"
_STATE_LOST = "the server's state was lost, and with it what this page is known by"


class Updates:
    """Answers what pages say; :attr:`batches` tells them what changes.

    Args:
        site: the project.
        hub: the open sessions.
        journal: the last updates.
        spa: see :func:`hotreload.project.pages.page_file`.
        later: calls a function after some seconds.
        flush: deals with every change made until now, then calls a function.
        background: runs a function in another thread, and gives what it returns to a second one.
        state: names what an app renders the pages from, as it is now; None where pages are files.
    """

    def __init__(
        self,
        site: Site,
        hub: Hub,
        journal: Journal,
        *,
        spa: bool = False,
        later: Later = never,
        flush: Callable[[Callable[[], None]], None] = lambda call: call(),
        background: Background = lambda work, done: done(work()),
        state: Callable[[], str] | None = None,
    ) -> None:
        self.site = site
        self.hub = hub
        self.journal = journal
        self.reports = Reports(later)
        self._flush = flush
        self._pusher = Pusher(site, hub, journal, self.reports)
        self._realms = Realms(site, hub)
        self.board = ProblemBoard(site, self._realms, self._pusher.send, self._mended)
        rendered = state is not None
        self.pages = PageFiles(site, hub, self._pusher.reload, later, spa=spa, rendered=rendered)
        self.hearing = Hearing(
            site, hub, self._pusher.send, later, lambda urls: self.batches.release(urls)
        )
        self.batches = Batches(
            self._pusher,
            self._realms,
            self.board,
            self.pages,
            self.hearing,
            background,
            rendered=rendered,
        )
        self._state = state

    def _mended(self, files: frozenset[str]) -> None:
        self.batches.mended(files)

    def rendered_state(self) -> str:
        """Names what an app renders the pages from now; "" where that is not known."""
        return self._state() if self._state is not None else ""

    def hello(self, session: Session, hello: Hello) -> None:
        """Answer a page's hello: what it holds that is no longer so."""
        session.address = hello.page
        session.seen = (hello.boot, hello.rev)
        session.page = self.pages.path_of(hello.page)
        session.page_hash = hello.hash
        self.site.documents.note_page(session.page)
        missed = self.journal.since(hello.boot, hello.rev)
        resources = self._read(session, hello.resources)
        found = compare(self.site, resources, missed)
        self._welcome(session, found.adopted)
        session.resources.update(hello.resources)
        self.board.greet(session)
        session.ready = True
        if hello.project and hello.project != self.journal.project:
            lost = is_same_place(hello.project, self.journal.project)
            self._pusher.reload(session, _STATE_LOST if lost else _OTHER_PROJECT)
            return
        born_before, reason = self.batches.last_reload
        if hello.boot == self.journal.boot and hello.rev < born_before:
            self._pusher.reload(session, reason)
            return
        if hello.project and not hello.hash and self.pages.is_file(session):
            self._pusher.reload(session, f"{session.page} answers {session.address} by now")
            return
        changed = found.changed
        if missed:
            modules = {url for url in missed if url in self.site.modules.graph}
            changed = changed.union(missed_unseen(self.site, missed, resources, modules))
        if self._state is not None:
            if hello.hash.partition(".")[0] != self._state():
                changed = replace(changed, refetch=("what the app renders this page from",))
        elif hello.hash and session.page and self._page_changed(session.page, hello.hash):
            changed = replace(changed, pages=(session.page,))
        if hello.project and self.pages.is_gone(session):
            self.pages.expect(session)
        # By its import map, what it holds leads where it led when the page was born.
        held = self._realms.enter_with(session, hello.modules, hello.maps)
        self._accept(session, held, hello.acceptances)
        self._hold_modules(session, held, changed, found.workers)
        self.hearing.ask()

    def hold(self, session: Session, hold: Hold) -> None:
        """Note what else a page holds, and send what of it is no longer so."""
        session.resources.update(hold.resources)
        found = compare(self.site, self._read(session, hold.resources), frozenset())
        if found.adopted:
            self._welcome(session, found.adopted)
        modules = self._realms.enter_with(session, hold.modules, hold.maps)
        self._accept(session, modules, hold.acceptances)
        self._hold_modules(session, modules, found.changed, found.workers)

    def _read(self, session: Session, resources: Mapping[str, str]) -> Mapping[str, str]:
        """What a page has besides modules, but for its own HTML; pages among it are noted."""
        others = {url: digest for url, digest in resources.items() if url != session.page}
        session.fetched.update(url for url in others if self.site.sources.kind(url) == "page")
        return others

    def _unled(self, session: Session, held: Mapping[str, Held]) -> set[str]:
        """The modules among these that no import of a page leads to, as far as imports can be read.

        Where an import is gone that led to one, it has led this page there only if the page has, or
        may have had, the importer in another form.
        """
        modules, missed = self.site.modules, self.journal.since(*session.seen)

        def was_other(importer: str) -> bool:
            now = held.get(importer) or session.modules.get(importer)
            # By a version it came in an update, in place of another one.
            was_replaced = now is not None and (now.v or now.hash != modules.linked_hash(importer))
            return bool(was_replaced) or missed is None or file_url(importer) in missed

        return {
            url
            for url in held
            if not modules.graph.importers(url)
            and not any(map(was_other, modules.dropped.get(url, ())))
        }

    def _welcome(self, session: Session, adopted: Mapping[str, str]) -> None:
        journal = self.journal
        self._pusher.send(
            session, Welcome(VERSION, journal.project, journal.boot, journal.rev, adopted)
        )

    def catch_up(self, session: Session) -> None:
        """Send a page that reads again what changed while it didn't, as one update."""
        changes, session.behind = session.behind, None
        if changes is None or not session.ready:
            return
        self.board.greet(session)
        self._realms.enter(session)
        stale = self.batches.take(session, changes)
        self._catch_up(session, replace(changes, modules=stale), frozenset(session.modules))

    def sync(self, session: Session, name: str) -> None:
        """Tell a page when every change up to now has reached all pages, or as good as that."""

        def answer(waiting: int) -> None:
            if session in self.hub:
                self._pusher.send(session, Synced(name, self.journal.rev, waiting))

        settled = partial(self.reports.when_settled, answer)
        self._flush(partial(self.hearing.when_heard, settled))

    def hear(self, session: Session, event: str, data: object) -> None:
        """A page sent an event of its own, which plugins may want to hear."""
        if self.site.sources.pipeline is None:
            return
        from hotreload.live.decisions import tell_plugins
        from hotreload.plugins import Message

        reply = partial(self._pusher.send_event, to=session)
        tell_plugins(
            self.site, Message(event, data, session.address, reply, self._pusher.send_event)
        )

    def ack(self, session: Session, ack: Ack) -> None:
        """A page has dealt with an update."""
        self.reports.acked(session, ack)
        self._pusher.preloader.acked(session, ack)

    def leave(self, session: Session) -> None:
        """A page's connection has ended."""
        self.hub.remove(session)
        self.reports.left(session)

    def _accept(
        self,
        session: Session,
        modules: Collection[str],
        acceptances: Mapping[str, Acceptance] | None,
    ) -> None:
        """Note what a page's module instances accept; one that says nothing accepts nothing."""
        if acceptances is not None:
            session.acceptances.update(dict.fromkeys(modules, Acceptance()))
            session.acceptances.update(acceptances)

    def invalidate(self, session: Session, said: Invalidate) -> None:
        """Modules of a page can't take their update: who imports them runs again, or it reloads."""
        self._realms.enter(session)
        graph, held = self.site.modules.graph, session.modules.keys()
        roots = self.site.documents.roots(session.page)
        named = [url for url in said.modules if url in held]
        rev, chain = session.chain
        so_far = (chain if said.rev == rev else frozenset()).union(named)
        importers: set[str] = set()
        for url in named:
            above = (graph.importers(url) & held) - {url}
            if not above or url in roots:
                why = said.modules[url] or "its update can't be taken in place"
                self._pusher.reload(session, f"{url} was invalidated: {why}", (url,))
                return
            importers |= above
        if not importers:
            return
        planned = self._pusher.plan(session, frozenset(importers))
        if isinstance(planned, HotPlan) and not so_far.isdisjoint(planned.outdated):
            reason = "modules that import each other invalidated each other"
            self._pusher.reload(session, reason, tuple(sorted(so_far)))
            return
        self._catch_up(session, Changes(frozenset(importers)))
        session.chain = self.journal.rev, so_far

    def load_failed(self, session: Session, url: str) -> None:
        """A browser could not load a module: look at it closely, and say what is wrong."""
        if len(session.failed) < MAX_HELD:
            session.failed.add(url)
        self._realms.enter(session)
        if self.site.modules.is_module(url):
            self.site.modules.forget(url)
            self.site.modules.link_changed([url])
            self.hearing.ask()
            self.site.modules.check_links([url])
            self.board.tell()
        elif roots := self.site.documents.root_order(session.page):
            # WebKit doesn't say in which module a name is missing.
            loaded = self.site.modules.crawl(roots)
            self.site.modules.check_links([script.url for script in loaded])
            self.board.tell()
        missed = self.journal.since(*session.seen)
        if session.ready and (missed is None or missed):
            reason = f"{url} could not be loaded, and files have changed since"
            self._pusher.reload(session, reason, (url,))

    def _page_changed(self, url: str, digest: str) -> bool:
        current = self.site.page_hash(url)
        return current is not None and current != digest

    def _hold_modules(
        self,
        session: Session,
        modules: Mapping[str, Held],
        changed: Changes,
        workers: frozenset[str],
    ) -> None:
        """Note what modules a page holds, and send what of it all is no longer so."""
        if (self.site.documents.map_of(session.page) or NO_MAP).open:
            # What a map leads to that a script has taken out again was not let go of.
            session.loose |= self._unled(session, modules)
        stale: set[str] = set()
        # Importers have run last. They come first here, since packages may be served for them only.
        graph = self.site.modules.graph
        self.site.modules.crawl(url for url in reversed([*modules]) if url not in graph)
        session.loose |= self._unled(session, modules)
        for url, held in modules.items():
            session.modules[url] = held
            if self.site.modules.is_stylesheet(url):
                # Nothing may have linked it as what it is.
                self.site.documents.hash(file_url(url))
            current = self.site.modules.linked_hash(url)
            if current is None:
                continue
            if held.hash != current:
                # Of a stylesheet the rules count, which are compared by themselves.
                if not self.site.modules.is_stylesheet(url):
                    stale.add(url)
            elif held.v and url not in self.site.modules.versions:
                # From before a restart: everyone gets it under the URL that this page knows.
                self.site.modules.set_versions([url], held.v)
        self.batches.look_at(stale | workers)
        ready = self.batches.take(session, Changes(frozenset(stale)))
        assets = (*changed.assets, *sorted(self.batches.sound(workers) - session.modules.keys()))
        # What is broken, or mended since, who holds it gets with everybody else.
        self.board.tell()
        self._realms.enter(session)
        self._catch_up(session, replace(changed, modules=ready, assets=assets), frozenset(modules))
        self.batches.read_closely()

    def _catch_up(
        self, session: Session, changes: Changes, named: frozenset[str] = frozenset()
    ) -> None:
        """Push what one page missed; ``named`` are modules whose version it may not know."""
        if changes.modules:
            self.journal.append(frozenset())
        self._pusher.push({session: changes}, named=named)
