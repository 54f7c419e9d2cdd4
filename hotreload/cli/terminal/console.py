"""What a person at the terminal sees besides the lines, and may press."""

import logging
import sys
import threading
from collections.abc import Iterable
from contextlib import ExitStack

import click

from hotreload.cli.terminal.keys import Shortcut, help_lines, pressing
from hotreload.cli.terminal.progress import BuildProgress
from hotreload.hosts.server import Server
from hotreload.live.facts import Ready

logger = logging.getLogger("hotreload")


class Console:
    """The terminal of a running server, where a person is at it; from now until it is closed."""

    def __init__(self) -> None:
        self._held = ExitStack()
        progress = BuildProgress()
        logger.addHandler(progress)
        self._held.callback(progress.close)
        self._held.callback(logger.removeHandler, progress)

    def open(self, server: Server, ready: Ready) -> None:
        """Show where the server is found, and listen to the keys; in the server's event loop."""
        _show(_urls(ready)[1:])
        if ready.network:
            import segno  # only a server for others needs it

            segno.make(ready.network[0], micro=False).terminal(sys.stdout, compact=True, border=2)
        self._held.enter_context(pressing(_shortcuts(server, ready)))
        _show(["  press h for what may be pressed"])

    def close(self) -> None:
        """Give the terminal back as it was."""
        self._held.close()


def _shortcuts(server: Server, ready: Ready) -> dict[str, Shortcut]:
    def open_browser() -> None:
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(ready.url,), daemon=True).start()

    def reload() -> None:
        server.engine.live.updates.batches.reload_all("asked for in the terminal")

    shortcuts = {
        "o": Shortcut("open the page in the browser", open_browser),
        "r": Shortcut("reload every page", reload),
        "u": Shortcut("show the URLs", lambda: _show(_urls(ready))),
        "c": Shortcut("clear the terminal", click.clear),
        "q": Shortcut("quit", server.stop),
        "h": Shortcut("show this help", lambda: _show(help_lines(shortcuts))),
    }
    return shortcuts


def _urls(ready: Ready) -> list[str]:
    return [f"  local    {ready.url}", *(f"  network  {url}" for url in ready.network)]


def _show(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
