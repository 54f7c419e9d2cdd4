"""A site that is built: its sources are watched, its output served from a mirror."""

import asyncio
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from hotreload.hosts.engine import Engine
from hotreload.hosts.rebuild.builder import Builder
from hotreload.hosts.rebuild.contract import BuildFailedError, Built, build_problem
from hotreload.hosts.rebuild.mirror import Difference, Mirror
from hotreload.hosts.rebuild.plan import BuildPlan
from hotreload.hosts.rebuild.sources import Contents
from hotreload.live.facts import BuildEnded, BuildStarted, say
from hotreload.project.files import Mount
from hotreload.project.problems import Problem
from hotreload.project.settings import Settings
from hotreload.watch.watcher import Batch, Watcher

# How coarse the times of files may be.
_CLOCK_SECONDS = 0.01


class BuiltSite:
    """Builds a site whenever its sources change, and shows what differs then.

    Requests are answered from the mirror, at once, even during a build: a page that is asked for
    then is the last good one, and changes in place when the build has gone through. Only before
    there was any output do requests and sockets wait, for the first build to end.

    Args:
        settings: of the server; ``root`` is the output.
        plan: what to build.
    """

    def __init__(self, settings: Settings, plan: BuildPlan) -> None:
        self._plan = plan
        self._sources = plan.sources
        self._mirror: Mirror | None = None
        if not plan.in_place:
            self._folder = tempfile.TemporaryDirectory(
                prefix="hotreload-", ignore_cleanup_errors=True
            )
            root = Path(self._folder.name).resolve()
            self._mirror = Mirror(plan.output, root)
            self._sources = self._sources.but_for(plan.output, root)
            settings = _mirrored(settings, plan.output, root)
        self.engine = Engine(settings)
        self._builder = Builder(plan.build, self)
        self._contents = Contents()
        # What the last good build said that it does not depend on, and what it does depend on
        # whatever git ignores; None before there was one.
        self._excluded: tuple[re.Pattern[str], ...] = ()
        self._wanted: tuple[re.Pattern[str], ...] | None = None
        self._used: frozenset[Path] = frozenset()
        self._watcher = self._watch_sources()
        self._output_watcher: Watcher | None = None
        self._taking = threading.Lock()
        self._differing = 0
        self._failed = False
        self._shown = False
        # When that was built which is shown, as far as it is: what is younger may not be in it.
        self._begun = time.time() if plan.begun is None else plan.begun
        if plan.begun is None:
            # What has just been written is in what is shown, or will be in the first build.
            for path in self._watcher.tree.everything():
                if self._is_missed(path):
                    self._contents.differ(path)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._first = asyncio.Event()

    # Life

    def start(self) -> None:
        """Begin to watch and to build; the server runs in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self.engine.start()
        self._watcher.start()
        threading.Thread(target=self._begin, name="hotreload-begin", daemon=True).start()

    def stop(self) -> None:
        """End watching and building, and remove the mirror."""
        self._watcher.stop()
        if self._output_watcher is not None:
            self._output_watcher.stop()
        self._builder.stop()
        self.engine.stop()
        if self._mirror is not None:
            self._folder.cleanup()
        if self._plan.temporary:
            shutil.rmtree(self._plan.output, ignore_errors=True)

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """The app, answering when there is something to answer with.

        A page that comes back is not told before that either: it would lose all it shows.
        """

        async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
            await self._first.wait()
            await app(scope, receive, send)

        return waiting

    def _begin(self) -> None:
        there = bool(self._take(None)) or self._plan.in_place
        if there:
            self._shown = True
            self._answer()
        if self._plan.others_write and not self._plan.in_place:
            self._output_watcher = Watcher([self._plan.output], self._on_output)
            self._output_watcher.start()
        self._builder.start(at_once=self._plan.at_start or not there)

    def _answer(self) -> None:
        self._in_loop(self._first.set)

    # What changes

    def _watch_sources(self) -> Watcher:
        sources = self._sources
        return Watcher(
            sources.roots(),
            self._on_sources,
            sources.ignore,
            on_watching=self._on_watching,
            without=sources.without,
        )

    def _on_watching(self) -> None:
        """In the watcher's thread: what was not watched before may have changed unseen."""
        files = self._watcher.tree.everything()
        self._on_sources(frozenset(path for path in files if self._is_missed(path)))

    def _on_sources(self, batch: Batch) -> None:
        """In the watcher's thread: build, if what changed matters and did change."""
        changed = {p for p in batch if self._concerns(p) and self._contents.differ(p)}
        if changed:
            self._builder.request(changed)

    def _concerns(self, path: Path) -> bool:
        if any(pattern.match(path.as_posix()) for pattern in self._excluded):
            return False
        if not self._sources.concern(path):
            return False
        if self._wanted is None or self._used.intersection((path, *path.parents)):
            return True
        if any(pattern.match(path.as_posix()) for pattern in self._wanted):
            return True
        return not self._sources.is_git_ignored(path)

    def _on_output(self, batch: Batch) -> None:
        """In the watcher's thread: somebody else wrote to the output, or a build did."""

        def take() -> None:
            # What a failed build has left is nobody's to see; the next good one shows all.
            if not self._failed:
                self.publish(batch)

        self._builder.while_idle(take)

    # What becomes of it: in the builder's thread

    def started(self, changed: frozenset[Path]) -> None:
        self._differing = 0
        self._begun = time.time()
        say(BuildStarted(_named(changed) if changed else ""))

    def publish(self, written: Iterable[Path]) -> None:
        self._take(written)

    def _take(self, written: Iterable[Path] | None) -> int:
        if self._mirror is None:
            return 0
        with self._taking:
            difference = self._mirror.take(written)
            self._show(difference, self._mirror.root)
        self._differing += difference.count
        return difference.count

    def built(self, built: Built, seconds: float) -> None:
        self._take(built.written)
        self._failed = False
        self._shown = True
        self._excluded = tuple(map(re.compile, built.excluded))
        self._wanted = tuple(map(re.compile, built.wanted))
        self._used = built.sources
        self._settle(built.problems, built.sources)
        say(BuildEnded(True, seconds, None if self._mirror is None else self._differing))

    def failed(self, error: BuildFailedError, seconds: float) -> None:
        self._failed = True
        self._settle(error.problems, error.sources)
        why = "; ".join(_in_a_line(problem) for problem in error.problems)
        say(BuildEnded(False, seconds, None, why, self._shown))

    def slow(self, seconds: float) -> None:
        text = f"still building after {seconds:.0f} s; the next change ends it, and builds anew"
        problem = build_problem("build", text)
        self._in_loop(lambda: self.engine.live.updates.board.set_build_problems((problem,)))
        self._answer()

    def _settle(self, problems: Collection[Problem], sources: frozenset[Path]) -> None:
        self._in_loop(lambda: self.engine.live.updates.board.set_build_problems(problems))
        self._answer()
        more = self._sources.also(sources)
        if more != self._sources:
            # The new one first: what is seen by both is one change, what is seen by none is lost.
            self._sources, before = more, self._watcher
            self._watcher = self._watch_sources()
            self._watcher.start()
            self._watcher.ready.wait(1)
            before.stop()

    def _is_missed(self, path: Path) -> bool:
        try:
            return path.stat().st_mtime >= self._begun - _CLOCK_SECONDS
        except OSError:
            return False

    def _show(self, difference: Difference, root: Path) -> None:
        def is_told(path: Path) -> bool:
            name = path.relative_to(root).as_posix()
            return not any(fnmatch(name, pattern) for pattern in self._plan.quiet)

        told = {path for path in difference.changed | difference.added if is_told(path)}
        self.engine.changed(told, difference.removed)

    def _in_loop(self, call: Callable[[], object]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)


def _mirrored(settings: Settings, output: Path, root: Path) -> Settings:
    """The settings, with the mirror in the place of the output."""
    mounts = tuple(
        Mount(mount.prefix, root, watched=False) if mount.root == output else mount
        for mount in settings.mounts
    )
    return replace(settings, mounts=mounts)


def _named(paths: Collection[Path]) -> str:
    first = min(paths)
    name = os.path.relpath(first) if first.is_relative_to(Path.cwd()) else str(first)
    return name if len(paths) == 1 else f"{name} and {len(paths) - 1} more"


def _in_a_line(problem: Problem) -> str:
    """Where something is wrong, and what; of several lines, the last says what ended it."""
    lines = [line for line in problem.message.splitlines() if line.strip()]
    return str(problem._replace(message=lines[-1].strip() if lines else "", frame=""))
