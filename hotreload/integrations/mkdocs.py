"""MkDocs: an edited page at once, the whole site after it.

MkDocs knows no incremental build: each renders every page. So an edited page is rendered first,
with what the last build knew of the site, and shown; then the site is built as ``mkdocs serve``
would build it, so that navigation, search index and everything else are right in the end. If
something is edited meanwhile, that comes first again.
"""

import logging
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from jinja2 import Environment
from mkdocs.commands import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from hotreload.integrations.adapter import AdapterError, Channel
from hotreload.integrations.logs import Collector, source_problem
from hotreload.problems import Problem

logger = logging.getLogger("mkdocs.hotreload")

_INHERIT = re.compile(r"^INHERIT:\s*['\"]?([^'\"\n]+)", re.M)


def make(options: dict[str, Any]) -> "MkDocsAdapter":
    """The adapter; ``options`` are made in :mod:`hotreload.cli.mkdocs`."""
    return MkDocsAdapter(options)


@dataclass(slots=True)
class _Site:
    """What the last build knew."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Environment


class _Hooks(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """Sees a build from within."""

    def __init__(self, channel: Channel, *, can_wait: bool) -> None:
        super().__init__()
        self._channel = channel
        self._can_wait = can_wait
        self._nav: Navigation | None = None
        self.site: _Site | None = None

    def on_nav(self, nav: Navigation, /, *, config: MkDocsConfig, files: Files) -> Navigation:
        self._nav = nav
        return nav

    def on_env(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:
        if self._nav is not None:
            self.site = _Site(config, files, self._nav, env)
        return env

    def on_page_markdown(self, markdown: str, /, **rest: Any) -> str:
        self._check()
        return markdown

    def on_page_context(self, context: Any, /, **rest: Any) -> Any:
        self._check()
        return context

    def _check(self) -> None:
        if self._can_wait:
            self._channel.check()


class MkDocsAdapter:
    """Builds with MkDocs.

    Args:
        options: see :func:`make`.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._site: _Site | None = None
        self._sources: list[Path] = [Path(options["config_file"])]
        self._started = False
        self._collector = Collector()
        log = logging.getLogger("mkdocs")
        log.addHandler(self._collector)
        printer = logging.StreamHandler(sys.stderr)
        printer.setFormatter(logging.Formatter("%(levelname)-8s -  %(message)s"))
        log.addHandler(printer)
        log.setLevel(options["log_level"])

    def build(self, changed: frozenset[Path], channel: Channel) -> tuple[Problem, ...]:
        self._collector.take()
        shown = self._build_pages(changed, channel)
        try:
            self._build_all(channel, can_wait=shown)
        except (MkDocsException, Abort, yaml.YAMLError) as error:
            raise AdapterError(*self._problems(error)) from error
        # From now on, what is built is said in one line.
        logging.getLogger("mkdocs").setLevel(max(logging.WARNING, self._options["log_level"]))
        return ()

    def is_stale(self, changed: frozenset[Path]) -> bool:
        return False

    def sources(self) -> Iterable[Path]:
        return self._sources

    def _build_pages(self, changed: frozenset[Path], channel: Channel) -> bool:
        """Render and show edited pages if nothing else has changed; returns whether that was so."""
        if self._site is None or not changed:
            return False
        pages = [self._page(path) for path in sorted(changed)]
        edited = [page for page in pages if page is not None]
        if len(edited) < len(pages):
            return False
        try:
            for page in edited:
                self._build_page(self._site, page)
        except Exception:
            # What is wrong with it the whole build will find out, and say.
            logger.debug("a page could not be built by itself", exc_info=True)
            self._collector.take()
            return False
        channel.written(page.file.abs_dest_path for page in edited)
        return True

    def _page(self, path: Path) -> Page | None:
        assert self._site is not None
        files = self._site.files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
        for file in files:
            if file.abs_src_path is not None and Path(file.abs_src_path) == path and path.is_file():
                return file.page
        return None

    def _build_page(self, site: _Site, page: Page) -> None:
        # As mkdocs.commands.build.build does it for each page.
        mkdocs_build._populate_page(page, site.config, site.files)
        files = site.files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
        excluded = page.file.inclusion.value <= InclusionLevel.DRAFT.value
        mkdocs_build._build_page(page, site.config, files, site.nav, site.env, excluded=excluded)

    def _build_all(self, channel: Channel, *, can_wait: bool) -> None:
        options = self._options
        config = load_config(config_file=options["config_file"], **options["overrides"])
        self._sources = list(self._depends_on(config))
        hooks = _Hooks(channel, can_wait=can_wait)
        config.plugins["hotreload"] = hooks
        if not self._started:
            config.plugins.on_startup(command="serve", dirty=False)
            self._started = True
        mkdocs_build.build(config, serve_url=options["overrides"]["site_url"])
        self._site = hooks.site

    def _depends_on(self, config: MkDocsConfig) -> Iterable[Path]:
        yield from _config_files(Path(self._options["config_file"]))
        yield Path(config.docs_dir)
        for folder in config.theme.dirs:
            installed = Path(folder).resolve().is_relative_to(sys.prefix)
            if not installed or self._options["watch_theme"]:
                yield Path(folder)
        yield from map(Path, config.watch)
        snippets = config.mdx_configs.get("pymdownx.snippets", {}).get("base_path", ())
        yield from map(Path, [snippets] if isinstance(snippets, str) else snippets)

    def _problems(self, error: BaseException) -> tuple[Problem, ...]:
        file = Path(self._options["config_file"])
        said = [record.getMessage() for record in self._collector.take()]
        text = "\n".join(dict.fromkeys([*said, str(error)] if str(error) else said))
        mark = getattr(error.__cause__ or error.__context__, "problem_mark", None)
        return (source_problem(file, mark.line + 1 if mark else None, text or repr(error)),)


def _config_files(file: Path) -> Iterable[Path]:
    """A configuration file and those it inherits from."""
    yield file
    try:
        parent = _INHERIT.search(file.read_text("utf-8"))
    except OSError:
        return
    if parent is not None:
        yield from _config_files((file.parent / parent[1].strip()).resolve())
