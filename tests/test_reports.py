"""What the terminal says of an update: one line, when all have answered or are not waited for."""

import logging
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotreload.live.protocol import Ack
from hotreload.live.reports import GIVE_UP_SECONDS, PATIENCE_SECONDS, Reports, printable
from hotreload.live.session import Session


class Clock:
    """Time, and what is to be done later, in a test's hands."""

    def __init__(self) -> None:
        self.now = 100.0
        self._later: list[tuple[float, Callable[[], None]]] = []

    def __call__(self) -> float:
        return self.now

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self._later.append((self.now + seconds, call))

    def wait(self, seconds: float) -> None:
        self.now += seconds
        due = [call for when, call in self._later if when <= self.now]
        self._later = [(when, call) for when, call in self._later if when > self.now]
        for call in due:
            call()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reports(clock: Clock, caplog: pytest.LogCaptureFixture) -> Reports:
    caplog.set_level(logging.INFO, "hotreload")
    return Reports(clock.later, clock)


def applied(rev: int = 1) -> Ack:
    return Ack(rev, "applied", 1.5)


def test_one_line_says_what_came_where_and_how_fast(
    reports: Reports, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = Session("http://a"), Session("http://a")
    reports.sent(1, ("/src/a.js",), clock.now, [one, two])
    clock.now += 0.004
    reports.acked(one, applied())
    assert caplog.messages == []
    clock.now += 0.003
    reports.acked(two, applied())
    assert caplog.messages == ["hmr /src/a.js · 2 pages · 7 ms"]


def test_a_page_that_does_not_answer_is_named_and_holds_up_no_line(
    reports: Reports, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    one, frozen = Session("http://a"), Session("http://a")
    reports.sent(1, ("/a.css",), clock.now, [one, frozen])
    reports.acked(one, applied())
    clock.wait(PATIENCE_SECONDS)
    assert caplog.messages == ["hmr /a.css · 1 page · 0 ms · 1 page not answering"]
    reports.acked(frozen, applied())
    assert len(caplog.messages) == 1


def test_what_was_not_applied_is_said_with_its_reason(
    reports: Reports, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    pages = [Session("http://a") for _ in range(4)]
    reports.sent(1, ("/a.js",), clock.now, pages)
    reports.acked(pages[0], applied())
    reports.acked(pages[1], Ack(1, "reloading", 1, "a script changed"))
    reports.acked(pages[2], Ack(1, "refused", 1, "not a path: //x"))
    reports.acked(pages[3], Ack(1, "failed", 1, "/a.js: Error\x1b[2J\nhmr all is well"))
    assert caplog.messages == [
        "hmr /a.js · 1 page · 0 ms",
        "reload: a script changed · 1 page",
        "refused: not a path: //x · 1 page",
        "failed: /a.js: Error [2J hmr all is well · 1 page",
    ]


def test_a_page_that_left_is_not_waited_for(
    reports: Reports, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    stays, leaves = Session("http://a"), Session("http://a")
    reports.sent(1, ("/a.js",), clock.now, [stays, leaves])
    reports.left(leaves)
    reports.acked(stays, applied())
    assert caplog.messages == ["hmr /a.js · 1 page · 0 ms"]


def test_settled_is_when_all_have_answered_or_are_given_up(reports: Reports, clock: Clock) -> None:
    seen: list[int] = []
    reports.when_settled(seen.append)
    assert seen == [0]
    one, frozen = Session("http://a"), Session("http://a")
    reports.sent(1, ("/a.js",), clock.now, [one, frozen])
    reports.when_settled(seen.append)
    reports.acked(one, applied())
    assert seen == [0]
    clock.wait(GIVE_UP_SECONDS)
    assert seen == [0, 1]
    reports.acked(frozen, applied())
    reports.when_settled(seen.append)
    assert seen == [0, 1, 0]


answers = st.sampled_from(["applied", "ignored", "reloading", "failed", "left", "silent"])


@given(st.lists(answers, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_whoever_answers_in_whatever_order_every_update_is_settled_once(
    ends: list[str], random: Random
) -> None:
    clock = Clock()
    reports = Reports(clock.later, clock)
    pages = [Session("http://a") for _ in ends]
    for rev in (1, 2):
        reports.sent(rev, ("/a.js",), clock.now, pages)
    settled: list[int] = []
    reports.when_settled(settled.append)
    order = list(zip(pages, ends, strict=True))
    random.shuffle(order)
    for page, end in order:
        for rev in (1, 2, 3):
            if end == "left":
                reports.left(page)
            elif end != "silent":
                reports.acked(page, Ack(rev, end, 1))
    silent = ends.count("silent")
    assert settled == ([] if silent else [0])
    clock.wait(GIVE_UP_SECONDS)
    assert settled == [silent]


def test_a_page_s_words_are_one_line_of_a_sensible_length() -> None:
    assert printable("a\r\n\x1b[31mb\u202ec") == "a   [31mb c"
    assert len(printable("x" * 10_000)) < 400
