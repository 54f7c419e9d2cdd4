"""The options that every command has, and the settings they make."""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.decorators import FC

from hotreload.options import RuntimeOptions
from hotreload.project.deny import DenyList
from hotreload.project.files import Mount
from hotreload.settings import (
    Settings,
    SettingsError,
    package_mount,
    parse_base,
    parse_host,
    parse_mount,
    parse_origin,
)
from hotreload.terminal.harmless import HarmlessFormatter

if TYPE_CHECKING:
    from hotreload.build.plan import BuildPlan
    from hotreload.plugins import Plugin


def option(name: str, *names: str, **settings: Any) -> Callable[[FC], FC]:
    """An option that an environment variable can set, too."""
    variable = "HOTRELOAD_" + name.split("/")[0].strip("-").replace("-", "_").upper()
    settings = {"envvar": variable, "show_envvar": True, "show_default": True, **settings}
    return click.option(name, *names, **settings)


_OPTIONS = (
    option(
        "--host",
        default="127.0.0.1",
        is_flag=False,
        flag_value="0.0.0.0",
        help="Address to listen on; without one, all of them.",
    ),
    option("--port", default=8000, type=click.IntRange(0, 65535), help="Port; 0 for any free one."),
    option("--strict-port/--no-strict-port", default=False, help="Fail if the port is in use."),
    option("--open/--no-open", default=False, help="Open the page in the browser."),
    option(
        "--mount", multiple=True, metavar="/PREFIX=DIR", help="Serve another folder below a prefix."
    ),
    option("--base", default="/", help="Public base path."),
    option("--allow-host", multiple=True, metavar="NAME", help="Another host name of this server."),
    option(
        "--cors-origin", multiple=True, metavar="ORIGIN", help="Another origin that may load files."
    ),
    option(
        "--allow", multiple=True, metavar="GLOB", help="Names to serve although they are denied."
    ),
    option("--deny", multiple=True, metavar="GLOB", help="Further names never to serve."),
    option(
        "--plugin",
        "plugins",
        multiple=True,
        metavar="MODULE:NAME",
        help="A plugin, by where it is or the name it is installed by.",
    ),
    option(
        "--log-level",
        default="info",
        type=click.Choice(["debug", "info", "warning", "error"]),
        help="How much to say.",
    ),
    option(
        "--overlay/--no-overlay",
        default=True,
        help="Show what is wrong with the source in the page.",
    ),
    option(
        "--status/--no-status", default=True, help="Show in the page when it has lost the server."
    ),
    option(
        "--heartbeat",
        default=20.0,
        type=click.FloatRange(0.1, 3600),
        metavar="SECONDS",
        help="Silence after which page and server make sure of each other.",
    ),
)


@dataclass(frozen=True, slots=True)
class Common:
    """What the options of every command say; the names are those of the options."""

    host: str
    port: int
    strict_port: bool
    open: bool
    mount: tuple[str, ...]
    base: str
    allow_host: tuple[str, ...]
    cors_origin: tuple[str, ...]
    allow: tuple[str, ...]
    deny: tuple[str, ...]
    plugins: tuple[str, ...]
    log_level: str
    overlay: bool
    status: bool
    heartbeat: float

    def settings(
        self, root: Path, *, output: Path | None = None, open: bool = False, **more: Any
    ) -> Settings:
        """The settings of a server for a folder.

        Args:
            root: the folder, by which pages know the project again after a restart.
            output: the folder that is served, if it is another one.
            open: open the page in the browser, whatever ``--open`` says.
            more: what only some commands have options for.

        Raises:
            SettingsError: an option can't be used.
        """
        mounts = [parse_mount(text) for text in self.mount]
        packages = package_mount(root, Path.cwd().resolve())
        return Settings(
            root=root,
            host=self.host,
            port=self.port,
            strict_port=self.strict_port,
            open_browser=self.open or open,
            mounts=(*mounts, *((packages,) if packages else ()), Mount("/", output or root)),
            base=parse_base(self.base),
            allow_hosts=tuple(parse_host(name) for name in self.allow_host),
            cors_origins=tuple(parse_origin(origin) for origin in self.cors_origin),
            names=DenyList(self.allow, self.deny),
            plugins=_load(self.plugins),
            log_level=self.log_level,
            runtime=RuntimeOptions(self.overlay, self.status, self.heartbeat),
            **more,
        )


def _load(plugins: tuple[str, ...]) -> "tuple[Plugin, ...]":
    if not plugins:
        return ()
    from hotreload.plugin_names import load_plugins

    source = click.get_current_context().get_parameter_source("plugins")
    from_project = source is click.core.ParameterSource.DEFAULT_MAP
    return load_plugins(plugins, own_code=None if from_project else Path.cwd())


def common_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that all have; it gets them as its first argument."""

    def run(**given: Any) -> None:
        common = Common(**{name: given.pop(name) for name in Common.__slots__})
        _start_logging(common.log_level)
        command(common, **given)

    run.__doc__ = command.__doc__
    run.__name__ = command.__name__
    # What decorators below this one have noted.
    run.__dict__.update(vars(command))
    decorated: Callable[..., None] = run
    for decorate in reversed(_OPTIONS):
        decorated = decorate(decorated)
    return decorated


def _start_logging(level: str) -> None:
    # Not the root's level: the server's own debug lines would print the token.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(HarmlessFormatter("%(message)s"))
    logging.basicConfig(level="WARNING", handlers=[handler])
    logging.getLogger("hotreload").setLevel(level.upper())


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
    from hotreload.server import Server
    from hotreload.web.client import RuntimeMissingError

    def ready(url: str) -> None:
        taken = settings.port not in (0, int(url.rsplit(":", 1)[1].split("/")[0]))
        note = f" (port {settings.port} is in use)" if taken else ""
        click.echo(f"hotreload serves {shown} at {url}{note}")

    try:
        Server(settings, ready, plan).run()
    except RuntimeMissingError as error:
        raise SettingsError(str(error)) from None
