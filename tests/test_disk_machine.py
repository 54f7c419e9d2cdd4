"""All that can happen to files, as the system tells of it, at any moment of a watcher's round.

Readers come at any moment, and pages are in any state. In the end each page shows what the disk
has, and none was told of a problem that was not there. The disk, what tells of its changes, the
engine and the sessions are real; time passes only while somebody waits.

`pytest tests/test_disk_machine.py --model-examples 2000`: more of it.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hotreload.hosts import engine as engine_module
from hotreload.hosts.engine import Engine
from hotreload.live.decode import decode
from hotreload.live.endpoint import _answer
from hotreload.live.protocol import Hello
from hotreload.live.session import MAX_WAITING, Session
from hotreload.project import files
from hotreload.project.identity import Identity
from hotreload.project.look import is_young
from hotreload.project.settings import Settings
from hotreload.watch import checkout, source_inotify, source_polling
from hotreload.watch import watcher as watch
from hotreload.watch.source_inotify import IN_Q_OVERFLOW, InotifySource
from hotreload.watch.source_polling import PollingSource
from hotreload.web.app import DevApp
from tests.asgi_client import Answer, ask, http_scope
from tests.disk_model import TEXTS, Disk, happenings
from tests.fake_clock import AsyncClock, Clock, Loop
from tests.page_model import Loading, OpenPage

if sys.platform != "linux":
    pytest.skip("inotify is Linux's", allow_module_level=True)

# Shorter than what editors are given between taking a file away and putting it back.
PAUSE = 0.04
WHAT = tuple(happenings(Disk.__new__(Disk)))


class System:
    """``os``, in which nobody reads what nobody may read: not even root."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: str, flags: int) -> int:
        if not Path(path).stat().st_mode & 0o400:
            raise PermissionError(13, "Permission denied")
        return os.open(path, flags)

    def access(self, path: Path, mode: int) -> bool:
        return bool(path.stat().st_mode & 0o400)


class Listened(Session):
    """A session of which every frame is heard on its way."""

    hears: Callable[[str], None]

    def send(self, text: str) -> bool:
        self.hears(text)
        return super().send(text)


@dataclass
class Tab:
    """A page, loading or loaded, and its connection."""

    loading: Loading
    page: OpenPage | None = None
    session: Session | None = None


