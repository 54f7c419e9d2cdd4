"""What is to be built, from what, and when."""

from dataclasses import dataclass
from pathlib import Path

from hotreload.hosts.rebuild.contract import Build
from hotreload.hosts.rebuild.sources import Sources
from hotreload.project.settings import SettingsError


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """How a site is made.

    Args:
        output: the folder it is made in, a real path; it may be missing.
        sources: what it is made from.
        build: what makes it.
        at_start: build when the server starts even if there is an output.
        quiet: glob patterns (as in :mod:`fnmatch`) of files of the output that pages don't hear of
            when they change, such as a search index: who loads them next gets the new ones.
        others_write: the output changes by other hands too, so it is watched between builds.
        temporary: the output is removed when the server ends.
        begun: since when the sources may have changed without the output that is there; seconds
            since the epoch, None for when the server starts.

    Raises:
        SettingsError: the output is no folder.
    """

    output: Path
    sources: Sources
    build: Build
    at_start: bool = False
    quiet: tuple[str, ...] = ()
    others_write: bool = False
    temporary: bool = False
    begun: float | None = None

    def __post_init__(self) -> None:
        if self.output.exists() and not self.output.is_dir():
            raise SettingsError(f"{self.output} is not a folder: name the one that the build makes")

    @property
    def in_place(self) -> bool:
        """Whether the output holds its own sources: it is served as it is, then, not mirrored."""
        return any(path.is_relative_to(self.output) for path in self.sources.paths)
