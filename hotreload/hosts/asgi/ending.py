"""Hearing that the process is asked to end, before its server waits for what is still open."""

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

_ASKED = [signal.SIGINT, signal.SIGTERM]
if sys.platform == "win32":
    _ASKED.append(signal.SIGBREAK)

_Handler = Callable[[int, FrameType | None], object]


class EndSignals:
    """Calls a function when a signal asks the process to end; then the server does as it would.

    ASGI tells an app of the end only when all answers have come to theirs, which one without end
    never does. So what the server has put in place for these signals is called after our function.
    Where it has nothing there, or the app does not run in the main thread, nothing is changed.

    Args:
        call: runs between any two steps of the main thread, so it may do no more than ask a loop.
    """

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call
        self._before: dict[int, tuple[_Handler, _Handler]] = {}

    def hear(self) -> None:
        """Begin to listen; the server's handlers must be in place."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in _ASKED:
            handler = signal.getsignal(number)
            if callable(handler) and number not in self._before:
                self._before[number] = (self._chained(handler), handler)
                signal.signal(number, self._before[number][0])

    def forget(self) -> None:
        """Put back what was there, unless somebody else has done so."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number, (ours, handler) in self._before.items():
            if signal.getsignal(number) is ours:
                signal.signal(number, handler)
        self._before.clear()

    def _chained(self, handler: _Handler) -> _Handler:
        def handle(number: int, frame: FrameType | None) -> None:
            self._call()
            handler(number, frame)

        return handle
