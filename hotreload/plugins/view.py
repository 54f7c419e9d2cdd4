"""What plugins see of the project: its files through the gate, and where imports lead."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hotreload.plugins import PluginError
from hotreload.project.files import FileMissingError, ProjectFiles
from hotreload.project.kinds import Kind
from hotreload.project.resolve import External, Local, Target, UnresolvedError
from hotreload.project.urls import file_url, join

Locate = Callable[[str, str], Target]


@dataclass(frozen=True, slots=True)
class ProjectView:
    """See :class:`hotreload.plugins.Project`."""

    files: ProjectFiles
    locate: Locate

    def is_file(self, url: str) -> bool:
        return self.files.is_file(url)

    def read(self, url: str) -> str:
        return _text(url, self.read_bytes(url))

    def read_bytes(self, url: str) -> bytes:
        return _read(self.files, url)

    def path(self, url: str) -> Path:
        return _path(self.files, url)

    def resolve(self, specifier: str, importer: str) -> str | None:
        return _resolve(self.locate, specifier, importer)


@dataclass(frozen=True, slots=True)
class SourceView:
    """See :class:`hotreload.plugins.Source`.

    ``stamps`` holds what was found at each path that it depends on.
    """

    files: ProjectFiles
    locate: Locate
    url: str
    kind: Kind
    stamp: Callable[[str], str]
    stamps: dict[str, str] = field(default_factory=dict)

    def is_file(self, url: str) -> bool:
        self.depends_on(url)
        return self.files.is_file(self._absolute(url))

    def read(self, url: str) -> str:
        return _text(url, self.read_bytes(url))

    def read_bytes(self, url: str) -> bytes:
        self.depends_on(url)
        return _read(self.files, self._absolute(url))

    def path(self, url: str) -> Path:
        return _path(self.files, self._absolute(url))

    def resolve(self, specifier: str, importer: str) -> str | None:
        return _resolve(self.locate, specifier, importer)

    def depends_on(self, file: str | Path) -> None:
        path = str(self.path(file) if isinstance(file, str) else file.resolve())
        # The first look counts: what is written while the plugin works is a change.
        self.stamps.setdefault(path, self.stamp(path))

    def _absolute(self, url: str) -> str:
        return join(file_url(self.url), url)


def _text(url: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PluginError(f"{url} is not UTF-8: {error.reason}") from None


def _read(files: ProjectFiles, url: str) -> bytes:
    try:
        return files.read(url).data
    except FileMissingError:
        raise PluginError(f"there is no file {url}, or it is not served") from None


def _path(files: ProjectFiles, url: str) -> Path:
    try:
        return files.place(url)
    except FileMissingError:
        raise PluginError(f"nothing may be served at {url}") from None


def _resolve(locate: Locate, specifier: str, importer: str) -> str | None:
    try:
        target = locate(specifier, importer)
    except UnresolvedError:
        return None
    match target:
        case Local(url):
            return url
        case External(address):
            return address
