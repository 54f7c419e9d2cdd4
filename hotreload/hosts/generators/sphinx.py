"""Sphinx: each build in a process that is as good as new, what was edited first.

Sphinx writes again what it holds to be out of date, which leaves out pages that show something of
others: titles, captions, numbers. So when more than one document's own text has changed, all pages
are written again after the edited ones are on the screen. If something is edited meanwhile, that
comes first, and the rest with it.
"""

import logging
import re
import sys
from collections.abc import Collection, Iterable, Set
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.util.console import nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.matching import _translate_pattern

from hotreload.hosts.generators.adapter import Adapter, AdapterError, Channel
from hotreload.hosts.generators.logs import Collector, source_problem
from hotreload.hosts.generators.own_modules import own_modules
from hotreload.hosts.generators.places import problem_of_exception
from hotreload.hosts.generators.sphinx_leftovers import (
    generated,
    made_by,
    remember,
    remembered,
    remove,
)
from hotreload.hosts.generators.sphinx_state import (
    digest,
    forget_numbers,
    forget_trees,
    put_in_order,
    restore_index_entries,
)
from hotreload.hosts.generators.sphinx_status import SphinxStatus
from hotreload.project.problems import Problem

FORKS = True

# In the folder of doctrees: what is in it was made by a version that keeps it right.
_STAMP = "hotreload-3.json"
_OUT_OF_SITE = ("_build", ".doctrees")


def make(options: dict[str, Any]) -> "SphinxAdapter":
    """The adapter; ``options`` are those of :mod:`hotreload.cli.sphinx`."""
    return SphinxAdapter(options)


