"""The project as it is at this moment: its modules, stylesheets and pages, and what is wrong."""

from dataclasses import dataclass, field

from hotreload.project.files import FileMissingError, ProjectFiles
from hotreload.site.documents import HTML_SUFFIXES, Documents
from hotreload.site.known import Known
from hotreload.site.modules import Modules

__all__ = ["HTML_SUFFIXES", "Site"]


@dataclass(slots=True)
class Site:
    """Everything that is loaded of a project.

    Args:
        files: the gate to the project's files.
        base: the public base path, beginning and ending with a slash.
    """

    files: ProjectFiles
    base: str = "/"
    known: Known = field(default_factory=Known)
    modules: Modules = field(init=False)
    documents: Documents = field(init=False)

    def __post_init__(self) -> None:
        self.modules = Modules(self.files, self.known, self.base)
        self.documents = Documents(self.files, self.known, self.modules, self.base)

    def current_hash(self, url: str) -> str | None:
        """The hash of the bytes now behind a URL, or None where there are none to be served."""
        try:
            return self.files.read(url).hash
        except FileMissingError:
            return None

    def drop(self, file: str) -> None:
        """Forget a file that is gone."""
        self.known.drop(file)
        self.documents.drop(file)
        self.modules.drop(file)
