"""The plugin ``hotreload`` of MkDocs: ``mkdocs serve`` by our server, in place of MkDocs's own."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import InclusionLevel

from hotreload.hosts.generators.adapter import Channel, SupersededError
from hotreload.hosts.generators.logs import Collector
from hotreload.hosts.generators.mkdocs_first import FirstBuild, livereload, livereload_is_given
from hotreload.hosts.generators.mkdocs_site import SiteHooks, depends_on, edited_first, problem_of
from hotreload.hosts.rebuild.contract import BuildFailedError, Built, Publish
from hotreload.hosts.rebuild.plan import BuildPlan
from hotreload.hosts.rebuild.sources import Sources, real
from hotreload.project.options import AddressNames
from hotreload.project.settings import SettingsError, read_config

logger = logging.getLogger("mkdocs.plugins.hotreload")


class HotReloadPlugin(SiteHooks):  # type: ignore[no-untyped-call]
    """Has no options of its own: they are those of ``mkdocs serve`` and of ``hotreload.toml``.

    ``used`` is the configuration of the last build, and ``begun`` when the first one began, in
    seconds since the epoch.
    """

    used: MkDocsConfig

    def __init__(self) -> None:
        super().__init__()
        self.begun = 0.0
        self.first = FirstBuild()

    @property
    def file(self) -> Path:
        """The configuration file."""
        return Path(self.used.config_file_path or "mkdocs.yml").resolve()

    def sources(self) -> frozenset[Path]:
        """All that the site is made from, as far as its configuration says."""
        return frozenset(map(real, depends_on(self.used, self.file, theme=False)))

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        self.begun = time.time()
        if command != "serve":
            # Where it serves all the same (--clean), it shows what would be published.
            self.inclusion = InclusionLevel.is_included
        reloads = livereload()
        if reloads:
            self.first.forgive()
        elif reloads is not None and not livereload_is_given():
            logger.warning(
                "this version of click keeps MkDocs from reloading, and so from asking for "
                "hotreload: run mkdocs serve --livereload, or hotreload mkdocs"
            )

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.used = config
        return config

    def on_serve(
        self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Callable[[], None]
    ) -> LiveReloadServer:
        if self.first.failed:
            # It may have ended before it told its configuration.
            self.used = config
        return HotServer(self, server, builder)  # type: ignore[return-value]


class HotServer:
    """What MkDocs, and its plugins, know as a ``LiveReloadServer``, as far as they use it.

    Args:
        plugin: sees the builds.
        replaced: MkDocs's own server, which never runs.
        builder: builds the site as ``mkdocs serve`` was told to.
    """

    def __init__(
        self, plugin: HotReloadPlugin, replaced: LiveReloadServer, builder: Callable[[], None]
    ) -> None:
        self.builder = builder
        self._plugin = plugin
        self._replaced = replaced
        self._watched = [Path(path) for path in replaced._watched_paths]
        replaced.server_close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._replaced, name)

    def watch(self, path: str, func: object = None, *, recursive: bool = True) -> None:
        """Build when this changes, too.

        Raises:
            TypeError: something else than MkDocs's builder is to be called.
        """
        if func not in (None, self.builder):
            raise TypeError("plugins can't have a function of their own called by watch()")
        self._watched.append(Path(path).absolute())

    def unwatch(self, path: str) -> None:
        """Undo one :meth:`watch`.

        Raises:
            ValueError: there was none.
        """
        self._watched.remove(Path(path).absolute())

    def serve(self, *, open_in_browser: bool = False) -> None:
        """Serve until interrupted.

        Raises:
            Abort: a setting can't be used, or the address not be listened on.
        """
        # Of no use to mkdocs build, which loads this module, too.
        from hotreload.cli.mkdocs import QUIET
        from hotreload.cli.options import Common, common_options, option
        from hotreload.cli.serving import run

        replaced, plugin = self._replaced, self._plugin
        output = real(replaced.root)

        @click.command()
        @option("--watch", multiple=True)
        @option("--ignore", multiple=True)
        @common_options
        def command(common: Common, watch: tuple[str, ...], ignore: tuple[str, ...]) -> None:
            watched = (*self._watched, *plugin.sources(), *map(Path, watch))
            plan = BuildPlan(
                output=output,
                sources=Sources(tuple(dict.fromkeys(map(real, watched))), ignore=ignore),
                build=_PluginBuild(plugin, self.builder),
                at_start=plugin.first.failed,
                quiet=QUIET,
                temporary=True,
                begun=plugin.begun,
            )
            settings = common.settings(plugin.file.parent, output=output, open=open_in_browser)
            host, port = plugin.used.dev_addr
            at = replace(settings, host=host, port=port, strict_port=True, base=replaced.mount_path)
            names = AddressNames(f"--dev-addr 0.0.0.0:{port}", "--dev-addr")
            run(replace(at, asked_by=names), plugin.file.name, plan)

        # MkDocs has printed its own lines already.
        logging.getLogger("mkdocs").propagate = False
        try:
            values = read_config(Path.cwd()).values
            command.main([], "mkdocs serve", standalone_mode=False, default_map=values)
        except click.UsageError as error:
            raise Abort(error.format_message()) from None
        except SettingsError as error:
            raise Abort(str(error)) from None

    def shutdown(self, wait: bool = False) -> None:
        """Nothing: when :meth:`serve` returns, all has ended."""


class _PluginBuild:
    """Builds as ``mkdocs serve`` was told to, in this process: see :class:`.contract.Build`."""

    def __init__(self, plugin: HotReloadPlugin, builder: Callable[[], None]) -> None:
        self._plugin = plugin
        self._builder = builder
        self._publish: Publish = lambda paths: None
        self._channel = Channel(lambda paths: self._publish(map(Path, paths)))
        self._collector = Collector(logging.WARNING)
        logging.getLogger("mkdocs").addHandler(self._collector)

    def run(self, changed: frozenset[Path], publish: Publish) -> Built:
        plugin = self._plugin
        self._publish = publish
        self._channel.hurry.clear()
        self._collector.take()
        try:
            edited_first(plugin, changed, self._channel, self._builder)
        except SupersededError:
            return Built(written=frozenset(), whole=False)
        except (Exception, SystemExit) as error:
            docs = Path(plugin.used.docs_dir)
            problem = problem_of(error, self._collector, plugin.file, docs)
            raise BuildFailedError(problem, sources=plugin.sources()) from error
        return Built(sources=plugin.sources())

    def hurry(self) -> None:
        self._channel.hurry.set()

    def give_up(self) -> None:
        """Nothing: it is in this process."""

    def close(self) -> None:
        """Leave the build with its next page."""

        def leave() -> None:
            raise SupersededError

        self._plugin.check = leave
