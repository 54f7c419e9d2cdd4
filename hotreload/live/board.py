"""What is wrong with the source now: one list, the same in every page."""

from collections.abc import Callable, Iterable

from hotreload.facts import ProblemFound, ProblemGone, say
from hotreload.live.changes import Changes
from hotreload.live.protocol import Problems, ProblemState
from hotreload.live.session import Hub, Session
from hotreload.problems import Problem
from hotreload.site import Site


class ProblemBoard:
    """Tells every page, and the terminal, what is wrong now when that has changed.

    Args:
        site: where problems are found.
        hub: the open sessions.
        send: queues a frame for a page.
        mended: called with the files that something was wrong with, and is no more.
    """

    def __init__(
        self,
        site: Site,
        hub: Hub,
        send: Callable[[Session, Problems], None],
        mended: Callable[[frozenset[str]], None],
    ) -> None:
        self.told = Problems(())
        self._site = site
        self._hub = hub
        self._send = send
        self._mended = mended
        self._build_problems: tuple[Problem, ...] = ()

    def set_build_problems(self, problems: Iterable[Problem]) -> None:
        """Tell what is wrong with the build, instead of what was told of it before."""
        self._build_problems = tuple(problems)
        self.tell()

    def tell(self) -> None:
        """Tell every page what is wrong now, if that is not what it was."""
        current = dict(self._site.documents.faulty_sheets)
        # What is worse about the same file comes after it, and takes its place.
        worse = (
            *self._site.known.problems.values(),
            *self._site.modules.broken_links.values(),
            *self._site.documents.broken_sheets.values(),
            *self._build_problems,
        )
        current.update((problem.owner, (problem,)) for problem in worse)
        texts = {
            ProblemState(p.owner, p.kind, p.message, p.line, p.column, p.frame): str(p)
            for _, problems in sorted(current.items())
            for p in problems
        }
        state = Problems(tuple(texts))
        if state == self.told:
            return
        known = set(self.told.problems)
        for problem in state.problems:
            # What a build says is in the terminal already.
            if problem not in known and problem.kind != "build":
                say(ProblemFound(problem.owner, texts[problem]))
        gone = frozenset(problem.owner for problem in known) - current.keys()
        for owner in sorted(gone):
            say(ProblemGone(owner))
        self.told = state
        for session in self._hub:
            if session.ready and not session.postpone(Changes()):
                self._send(session, state)
        if gone:
            self._mended(gone)