class SphinxAdapter(Adapter):
    """One build with Sphinx.

    Args:
        options: see :func:`make`. ``state`` is what the build before has left, None at the first:
            ``wrong``, the documents with problems; ``digest``, what pages show of others; ``owed``,
            that pages are not up to date; ``reading``, the files that only a new environment heeds;
            ``made``, the names of what is in the output.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._before: dict[str, Any] | None = options["state"]
        self.state = self._before
        self._app: Sphinx | None = None
        self._collector = Collector(logging.WARNING if options["fail"] else logging.ERROR)
        self._pages: set[str] = set()
        self._found: dict[Problem, str | None] = {}
        self._read: set[str] = set()
        self._channel: Channel | None = None
        self._in_background = False
        quiet = options["quiet"] or (self._before is not None and options["verbosity"] == 0)
        self._status = SphinxStatus(sys.stdout, quiet=quiet)
        # For the life of this process.
        self._namespace = docutils_namespace()
        self._namespace.__enter__()

    def build(self, changed: frozenset[Path], channel: Channel) -> tuple[Problem, ...]:
        self._channel = channel
        try:
            with patch_docutils(self._options["confdir"]):
                self._build(changed)
        except (SphinxError, SystemExit) as error:
            self._collect()
            self._owe()
            raise AdapterError(*self.problems(), self._error(error)) from error
        except Exception:
            self._owe()
            raise
        assert self._app is not None
        problems = self.problems()
        if self._app.statuscode != 0:
            raise AdapterError(*problems, whole=True)
        return problems

    def problems(self) -> tuple[Problem, ...]:
        self._collect()
        return tuple(self._found)

    def sources(self) -> Iterable[Path]:
        yield Path(self._options["confdir"], "conf.py")
        app = self._app
        if app is None:
            return
        yield from _folders(app)
        for files in app.env.dependencies.values():
            yield from (
                path
                for file in files
                if not (path := Path(app.srcdir, file)).is_relative_to(sys.prefix)
            )

    def excluded(self) -> Iterable[str]:
        """What ``exclude_patterns`` names, unless the pages use it in another way."""
        app = self._app
        if app is None:
            return
        source = re.escape(f"{Path(app.srcdir).as_posix()}/")
        used = "".join(
            f"(?!{re.escape(path.as_posix())}(?:/|$))"
            for path in sorted(self.sources())
            if path.is_relative_to(app.srcdir)
        )
        for pattern in app.config.exclude_patterns:
            # As Sphinx matches them; a folder's means all that is in it.
            yield f"{used}{source}{_translate_pattern(pattern).removesuffix('$')}(?:/.*)?$"

    def wanted(self) -> Iterable[str]:
        """Documents: Sphinx makes pages of those that git ignores, too."""
        app = self._app
        if app is not None:
            suffixes = "|".join(map(re.escape, app.config.source_suffix))
            yield f"{re.escape(Path(app.srcdir).as_posix())}/.*(?:{suffixes})$"

    def _make_app(self, *, fresh: bool) -> Sphinx:
        options = self._options
        doctrees = Path(options["doctreedir"])
        if fresh or not (doctrees / _STAMP).exists():
            _forget_doctrees(doctrees)
        logging.getLogger("sphinx").addHandler(self._collector)
        if not options["color"]:
            nocolor()
        app = Sphinx(
            srcdir=options["srcdir"],
            confdir=options["confdir"],
            outdir=options["outdir"],
            doctreedir=options["doctreedir"],
            buildername=options["builder"],
            confoverrides=options["overrides"],
            status=self._status,
            warning=None if options["silent"] else sys.stderr,
            freshenv=fresh,
            warningiserror=options["fail"],
            tags=options["tags"],
            verbosity=options["verbosity"],
            parallel=options["jobs"],
        )
        # Sphinx takes away the handlers it finds.
        logging.getLogger("sphinx").addHandler(self._collector)
        app.connect("source-read", self._on_read)
        app.connect("env-get-outdated", self._on_outdated)
        app.connect("env-before-read-docs", lambda app, env, names: forget_numbers(env))
        app.connect("env-updated", self._on_updated)
        app.connect("html-page-context", self._on_page)
        if isinstance(app.builder, StandaloneHTMLBuilder):
            self._show_edited_first(app.builder)
            # By the text of each template.
            cache = FileSystemBytecodeCache(str(doctrees))
            if isinstance(app.builder.templates, BuiltinTemplateLoader):
                app.builder.templates.environment.bytecode_cache = cache
        return app

    def _build(self, changed: frozenset[Path]) -> None:
        before = self._before
        first = before is None
        heeded = set(before["reading"]) if before else set()
        fresh = self._options["fresh"] if first else bool({str(path) for path in changed} & heeded)
        app = self._app = self._make_app(fresh=fresh)
        reading = [str(path) for path in {*own_modules(), Path(app.confdir, "conf.py")}]
        dependents = _dependents(app)
        unknown = self._unknown = [
            path for path in changed if path not in dependents and not _is_document(app, path)
        ]
        self._stale = {name for path in changed for name in dependents.get(path, ())}
        self._stale |= {
            name
            for path in changed
            if _is_document(app, path) and (name := app.env.path2doc(path)) is not None
        }
        forget_trees(app.env)
        documents = set(app.env.found_docs)
        self._wrong = set(before["wrong"]) if before else set()
        owed = first or fresh or bool(before and before["owed"]) or bool(unknown)
        stamp = Path(app.doctreedir, _STAMP)
        made = remembered(stamp) if before is None else set(before["made"])
        remember(stamp, made)
        self.state = {"wrong": [], "digest": "", "owed": True, "reading": reading}
        self.state["made"] = sorted(made)
        if unknown and not fresh and not all(_is_dressing(app, path) for path in unknown):
            # An extension may read it, without a word to Sphinx.
            self._reread = True
        app.build(force_all=first and self._options["all"])
        _remove_pages(app, documents - app.env.found_docs)
        self._settle(app)
        now = digest(app.env)
        if before is None or not now or before["digest"] != now:
            owed = True
        self.state["digest"] = now
        if owed and not (fresh and first):
            self._write_all(app, made)
        if owed:
            now_made = made_by(app, self._pages)
            remove(app, made - now_made)
            remember(stamp, now_made)
            self.state["made"] = sorted(now_made)
        self.state["owed"] = False

    _wrong: Set[str] = frozenset()
    _stale: Set[str] = frozenset()
    _unknown: Collection[Path] = ()
    _reread = False

    def _write_all(self, app: Sphinx, made: Iterable[str]) -> None:
        assert self._channel is not None
        self._channel.written([app.outdir])
        remove(app, generated(app, made, self._pages))
        forget_trees(app.env)
        count, status = app._warncount, app.statuscode
        self._pages.clear()
        self._in_background = True
        try:
            app.build(force_all=True)
        finally:
            self._in_background = False
            self._settle(app)
            app._warncount = max(count, app._warncount)
            app.statuscode = max(status, app.statuscode)

    def _show_edited_first(self, builder: StandaloneHTMLBuilder) -> None:
        """Write, and show, the pages of the sources that were edited before all others."""
        write_documents = builder.write_documents

        def write(docnames: Set[str]) -> None:
            edited = docnames & self._read
            alone = edited == docnames or not edited
            # What pages are dressed in may be written by extensions at the end.
            if self._channel is None or self._in_background or alone or self._unknown:
                write_documents(docnames)
                return
            write_documents(edited)
            builder.copy_image_files()
            images = Path(builder.outdir, builder.imagedir)
            pages = [builder.get_outfilename(name) for name in edited]
            self._channel.written([*pages, images, Path(builder.outdir, "_downloads")])
            write_documents(docnames - edited)

        builder.write_documents = write  # type: ignore[method-assign]

    def _on_read(self, app: Sphinx, docname: str, source: list[str]) -> None:
        self._read.add(docname)

    def _on_outdated(
        self, app: Sphinx, env: object, added: set[str], changed: set[str], removed: set[str]
    ) -> Iterable[str]:
        """What was wrong is read again, so that all that is wrong is said by each build.

        So is what has changed. Sphinx looks at times: a file that was saved while it was read, or
        that was put back with its old time, is not out of date by those. And what a toctree names
        that is gone stays in it until it is read again.
        """
        names = app.env.toctree_includes.items()
        naming = {name for name, named in names if not removed.isdisjoint(named)}
        stale = app.env.found_docs if self._reread else self._wrong | self._stale | naming
        return sorted(stale & app.env.found_docs)

    def _on_page(self, app: Sphinx, name: str, *args: object) -> None:
        self._pages.add(name)
        if self._in_background and self._channel is not None:
            self._channel.check()

    def _on_updated(self, app: Sphinx, env: BuildEnvironment) -> None:
        put_in_order(env)
        restore_index_entries(app)

    def _owe(self) -> None:
        """After a build that failed, nothing is known to be up to date."""
        if self.state is not None:
            wrong = sorted({*self.state["wrong"], *self._wrong, *self._read})
            self.state = {**self.state, "owed": True, "wrong": wrong}

    def _settle(self, app: Sphinx) -> None:
        """Note the documents that something is wrong with."""
        self._collect()
        wrong: set[str] = set()
        for file in filter(None, self._found.values()):
            docname = app.env.path2doc(file)
            wrong.update([docname] if docname in app.env.found_docs else ())
            wrong.update(_dependents(app).get(Path(file).resolve(), ()))
        assert self.state is not None
        self.state["wrong"] = sorted(wrong | set(self.state["wrong"]))

    def _collect(self) -> None:
        for record in self._collector.take():
            file, line = _place(getattr(record, "location", None), self._app)
            message = record.getMessage()
            if file is None:
                problem = Problem("sphinx", "build", message)
            else:
                problem = source_problem(Path(file), line, message)
            self._found.setdefault(problem, file)

    def _error(self, error: BaseException) -> Problem:
        if error.__cause__ is not None or error.__context__ is not None:
            problem = problem_of_exception(error, "sphinx")
            if problem.line is not None:
                return problem
        return Problem("sphinx", "build", f"{type(error).__name__}: {error}".strip())


def _forget_doctrees(folder: Path) -> None:
    """Delete what Sphinx keeps in a folder, and nothing else: it may be any that somebody named."""
    for path in (folder / "environment.pickle", *folder.rglob("*.doctree")):
        path.unlink(missing_ok=True)


def _folders(app: Sphinx) -> Iterable[Path]:
    """The folders of what pages are dressed in."""
    for folders in (
        app.config.templates_path,
        app.config.html_static_path,
        app.config.html_extra_path,
        getattr(app.config, "html_theme_path", ()),
    ):
        yield from (Path(app.confdir, folder) for folder in folders)


def _is_dressing(app: Sphinx, path: Path) -> bool:
    return any(path.is_relative_to(folder.resolve()) for folder in _folders(app))


def _is_document(app: Sphinx, path: Path) -> bool:
    return path.is_relative_to(app.srcdir) and path.name.endswith(tuple(app.config.source_suffix))


def _dependents(app: Sphinx) -> dict[Path, set[str]]:
    """The documents that each file is part of, by its real path."""
    found: dict[str, set[str]] = {}
    for name, files in app.env.dependencies.items():
        for file in files:
            found.setdefault(str(file), set()).add(name)
    dependents: dict[Path, set[str]] = {}
    for text, names in found.items():
        dependents.setdefault(Path(app.srcdir, text).resolve(), set()).update(names)
    return dependents


def _remove_pages(app: Sphinx, removed: Iterable[str]) -> None:
    """Remove the pages of removed sources, which Sphinx leaves in its output."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        for name in removed:
            Path(app.builder.get_outfilename(name)).unlink(missing_ok=True)


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