class DiskMachine(RuleBasedStateMachine):
    """One project, two pages.

    ``opens`` opens what tells of changes, and ``still`` is how long a file that is held open must
    not be written to, in seconds, to count as written.
    """

    opens: type[InotifySource | PollingSource] = InotifySource
    still = 0.5

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self._patches: list[Any] = [
            *(
                patch.object(module, "time", self.clock)
                for module in (
                    *(files, watch, checkout, source_inotify, source_polling),
                    engine_module,
                )
            ),
            patch.object(files, "asyncio", AsyncClock(self.clock)),
            patch.object(files, "os", System()),
            patch.object(files, "is_young", self._is_young),
            patch.object(checkout, "_is_fresh", self._is_fresh),
        ]
        for each in self._patches:
            each.start()
        root = Path(self._folder.name).resolve() / "site"
        root.mkdir()
        self.disk = Disk(root, self.clock, self.still)
        self.happenings = happenings(self.disk)
        self.loop = asyncio.new_event_loop()
        self.boots = 0
        self.told: dict[tuple[str, str], dict[str, Any]] = {}
        self._boot()
        self.tabs = [self._tab() for _ in range(2)]
        for tab in self.tabs:
            self._finish(tab)

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self._close()

    def _close(self) -> None:
        self.source.close()
        self.loop.close()
        for each in self._patches:
            each.stop()
        self._folder.cleanup()

    # The server

    def _boot(self) -> None:
        settings = Settings(self.disk.root)
        self.engine = Engine(settings, Identity("site.project", "token"))
        self.turns = self.engine._loop = Loop(self.clock)  # type: ignore[assignment]
        self.app = DevApp(
            *(self.engine.site, self.engine.guard, self.engine.live, self.engine.journal)
        )
        self._watch()

    def _watch(self) -> None:
        self._watcher = self.engine._watcher
        self.places = self._watcher._places()
        self.source = self.opens(self._watcher.tree)
        look = self.source.look

        def patiently(seconds: float, *, quick: bool) -> set[Path]:
            """Time passes in small steps, in which things happen."""
            until = self.clock.now + seconds
            while True:
                dirty = look(0.0, quick=quick)
                if dirty or self.source.lost or self.clock.now >= until:
                    return dirty
                self.clock.sleep(min(0.01, until - self.clock.now + 1e-9))

        self.source.look = patiently  # type: ignore[method-assign]
        existing = [root for root, place in self.places.items() if place is not None]
        self._watcher._checkouts = checkout.find_checkouts(existing)
        self._watcher._begin(existing)

    def _ask(self, url: str, headers: dict[str, str]) -> Answer:
        path, _, query = url.partition("?")
        scope = http_scope(path, headers=headers, query_string=query.encode())
        return self.loop.run_until_complete(ask(self.app, scope))

    def _is_young(self, info: os.stat_result, data: bytes, now: float, **options: bool) -> bool:
        born = self.disk.born.get((info.st_ino, info.st_mtime_ns), 0.0)
        known: Any = SimpleNamespace(st_mtime_ns=born * 1e9)
        return is_young(known, data, now, **options)

    def _is_fresh(self, lock: str) -> bool:
        try:
            info = os.lstat(lock)
        except OSError:
            return False
        born = self.disk.born.get((info.st_ino, info.st_mtime_ns), 0.0)
        return self.clock.now - born < checkout.OLDEST_SECONDS

    # Pages

    def _tab(self) -> Tab:
        return Tab(Loading(self._ask))

    def _finish(self, tab: Tab) -> None:
        while tab.loading.go_on():
            pass
        tab.page = tab.loading.finish()

    def _connect(self, tab: Tab) -> None:
        page = tab.page
        assert page is not None
        session = tab.session = Listened("http://localhost")
        session.hears = self._note_problems
        updates = self.engine.live.updates
        updates.hub.add(session)
        hello = decode(page.hello())
        assert isinstance(hello, Hello)
        updates.hello(session, hello)
        for path in page.failed:
            updates.load_failed(session, path)

    def _note_problems(self, text: str) -> None:
        for problem in OpenPage.problems_in(text):
            self.told[problem["owner"], problem["kind"]] = problem

    def _read(self, tab: Tab) -> None:
        """Let a page deal with all that it was sent."""
        session, page = tab.session, tab.page
        updates = self.engine.live.updates
        while session is not None and page is not None:
            if session.outbox.empty():
                if session.behind is None:
                    break
                updates.catch_up(session)
                continue
            for answer in page.take(session.outbox.get_nowait()):
                _answer(session, decode(answer), updates)
        if page is not None and page.reloads:
            self._leave(tab)
            tab.loading, tab.page = Loading(self._ask), None

    def _leave(self, tab: Tab) -> None:
        if tab.session is not None:
            self.engine.live.updates.leave(tab.session)
            tab.session = None

    # What happens, in any order

    @rule(what=st.sampled_from(WHAT), delay=st.sampled_from([0.0, 0.0, 0.005, 0.03, 0.2]))
    def happen(self, what: str, delay: float) -> None:
        """On the disk, now or while somebody waits."""
        if delay:
            self.clock.after(delay, self.happenings[what])
        else:
            self.happenings[what]()

    @rule()
    def look(self) -> None:
        """One round of the watcher."""
        replaced = self._watcher._places() != self.places
        if not self.source.lost:
            self._watcher._turn(self.source, at_once=replaced)
        if replaced or self.source.lost:
            self.source.close()
            self._watch()

    @rule()
    def lose_events(self) -> None:
        """The system's queue overflows."""
        if isinstance(self.source, InotifySource):
            try:
                os.read(self.source._descriptor, 1 << 20)
            except BlockingIOError:
                return
            self.source._heed(source_inotify._HEADER.pack(-1, IN_Q_OVERFLOW, 0, 0))

    @rule()
    def deal(self) -> None:
        """The event loop gets to what the watcher has handed over."""
        self.turns.turn()

    @rule(seconds=st.sampled_from([0.01, 0.3, 6.0]))
    def wait(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    @rule(name=st.sampled_from([*TEXTS, "link.js"]))
    def ask(self, name: str) -> None:
        """Somebody else reads a file."""
        self._ask(f"/{name}", {"host": "localhost"})

    @rule(index=st.integers(0, 1), most=st.integers(1, 12))
    def load(self, index: int, most: int) -> None:
        """A page goes on loading."""
        tab = self.tabs[index]
        if tab.page is None:
            for _ in range(most):
                if not tab.loading.go_on():
                    tab.page = tab.loading.finish()
                    return

    @rule(index=st.integers(0, 1))
    def connect(self, index: int) -> None:
        tab = self.tabs[index]
        if tab.page is not None and tab.session is None:
            self._connect(tab)

    @rule(index=st.integers(0, 1))
    def read(self, index: int) -> None:
        self._read(self.tabs[index])

    @rule(index=st.integers(0, 1))
    def lose(self, index: int) -> None:
        """The connection breaks, with all that was on its way."""
        self._leave(self.tabs[index])

    @rule(index=st.integers(0, 1))
    def open_anew(self, index: int) -> None:
        self._leave(self.tabs[index])
        self.tabs[index] = self._tab()

    @precondition(lambda self: self.boots < 2)
    @rule()
    def restart(self) -> None:
        self.boots += 1
        for tab in self.tabs:
            self._leave(tab)
        self.source.close()
        self._boot()

    @rule(whole=st.booleans())
    def settle(self, whole: bool = True) -> None:
        """Nothing happens any more, and everyone gets to what they have to do."""
        if whole:
            self.clock.sleep(1.0)
            self.disk.heal()
        for _ in range(4):
            for _ in range(3):
                self.look()
                self.clock.sleep(11.0)
                self.deal()
            for tab in self.tabs:
                if tab.page is None:
                    self._finish(tab)
                if tab.session is None:
                    self._connect(tab)
                self._read(tab)
        # As a new server tells it to somebody who comes now.
        fresh = Tab(Loading(self._ask))
        self._finish(fresh)
        self._connect(fresh)
        self._read(fresh)
        assert fresh.page is not None
        for tab in self.tabs:
            assert tab.page is not None
            assert tab.session is not None
            assert tab.session.outbox.qsize() <= MAX_WAITING
            self._compare(tab.page, fresh.page)
        self._leave(fresh)
        for fault, problem in self.told.items():
            assert self.disk.was_wrong(fault, PAUSE), f"never true: {problem}"
        self.told.clear()
        self.disk.forget()

    def _compare(self, page: OpenPage, fresh: OpenPage) -> None:
        assert problems(page) == problems(fresh)
        if problems(fresh) == []:
            assert self.disk.text("index.html") in ("", fresh.html)
            # What a script that is there no more has done, and has loaded, nobody can undo.
            gone = [path for path in fresh.failed if not self.disk.text(path[1:])]
            held = page.modules.items()
            kept = {p: m for p, m in held if not gone or p in fresh.modules}
            page = replace(page, modules=kept)
            assert gone == fresh.failed, "nobody says why it is not loaded"
            for one, other in zip(page.shows(), fresh.shows(), strict=True):
                assert one == other, f"{one} instead of {other}"


def problems(page: OpenPage) -> list[tuple[str, str]]:
    return sorted((p["owner"], p["kind"]) for p in page.problems)


class PollingMachine(DiskMachine):
    opens = PollingSource
    still = 0.1


@pytest.mark.parametrize("machine", [DiskMachine, PollingMachine])
def test_in_the_end_every_page_shows_what_the_disk_has(
    machine: type[DiskMachine], request: pytest.FixtureRequest
) -> None:
    examples: int = request.config.getoption("--model-examples")
    # A short run is the same each time: it is no place to find out something new.
    chosen = settings(
        max_examples=examples, stateful_step_count=30, deadline=None, derandomize=examples < 100
    )
    run_state_machine_as_test(machine, settings=chosen)
