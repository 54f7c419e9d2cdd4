"""Preloading: who saves a module is likely to save it again, so pages load ahead what that takes.

After an update that one module led to, its importers are sent under the version of the next one.
The page loads them while it is idle, and when the module changes again, only that has to be sent,
and only that is new to the browser.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from hotreload.live.changes import Changes
from hotreload.live.journal import Journal
from hotreload.live.protocol import MAX_CONTENT_BYTES, ModuleUpdate, Preload
from hotreload.live.reports import Reports
from hotreload.live.session import Hub, Session
from hotreload.project.plan import HotPlan, Plan
from hotreload.site import Site

# With fewer importers the facade that stands for the module costs as much as is gained.
MIN_IMPORTERS = 2
# Loading ahead takes the page's time, too, if it is idle then.
MAX_IMPORTERS = 200


@dataclass(frozen=True, slots=True)
class Preloaded:
    """What pages have loaded ahead.

    Args:
        v: the version by which they did.
        path: URL of the module whose next change it is for.
        default: whether that has a default export.
        outdated: for each page the modules that will run again.
        texts: what was sent for each origin and URL.
    """

    v: str
    path: str
    default: bool
    outdated: Mapping[Session, tuple[str, ...]]
    texts: Mapping[tuple[str, str], str]

    def lacks(self, session: Session, url: str) -> bool:
        """Whether a page has yet to be sent the text of a module."""
        return url == self.path or url not in self.outdated.get(session, ())


class Preloader:
    """Sends pages what the next update may need, and knows whether it does.

    Args:
        site: the project.
        hub: the open sessions.
        journal: see :class:`Journal`.
        reports: tells when pages have applied an update.
        send: sends a page a frame.
    """

    def __init__(
        self,
        site: Site,
        hub: Hub,
        journal: Journal,
        reports: Reports,
        send: Callable[[Session, Preload], None],
    ) -> None:
        self._site = site
        self._hub = hub
        self._journal = journal
        self._reports = reports
        self._send = send
        self._ahead: Preloaded | None = None

    def take(self, plans: Mapping[Session, Plan]) -> Preloaded | None:
        """What pages have loaded ahead, if it is exactly what these plans need: once.

        A page can't load anything else under a version by which it has loaded a module.
        """
        if not any(isinstance(plan, HotPlan) and plan.outdated for plan in plans.values()):
            return None
        ahead, self._ahead = self._ahead, None
        if ahead is None or self._has_default(ahead.path) is not ahead.default:
            return None
        for session, outdated in ahead.outdated.items():
            plan = plans.get(session)
            if session not in self._hub or not isinstance(plan, HotPlan):
                return None
            if plan.outdated != outdated:
                return None
        same = ahead.texts == self._texts(ahead.v, ahead.path, ahead.outdated)
        return ahead if same else None

    def after(self, work: Mapping[Session, Changes], plans: Mapping[Session, Plan]) -> None:
        """Preload for what may come next, when pages have applied an update.

        Args:
            work: the changes that led to it, for each page.
            plans: what each page does about them.
        """
        changed = {url for session in plans for url in work[session].modules}
        if len(changed) != 1:
            return
        (path,) = changed
        outdated = {
            session: plan.outdated
            for session, plan in plans.items()
            if isinstance(plan, HotPlan)
            and path in plan.outdated
            and MIN_IMPORTERS < len(plan.outdated) <= MAX_IMPORTERS
        }
        if outdated:
            self._reports.when_settled(partial(self._preload, self._journal.rev, path, outdated))

    def _preload(
        self, rev: int, path: str, outdated: Mapping[Session, tuple[str, ...]], silent: int
    ) -> None:
        default = self._has_default(path)
        if silent or rev != self._journal.rev or default is None:
            return
        outdated = {
            session: urls
            for session, urls in outdated.items()
            if session in self._hub and session.ready and session.outbox.empty()
        }
        v = f"{self._journal.boot}.{rev}.next"
        texts = self._texts(v, path, outdated)
        if texts is None or sum(map(len, texts.values())) > MAX_CONTENT_BYTES:
            return
        self._ahead = Preloaded(v, path, default, outdated, texts)
        for session, urls in outdated.items():
            modules = tuple(
                ModuleUpdate(url, v, self._site.modules.linked(url).hash, text)
                for url in urls
                if (text := texts.get((session.origin, url))) is not None
            )
            self._send(session, Preload(path, v, default, modules))

    def _texts(
        self, v: str, path: str, outdated: Mapping[Session, Iterable[str]]
    ) -> dict[tuple[str, str], str] | None:
        """What runs again, but for one module, as it is rendered under a version."""
        modules = self._site.modules
        wanted = {(s.origin, url) for s, urls in outdated.items() for url in urls if url != path}
        versions = modules.versions | dict.fromkeys({url for _, url in wanted} | {path}, v)
        texts = {}
        for origin, url in wanted:
            if modules.linked_hash(url) is None:
                return None
            texts[origin, url] = modules.render(modules.linked(url), origin, versions)
        return texts

    def _has_default(self, url: str) -> bool | None:
        """Whether a module has a default export; None where that can't be told."""
        exports = self._site.modules.exports(url)
        return None if exports is None or exports.names is None else "default" in exports.names
