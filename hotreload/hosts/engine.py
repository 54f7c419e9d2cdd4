"""The engine: a project that is watched, planned and pushed, whoever brings the requests."""

import asyncio
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hotreload.hosts.listen import preview_hosts
from hotreload.live.journal import Journal
from hotreload.live.late import Live
from hotreload.project.environment import ENV_FILES, Environment
from hotreload.project.files import Mount, ProjectFiles
from hotreload.project.identity import Identity, load_identity
from hotreload.project.kinds import NATIVE, Output
from hotreload.project.rendered import RenderedFrom, is_source
from hotreload.project.settings import Settings
from hotreload.site import Site
from hotreload.site.documents import Faults
from hotreload.watch.watcher import Batch, Watcher
from hotreload.web.guard import Guard

if TYPE_CHECKING:
    from hotreload.live.updates import Updates

# A file that was deleted and is not back after this long counts as deleted.
RETURN_SECONDS = 0.05
# By then a page that was asked for as soon as there was a server has been answered.
FIRST_PAGE_SECONDS = 0.05
# What is done before anybody asks stops so often to look whether somebody does.
STEP_SECONDS = 0.005
# What takes longer to make than this is no part of the update that all else of its batch is in.
TOGETHER_SECONDS = 0.1


class _Saved(NamedTuple):
    """What may have changed, together.

    Args:
        urls: URL paths of files.
        paths: all files, those too that are not served.
        watched: those that are watched and not served.
        gone: URL paths of such that are gone for good.
        refetch: names of what an app renders its pages from.
        without: URL paths of files of which nothing that was made is concerned.
        only: likewise, of those of which alone something is; None for all.
    """

    urls: frozenset[str]
    paths: frozenset[Path]
    watched: tuple[Path, ...] = ()
    gone: frozenset[str] = frozenset()
    refetch: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def concerned(self, made: Iterable[Output]) -> frozenset[Output]:
        """What of something that was made is concerned."""
        return frozenset(
            output
            for output in made
            if output[0] not in self.without and (self.only is None or output[0] in self.only)
        )


