"""Keys from a POSIX terminal, read as they are pressed."""

import asyncio
import os
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def pressed_keys(pressed: Callable[[str], None]) -> Iterator[None]:
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            typed = os.read(descriptor, 64)
        except OSError:
            typed = b""
        if not typed:
            # The terminal is gone; it would be readable for ever.
            loop.remove_reader(descriptor)
        for key in typed.decode("ascii", "ignore"):
            pressed(key)

    def begin() -> None:
        # Ctrl-C still interrupts; only waiting for the end of a line, and echo, are off.
        tty.setcbreak(descriptor, termios.TCSANOW)

    if _in_background(descriptor):
        # Touching the terminal would stop the process.
        yield
        return
    begin()
    loop.add_reader(descriptor, read)
    # A shell gives the terminal back as it was when it was left.
    loop.add_signal_handler(signal.SIGCONT, begin)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGCONT)
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _in_background(descriptor: int) -> bool:
    try:
        return os.getpgrp() != os.tcgetpgrp(descriptor)
    except OSError:
        # Not the terminal that the process was started from, so nothing is stopped by it.
        return False
