"""What plugins made of a file."""

from collections.abc import Callable
from dataclasses import dataclass

from hotreload.project.look import FileContent
from hotreload.project.problems import Problem, ProblemError
from hotreload.transform.sourcemap import SourceMap


@dataclass(frozen=True, slots=True)
class Step:
    """A transform that made a text of another.

    Args:
        text: what came out.
        map: gives the best map to what went in, or None.
    """

    text: str
    map: Callable[[], SourceMap | None]


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a file.

    Args:
        source: the hash of the file's bytes, or None where there is no file.
        dependencies: stamps of what else it was made of, by path.
        content: what came out, if that was not a problem.
        problem: what was wrong otherwise.
        text: what the map leads to.
        map: from what came out to ``text``, if every transform gave one.
        changed: it is not what is in the file.
        steps: how it came out of ``text``.
    """

    source: str | None
    dependencies: dict[str, str]
    content: FileContent | None
    problem: Problem | None = None
    text: str = ""
    map: SourceMap | None = None
    changed: bool = False
    steps: tuple[Step, ...] = ()

    def given(self) -> FileContent:
        """What came out.

        Raises:
            ProblemError: something was wrong.
        """
        if self.problem is not None:
            raise ProblemError(self.problem)
        assert self.content is not None
        return self.content
