"""Where a project's text comes from, and where its imports lead: the disk, and plugins if any."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hotreload.project.files import FileMissingError, ProjectFiles, content_hash
from hotreload.project.kinds import NATIVE, Kind
from hotreload.project.languages import has_runes, is_language, sources_of
from hotreload.project.look import FileContent
from hotreload.project.problems import Problem, ProblemError
from hotreload.project.resolve import External, Local, Resolver, Target, UnresolvedError
from hotreload.project.urls import file_url, suffix
from hotreload.site.installed import Installed
from hotreload.site.known import Known
from hotreload.site.patience import Patience
from hotreload.transform.commonjs import REQUIRED_AS
from hotreload.transform.wrap import COMMONJS_QUERIES, WORKER_QUERIES, import_url, wrap_query

if TYPE_CHECKING:
    from hotreload.plugins import Plugin
    from hotreload.site.pipeline import Pipeline
    from hotreload.transform.css_modules import ScopedStyle

# Stylesheets whose names are their own: `a.module.css`.
_SCOPED = ".module."
# Modules of a file whose text is not made of the bytes as they are.
OTHER_TEXT = COMMONJS_QUERIES | WORKER_QUERIES


@dataclass(slots=True, eq=False, repr=False)
class Sources:
    """What modules, stylesheets and pages are made of.

    Args:
        files: the gate to the project's files.
        known: where files that were read are noted.
        base: the public base path, beginning and ending with a slash.
        plugins: who takes part.
        load_paths: URL paths of the folders that Sass also looks in.

    ``pipeline`` is None while there are no plugins, ``watched`` says whether a change of a path is
    noticed.
    """

    files: ProjectFiles
    known: Known
    base: str = "/"
    plugins: "tuple[Plugin, ...]" = ()
    load_paths: tuple[str, ...] = ()
    resolver: Resolver = field(init=False)
    pipeline: "Pipeline | None" = None
    watched: Callable[[Path], bool] = lambda path: True
    patience: Patience = field(init=False)
    _scopes: "dict[str, tuple[str, FileContent, ScopedStyle]]" = field(default_factory=dict)
    _existing: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.resolver = Resolver(Installed(self.files), self.base)
        self.patience = Patience(self._early, self._was_made)
        if self.plugins:
            from hotreload.site.pipeline import Pipeline

            self.pipeline = Pipeline(self.plugins, self.files, self.resolver)

    def kind(self, url: str) -> Kind | None:
        """What a file becomes in the browser, by its suffix; None for what is served as it is."""
        ending = suffix(url)
        kind = NATIVE.get(ending)
        if kind is None and self.pipeline is not None:
            kind = self.pipeline.claimed(ending)
        if kind is None and is_language(ending):
            kind = self._understand(ending)
        if ".svelte." in url and has_runes(file_url(url)):
            self._bring_in(".svelte")
        return kind

    def _bring_in(self, ending: str) -> None:
        if self.pipeline is None or self.pipeline.claimed(ending) is None:
            self._understand(ending)

    def _understand(self, ending: str) -> Kind | None:
        """Let a language take part from here on; returns what its files become."""
        if self.pipeline is None:
            from hotreload.site.pipeline import Pipeline

            self.pipeline = Pipeline((), self.files, self.resolver)
            self.pipeline.dependencies.watched = self.watched
        from hotreload.plugins.languages import plugin_for

        self.pipeline.understand(plugin_for(ending, self.load_paths))
        return self.pipeline.claimed(ending)

    def begin(self, url: str) -> None:
        """Begin what reading a changed file will wait for; for the thread of the watcher."""
        if self.pipeline is not None:
            self.pipeline.begin(url)

    def watch_dependencies(self, watched: Callable[[Path], bool]) -> None:
        """From here on, warn of dependencies whose changes go unnoticed."""
        self.watched = watched
        if self.pipeline is not None:
            self.pipeline.dependencies.watched = watched

    def read(self, url: str, kind: Kind) -> FileContent:
        """The bytes of a script, stylesheet or page, after what plugins do to it.

        Args:
            url: URL path, with its query if it is imported with one.
            kind: what it becomes.

        Raises:
            FileMissingError: there is no such file.
            ProblemError: a plugin could not make anything of it.
            NotReadyError: it takes long, and who asks is patient.
        """
        self.kind(url)  # brings the file's language in
        made = self._make(url, kind)
        return self._scoped(url, made)[0] if _SCOPED in url and kind == "style" else made

    def names(self, url: str) -> "ScopedStyle":
        """The names of a CSS module.

        Raises:
            FileMissingError, ProblemError, NotReadyError: see :meth:`read`.
        """
        return self._scoped(url, self._make(url, "style"))[1]

    def _make(self, url: str, kind: Kind) -> FileContent:
        if self.pipeline is None:
            return self.files.read(url)
        patient = self.patience.active
        if not patient and self._was_made(url) and self.patience.is_under_way(url):
            return self.pipeline.last_made(url, kind)
        return self.pipeline.make(url, kind, patient=patient)

    def _was_made(self, url: str) -> bool:
        return self.pipeline is not None and self.pipeline.was_made(url, "style")

    def _early(self, url: str) -> Callable[[], None] | None:
        self.kind(url)
        return None if self.pipeline is None else self.pipeline.early(url, "style")

    def _scoped(self, url: str, made: FileContent) -> "tuple[FileContent, ScopedStyle]":
        from hotreload.transform.css_modules import scope_names

        known = self._scopes.get(url)
        if known is None or known[0] != made.hash:
            style = scope_names(url, made.data.decode("utf-8-sig", "replace"))
            data = style.text.encode("utf-8")
            known = made.hash, FileContent(data, content_hash(data)), style
            self._scopes[url] = known
        return known[1:]

    def is_made(self, url: str, kind: Kind) -> bool:
        """Whether plugins take part in what a file becomes, and it becomes that."""
        pipeline = self.pipeline
        return pipeline is not None and self.kind(url) == kind and pipeline.concerns(url)

    def see(self, url: str, content: FileContent) -> None:
        """Take note of a file that is loaded: of its own bytes, whatever plugins made of them."""
        own = _SCOPED not in url and wrap_query(url) not in OTHER_TEXT
        if self.pipeline is None and own:
            self.known.see(file_url(url), content.hash)
        elif (digest := self._source_hash(url)) is not None:
            self.known.see(file_url(url), digest)

    def _source_hash(self, url: str) -> str | None:
        try:
            return self.files.read(url).hash
        except FileMissingError:
            return None

    def resolve(self, specifier: str, kind: str | None, importer: str) -> Target:
        """Where an import leads, to a file that is there.

        Args:
            specifier: as written, decoded.
            kind: the import's ``type`` attribute.
            importer: URL of the module it stands in.

        Raises:
            UnresolvedError: it leads nowhere.
            ProblemError: a plugin failed.
        """
        if kind == "resolve":
            return self.locate(specifier, importer)
        if specifier.startswith(REQUIRED_AS):
            return self._required(specifier.removeprefix(REQUIRED_AS), importer)
        target = self.locate(specifier, importer)
        match target:
            case Local(url):
                if not self.exists(url):
                    raise UnresolvedError(self._why_missing(url))
                if self.kind(url) == "script" and kind != "text":
                    return target
                imported = import_url(url, kind)
                if _SCOPED in url and imported == f"{url}?import" and self.kind(url) == "style":
                    return Local(f"{url}?names")
                return Local(imported)
            case External():
                return target

    def find(self, patterns: tuple[str, ...], exhaustive: bool) -> tuple[str, ...]:
        """The files that patterns mean, in order: decoded URL paths, as are the patterns."""
        from hotreload.project.walk import files_below
        from hotreload.transform.globs import folder_of, matcher, url_of

        meant = matcher(patterns, exhaustive=exhaustive)
        folders = {folder_of(each) for each in patterns if not each.startswith("!")}
        found = {
            path
            for folder in folders
            for path in files_below(self.files, folder, packages=meant.packages)
            if meant(path)
        }
        return tuple(sorted(path for path in found if self.files.is_file(url_of(path))))

    def _required(self, specifier: str, importer: str) -> Target:
        """What a `require` gives that :mod:`hotreload.transform.commonjs` has made an import."""
        target = self.locate(specifier, importer, required=True)
        if isinstance(target, Local):
            if not self.exists(target.url):
                raise UnresolvedError(self._why_missing(target.url))
            return Local(f"{file_url(target.url)}?commonjs")
        return target

    def locate(self, specifier: str, importer: str, *, required: bool = False) -> Target:
        """As :meth:`resolve`, whether or not anything is there, and without how it is imported."""
        importer = file_url(importer)
        if self.pipeline is not None:
            found = self.pipeline.resolve(specifier, importer)
            if found is not None:
                return found
        target = self.resolver.resolve(specifier, importer, required=required)
        if isinstance(target, Local) and not self.exists(target.url):
            source = next(filter(self.files.is_file, sources_of(file_url(target.url))), None)
            if source is not None:
                self.kind(source)
            if self.pipeline is not None:
                return Local(self.pipeline.stand_in(target.url, self.exists))
        return target

    def exists(self, url: str) -> bool:
        """Whether there is a file, or a plugin that has one."""
        file = file_url(url)
        if file in self._existing:
            return True
        if self.files.may_read(file):
            self._existing.add(file)
            return True
        if self.pipeline is not None and self.pipeline.provides(url, self.kind(url)):
            return True
        self.known.miss(file)
        return False

    def _why_missing(self, url: str) -> str:
        file = file_url(url)
        if self.files.is_file(file):
            return f"nobody gave the right to read {file}: chmod +r"
        return f"there is no file {file}"

    def was_found(self, file: str) -> bool:
        """Whether something was made in the belief that there is this file."""
        return file in self._existing

    def renew(self, url: str, kind: Kind) -> bool:
        """Make something anew if what it was made of changed, and say whether pages are told."""
        if self.pipeline is None:
            return False
        with suppress(FileMissingError, ProblemError):
            if not self.pipeline.tell((url, kind), self._make(url, kind).hash):
                return False
        self.known.generation += 1
        return True

    def relocate(self, url: str, problem: Problem) -> Problem:
        """A problem of a module's text, as one of its file."""
        return problem if self.pipeline is None else self.pipeline.relocate(url, problem)

    def drop(self, file: str) -> None:
        """Forget that there was a file."""
        self._existing.discard(file)
        self._scopes.pop(file, None)
        if self.pipeline is not None:
            self.pipeline.drop(file)
