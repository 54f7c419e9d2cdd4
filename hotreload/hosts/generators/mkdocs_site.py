"""What MkDocs knows of a site after a build: enough to render an edited page by itself.

MkDocs knows no incremental build: each renders every page. So an edited page is rendered first,
with what the last build knew of the site, and shown; then the site is built as ``mkdocs serve``
would build it, so that navigation, search index and everything else are right in the end. If
something is edited meanwhile, that comes first again.
"""

import contextlib
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml  # type: ignore[import-untyped]
from jinja2 import Environment
from mkdocs.commands import build as mkdocs_build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from hotreload.hosts.generators.adapter import Channel
from hotreload.hosts.generators.logs import Collector, source_problem
from hotreload.project.problems import Problem

# Or what is imported in its place.
GENERATOR = mkdocs_build.__name__.partition(".")[0]

logger = logging.getLogger(f"{GENERATOR}.hotreload")

# What a plugin does at these is done for a page that is rendered by itself, or need not be: it is
# before all pages, or once in a process.
_WHEN_RENDERED = frozenset(
    (
        *("startup", "config", "serve", "shutdown", "build_error", "pre_page", "page_read_source"),
        *("page_markdown", "page_content", "page_context", "post_page"),
    )
)
# These do more, which shows on no page but those they make themselves.
_HARMLESS = (
    f"{GENERATOR}.contrib.search",
    "material.plugins.search",
    "material.plugins.info",
    __name__,
)

Inclusion: TypeAlias = Callable[[InclusionLevel], bool]

_INHERIT = re.compile(r"^INHERIT:\s*['\"]?([^'\"\n]+)", re.M)
_PAGE = re.compile(r"^Error (?:reading|building) page '([^']+)'")


@dataclass(frozen=True, slots=True)
class Site:
    """What a build knew; ``inclusion`` says which pages are part of it."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Environment
    inclusion: Inclusion

    @property
    def can_render_alone(self) -> bool:
        """Whether no plugin does anything to pages when all of them have been read.

        Tags, references and generated pages come of that: a page without them is neither the old
        one nor the new one.
        """
        return all(
            event in _WHEN_RENDERED or _is_harmless(method)
            for event, methods in self.config.plugins.events.items()
            for method in methods
        )

    def page(self, source: Path) -> Page | None:
        """The page that a source file is."""
        for file in self._pages():
            if file.abs_src_path and Path(file.abs_src_path) == source and source.is_file():
                return file.page
        return None

    def write(self, page: Page) -> None:
        """Render one page anew, as :func:`mkdocs.commands.build.build` renders each."""
        mkdocs_build._populate_page(page, self.config, self.files)
        excluded = page.file.inclusion.value <= InclusionLevel.DRAFT.value
        mkdocs_build._build_page(
            page, self.config, self._pages(), self.nav, self.env, excluded=excluded
        )

    def _pages(self) -> Sequence[File]:
        return self.files.documentation_pages(inclusion=self.inclusion)


def _is_harmless(method: Callable[..., object]) -> bool:
    kinds = type(getattr(method, "__self__", method)).__mro__
    return any(kind.__module__.startswith(_HARMLESS) for kind in kinds)


class SiteHooks(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """Sees builds from within.

    ``site`` is what the last build knew that was done. ``check`` is called for each page of a
    build, which it leaves by raising an error.
    """

    def __init__(self) -> None:
        super().__init__()
        self.site: Site | None = None
        self.inclusion: Inclusion = InclusionLevel.is_in_serve
        self.check: Callable[[], None] = _go_on
        self._nav: Navigation | None = None
        self._coming: Site | None = None

    @event_priority(-100)
    def on_nav(self, nav: Navigation, /, *, config: MkDocsConfig, files: Files) -> Navigation:
        self._nav = nav
        return nav

    @event_priority(-100)
    def on_env(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:
        if self._nav is not None:
            self._coming = Site(config, files, self._nav, env, self.inclusion)
        return env

    def on_page_markdown(self, markdown: str, /, **rest: Any) -> str:
        self.check()
        return markdown

    def on_page_context(self, context: Any, /, **rest: Any) -> Any:
        self.check()
        return context

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        self.site = self._coming


def _go_on() -> None:
    pass


def edited_first(
    hooks: SiteHooks, changed: frozenset[Path], channel: Channel, build_all: Callable[[], None]
) -> None:
    """Render and show edited pages, if nothing else has changed, and build the whole site.

    Args:
        hooks: those of the site's builds.
        changed: the sources that changed, empty for a first build.
        channel: shows the pages, and says what comes first.
        build_all: what MkDocs builds with.

    Raises:
        SupersededError: something was edited meanwhile; the next build makes up for the rest.
    """
    hooks.check = _go_on
    if _show_pages(hooks.site, changed, channel):
        hooks.check = channel.check
    build_all()


def _show_pages(site: Site | None, changed: frozenset[Path], channel: Channel) -> bool:
    if site is None or not changed or not site.can_render_alone:
        return False
    pages = [site.page(path) for path in sorted(changed)]
    edited = [page for page in pages if page is not None]
    if len(edited) < len(pages):
        return False
    try:
        with _silence():
            for page in edited:
                site.write(page)
    except Exception:
        logger.debug("a page could not be built by itself", exc_info=True)
        return False
    channel.written(page.file.abs_dest_path for page in edited)
    return True


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """What is wrong with a page the whole build finds out, too, and says."""
    log = logging.getLogger(GENERATOR)
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


def depends_on(config: MkDocsConfig, file: Path, *, theme: bool) -> Iterable[Path]:
    """The files and folders that a site is made from.

    Args:
        config: as MkDocs has read it.
        file: it was read from this one.
        theme: an installed theme counts, too.
    """
    yield from config_files(file)
    yield Path(config.docs_dir)
    for folder in config.theme.dirs:
        if theme or not Path(folder).resolve().is_relative_to(sys.prefix):
            yield Path(folder)
    yield from map(Path, config.watch)
    snippets = config.mdx_configs.get("pymdownx.snippets", {}).get("base_path", ())
    yield from map(Path, [snippets] if isinstance(snippets, str) else snippets)


def config_files(file: Path) -> Iterable[Path]:
    """A configuration file and those it inherits from."""
    yield file
    try:
        parent = _INHERIT.search(file.read_text("utf-8"))
    except OSError:
        return
    if parent is not None:
        yield from config_files((file.parent / parent[1].strip()).resolve())


def problem_of(error: BaseException, collector: Collector, file: Path, docs: Path) -> Problem:
    """What a build failed of.

    Args:
        error: what it raised.
        collector: has what it logged from warnings on.
        file: the configuration.
        docs: the folder of the pages.
    """
    records = collector.take()
    # In strict mode it is warnings that end a build.
    level = logging.WARNING if isinstance(error, Abort) else logging.ERROR
    said = [record.getMessage().strip() for record in records if record.levelno >= level]
    expected = isinstance(error, (MkDocsException, Abort, yaml.YAMLError))
    said.append(str(error) if expected else f"{type(error).__name__}: {error}")
    text = "\n".join(dict.fromkeys(filter(None, said))) or repr(error)
    page = next((found[1] for found in map(_PAGE.match, said) if found), None)
    mark = getattr(error.__cause__ or error.__context__, "problem_mark", None)
    if page is not None:
        problem = source_problem(docs / page, None, text)
    else:
        problem = source_problem(file, mark.line + 1 if mark else None, text)
    if expected:
        return problem
    return problem._replace(frame="".join(traceback.format_exception(error)[-6:]).rstrip())
