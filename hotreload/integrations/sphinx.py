"""Sphinx: one application that builds again and again, what was edited first."""

import io
import logging
import sys
from collections.abc import Iterable, Set
from pathlib import Path
from typing import Any, TextIO

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ConfigError, SphinxError
from sphinx.util.console import nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils

from hotreload.integrations.adapter import AdapterError, Channel
from hotreload.integrations.logs import Collector, source_problem
from hotreload.problems import Problem

# Extensions that write sources when a builder begins, as each run of sphinx-build would have it.
_WRITERS = ("sphinx.ext.autosummary", "sphinx.ext.apidoc", "autoapi", "sphinx_gallery", "breathe")


def make(options: dict[str, Any]) -> "SphinxAdapter":
    """The adapter; ``options`` are the fields of ``hotreload.cli.sphinx.Options``."""
    return SphinxAdapter(options)


class SphinxAdapter:
    """Keeps one Sphinx application.

    Args:
        options: see :func:`make`.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._app: Sphinx | None = None
        self._collector = Collector(logging.WARNING if options["fail"] else logging.ERROR)
        self._problems: dict[str, list[Problem]] = {}
        self._read: set[str] = set()
        self._channel: Channel | None = None
        self._in_background = False
        self._all_owed = False
        self._status = _Status(sys.stdout, quiet=options["quiet"])
        namespace = docutils_namespace()
        # For the life of this process.
        namespace.__enter__()
        self._namespace = namespace

    def build(self, changed: frozenset[Path], channel: Channel) -> tuple[Problem, ...]:
        self._channel = channel
        self._read.clear()
        self._problems.pop("", None)
        first = self._app is None
        try:
            with patch_docutils(self._options["confdir"]):
                app = self._app = self._app or self._make_app()
                self._build(app, force_all=first and self._options["all"], first=first)
        except (SphinxError, ConfigError) as error:
            self._collect()
            raise AdapterError(*self._all_problems(), _error(error)) from error
        # From now on, what is built is said in one line.
        self._status.quiet = self._status.quiet or self._options["verbosity"] == 0
        self._collect()
        problems = self._all_problems()
        if app.statuscode != 0:
            raise AdapterError(*problems)
        return problems

    def is_stale(self, changed: frozenset[Path]) -> bool:
        return Path(self._options["confdir"], "conf.py") in changed

    def sources(self) -> Iterable[Path]:
        yield Path(self._options["confdir"], "conf.py")
        app = self._app
        if app is None:
            return
        for folders in (
            app.config.templates_path,
            app.config.html_static_path,
            app.config.html_extra_path,
            app.config.html_theme_path,
        ):
            yield from (Path(app.confdir, folder) for folder in folders)
        for files in app.env.dependencies.values():
            yield from (
                path
                for file in files
                if not (path := Path(app.srcdir, file)).is_relative_to(sys.prefix)
            )

    def _make_app(self) -> Sphinx:
        options = self._options
        app = Sphinx(
            srcdir=options["srcdir"],
            confdir=options["confdir"],
            outdir=options["outdir"],
            doctreedir=options["doctreedir"],
            buildername=options["builder"],
            confoverrides=options["overrides"],
            status=self._status,
            warning=None if options["silent"] else sys.stderr,
            freshenv=options["fresh"],
            warningiserror=options["fail"],
            tags=options["tags"],
            verbosity=options["verbosity"],
            parallel=options["jobs"],
        )
        logging.getLogger("sphinx").addHandler(self._collector)
        if not options["color"]:
            nocolor()
        app.connect("source-read", self._on_read)
        app.connect("html-page-context", self._on_page)
        if isinstance(app.builder, StandaloneHTMLBuilder):
            self._show_edited_first(app.builder)
        return app

    def _build(self, app: Sphinx, *, force_all: bool, first: bool) -> None:
        app._warncount = 0
        app.statuscode = 0
        if not first:
            for listener in app.events.listeners.get("builder-inited", ()):
                if getattr(listener.handler, "__module__", "").startswith(_WRITERS):
                    listener.handler(app)
        before, documents = _navigation(app), set(app.env.found_docs)
        app.build(force_all=force_all)
        _remove_pages(app, documents - app.env.found_docs)
        if first or (_navigation(app) == before and not self._all_owed):
            return
        # Titles and toctrees are shown on pages that Sphinx holds to be up to date.
        assert self._channel is not None
        self._channel.written([app.outdir])
        self._all_owed = True
        self._in_background = True
        try:
            app.build(force_all=True)
            self._all_owed = False
        finally:
            self._in_background = False

    def _show_edited_first(self, builder: StandaloneHTMLBuilder) -> None:
        """Write, and show, the pages of the sources that were edited before all others."""
        write_documents = builder.write_documents

        def write(docnames: Set[str]) -> None:
            edited = docnames & self._read
            if self._channel is None or self._in_background or edited == docnames or not edited:
                write_documents(docnames)
                return
            write_documents(edited)
            self._channel.written(builder.get_outfilename(name) for name in edited)
            write_documents(docnames - edited)

        builder.write_documents = write  # type: ignore[method-assign]

    def _on_read(self, app: Sphinx, docname: str, source: list[str]) -> None:
        self._read.add(docname)
        self._problems.pop(str(app.env.doc2path(docname)), None)

    def _on_page(self, *args: object) -> None:
        if self._in_background and self._channel is not None:
            self._channel.check()

    def _collect(self) -> None:
        for record in self._collector.take():
            file, line = _place(getattr(record, "location", None), self._app)
            message = record.getMessage()
            if file is None:
                self._problems.setdefault("", []).append(Problem("sphinx", "build", message))
            else:
                problem = source_problem(Path(file), line, message)
                self._problems.setdefault(file, []).append(problem)

    def _all_problems(self) -> tuple[Problem, ...]:
        return tuple(problem for problems in self._problems.values() for problem in problems)


def _remove_pages(app: Sphinx, removed: Iterable[str]) -> None:
    """Remove the pages of removed sources, which Sphinx leaves in its output."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        for name in removed:
            Path(app.builder.get_outfilename(name)).unlink(missing_ok=True)


class _Status(io.StringIO):
    """Where Sphinx tells of its progress."""

    def __init__(self, stream: TextIO, *, quiet: bool) -> None:
        super().__init__()
        self._stream = stream
        self.quiet = quiet

    def write(self, text: str) -> int:
        if not self.quiet:
            self._stream.write(text)
            self._stream.flush()
        return len(text)

    def isatty(self) -> bool:
        return False


def _navigation(app: Sphinx) -> object:
    """What pages show of others."""
    env = app.env
    titles = {name: title.astext() for name, title in env.titles.items()}
    return titles, {name: list(names) for name, names in env.toctree_includes.items()}


def _place(location: object, app: Sphinx | None) -> tuple[str | None, int | None]:
    """File and line of what Sphinx calls a location: "file:line", (docname, line) or a node."""
    if isinstance(location, tuple) and app is not None:
        name, line = location
        return (str(app.env.doc2path(name)) if name else None), line
    if isinstance(location, str):
        file, _, line = location.rpartition(":")
        if file and line.isdecimal():
            return file, int(line)
        return location.rstrip(":"), None
    source = getattr(location, "source", None)
    if source is not None and Path(source).exists():
        return source, getattr(location, "line", None)
    return None, None


def _error(error: Exception) -> Problem:
    return Problem("sphinx", "build", f"{type(error).__name__}: {error}")
