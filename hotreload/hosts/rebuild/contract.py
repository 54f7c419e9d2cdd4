"""What a build is: the words that builders, adapters and hosts share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hotreload.project.problems import Problem

Publish = Callable[[Iterable[Path]], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build that went through has left.

    Args:
        written: the files that may differ now, or None where that is not known, so that the whole
            output is compared.
        problems: what is wrong with the source all the same.
        sources: further files and folders that the output turned out to depend on.
        excluded: regular expressions, for whole paths, of what it does not depend on.
        wanted: likewise of what it depends on whatever git ignores.
        whole: what has changed is in it. If not, the next build is given it again.
        own: the sources that the build itself has written, or None where that is not known.
    """

    written: frozenset[Path] | None = None
    problems: tuple[Problem, ...] = ()
    sources: frozenset[Path] = frozenset()
    excluded: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    whole: bool = True
    own: frozenset[Path] | None = None


class BuildFailedError(Exception):
    """A build failed, so its output is not to be shown; ``problems`` say why.

    The other arguments are those of :class:`Built`.
    """

    def __init__(
        self,
        *problems: Problem,
        sources: frozenset[Path] = frozenset(),
        whole: bool = False,
        own: frozenset[Path] | None = None,
    ) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems
        self.sources = sources
        self.whole = whole
        self.own = own


class Build(Protocol):
    """Makes the output from the sources. All of it is called in one thread, except as noted."""

    def run(self, changed: frozenset[Path], publish: Publish) -> Built:
        """Build, and return when all is written.

        Args:
            changed: the sources that changed since the last build that was whole, empty for a
                first build.
            publish: shows files that are final before the rest is built; a page of the site, say.

        Raises:
            BuildFailedError: the output is not to be shown.
        """
        ...

    def hurry(self) -> None:
        """Called in any thread when sources change during a build: what can wait may be left."""
        ...

    def give_up(self) -> None:
        """Called in any thread, when a build seems to hang and something has changed: end it."""
        ...

    def close(self) -> None:
        """Called in any thread, perhaps during a build, when the server ends."""
        ...


def build_problem(owner: str, message: str, detail: str = "") -> Problem:
    """A problem of the build.

    Args:
        owner: what has to change, as the user would name it: a file, or the command.
        message: what is wrong.
        detail: what was printed, in lines.
    """
    return Problem(owner, "build", message, frame=detail)
