"""Whether a script parses is for browsers to say: pages are asked about what the engine doubts."""

from collections.abc import Callable
from functools import partial

from hotreload.live.protocol import Check
from hotreload.live.reports import Later
from hotreload.live.session import Hub, Session
from hotreload.project.urls import file_url
from hotreload.site import Site

# After this long the engine's word stands, until a page says otherwise: a frozen tab never may.
PATIENCE_SECONDS = 1.0
# The pages opened last are the likeliest to answer, and one answer is enough.
MOST_ASKED = 8


class Hearing:
    """Asks pages for their browser's word.

    Args:
        site: where the doubts are.
        hub: the open sessions.
        send: queues a frame for a page.
        later: calls a function after some seconds.
        judged: called when something was judged, with the modules that may be others by that, or
            when judgement is waited for no more, with none.
    """

    def __init__(
        self,
        site: Site,
        hub: Hub,
        send: Callable[[Session, Check], None],
        later: Later,
        judged: Callable[[frozenset[str]], None],
    ) -> None:
        self._site = site
        self._hub = hub
        self._send = send
        self._later = later
        self._judged = judged
        self._asked: dict[str, set[Session]] = {}
        self._told: set[str] = set()
        self._waiting: list[Callable[[], None]] = []

    def ask(self) -> None:
        """Ask pages about every doubt that they were not asked about yet."""
        doubts = self._site.modules.syntax.doubts.open
        keys = {doubt.key for doubt in doubts}
        for key in self._asked.keys() - keys:
            self._close(key)
        ready = [session for session in self._hub if session.ready][-MOST_ASKED:]
        for doubt in doubts if ready else ():
            if doubt.key not in self._asked:
                self._asked[doubt.key] = set()
                self._later(PATIENCE_SECONDS, partial(self._give_up, doubt.key))
            for session in ready:
                if session not in self._asked[doubt.key]:
                    self._asked[doubt.key].add(session)
                    self._send(session, Check(doubt.key, doubt.classic))
        self._go_on()

    def answer(self, key: str, *, parses: bool) -> None:
        """A page has said whether a text parses."""
        ended = self._site.modules.syntax.doubts.settle(key, parses=parses)
        self._close(key)
        if ended:
            urls = frozenset(doubt.url for doubt in ended)
            self._site.modules.link_changed(urls)
            self._judged(urls)
        self._go_on()

    def when_heard(self, call: Callable[[], None]) -> None:
        """Call a function when nothing is waited for."""
        self._waiting.append(call)
        self._go_on()

    def _give_up(self, key: str) -> None:
        doubt = self._site.modules.syntax.doubts.find(key)
        if doubt is None or key in self._told:
            return
        self._told.add(key)
        problem = self._site.sources.relocate(doubt.url, doubt.problem)
        self._site.known.problems[file_url(doubt.url)] = problem
        self._judged(frozenset())
        self._go_on()

    def _close(self, key: str) -> None:
        self._asked.pop(key, None)
        self._told.discard(key)

    def _go_on(self) -> None:
        if self._asked.keys() <= self._told:
            waiting, self._waiting = self._waiting, []
            for call in waiting:
                call()