class Engine:
    """All of hotreload but the server: a host starts it in its event loop and asks it to answer.

    Args:
        settings: what to serve, and how.
        identity: the project's; the one that is kept on this machine by default.
    """

    def __init__(self, settings: Settings, identity: Identity | None = None) -> None:
        self.settings = settings
        identity = identity or load_identity(settings.root)
        self.files = ProjectFiles(settings.mounts, settings.names)
        self.site = Site(self.files, settings.base, settings.plugins, settings.sass_load_paths)
        self.journal = Journal(secrets.token_urlsafe(4), project=identity.project)
        self.environment = Environment(settings.root, settings.base)
        self.rendered_from = (
            RenderedFrom(settings.root, self.journal.boot) if settings.rendered else None
        )
        self.live = Live(self.site, self._updates, settings.runtime.heartbeat)
        hosts = (*settings.allow_hosts, *preview_hosts(settings, os.environ))
        self.guard = Guard(identity.token, settings.host, hosts, settings.cors_origins)
        # What changes from then on is seen.
        self.begun = asyncio.Event()
        # Called in the event loop with the files of a batch.
        self.on_saved: Callable[[frozenset[Path]], None] = lambda _: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turned: frozenset[str] = frozenset()
        self._held_up: set[asyncio.Task[None]] = set()
        self._watcher = Watcher(
            self._watched_roots(),
            self._on_batch,
            settings.ignore,
            on_watching=self._on_watching,
            on_dirty=self._on_dirty,
        )
        self._linked: list[Watcher] = []
        self.files.on_added = self._watch_linked
        self.site.watch_dependencies(self._watcher.tree.wanted)

    def _updates(self) -> "Updates":
        from hotreload.live.session import Hub
        from hotreload.live.updates import Updates

        return Updates(
            self.site,
            Hub(),
            self.journal,
            spa=self.settings.spa,
            later=self._later,
            flush=self.flush,
            background=self._background,
            state=self.rendered_from.state if self.rendered_from is not None else None,
        )

    def start(self, *, after_first_page: bool = False) -> None:
        """Begin to watch; updates are dealt with in the running event loop.

        Args:
            after_first_page: leave the processor to that; what is served until then and changes
                unseen is found afterwards.
        """
        self._loop = asyncio.get_running_loop()
        # Of what is watched and not served nobody could tell whether it has changed.
        if after_first_page and not self.settings.watch:
            self._loop.call_later(FIRST_PAGE_SECONDS, self._watcher.start)
        else:
            self._watcher.start()

    def stop(self) -> None:
        """Stop watching, and wait until that is so."""
        for watcher in (self._watcher, *self._linked):
            watcher.stop()

    def _watch_linked(self, mount: Mount) -> None:
        """Watch a package that lies outside of what is served, and that somebody works on."""
        if mount.watched:
            watcher = Watcher(
                [mount.root], self._on_batch, self.settings.ignore, on_dirty=self._on_dirty
            )
            self._linked.append(watcher)
            watcher.start()

    def adopt(self, identity: Identity) -> None:
        """Go by another identity from now on; who is connected stays so."""
        self.journal.project = identity.project
        self.guard = self.guard._replace(token=identity.token)

    def rerendered(self, name: str) -> None:
        """Have all pages fetched anew: another process renders them from now on.

        Args:
            name: what has changed, for people.
        """
        if self.rendered_from is not None:
            self.rendered_from.renew()
            self.live.updates.batches.apply((), refetch=(name,))

    def flush(self, call: Callable[[], None]) -> None:
        """Deal with every change made until now, then call a function in the event loop."""

        def flushed() -> None:
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._when_applied, call)

        self._watcher.flush(flushed)

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_later(seconds, call)

    def _background(self, work: Callable[[], Faults], done: Callable[[Faults], None]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            running = self._loop.run_in_executor(None, work)
            running.add_done_callback(
                lambda ended: None if ended.cancelled() else done(ended.result())
            )

    def warm_up(self) -> None:
        """Load, in the background, what the first edit should not wait for."""
        threading.Thread(target=self._warm_up, name="hotreload-warm-up", daemon=True).start()

    def _warm_up(self) -> None:
        import hotreload.live.stream  # noqa: F401

        self.site.modules.warm_up()

    async def look_ahead(self) -> None:
        """Load what the first page will, in small steps, until one is open."""
        from hotreload.site.ahead import look_ahead  # when there is time

        await self.begun.wait()
        until = time.monotonic() + STEP_SECONDS
        for _ in look_ahead(self.site, "/index.html"):
            if "updates" in vars(self.live):
                return
            if time.monotonic() > until:
                await asyncio.sleep(0)
                until = time.monotonic() + STEP_SECONDS

    def _watched_roots(self) -> Iterator[Path]:
        for mount in self.settings.mounts:
            if mount.watched:
                yield mount.root
        for path in self.settings.watch:
            yield path if path.is_dir() else path.parent
        yield from self.settings.sources

    def _on_dirty(self, dirty: Batch) -> None:
        """In the watcher's thread: read what changed."""
        urls = self.files.urls_changed(dirty, self.site.known.files())
        # Once they were read, nobody can tell any more that links led elsewhere before.
        self._turned |= urls
        for url in urls:
            self.files.read_changed(url)
            self.site.sources.begin(url)
        for url in self._known_below(dirty):
            self.files.read_changed(url)

    def _known_below(self, paths: Iterable[Path]) -> set[str]:
        """The files of folders that were moved away, or in which anything may have changed.

        Of such a folder nothing more is told than that.
        """
        known = self.site.known
        gone = {
            url.rstrip("/")
            for path in paths
            for url in self.files.urls_of(path)
            if not (known.hash(url) or self.files.was_read(url) or self.files.is_file(url))
        }
        if not gone:
            return gone
        return {url for url in known.files() if not gone.isdisjoint(_above(url))}

    def changed(self, paths: Iterable[Path], removed: Iterable[Path] = ()) -> None:
        """Deal with files that somebody knows to have changed; can be called in any thread.

        Args:
            paths: files in mounts that are not watched.
            removed: such that are gone for good: pages that show one reload, and say so.
        """
        changed = frozenset(paths)
        urls = frozenset(url for path in changed for url in self.files.urls_of(path))
        gone = frozenset(url for path in removed for url in self.files.urls_of(path))
        for url in urls | gone:
            self.files.read_changed(url)
        self._hand_over(_Saved(urls | gone, changed, gone=gone))

    def _on_batch(self, batch: Batch) -> None:
        """In the watcher's thread: hand what was read over to the event loop."""
        turned, self._turned = self._turned, frozenset()
        changed = self.files.urls_changed(batch, self.site.known.files())
        urls = turned | changed | self._known_below(batch)
        watched = [
            path
            for path in sorted(batch)
            if not self.files.urls_of(path) and self._is_watched(path)
        ]
        self._wait_for_return(urls)
        if self.rendered_from is not None:
            refetch = self.rendered_from.look(filter(self._renders, batch), below=batch)
            self._hand_over(_Saved(urls, batch, refetch=refetch))
        else:
            self._hand_over(_Saved(urls, batch, tuple(watched)))

    def _wait_for_return(self, urls: Iterable[str]) -> None:
        """Some editors take a file away before they put its new text in its place."""
        lost = [url for url in urls if not self.files.was_read(url)]
        gone = [url for url in lost if self.site.known.hash(url) and not self.files.is_file(url)]
        deadline = time.monotonic() + RETURN_SECONDS
        while gone and time.monotonic() < deadline:
            time.sleep(RETURN_SECONDS / 10)
            for url in filter(self.files.is_file, gone):
                self.files.read_changed(url)
            gone = [url for url in gone if not self.files.is_file(url)]

    def _on_watching(self) -> None:
        """In the watcher's thread: what was served before may have changed unseen."""
        urls = frozenset(filter(self._is_otherwise, self.site.known.files()))
        if self.rendered_from is not None:
            tree = self._watcher.tree
            files = (path for root in tree.roots if root.is_dir() for path in tree.files(root))
            self.rendered_from.begin(path for path in files if self._renders(path))
        self._hand_over(_Saved(urls, self.site.dependencies()))

    def _is_otherwise(self, url: str) -> bool:
        """Whether a file is not as open pages were told."""
        self.files.read_changed(url)
        return self.site.known.is_news(url, self.site.current_hash(url))

    def _hand_over(self, saved: _Saved) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._apply, saved)

    def _apply(self, saved: _Saved) -> None:
        self.begun.set()
        with self.files.believing():
            slow = self.site.waiting(saved.urls, self.site.dependents(saved.paths))
        if not slow:
            self._apply_now(saved)
            return

        task = asyncio.create_task(self._apply_slowly(saved, frozenset(slow)))
        self._held_up.add(task)
        task.add_done_callback(self._held_up.discard)

    async def _apply_slowly(self, saved: _Saved, slow: frozenset[str]) -> None:
        """Apply all together if that is possible soon, or else what takes long by itself."""
        patience = self.site.sources.patience
        wait = 0.0 if any(map(patience.is_under_way, slow)) else TOGETHER_SECONDS
        making = asyncio.create_task(patience.make(slow))
        await asyncio.wait([making], timeout=wait)
        if making.done():
            self._apply_now(saved)
            return
        self._apply_now(saved._replace(urls=saved.urls - slow, without=slow))
        await making
        self._apply_now(_Saved(saved.urls & slow, saved.paths, only=slow))

    def _when_applied(self, call: Callable[[], None]) -> None:
        if self._held_up:
            next(iter(self._held_up)).add_done_callback(lambda _: self._when_applied(call))
        else:
            call()

    def _apply_now(self, saved: _Saved) -> None:
        if not (saved.urls or saved.paths or saved.gone):
            return
        self.on_saved(saved.paths)
        updates = self.live.updates
        environment = next((path for path in saved.paths if path.name in ENV_FILES), None)
        if environment is not None and self.environment.is_other():
            updates.batches.reload_all(f"{environment.name} changed")
        updates.pages.reload_gone(saved.gone, for_good=True)
        with self.files.believing():
            made_of = saved.concerned(self.site.dependents(saved.paths))
            updates.batches.apply(saved.urls, made_of, saved.refetch)
        # What a plugin has made of a file was dealt with above; other watched files need a reload.
        changed = next((path for path in saved.watched if not self.site.dependents([path])), None)
        if changed is not None:
            updates.batches.reload_all(f"{changed} changed")

    def _renders(self, path: Path) -> bool:
        """Whether pages may be rendered from a file. Python is not: only a restart runs it anew."""
        if any(is_source(path, root) for root in self.settings.sources):
            return True
        if path.suffix in (".py", ".pyc"):
            return False
        urls = self.files.urls_of(path)
        if urls:
            return NATIVE.get(path.suffix.lower()) == "page"
        return self._is_watched(path)

    def _is_watched(self, path: Path) -> bool:
        return any(
            path == watched or path.is_relative_to(watched) for watched in self.settings.watch
        )


def _above(url: str) -> Iterator[str]:
    """The folders that a file is in, as URL paths without a slash at the end."""
    while url:
        url = url.rpartition("/")[0]
        yield url
