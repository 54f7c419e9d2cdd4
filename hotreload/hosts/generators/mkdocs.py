"""MkDocs, in the process that ``hotreload mkdocs`` builds in: see also :mod:`.mkdocs_site`."""

import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mkdocs.commands import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer

from hotreload.hosts.generators.adapter import Adapter, AdapterError, Channel
from hotreload.hosts.generators.logs import Collector
from hotreload.hosts.generators.mkdocs_site import (
    GENERATOR,
    SiteHooks,
    config_files,
    depends_on,
    edited_first,
    problem_of,
)
from hotreload.project.problems import Problem


def make(options: dict[str, Any]) -> "MkDocsAdapter":
    """The adapter; ``options`` are made in :mod:`hotreload.cli.mkdocs`."""
    return MkDocsAdapter(options)


class MkDocsAdapter(Adapter):
    """Builds with MkDocs.

    Args:
        options: see :func:`make`.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._file = Path(options["config_file"])
        self._docs = self._file.parent / "docs"
        self._sources: list[Path] = [self._file]
        self._hooks = SiteHooks()
        self._started = False
        self._watched: list[Path] | None = None
        self._collector = Collector(logging.WARNING)
        log = logging.getLogger(GENERATOR)
        if GENERATOR != "mkdocs":
            # Of plugins that name it themselves.
            logging.getLogger("mkdocs").parent = log
        log.addHandler(self._collector)
        printer = logging.StreamHandler(sys.stderr)
        printer.setFormatter(logging.Formatter("%(levelname)-8s -  %(message)s"))
        log.addHandler(printer)
        log.setLevel(options["log_level"])

    def build(self, changed: frozenset[Path], channel: Channel) -> tuple[Problem, ...]:
        self._collector.take()
        try:
            edited_first(self._hooks, changed, channel, self._build_all)
        except (Exception, SystemExit) as error:
            problem = problem_of(error, self._collector, self._file, self._docs)
            raise AdapterError(problem) from error
        # From now on, what is built is said in one line.
        logging.getLogger(GENERATOR).setLevel(max(logging.WARNING, self._options["log_level"]))
        return ()

    def is_stale(self, changed: frozenset[Path]) -> bool:
        # What plugins keep is of the configuration that they were made with.
        return not changed.isdisjoint(config_files(self._file))

    def sources(self) -> Iterable[Path]:
        return (*self._sources, *(self._watched or ()))

    def _build_all(self) -> None:
        options = self._options
        config = load_config(config_file=options["config_file"], **options["overrides"])
        self._docs = Path(config.docs_dir)
        self._sources = list(depends_on(config, self._file, theme=options["watch_theme"]))
        config.plugins["hotreload.build"] = self._hooks
        if not self._started:
            config.plugins.on_startup(command="serve", dirty=False)
            self._started = True
        mkdocs_build.build(config, serve_url=options["overrides"]["site_url"])
        if self._watched is None:
            # As after the first build of mkdocs serve.
            self._watched = self._asked_for(config)

    def _asked_for(self, config: MkDocsConfig) -> list[Path]:
        """What plugins have a server watch."""
        at = urlsplit(self._options["overrides"]["site_url"])
        server = LiveReloadServer(
            builder=self._build_all,
            host=at.hostname or "127.0.0.1",
            port=at.port or 8000,
            root=config.site_dir,
            mount_path=at.path or "/",
        )
        try:
            server = config.plugins.on_serve(server, config=config, builder=self._build_all)
            return [Path(path) for path in server._watched_paths]
        finally:
            server.server_close()
