"""The options that every command has, and the settings they make."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.decorators import FC

from hotreload.cli.shown import shown_settings
from hotreload.cli.terminal.output import start_output
from hotreload.project.deny import DenyList
from hotreload.project.files import Mount
from hotreload.project.options import FrontOptions, ReloadPolicy, RuntimeOptions, TlsFiles
from hotreload.project.settings import (
    Settings,
    SettingsError,
    package_mount,
    parse_base,
    parse_host,
    parse_load_path,
    parse_mount,
    parse_origin,
)

if TYPE_CHECKING:
    from hotreload.plugins import Plugin


def option(name: str, *names: str, **settings: Any) -> Callable[[FC], FC]:
    """An option that an environment variable can set, too."""
    variable = "HOTRELOAD_" + name.split("/")[0].strip("-").replace("-", "_").upper()
    settings = {"envvar": variable, "show_envvar": True, "show_default": True, **settings}
    return click.option(name, *names, **settings)


def is_given(name: str) -> bool:
    """Whether an option of the running command was set by somebody, and is no default."""
    source = click.get_current_context().get_parameter_source(name)
    return source is not click.core.ParameterSource.DEFAULT


_OPTIONS = (
    option(
        "--host",
        default="127.0.0.1",
        is_flag=False,
        flag_value="0.0.0.0",
        help="Address to listen on; without one, all of them.",
    ),
    option("--port", default=8000, type=click.IntRange(0, 65535), help="Port; 0 for any free one."),
    option("--https/--no-https", default=False, help="Serve HTTPS, by a certificate of our own."),
    option("--cert", metavar="FILE", help="Serve HTTPS by this certificate, in PEM."),
    option("--key", metavar="FILE", help="Its private key, where it is in a file of its own."),
    option("--strict-port/--no-strict-port", default=False, help="Fail if the port is in use."),
    option("--open/--no-open", default=False, help="Open the page in the browser."),
    option(
        "--mount", multiple=True, metavar="/PREFIX=DIR", help="Serve another folder below a prefix."
    ),
    option(
        "--proxy",
        multiple=True,
        metavar="/PREFIX=URL",
        help="Have another server answer below a prefix, sockets included.",
    ),
    option("--header", multiple=True, metavar="'NAME: VALUE'", help="A header for every answer."),
    option("--base", default="/", help="Public base path."),
    option("--allow-host", multiple=True, metavar="NAME", help="Another host name of this server."),
    option(
        "--cors-origin", multiple=True, metavar="ORIGIN", help="Another origin that may load files."
    ),
    option(
        "--allow", multiple=True, metavar="GLOB", help="Names to serve although they are denied."
    ),
    option("--deny", multiple=True, metavar="GLOB", help="Further names never to serve."),
    option("--json/--no-json", default=False, help="Say everything as JSON lines, for tools."),
    option(
        "--plugin",
        "plugins",
        multiple=True,
        metavar="MODULE:NAME",
        help="A plugin, by where it is or the name it is installed by.",
    ),
    option(
        "--sass-load-path",
        multiple=True,
        metavar="DIR",
        help="A folder in which Sass also looks for what is imported.",
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
        "--console/--no-console",
        default=False,
        help="Show here what the pages say in their console.",
    ),
    option("--errors/--no-errors", default=True, help="Show uncaught errors of the page in it."),
    option(
        "--reload",
        default="auto",
        type=click.Choice(["auto", "ask", "never"]),
        help="What to do where only a reload helps.",
    ),
    option("--editor", metavar="COMMAND", help="Let pages open files in this editor."),
    option(
        "--highlight/--no-highlight",
        default=False,
        help="Scroll to what an edit of a page has changed, and mark it.",
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


class Common(NamedTuple):
    """What the options of every command say; the names are those of the options."""

    host: str
    port: int
    https: bool
    cert: str | None
    key: str | None
    strict_port: bool
    open: bool
    mount: tuple[str, ...]
    proxy: tuple[str, ...]
    header: tuple[str, ...]
    base: str
    allow_host: tuple[str, ...]
    cors_origin: tuple[str, ...]
    allow: tuple[str, ...]
    deny: tuple[str, ...]
    plugins: tuple[str, ...]
    sass_load_path: tuple[str, ...]
    json: bool
    log_level: str
    overlay: bool
    console: bool
    errors: bool
    reload: ReloadPolicy
    editor: str | None
    status: bool
    highlight: bool
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
        packages = package_mount(root, Path.cwd().resolve())
        given = (parse_mount(text) for text in self.mount)
        mounts = (*given, *((packages,) if packages else ()), Mount("/", output or root))
        return Settings(
            root=root,
            host=self.host,
            port=self.port,
            strict_port=self.strict_port,
            open_browser=self.open or open,
            mounts=mounts,
            base=parse_base(self.base),
            allow_hosts=tuple(parse_host(name) for name in self.allow_host),
            cors_origins=tuple(parse_origin(origin) for origin in self.cors_origin),
            names=DenyList(self.allow, self.deny),
            plugins=_load(self.plugins),
            sass_load_paths=tuple(parse_load_path(text, mounts) for text in self.sass_load_path),
            log_level=self.log_level,
            as_json=self.json,
            front=self._front(),
            tls=self._tls(),
            shown=shown_settings(),
            runtime=RuntimeOptions(
                overlay=self.overlay,
                errors=self.errors,
                console=self.console,
                reload=self.reload,
                editor=self.editor is not None,
                status=self.status,
                highlight=self.highlight,
                heartbeat=self.heartbeat,
            ),
            editor=() if self.editor is None else _parse_editor(self.editor),
            **more,
        )

    def _front(self) -> FrontOptions:
        if not (self.proxy or self.header):
            return FrontOptions()
        from hotreload.web.front.parse import parse_header, parse_proxy

        return FrontOptions(
            tuple(parse_proxy(text) for text in self.proxy),
            tuple(parse_header(text) for text in self.header),
        )

    def _tls(self) -> TlsFiles | None:
        if self.cert is None and not self.https:
            if self.key is not None:
                raise SettingsError("--key is of use beside --cert only")
            return None
        from hotreload.hosts.certificate import given_certificate, own_certificate

        if self.cert is None:
            return own_certificate(self.host, self.allow_host)
        return given_certificate(Path(self.cert), Path(self.key) if self.key else None)


def _load(plugins: tuple[str, ...]) -> "tuple[Plugin, ...]":
    if not plugins:
        return ()
    from hotreload.plugins.names import load_plugins

    source = click.get_current_context().get_parameter_source("plugins")
    from_project = source is click.core.ParameterSource.DEFAULT_MAP
    return load_plugins(plugins, own_code=None if from_project else Path.cwd())


def _parse_editor(text: str) -> tuple[str, ...]:
    from hotreload.web.editor import EditorError, parse_editor  # few need it

    try:
        return parse_editor(text)
    except EditorError as error:
        raise SettingsError(str(error)) from None


def common_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that all have; it gets them as its first argument."""

    def run(**given: Any) -> None:
        common = Common(**{name: given.pop(name) for name in Common._fields})
        start_output(common.log_level, as_json=common.json)
        command(common, **given)

    run.__doc__ = command.__doc__
    run.__name__ = command.__name__
    # What decorators below this one have noted.
    run.__dict__.update(vars(command))
    decorated: Callable[..., None] = run
    for decorate in reversed(_OPTIONS):
        decorated = decorate(decorated)
    return decorated
