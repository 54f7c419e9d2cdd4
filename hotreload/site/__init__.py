"""The project as it is at this moment: its modules, stylesheets and pages, and what is wrong."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hotreload.project.files import FileMissingError, FileUnreachableError, ProjectFiles
from hotreload.project.kinds import Output
from hotreload.project.problems import ProblemError
from hotreload.site.documents import Documents
from hotreload.site.known import Known
from hotreload.site.modules import Modules
from hotreload.site.sources import Sources
from hotreload.site.workers import Workers

if TYPE_CHECKING:
    from hotreload.plugins import Plugin


@dataclass(slots=True, eq=False, repr=False)
class Site:
    """Everything that is loaded of a project.

    Args:
        files: the gate to the project's files.
        base: the public base path, beginning and ending with a slash.
        plugins: who takes part.
        load_paths: URL paths of the folders that Sass also looks in.
    """

    files: ProjectFiles
    base: str = "/"
    plugins: "tuple[Plugin, ...]" = ()
    load_paths: tuple[str, ...] = ()
    known: Known = field(default_factory=Known)
    sources: Sources = field(init=False)
    modules: Modules = field(init=False)
    documents: Documents = field(init=False)
    workers: Workers = field(init=False)

    def __post_init__(self) -> None:
        self.sources = Sources(self.files, self.known, self.base, self.plugins, self.load_paths)
        self.modules = Modules(self.sources, self.known, self.base)
        self.documents = Documents(self.sources, self.known, self.modules, self.base)
        self.workers = Workers(self.sources, self.modules)

    @property
    def is_faulty(self) -> bool:
        """Whether something is known to be wrong."""
        documents = self.documents
        sheets = documents.faulty_sheets or documents.broken_sheets
        return bool(self.known.problems or self.modules.broken_links or sheets)

    def current_hash(self, url: str) -> str | None:
        """The hash of the bytes now behind a URL, or None where there are none to be served."""
        try:
            return self.files.read(url).hash
        except FileUnreachableError:
            return self.known.hash(url)
        except FileMissingError:
            return None

    def page_hash(self, url: str) -> str | None:
        """The hash of a page's text as it is served now, or None where there is none."""
        try:
            return self.sources.read(url, "page").hash
        except (FileMissingError, ProblemError):
            return None

    def restyled(self, url: str) -> bool:
        """Whether a stylesheet whose file has changed is news to pages, and they may have it."""
        pipeline = self.sources.pipeline
        if pipeline is None or not pipeline.concerns(url):
            return True
        if not pipeline.wants(url, "style") or self.documents.hash(url) is None:
            return False
        return self.sources.renew(url, "style")

    def repaged(self, url: str) -> bool:
        """Whether a page whose file has changed can be shown; what is wrong otherwise is noted."""
        if not self.sources.is_made(url, "page"):
            return True
        try:
            self.documents.page(url)
        except (FileMissingError, ProblemError):
            return False
        return True

    def undecided(self, urls: Collection[str]) -> frozenset[str]:
        """The files whose bytes are not what open pages were told of, if a plugin is to decide."""
        pipeline = self.sources.pipeline
        if pipeline is None or not pipeline.deciding:
            return frozenset()
        return frozenset(u for u in urls if self.known.is_news(u, self.current_hash(u)))

    def dependents(self, paths: Collection[Path]) -> frozenset[Output]:
        """What plugins made of any of these files besides others: URLs, and what they are."""
        pipeline = self.sources.pipeline
        return frozenset() if pipeline is None else frozenset(pipeline.dependencies.of(paths))

    def waiting(self, urls: Collection[str], made_of: Collection[Output]) -> list[str]:
        """Of files that may have changed, those of which it takes long to make what is shown.

        Args:
            urls: URL paths of the files.
            made_of: what plugins made of files that may have changed, besides their own.
        """
        pipeline = self.sources.pipeline
        if pipeline is None:
            return []
        shown = [url for url in urls if pipeline.wants(url, "style")]
        return self.sources.patience.waiting((*shown, *(url for url, _ in made_of)))

    def dependencies(self) -> frozenset[Path]:
        """All that plugins made something of, besides its own file."""
        pipeline = self.sources.pipeline
        return frozenset() if pipeline is None else pipeline.dependencies.paths()

    def watch_dependencies(self, watched: Callable[[Path], bool]) -> None:
        """From here on, warn of dependencies whose changes go unnoticed."""
        self.sources.watch_dependencies(watched)

    def drop(self, file: str) -> None:
        """Forget a file that is gone."""
        self.known.drop(file)
        self.sources.drop(file)
        self.documents.drop(file)
        self.modules.drop(file)
