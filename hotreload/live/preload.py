"""Preloading: who saves a module is likely to save it again, so pages load ahead what that takes.

When a page has applied an update that one module led to, it is sent the importers of that module
once more, under the version of the next update. It loads them while it is idle. When the module
changes again, only that has to be sent, and only that is new to the browser.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from hotreload.live.changes import Changes
from hotreload.live.journal import Journal
from hotreload.live.protocol import MAX_CONTENT_BYTES, Ack, ModuleUpdate, Preload, encode
from hotreload.live.session import Hub, Session
from hotreload.project.plan import HotPlan, Plan
from hotreload.site import Site

# With fewer importers the facade that stands for the module costs as much as is gained.
MIN_IMPORTERS = 2
# Loading ahead takes a page's time, too, if it is idle then.
MAX_IMPORTERS = 100


@dataclass(frozen=True, slots=True)
class Preloaded:
    """What pages load ahead after one update.

    Args:
        rev: the revision of that update.
        path: URL of the module that led to it.
        v: the version by which they load.
        default: whether the module has a default export.
        may: for each page that can be sent it, what will run again.
        outdated: likewise, for those that were.
        texts: of modules that were sent, by origin and URL.
        frames: as they were sent, by origin and URLs.
    """

    rev: int
    path: str
    v: str
    default: bool
    may: dict[Session, tuple[str, ...]]
    outdated: dict[Session, tuple[str, ...]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    frames: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)

    def has(self, session: Session, url: str) -> bool:
        """Whether a page was sent the text of a module."""
        return url != self.path and url in self.outdated.get(session, ())


class Preloader:
    """Sends pages what the next update may need, and knows whether it does.

    Args:
        site: the project.
        hub: the open sessions.
        journal: see :class:`Journal`.
        send: queues a frame's text for a page.
    """

    def __init__(
        self, site: Site, hub: Hub, journal: Journal, send: Callable[[Session, str], None]
    ) -> None:
        self._site = site
        self._hub = hub
        self._journal = journal
        self._send = send
        self._ahead: Preloaded | None = None

    def take(self, plans: Mapping[Session, Plan], outdated: Collection[str]) -> Preloaded | None:
        """What was loaded ahead, if that is exactly what an update needs: once.

        A browser keeps for ever what it has loaded under a version, so that nothing else can be
        sent under it.

        Args:
            plans: of the update.
            outdated: all that gets a new version.
        """
        if not outdated:
            return None
        ahead, self._ahead = self._ahead, None
        if ahead is None or not ahead.outdated or self._default(ahead.path) is not ahead.default:
            return None
        for session, urls in ahead.outdated.items():
            plan = plans.get(session)
            if session not in self._hub or not isinstance(plan, HotPlan) or plan.outdated != urls:
                return None
        versions = self._versions(outdated, ahead.v)
        same = all(
            self._render(origin, url, versions) == text
            for (origin, url), text in ahead.texts.items()
        )
        return ahead if same else None

    def after(self, work: Mapping[Session, Changes], plans: Mapping[Session, Plan]) -> None:
        """Prepare for what may follow an update.

        Args:
            work: the changes that led to it, for each page.
            plans: what each page does about them.
        """
        changed = {url for session in plans for url in work[session].modules}
        if not changed:
            return
        self._ahead = None
        if self._site.modules.contested:
            # What one page can load ahead may be another module in the next one.
            return
        path = min(changed)
        may = {
            session: plan.outdated
            for session, plan in plans.items()
            if isinstance(plan, HotPlan)
            and path in plan.outdated
            and MIN_IMPORTERS < len(plan.outdated) <= MAX_IMPORTERS
        }
        default = self._default(path) if may and len(changed) == 1 else None
        if default is not None:
            rev = self._journal.rev
            self._ahead = Preloaded(rev, path, f"{self._journal.boot}.{rev}.next", default, may)

    def acked(self, session: Session, ack: Ack) -> None:
        """A page has applied an update: it has the time to load ahead."""
        ahead = self._ahead
        if ahead is None or not ack.rev == ahead.rev == self._journal.rev:
            return
        urls = ahead.may.get(session, ())
        if not urls or session in ahead.outdated or not session.outbox.empty():
            return
        key = session.origin, urls
        if key not in ahead.frames:
            ahead.frames[key] = self._frame(ahead, *key)
        if ahead.frames[key]:
            ahead.outdated[session] = urls
            self._send(session, ahead.frames[key])

    def _frame(self, ahead: Preloaded, origin: str, urls: Iterable[str]) -> str:
        """What pages of an origin are sent; nothing where it can't be told, or would be long."""
        versions = self._versions({url for those in ahead.may.values() for url in those}, ahead.v)
        texts: dict[tuple[str, str], str] = {}
        modules = []
        for url in urls:
            digest = self._site.modules.linked_hash(url)
            if digest is None:
                return ""
            if url != ahead.path:
                texts[origin, url] = self._render(origin, url, versions)
                modules.append(ModuleUpdate(url, ahead.v, digest, texts[origin, url]))
        frame = encode(Preload(ahead.path, ahead.v, ahead.default, tuple(modules)))
        if len(frame) > MAX_CONTENT_BYTES:
            return ""
        ahead.texts.update(texts)
        return frame

    def _versions(self, outdated: Collection[str], v: str) -> dict[str, str]:
        return self._site.modules.versions | dict.fromkeys(outdated, v)

    def _render(self, origin: str, url: str, versions: Mapping[str, str]) -> str:
        """What pages of an origin get of a module; nothing where it is not linked."""
        modules = self._site.modules
        if modules.linked_hash(url) is None:
            return ""
        return modules.render(modules.linked(url), origin, versions)

    def _default(self, url: str) -> bool | None:
        """Whether a module has a default export; None where that can't be told."""
        exports = self._site.modules.exports(url)
        return None if exports is None or exports.names is None else "default" in exports.names
