"""Time that passes only while somebody waits, and what happens meanwhile."""

import heapq
import itertools
from collections.abc import Callable


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
