"""Running a server in a terminal."""

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hotreload.project.settings import Settings, SettingsError

if TYPE_CHECKING:
    from hotreload.hosts.rebuild.plan import BuildPlan

logger = logging.getLogger("hotreload")


def run(settings: Settings, shown: str, plan: "BuildPlan | None" = None) -> None:
    """Serve until interrupted.

    Args:
        settings: what to serve.
        shown: what is served, as the user named it.
        plan: how it is made.

    Raises:
        SettingsError: it can't be served.
    """
    # Here, so that --help and a bad setting don't wait for the server's imports.
    from hotreload.cli.terminal.keys import is_terminal
    from hotreload.hosts.listen import network_urls
    from hotreload.hosts.server import Server
    from hotreload.live.facts import Ready, say
    from hotreload.web.client import RuntimeMissingError

    console = None
    if is_terminal() and not settings.as_json:
        from hotreload.cli.terminal.console import Console

        console = Console()

    def ready(url: str) -> None:
        taken = settings.port not in (0, urlsplit(url).port)
        note = f"port {settings.port} is in use" if taken else ""
        fact = Ready(url, tuple(network_urls(settings, url)), shown, note)
        say(fact)
        if settings.tls is not None and settings.tls.authority is not None:
            logger.info("a browser that trusts %s trusts this server", settings.tls.authority)
        if console is not None:
            console.open(server, fact)

    def ended() -> None:
        if console is not None:
            console.close()

    server = Server(settings, ready, plan, on_ended=ended)
    try:
        server.run()
    except RuntimeMissingError as error:
        raise SettingsError(str(error)) from None
