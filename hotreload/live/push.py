"""Pushing: give replaced modules their new version, and send each page what its changes mean."""

import logging
from collections import Counter
from collections.abc import Mapping

from hotreload.live.changes import Changes
from hotreload.live.compose import Composer
from hotreload.live.facts import Reloaded, say
from hotreload.live.journal import Journal
from hotreload.live.preload import Preloaded, Preloader
from hotreload.live.protocol import Custom, Reload, ToPage, Update, encode
from hotreload.live.reports import Reports
from hotreload.live.session import Hub, Session
from hotreload.project.plan import HotPlan, Plan, View, ancestors, plan, unused
from hotreload.site import Site

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
        bumped = _outdated(plans, gone_from)
        ahead = self.preloader.take(plans, bumped)
        self._give_version(bumped, ahead)
        versioned = bumped | (named & self.site.modules.versions.keys())
        composer = Composer(self.site, self.journal.rev, versioned, ahead)
        updates: dict[Session, Update] = {}
        for session in self.hub:
            if not session.ready or session in late:
                continue
            update = composer.update(
                session,
                plans.get(session, HotPlan()),
                work.get(session, Changes()),
                gone_from.get(session, frozenset()),
            )
            session.expect(update)
            if not update.is_empty:
                updates[session] = update
        self._send_all(updates, work, began)
        self.preloader.after(work, plans)
        return bumped

    def _give_version(self, bumped: frozenset[str], ahead: Preloaded | None) -> None:
        """Give what runs anew its next version: that which pages have loaded ahead, if any."""
        version = f"{self.journal.boot}.{self.journal.rev}" if ahead is None else ahead.v
        if bumped:
            self.site.modules.set_versions(bumped, version)
            self.journal.given = self.journal.rev, version

    def _send_all(
        self, updates: Mapping[Session, Update], work: Mapping[Session, Changes], began: float
    ) -> None:
        """Send each page its update; who gets the same gets the same text."""
        told: tuple[Update, str] | None = None
        for session, update in updates.items():
            if told is None or told[0] != update:
                told = update, encode(update)
            self._queue(session, told[1])
        updated = [session for session, update in updates.items() if update.is_seen]
        rest = [session for session, update in updates.items() if not update.is_seen]
        self.reports.sent(self.journal.rev, _named(work), began, updated)
        self.reports.sent(self.journal.rev, (), began, rest)
        reloads = Counter(update.reload.text for update in updates.values() if update.reload)
        for reason, count in reloads.items():
            say(Reloaded(reason, count))

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


def _outdated(
    plans: Mapping[Session, Plan], gone_from: Mapping[Session, frozenset[str]]
) -> frozenset[str]:
    """What runs anew in some page, now or, of what is pruned, should it be imported again."""
    found: set[str] = set()
    for session, planned in plans.items():
        if isinstance(planned, HotPlan):
            found.update(planned.outdated, gone_from[session])
    return frozenset(found)


def _named(work: Mapping[Session, Changes]) -> tuple[str, ...]:
    """What changed, as it is said of an update."""
    named = [(*c.modules, *c.styles, *c.pages, *c.refetch) or c.assets for c in work.values()]
    return tuple(sorted(set().union(*named)))
