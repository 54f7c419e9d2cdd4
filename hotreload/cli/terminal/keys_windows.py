"""Keys from a Windows console, which can only be asked."""

import asyncio
import msvcrt
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# So that a type checker on another system leaves out what it can't know.
assert sys.platform == "win32"


@contextmanager
def pressed_keys(pressed: Callable[[str], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    ended = threading.Event()

    def read() -> None:
        while not ended.wait(0.05):
            while msvcrt.kbhit():
                loop.call_soon_threadsafe(pressed, msvcrt.getwch())

    thread = threading.Thread(target=read, name="hotreload-keys", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
