"""MkDocs, in the process that ``hotreload mkdocs`` builds in: see also :mod:`.mkdocs_site`."""

import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mkdocs.commands import build as mkdocs_build
from mkdocs.config import load_config

from hotreload.integrations.adapter import AdapterError, Channel
from hotreload.integrations.logs import Collector
from hotreload.integrations.mkdocs_site import SiteHooks, depends_on, edited_first, problem_of
from hotreload.problems import Problem


def make(options: dict[str, Any]) -> "MkDocsAdapter":
    """The adapter; ``options`` are made in :mod:`hotreload.cli.mkdocs`."""
    return MkDocsAdapter(options)


class MkDocsAdapter:
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
        self._collector = Collector(logging.WARNING)
        log = logging.getLogger("mkdocs")
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
        logging.getLogger("mkdocs").setLevel(max(logging.WARNING, self._options["log_level"]))
        return ()

    def is_stale(self, changed: frozenset[Path]) -> bool:
        return False

    def sources(self) -> Iterable[Path]:
        return self._sources

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
