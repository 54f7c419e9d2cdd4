"""Time that passes only while somebody waits, and what happens meanwhile."""

import heapq
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any


class Clock:
    """In place of the module ``time``, and of ``asyncio`` where that only sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def monotonic(self) -> float:
        return self.now

    time = monotonic

    def thread_time(self) -> float:
        return 0.0

    def after(self, seconds: float, happens: Callable[[], None]) -> None:
        """Let something happen as soon as so much time has passed."""
        heapq.heappush(self._due, (self.now + seconds, next(self._numbers), happens))

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self._due and self._due[0][0] <= until:
            when, _, happens = heapq.heappop(self._due)
            self.now = max(self.now, when)
            happens()
        self.now = max(self.now, until)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is to happen any more."""
        return not self._due


class AsyncClock:
    """In place of ``asyncio``, for who only sleeps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)


class Loop:
    """An event loop that is somebody's to turn."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: list[Callable[[], None]] = []

    def is_closed(self) -> bool:
        return False

    def call_soon_threadsafe(self, call: Callable[..., None], *arguments: object) -> None:
        self._calls.append(partial(call, *arguments))

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        self._clock.after(seconds, call)

    def run_in_executor(self, _pool: None, work: Callable[[], Any]) -> "Done":
        return Done(work())

    def turn(self) -> bool:
        """Run what waits; returns whether anything did."""
        calls, self._calls = self._calls, []
        for call in calls:
            call()
        return bool(calls)


class Done:
    """A future that has come."""

    def __init__(self, result: Any) -> None:
        self.result = lambda: result

    def cancelled(self) -> bool:
        return False

    def add_done_callback(self, call: Callable[[Any], None]) -> None:
        call(self)
