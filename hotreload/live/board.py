"""What is wrong with the source now: all of it for people, and for each page what concerns it."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from hotreload.live.changes import Changes
from hotreload.live.facts import ProblemFound, ProblemGone, say
from hotreload.live.protocol import Problems, ProblemState
from hotreload.live.realms import Realms
from hotreload.live.session import Session
from hotreload.project.plan import ancestors
from hotreload.project.problems import Problem
from hotreload.project.urls import file_url
from hotreload.site import Site


class _Entry(NamedTuple):
    """A problem, and whose it is.

    Args:
        state: as pages are told.
        text: as people are told.
        users: all that leads to what is wrong: URLs of modules, stylesheets, pages, workers. None
            where it is everybody's.
    """

    state: ProblemState
    text: str
    users: frozenset[str] | None


class ProblemBoard:
    """Tells the terminal what is wrong now when that has changed, and each page what it uses of it.

    Args:
        site: where problems are found.
        realms: the open pages by their import maps.
        send: queues a frame for a page.
        mended: called with the files that something was wrong with, and is no more.
    """

    def __init__(
        self,
        site: Site,
        realms: Realms,
        send: Callable[[Session, Problems], None],
        mended: Callable[[frozenset[str]], None],
    ) -> None:
        self.told = Problems(())
        self._site = site
        self._realms = realms
        self._send = send
        self._mended = mended
        self._build_problems: tuple[Problem, ...] = ()

    def set_build_problems(self, problems: Iterable[Problem]) -> None:
        """Tell what is wrong with the build, instead of what was told of it before."""
        self._build_problems = tuple(problems)
        self.tell()

    def tell(self) -> None:
        """Tell everyone what is wrong now, where that is not what they were told."""
        entries: dict[ProblemState, _Entry] = {}
        for group in self._realms.each():
            here = self._entries()
            entries.update((entry.state, entry) for entry in here)
            for session in group:
                self._tell(session, here)
        state = Problems(tuple(sorted(entries, key=lambda p: p.owner)))
        gone: frozenset[str] = frozenset()
        if state != self.told:
            known = set(self.told.problems)
            for entry in entries.values():
                # What a build says is in the terminal already.
                if entry.state not in known and entry.state.kind != "build":
                    say(ProblemFound(entry.state.owner, entry.text))
            gone = frozenset(p.owner for p in known) - {p.owner for p in state.problems}
            for owner in sorted(gone):
                say(ProblemGone(owner))
            self.told = state
        if gone:
            self._mended(gone)

    def greet(self, session: Session) -> None:
        """Tell a page what is wrong that concerns it, whatever it was told."""
        self._realms.enter(session)
        session.told = self._concerning(session, self._entries())
        self._send(session, session.told)

    def _tell(self, session: Session, entries: list[_Entry]) -> None:
        concerning = self._concerning(session, entries)
        if concerning != session.told and not session.postpone(Changes()):
            session.told = concerning
            self._send(session, concerning)

    def _entries(self) -> list[_Entry]:
        site = self._site
        current: dict[str, list[tuple[str, Problem]]] = {
            url: [(url, problem) for problem in problems]
            for url, problems in site.documents.faulty_sheets.items()
        }
        worse: Iterable[Mapping[str, Problem]] = (
            site.known.problems,
            site.modules.broken_links,
            site.documents.broken_sheets,
        )
        # A file is shown with its most serious problem only: these are in rising order.
        for found in worse:
            current.update((p.owner, [(url, p)]) for url, p in found.items())
        current.update((p.owner, [("", p)]) for p in self._build_problems)
        return [
            _Entry(_state(problem), str(problem), self._users(url, problem))
            for _, problems in sorted(current.items())
            for url, problem in problems
        ]

    def _users(self, url: str, problem: Problem) -> frozenset[str] | None:
        """All that leads to a problem that was found at a URL; None where that is everything."""
        # Which pages a plugin has kept an edit of data from, nobody can tell.
        data = self._site.sources.kind(problem.owner) not in ("script", "style", "page")
        if problem.kind == "build" or (problem.kind == "plugin" and data):
            return None
        files = {file_url(url), file_url(problem.owner)}
        modules = {m for file in files for m in self._site.modules.module_urls(file)}
        users = ancestors(self._site.modules.graph, {url, problem.owner, *modules})
        return users.union(*(self._site.workers.importing(user) for user in users))

    def _concerning(self, session: Session, entries: list[_Entry]) -> Problems:
        if not entries:
            return Problems(())
        used = self._site.documents.roots(session.page).union(
            session.modules, session.resources, session.failed, (session.page,)
        )
        return Problems(
            tuple(e.state for e in entries if e.users is None or not e.users.isdisjoint(used))
        )


def _state(problem: Problem) -> ProblemState:
    p = problem
    return ProblemState(p.owner, p.kind, p.message, p.line, p.column, p.frame)
