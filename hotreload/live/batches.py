"""From a batch of changes to what each page is told: sort, plan, give new versions, push.

What every page holds is known by content hash, so one way serves them all: a file that changed, a
page that was away, a server that was restarted, a module that loaded late.
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from hotreload.live.board import ProblemBoard
from hotreload.live.changes import Changes, sort_changes
from hotreload.live.hearing import Hearing
from hotreload.live.pages import PageFiles
from hotreload.live.push import Pusher
from hotreload.live.realms import Realms
from hotreload.live.session import Session
from hotreload.project.hold import static_ancestors, takeable
from hotreload.project.kinds import Output
from hotreload.project.plan import ancestors
from hotreload.project.urls import file_url
from hotreload.site.documents import Faults

Background = Callable[[Callable[[], Faults], Callable[[Faults], None]], None]


class Batches:
    """Turns batches into updates.

    Args:
        pusher: sends updates.
        realms: the open pages by their import maps.
        board: tells what is wrong.
        pages: which files answer the open pages.
        hearing: asks browsers about what may not parse.
        background: runs a function in another thread, and gives what it returns to a second one.
        rendered: an app renders the pages, and no file is one.
    """

    def __init__(
        self,
        pusher: Pusher,
        realms: Realms,
        board: ProblemBoard,
        pages: PageFiles,
        hearing: Hearing,
        background: Background,
        *,
        rendered: bool,
    ) -> None:
        self.site = pusher.site
        self.hub = pusher.hub
        self.journal = pusher.journal
        # The revision before which pages were made to reload last, and why.
        self.last_reload = (0, "")
        self._pusher = pusher
        self._realms = realms
        self._board = board
        self._pages = pages
        self._hearing = hearing
        self._background = background
        self._rendered = rendered

    def apply(
        self,
        urls: Collection[str],
        made_of: Collection[Output] = (),
        refetch: tuple[str, ...] = (),
    ) -> None:
        """Deal with files that may have changed, together.

        Args:
            urls: URL paths of the files.
            made_of: what plugins made of files that may have changed, besides their own.
            refetch: see :class:`Changes`.
        """
        began = self._pusher.reports.clock()
        undecided = self.site.undecided(urls)
        changes = sort_changes(self.site, urls, self._held_of, made_of)
        if undecided:
            from hotreload.live.decisions import ask_plugins

            changes, reason = ask_plugins(self.site, changes, undecided, self._pusher.send_event)
            if reason:
                self.reload_all(reason)
        for _ in self._realms.each():
            self.look_at(changes.modules)
        changes = replace(changes, refetch=refetch)
        fetched = changes.pages
        if self._rendered:
            changes = replace(changes, pages=())
        self.site.documents.check_stylesheets(changes.styles)
        self.site.documents.check_pages(changes.pages)
        self._board.tell()
        self._pages.reload_gone(urls)
        if not (changes.paths or fetched or refetch):
            return
        self.journal.append(changes.paths.union(fetched))
        for group in self._realms.each():
            fixed = changes.modules - static_ancestors(self.site.modules.graph, self._broken())
            if fixed:
                self._reload_failed(fixed, group)
        self._pages.reload_moved(changes.pages)
        self._push(changes, began, fetched)
        self.read_closely()

    def release(self, urls: frozenset[str]) -> None:
        """Give pages what has waited and need not wait any more.

        Args:
            urls: modules that may be others now, also for pages that did not know that they wait.
        """
        self._board.tell()
        if urls or any(session.waiting for session in self.hub):
            self.journal.append(urls)
            self._push(Changes(urls), self._pusher.reports.clock(), ())

    def _push(self, changes: Changes, began: float, fetched: tuple[str, ...]) -> None:
        """Push a batch to all pages: to those with the same import map together.

        Args:
            changes: the batch.
            began: when it was noticed, by the clock of the reports.
            fetched: pages of it, for those that have read or shown them.
        """
        renamed: frozenset[str] = frozenset()
        number = 0
        for number, group in enumerate(self._realms.each()):
            if number:
                # Versions are told apart by the revision, and these modules may be other ones.
                self.journal.append(frozenset())
            graph = self.site.modules.graph
            spoilt = static_ancestors(graph, self._broken())
            reach = ancestors(graph, changes.modules - spoilt) - spoilt
            news = {s: self._news(s, changes, reach, fetched) for s in group}
            renamed |= self._pusher.push(news, began=began)
        if renamed and number:
            for group in self._realms.each():
                self._pusher.push(dict.fromkeys(group, Changes()), named=renamed, began=began)

    def _news(
        self, session: Session, changes: Changes, reach: frozenset[str], pages: tuple[str, ...]
    ) -> Changes:
        """The changes as they concern one page.

        Modules that it already holds in their new form are left out. What it does not hold as a
        module it may run otherwise, in a worker or as a classic script, so it is told their names,
        and those of other pages that its scripts have read.
        """
        held = session.modules
        otherwise = (url for url in sorted(reach) if url not in held and url == file_url(url))
        read = (url for url in pages if url in session.fetched)
        stale = self.take(session, changes)
        assets = (*changes.assets, *otherwise, *read)
        # The app answers for a page of its static files, too.
        own = (session.page,) if self._rendered and session.page in pages else ()
        refetch = tuple(dict.fromkeys((*changes.refetch, *own)))
        return replace(changes, modules=stale, assets=assets, refetch=refetch)

    def look_at(self, changed: Collection[str]) -> None:
        """Link changed modules, and find out what is wrong with them and with who imports them."""
        if changed:
            self.site.modules.link_changed(sorted(changed))
            self._hearing.ask()
            self.site.modules.check_links(changed)

    def take(self, session: Session, changes: Changes) -> frozenset[str]:
        """The modules that a page holds in an older form, and can get now.

        Those that it can't, because something that belongs to them is broken, wait with the page.
        """
        held, modules = session.modules, self.site.modules
        asked = dict.fromkeys(changes.modules, False) | session.waiting
        asked.update(dict.fromkeys(changes.again & changes.modules, True))
        broken = self._broken() if asked else frozenset()
        stale = {
            url: again
            for url, again in asked.items()
            if url in held
            and (again or url in broken or held[url].hash != modules.linked_hash(url))
        }
        if not stale:
            session.waiting = {}
            return frozenset()
        free = takeable(
            modules.graph,
            stale,
            self._pusher.view(session, frozenset(held)),
            broken=broken,
            unlinked=modules.broken_links,
        )
        session.waiting = {url: again for url, again in stale.items() if url not in free}
        return free

    def sound(self, urls: frozenset[str]) -> frozenset[str]:
        """Those modules of which nothing is broken that they import."""
        return urls - static_ancestors(self.site.modules.graph, self._broken())

    def _broken(self) -> frozenset[str]:
        """The modules that can't be run as they are now."""
        modules, problems = self.site.modules, self.site.known.problems
        files = (url for file in problems for url in (file, *modules.modules_of(file)))
        doubted = (doubt.url for doubt in modules.syntax.doubts.open)
        return frozenset((*files, *modules.broken_links, *doubted))

    def _held_of(self, url: str) -> set[str]:
        """What pages hold, or could not load, of a file that was not linked since the start."""
        candidates = self.site.modules.module_urls(url)
        return {m for s in self.hub for m in candidates if m in s.modules or m in s.failed}

    def mended(self, files: frozenset[str]) -> None:
        """What was wrong is so no more, whoever noticed: another page's request may come first."""
        modules = frozenset(url for url in files if self.site.modules.is_module(url))
        if modules:
            self.journal.append(modules)
            for group in self._realms.each():
                self._reload_failed(modules, group, "was mended")

    def _reload_failed(
        self, urls: frozenset[str], group: Collection[Session], what: str = "changed"
    ) -> None:
        """Load those anew that could not load all their modules, if this may be why."""
        reach = ancestors(self.site.modules.graph, urls)
        for session in group:
            if session.failed and session.ready and not reach.isdisjoint(self._wanted(session)):
                url = min(urls)
                reason = f"the page could not load all its modules before {url} {what}"
                self._pusher.reload(session, reason, (url,))

    def _wanted(self, session: Session) -> frozenset[str]:
        """What a page that could not load everything asked for, as far as is known."""
        return self.site.documents.roots(session.page).union(session.failed, session.modules)

    def read_closely(self) -> None:
        """Look for what browsers leave out of stylesheets, while pages go on."""
        read = self.site.documents.reader()
        if read is None:
            return

        def done(found: Faults) -> None:
            self.site.documents.note_faults(found)
            self._board.tell()

        self._background(read, done)

    def reload_all(self, reason: str) -> None:
        """Make every page reload, those too that were born before and have not said hello."""
        self.last_reload = self.journal.append(frozenset()), reason
        for session in self.hub:
            if session.ready:
                self._pusher.reload(session, reason)
