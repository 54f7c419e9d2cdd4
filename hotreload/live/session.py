"""A session: one page's connection, and what the server knows that page to hold."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hotreload.live.changes import Changes
from hotreload.live.protocol import Held, Problems, Update
from hotreload.project.graph import Acceptance

# A page for which so many frames wait gets what changes from then on as one update, later.
MAX_WAITING = 16
# What one page may say that it holds: it stays in memory while the page is open.
MAX_HELD = 50_000


def _never(_text: str) -> bool:
    return False


@dataclass(slots=True, eq=False)
class Session:
    """One open page.

    Args:
        origin: the page's origin, by which absolute URLs in pushed code are written.
        send_now: see :meth:`hotreload.live.channel.Channel.send_now`.
        address: URL path the user sees.
        page: URL path of the page's file, or the address where no file answers it.
        page_hash: hash of the HTML it was born with or last morphed to.
        seen: the boot and revision it had seen when it said hello.
        modules: what it holds, under the URLs it really holds it by.
        acceptances: what the instances it runs say that they accept, by URL.
        arranged: as of which rearrangement of imports it knows the order of its stylesheets.
        fetched: pages that its scripts read or its elements show, as it said.
        loose: modules that it loaded in ways nobody can read: they are never pruned.
        chain: the revision of its last update that an invalidation led to, and who was invalidated
            on the way there.
        aliased: the version last mapped to the one it holds, by URL.
        ready: it has said hello.
        behind: what changed while it did not read what it was sent; None while it keeps up.
        slow: it can't be sent what must not be lost, so it is dropped and has to resume.
        failed: modules that it could not load: it has to reload when what they are made of changes.
        waiting: changed modules that it holds in an older form, since something that belongs to
            them is broken; True for those that are to run again even if they are as they were.
        resources: what it holds beside modules.
        told: the problems that it knows of.
        outbox: what waits to be sent.
        sending: what was taken out of it last is still on its way.
    """

    origin: str
    send_now: Callable[[str], bool] = _never
    address: str = ""
    page: str = ""
    page_hash: str = ""
    seen: tuple[str, int] = ("", 0)
    modules: dict[str, Held] = field(default_factory=dict)
    acceptances: dict[str, Acceptance] = field(default_factory=dict)
    arranged: int = -1
    fetched: set[str] = field(default_factory=set)
    loose: set[str] = field(default_factory=set)
    chain: tuple[int, frozenset[str]] = (0, frozenset())
    aliased: dict[str, str] = field(default_factory=dict)
    ready: bool = False
    failed: set[str] = field(default_factory=set)
    waiting: dict[str, bool] = field(default_factory=dict)
    resources: set[str] = field(default_factory=set)
    told: Problems = field(default_factory=lambda: Problems(()))
    behind: Changes | None = None
    slow: bool = False
    outbox: "asyncio.Queue[str]" = field(default_factory=lambda: asyncio.Queue(maxsize=MAX_WAITING))
    sending: bool = False

    def send(self, text: str) -> bool:
        """Send a frame after those that wait; False where as many wait as may."""
        if not self.sending and self.outbox.empty() and self.send_now(text):
            return True
        if self.outbox.full():
            return False
        self.outbox.put_nowait(text)
        return True

    def expect(self, update: Update) -> None:
        """Count what the page is sent as what it holds; it says so if it could not take it."""
        for module in (*update.modules, *update.fresh):
            self.modules[module.path] = Held(module.hash, module.v)
            self.aliased.pop(module.path, None)
        for url in update.pruned:
            self.modules.pop(url, None)
            self.acceptances.pop(url, None)

    def postpone(self, changes: Changes) -> bool:
        """Whether these changes have to wait until the page reads again; if so, they do."""
        if self.behind is None and not self.outbox.full():
            return False
        self.behind = changes if self.behind is None else self.behind.union(changes)
        return True


class Hub:
    """The open sessions."""

    def __init__(self) -> None:
        self._sessions: dict[Session, None] = {}

    def __contains__(self, session: Session) -> bool:
        return session in self._sessions

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._sessions))

    def __len__(self) -> int:
        return len(self._sessions)

    def add(self, session: Session) -> None:
        self._sessions[session] = None

    def remove(self, session: Session) -> None:
        self._sessions.pop(session, None)
