"""What ``hotreload run`` and ``hotreload proxy`` share."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from hotreload.cli.options import option
from hotreload.cli.terminal.output import start_output
from hotreload.project.options import RuntimeOptions
from hotreload.project.settings import Settings, SettingsError, parse_host

# Servers of apps are at 3000, 5000, 8000 or 8080.
PORT = 8808

_OPTIONS = (
    option(
        "--host",
        default="127.0.0.1",
        is_flag=False,
        flag_value="0.0.0.0",
        help="Address to listen on; without one, all of them.",
    ),
    option("--port", default=PORT, type=click.IntRange(0, 65535), help="Port; 0 for any free one."),
    option("--strict-port/--no-strict-port", default=False, help="Fail if the port is in use."),
    option("--open/--no-open", default=False, help="Open the page in the browser."),
    option(
        "--static",
        multiple=True,
        metavar="/PREFIX=DIR",
        help="What the app serves as files; that of Flask and Django is found.",
    ),
    option("--watch", multiple=True, metavar="PATH", help="Pages are rendered from this, too."),
    option("--ignore", multiple=True, metavar="GLOB", help="Paths whose changes don't matter."),
    option("--allow-host", multiple=True, metavar="NAME", help="Another host name of this server."),
    option(
        "--overlay/--no-overlay",
        default=True,
        help="Show what is wrong with the source in the page.",
    ),
    option("--json/--no-json", default=False, help="Say everything as JSON lines, for tools."),
    option(
        "--log-level",
        default="info",
        type=click.Choice(["debug", "info", "warning", "error"]),
        help="How much to say.",
    ),
)


def front_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of all that stands before a server."""
    for decorate in reversed(_OPTIONS):
        command = decorate(command)
    return command


def start(given: dict[str, Any], *, words: tuple[str, ...] = (), upstream: str = "") -> int:
    """Stand before a server; returns the exit status of its command.

    Args:
        given: what :func:`front_options` gave.
        words: the command that runs the server, if it does not run yet.
        upstream: the server's URL; "" to find it.

    Raises:
        SettingsError: an option can't be used, or the extra ``run`` is not installed.
    """
    start_output(given["log_level"], as_json=given["json"])
    if find_spec("aiohttp") is None or find_spec("psutil") is None:
        raise SettingsError(
            "standing before a server needs two more packages: pip install 'hotreload-server[run]'"
        )
    root = Path.cwd().resolve()
    settings = Settings(
        root=root,
        host=given["host"],
        port=given["port"],
        strict_port=given["strict_port"],
        open_browser=given["open"],
        rendered=True,
        allow_hosts=tuple(parse_host(name) for name in given["allow_host"]),
        as_json=given["json"],
        log_level=given["log_level"],
        runtime=RuntimeOptions(overlay=given["overlay"]),
    )
    from hotreload.hosts.run.front import Behind, stand_before
    from hotreload.web.client import RuntimeMissingError

    behind = Behind(words, upstream, _static(given["static"]), given["watch"], given["ignore"])
    try:
        return stand_before(settings, behind)
    except RuntimeMissingError as error:
        raise SettingsError(str(error)) from None


def _static(named: tuple[str, ...]) -> dict[str, list[str]] | None:
    folders: dict[str, list[str]] = {}
    for text in named:
        prefix, equals, folder = text.partition("=")
        if not (prefix.startswith("/") and equals and folder):
            raise SettingsError(f"static files are written /prefix=folder, not {text!r}")
        folders.setdefault(prefix, []).append(folder)
    return folders or None


def parse_upstream(url: str) -> str:
    """The URL of a server, without a slash at the end.

    Raises:
        SettingsError: it is none.
    """
    from hotreload.web.front.parse import is_server

    if not is_server(url):
        raise SettingsError(f"a server is written http://host:port, not {url!r}")
    return url.rstrip("/")
