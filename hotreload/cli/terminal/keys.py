"""Single keys, pressed in the terminal that the server runs in."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What a key does, in a few words."""

    does: str
    run: Callable[[], None]


def help_lines(shortcuts: Mapping[str, Shortcut]) -> list[str]:
    """What may be pressed, one line each."""
    return [f"  {key}  {shortcut.does}" for key, shortcut in shortcuts.items()]


def is_terminal() -> bool:
    """Whether a person sees what is printed, and can press keys."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def pressing(shortcuts: Mapping[str, Shortcut]) -> Iterator[None]:
    """While this lasts, keys do what they stand for; to be entered in the event loop.

    Args:
        shortcuts: by key; other keys do nothing.
    """

    def pressed(key: str) -> None:
        shortcut = shortcuts.get(key.lower())
        if shortcut is not None:
            shortcut.run()

    if sys.platform == "win32":
        from hotreload.cli.terminal.keys_windows import pressed_keys
    else:
        from hotreload.cli.terminal.keys_posix import pressed_keys
    with pressed_keys(pressed):
        yield
