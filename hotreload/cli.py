"""The command line."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.decorators import FC

from hotreload import __version__
from hotreload.options import RuntimeOptions
from hotreload.project.deny import DenyList
from hotreload.project.files import Mount
from hotreload.settings import (
    Settings,
    SettingsError,
    check_folder,
    package_mount,
    parse_base,
    parse_host,
    parse_mount,
    parse_origin,
    read_config,
)


def main() -> None:
    """Run the command; ends the process."""
    try:
        cli.main(prog_name="hotreload", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.UsageError as error:
        _fail(error.format_message())
    except SettingsError as error:
        _fail(str(error))


def _fail(message: str) -> None:
    click.echo(f"hotreload: {message}", err=True)
    sys.exit(2)


@click.group()
@click.version_option(__version__, message="hotreload %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """A dev server with hot module replacement."""
    context.default_map = {"serve": read_config(Path.cwd())}


def _option(name: str, **settings: Any) -> Callable[[FC], FC]:
    variable = "HOTRELOAD_" + name.split("/")[0].strip("-").replace("-", "_").upper()
    return click.option(name, envvar=variable, show_envvar=True, show_default=True, **settings)


@cli.command()
@click.argument("dir", default=".", envvar="HOTRELOAD_DIR")
@_option(
    "--host",
    default="127.0.0.1",
    is_flag=False,
    flag_value="0.0.0.0",
    help="Address to listen on; without one, all of them.",
)
@_option("--port", default=8000, type=click.IntRange(0, 65535), help="Port; 0 for any free one.")
@_option("--strict-port/--no-strict-port", default=False, help="Fail if the port is in use.")
@_option("--open/--no-open", default=False, help="Open the page in the browser.")
@_option("--watch", multiple=True, metavar="PATH", help="Reload pages when this changes, too.")
@_option("--ignore", multiple=True, metavar="GLOB", help="Paths whose changes don't matter.")
@_option(
    "--mount", multiple=True, metavar="/PREFIX=DIR", help="Serve another folder below a prefix."
)
@_option("--spa/--no-spa", default=False, help="Answer unknown addresses with /index.html.")
@_option("--base", default="/", help="Public base path.")
@_option("--allow-host", multiple=True, metavar="NAME", help="Another host name of this server.")
@_option(
    "--cors-origin", multiple=True, metavar="ORIGIN", help="Another origin that may load files."
)
@_option("--allow", multiple=True, metavar="GLOB", help="Names to serve although they are denied.")
@_option("--deny", multiple=True, metavar="GLOB", help="Further names never to serve.")
@_option(
    "--log-level",
    default="info",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="How much to say.",
)
@_option(
    "--overlay/--no-overlay", default=True, help="Show what is wrong with the source in the page."
)
def serve(
    dir: str,
    host: str,
    port: int,
    strict_port: bool,
    open: bool,
    watch: tuple[str, ...],
    ignore: tuple[str, ...],
    mount: tuple[str, ...],
    spa: bool,
    base: str,
    allow_host: tuple[str, ...],
    cors_origin: tuple[str, ...],
    allow: tuple[str, ...],
    deny: tuple[str, ...],
    log_level: str,
    overlay: bool,
) -> None:
    """Serve the folder DIR, and change its open pages as its files change."""
    # Not the root's level: the server's own debug lines would print the token.
    logging.basicConfig(level="WARNING", format="%(message)s", stream=sys.stderr)
    logging.getLogger("hotreload").setLevel(log_level.upper())
    root = check_folder(Path(dir))
    mounts = [parse_mount(text) for text in mount]
    packages = package_mount(root, Path.cwd().resolve())
    for path in watch:
        if not Path(path).exists():
            raise SettingsError(f"there is nothing at {path} to watch")
    settings = Settings(
        root=root,
        host=host,
        port=port,
        strict_port=strict_port,
        open_browser=open,
        watch=tuple(Path(path).resolve() for path in watch),
        ignore=ignore,
        mounts=(*mounts, *((packages,) if packages else ()), Mount("/", root)),
        spa=spa,
        base=parse_base(base),
        allow_hosts=tuple(parse_host(name) for name in allow_host),
        cors_origins=tuple(parse_origin(origin) for origin in cors_origin),
        names=DenyList(allow, deny),
        log_level=log_level,
        runtime=RuntimeOptions(overlay=overlay),
    )
    # Here, so that --help and a bad setting don't wait for the server's imports.
    from hotreload.server import DevServer
    from hotreload.web.client import RuntimeMissingError

    def ready(url: str) -> None:
        note = (
            ""
            if port in (0, int(url.rsplit(":", 1)[1].split("/")[0]))
            else f" (port {port} is in use)"
        )
        click.echo(f"hotreload serves {dir} at {url}{note}")

    try:
        DevServer(settings, ready).run()
    except RuntimeMissingError as error:
        raise SettingsError(str(error)) from None
