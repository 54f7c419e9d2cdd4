"""What became of updates: who has not answered yet, and one line in the terminal for each update.

Nothing waits for this: an update is on its way to the pages before its delivery is noted here.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from hotreload.live.facts import Fact, NotApplied, Reloaded, Updated, say
from hotreload.live.protocol import Ack
from hotreload.live.session import Session

logger = logging.getLogger("hotreload")

# After this long a line is printed, whoever has not answered: a frozen tab never will.
PATIENCE_SECONDS = 2.0
# After this long an answer is not waited for any more.
GIVE_UP_SECONDS = 10.0
_MAX_REASON = 300

Later = Callable[[float, Callable[[], None]], object]


def never(_seconds: float, _run: Callable[[], None]) -> None:
    """For who has no event loop: what would come later doesn't."""


@dataclass(slots=True, eq=False)
class Delivery:
    """One update on its way.

    Args:
        rev: its revision.
        paths: what changed, as URL paths; none where that was said already.
        began: when the change was noticed, in seconds of the reports' clock.
        waiting: the pages that have not answered.
    """

    rev: int
    paths: tuple[str, ...]
    began: float
    waiting: set[Session]
    answers: list[Ack] = field(default_factory=list)
    took: float = 0.0
    printed: bool = False


class Reports:
    """The deliveries that are not answered yet.

    Args:
        later: calls a function after some seconds.
        clock: in seconds.
    """

    def __init__(
        self, later: Later = never, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.clock = clock
        self._later = later
        self._open: list[Delivery] = []
        self._watching: list[Callable[[int], None]] = []
        self._silent: set[Session] = set()

    def sent(
        self, rev: int, paths: tuple[str, ...], began: float, pages: Collection[Session]
    ) -> None:
        """Note that an update was sent to some pages."""
        if not pages:
            return
        delivery = Delivery(rev, paths, began, set(pages))
        self._open.append(delivery)
        self._later(PATIENCE_SECONDS, lambda: self._print(delivery))
        self._later(GIVE_UP_SECONDS, lambda: self._close(delivery))

    def acked(self, session: Session, ack: Ack) -> None:
        """Note a page's answer."""
        logger.debug(
            "page %s: update %d %s in %.1f ms %s",
            session.page,
            ack.rev,
            printable(ack.result),
            ack.ms,
            printable(ack.reason),
        )
        self._silent.discard(session)
        for delivery in self._open:
            if delivery.rev == ack.rev and session in delivery.waiting:
                delivery.answers.append(ack)
                delivery.took = self.clock() - delivery.began
                self._answered(delivery, session)
                return

    def left(self, session: Session) -> None:
        """Note that a page went away: it answers nothing any more."""
        self._silent.discard(session)
        for delivery in [d for d in self._open if session in d.waiting]:
            self._answered(delivery, session)

    def when_settled(self, call: Callable[[int], None]) -> None:
        """Call a function once all is answered or given up, with how many pages are silent."""
        if self._open:
            self._watching.append(call)
        else:
            call(len(self._silent))

    def _answered(self, delivery: Delivery, session: Session) -> None:
        delivery.waiting.discard(session)
        if not delivery.waiting:
            self._close(delivery)

    def _close(self, delivery: Delivery) -> None:
        if delivery not in self._open:
            return
        self._open.remove(delivery)
        self._silent |= delivery.waiting
        self._print(delivery)
        if not self._open:
            watching, self._watching = self._watching, []
            for call in watching:
                call(len(self._silent))

    def _print(self, delivery: Delivery) -> None:
        if delivery.printed:
            return
        delivery.printed = True
        for fact in facts(delivery):
            say(fact)


def facts(delivery: Delivery) -> list[Fact]:
    """What is to be said of a delivery, one fact for each kind of answer."""
    said: list[Fact] = []
    count = sum(answer.result == "applied" for answer in delivery.answers)
    late = len(delivery.waiting)
    if delivery.paths and (count or late):
        said.append(Updated(delivery.paths, count, late, delivery.took * 1000))
    others = Counter(
        (answer.result, printable(answer.reason))
        for answer in delivery.answers
        if answer.result not in ("applied", "ignored")
    )
    for (result, reason), pages in others.items():
        match result:
            case "reloading":
                if delivery.paths:
                    said.append(Reloaded(reason, pages))
            case "refused":
                said.append(NotApplied("refused", reason, pages))
            case _:
                said.append(NotApplied("failed", reason, pages))
    return said


def printable(text: str) -> str:
    """A page's words as one line of a sensible length that can't steer the terminal."""
    line = "".join(c if c.isprintable() else " " for c in text)
    return line if len(line) <= _MAX_REASON else f"{line[:_MAX_REASON]}…"
