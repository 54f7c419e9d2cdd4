"""One build at a time; what changes meanwhile goes into the next one; none is lost."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from hotreload.hosts.rebuild.builder import Builder
from hotreload.hosts.rebuild.contract import BuildFailedError, Built, Publish, build_problem

A, B, C = Path("/a"), Path("/b"), Path("/c")


class Recorder:
    """A build that waits to be let go, and a listener that notes what it hears."""

    def __init__(self) -> None:
        self.builds: list[frozenset[Path]] = []
        self.heard: list[str] = []
        self.hurried = 0
        self.given_up = threading.Event()
        self.said_slow = threading.Event()
        self.during: Callable[[], None] = lambda: None
        self.answer: Callable[[], Built] = Built
        self._active = 0
        self._changed = threading.Condition()

    def run(self, changed: frozenset[Path], publish: Publish) -> Built:
        with self._changed:
            self._active += 1
            assert self._active == 1, "two builds at once"
        self.builds.append(changed)
        try:
            self.during()
        finally:
            self._active -= 1
        return self.answer()

    def hurry(self) -> None:
        self.hurried += 1

    def hang(self) -> None:
        self.given_up.wait(10)

    def give_up(self) -> None:
        self.given_up.set()

    def close(self) -> None: ...

    def slow(self, seconds: float) -> None:
        self.said_slow.set()

    def wait_for_slow(self) -> None:
        assert self.said_slow.wait(10)

    def started(self, changed: frozenset[Path]) -> None:
        self.heard.append("started")

    def publish(self, written: Iterable[Path]) -> None: ...

    def built(self, built: Built, seconds: float) -> None:
        self._end("built")

    def failed(self, error: BuildFailedError, seconds: float) -> None:
        self._end(f"failed: {error}")

    def _end(self, text: str) -> None:
        with self._changed:
            self.heard.append(text)
            self._changed.notify_all()

    def wait_for(self, ends: int) -> None:
        def ended() -> bool:
            return sum(text != "started" for text in self.heard) >= ends

        with self._changed:
            assert self._changed.wait_for(ended, 10), self.heard


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def builder(recorder: Recorder) -> Iterator[Builder]:
    builder = Builder(recorder, recorder)
    yield builder
    builder.stop()


def idle(builder: Builder) -> None:
    deadline = time.monotonic() + 10
    while not builder.idle:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_nothing_is_built_until_something_changes(builder: Builder, recorder: Recorder) -> None:
    builder.start(at_once=False)
    builder.request([A])
    recorder.wait_for(1)
    assert recorder.builds == [{A}]


def test_a_first_build_has_no_changes(builder: Builder, recorder: Recorder) -> None:
    builder.start(at_once=True)
    recorder.wait_for(1)
    assert recorder.builds == [frozenset()]


def test_changes_during_a_build_go_into_the_next(builder: Builder, recorder: Recorder) -> None:
    def edit() -> None:
        if len(recorder.builds) == 1:
            builder.request([B])
            builder.request([C])

    recorder.during = edit
    builder.start(at_once=False)
    builder.request([A])
    recorder.wait_for(2)
    idle(builder)
    assert recorder.builds == [{A}, {B, C}]
    assert recorder.hurried == 2


def test_changes_during_a_failing_build_are_not_lost(builder: Builder, recorder: Recorder) -> None:
    def fail() -> None:
        if len(recorder.builds) == 1:
            builder.request([B])
            raise BuildFailedError(build_problem("make", "it ended with status 2"))

    recorder.during = fail
    builder.start(at_once=False)
    builder.request([A])
    recorder.wait_for(2)
    assert recorder.builds == [{A}, {A, B}]
    assert recorder.heard[1] == "failed: make: it ended with status 2"
    assert recorder.heard[3] == "built"


def test_an_unexpected_error_is_a_failed_build(builder: Builder, recorder: Recorder) -> None:
    def fail() -> None:
        raise ZeroDivisionError("oops")

    recorder.during = fail
    builder.start(at_once=False)
    builder.request([A])
    recorder.wait_for(1)
    assert recorder.heard[1] == "failed: build: ZeroDivisionError: oops"
    recorder.during = lambda: None
    builder.request([A])
    recorder.wait_for(2)
    assert recorder.heard[3] == "built"


def test_a_source_that_every_build_writes_is_built_less_and_less_often(
    builder: Builder,
    recorder: Recorder,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hotreload.hosts.rebuild.loops._FIRST_WAIT", 0.01)
    monkeypatch.setattr("hotreload.hosts.rebuild.loops._LONGEST_WAIT", 30)
    recorder.during = lambda: builder.request([C])
    builder.start(at_once=False)
    builder.request([A])
    recorder.wait_for(9)
    assert recorder.builds[:9] == [{A}, *[{C}] * 8]
    assert "/c changes with every build" in caplog.text
    # It ends at once when somebody else changes something, the same file too.
    recorder.during = lambda: None
    deadline = time.monotonic() + 10
    while builder._running:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    builder.request([C])
    idle(builder)
    assert recorder.builds[-1] == {C}
    before = len(recorder.builds)
    builder.request([B])
    recorder.wait_for(before + 1)
    assert recorder.builds[before:] == [{B}]


def test_what_a_build_left_is_given_to_the_next_one(builder: Builder, recorder: Recorder) -> None:
    left = [Built(written=frozenset(), whole=False), Built()]
    recorder.answer = lambda: left.pop(0) if left else Built()

    def edit() -> None:
        if len(recorder.builds) == 1:
            builder.request([B])

    recorder.during = edit
    builder.start(at_once=False)
    builder.request([A])
    recorder.wait_for(2)
    builder.request([C])
    recorder.wait_for(3)
    assert recorder.builds == [{A}, {A, B}, {C}]


def test_no_save_of_many_during_builds_is_lost(builder: Builder, recorder: Recorder) -> None:
    saves = 4

    def save() -> None:
        if len(recorder.builds) <= saves:
            builder.request([A])

    recorder.during = save
    builder.start(at_once=False)
    builder.request([A])
    recorder.wait_for(saves + 1)
    idle(builder)
    assert recorder.builds == [{A}] * (saves + 1)


def test_a_build_that_hangs_is_said_and_ended_by_the_next_change(
    builder: Builder,
    recorder: Recorder,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    builder._patience.seconds = 0.01
    recorder.during = recorder.hang
    builder.start(at_once=False)
    builder.request([A])
    recorder.wait_for_slow()
    assert "still building after" in caplog.text
    recorder.during = lambda: None
    assert len(recorder.builds) == 1
    builder.request([B])
    recorder.wait_for(2)
    assert recorder.given_up.is_set()
    assert recorder.builds == [{A}, {B}]


def test_output_that_cannot_be_taken_over_is_a_failed_build_without_a_traceback(
    builder: Builder, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    def full(built: Built, seconds: float) -> None:
        raise OSError(28, "No space left on device")

    recorder.built = full  # type: ignore[method-assign]
    builder.start(at_once=True)
    recorder.wait_for(1)
    assert "No space left on device): the next build tries it again" in recorder.heard[-1]
    assert not any(record.exc_info for record in caplog.records)
