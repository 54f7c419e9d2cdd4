"""From a batch of changes to what each page is told: sort, plan, give new versions, push.

What every page holds is known by content hash, so one way serves them all: a file that changed, a
page that was away, a server that was restarted, a module that loaded late.
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from hotreload.kinds import Output
from hotreload.live.board import ProblemBoard
from hotreload.live.changes import Changes, sort_changes
from hotreload.live.hearing import Hearing
from hotreload.live.pages import PageFiles
from hotreload.live.push import Pusher
from hotreload.live.session import Session
from hotreload.project.plan import ancestors
from hotreload.project.urls import file_url
from hotreload.site.documents import Faults

Background = Callable[[Callable[[], Faults], Callable[[Faults], None]], None]


class Batches:
    """Turns batches into updates.

    Args:
        pusher: sends updates.
        board: tells what is wrong.
        pages: which files answer the open pages.
        hearing: asks browsers about what may not parse.
        background: runs a function in another thread, and gives what it returns to a second one.
        rendered: an app renders the pages, and no file is one.
    """

    def __init__(
        self,
        pusher: Pusher,
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
        self._board = board
        self._pages = pages
        self._hearing = hearing
        self._background = background
        self._rendered = rendered
        self._waiting: set[str] = set()

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
        changes = replace(changes, modules=self.pushable(changes.modules), refetch=refetch)
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
        if changes.modules:
            self._reload_failed(min(changes.modules))
        self._pages.reload_moved(changes.pages)
        ready = [session for session in self.hub if session.ready]
        reach = ancestors(self.site.modules.graph, changes.modules)
        news = {session: self._news(session, changes, reach, fetched) for session in ready}
        self._pusher.push(news, began=began)
        self.read_closely()

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
        stale = self.stale(session, changes)
        assets = (*changes.assets, *otherwise, *read)
        # The app answers for a page of its static files, too.
        own = (session.page,) if self._rendered and session.page in pages else ()
        refetch = tuple(dict.fromkeys((*changes.refetch, *own)))
        return replace(changes, modules=stale, assets=assets, refetch=refetch)

    def stale(self, session: Session, changes: Changes) -> frozenset[str]:
        """Changed modules that a page holds in an older form."""
        held, modules = session.modules, self.site.modules
        return frozenset(
            url
            for url in changes.modules & held.keys()
            if url in changes.again or held[url].hash != modules.linked_hash(url)
        )

    def pushable(self, changed: Collection[str]) -> frozenset[str]:
        """The changed modules that can be pushed: all that wait, or none while one is broken."""
        self._waiting |= set(changed)
        if not self._waiting:
            return frozenset()
        looked_at = self.site.modules.link_changed(sorted(self._waiting))
        self._hearing.ask()
        if self.site.modules.doubts.concern(looked_at):
            return frozenset()
        if any(file_url(url) in self.site.known.problems for url in looked_at):
            return frozenset()
        self.site.modules.check_links(self._waiting)
        if self.site.modules.broken_links:
            return frozenset()
        ready = frozenset(url for url in self._waiting if url in self.site.modules.graph)
        self._waiting.clear()
        return ready

    def _held_of(self, url: str) -> set[str]:
        """What pages hold of a file that could not be linked since the server started."""
        candidates = self.site.modules.module_urls(url)
        return {m for session in self.hub for m in candidates if m in session.modules}

    def mended(self, files: frozenset[str]) -> None:
        """What was wrong is so no more, whoever noticed: another page's request may come first."""
        modules = [url for url in sorted(files) if self.site.modules.is_module(url)]
        if modules:
            self.journal.append(frozenset(modules))
            self._reload_failed(modules[0], "was mended")

    def _reload_failed(self, url: str, what: str = "changed") -> None:
        for session in self.hub:
            if session.failed and session.ready:
                reason = f"the page could not load all its modules before {url} {what}"
                self._pusher.reload(session, reason, (url,))

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
