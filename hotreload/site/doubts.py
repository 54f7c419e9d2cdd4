"""What the engine takes for a syntax error, until a browser has said whether it is one."""

from collections.abc import Collection
from typing import NamedTuple

from hotreload.project.files import content_hash
from hotreload.project.problems import Problem


class Doubt(NamedTuple):
    """A script that may not parse.

    Args:
        url: its module URL.
        key: names its text.
        text: what is to be judged.
        classic: it may be a classic script, and need not be a module.
        problem: what is wrong with it if a browser says so, too.
    """

    url: str
    key: str
    text: str
    classic: bool
    problem: Problem


class DoubtError(Exception):
    """A script is not to be pushed before a browser has judged it."""


class Doubts:
    """The scripts that nobody has judged yet, and what was said of those that somebody has."""

    def __init__(self) -> None:
        self._open: dict[str, Doubt] = {}
        self._verdicts: dict[tuple[str, bool], bool] = {}

    @property
    def open(self) -> Collection[Doubt]:
        return tuple(self._open.values())

    def concern(self, urls: Collection[str]) -> bool:
        """Whether one of these modules waits to be judged."""
        return any(url in self._open for url in urls)

    def find(self, key: str) -> Doubt | None:
        return next((doubt for doubt in self._open.values() if doubt.key == key), None)

    def dismiss(self, url: str) -> None:
        """There is no doubt about a script, or no more."""
        self._open.pop(url, None)

    def hear(self, problem: Problem, url: str, text: str, *, classic: bool) -> Problem | None:
        """What a browser says of what the engine says.

        Args:
            problem: what the engine says.
            url, text, classic: see :class:`Doubt`.

        Returns:
            The problem where a browser has confirmed it, None where it has not.

        Raises:
            DoubtError: none has judged this text.
        """
        key = content_hash(text.encode("utf-8", "surrogatepass"))
        parses = self._verdicts.get((key, classic))
        if parses is None:
            self._open[url] = Doubt(url, key, text, classic, problem)
            raise DoubtError(str(problem))
        self.dismiss(url)
        return None if parses else problem

    def settle(self, key: str, *, parses: bool) -> list[Doubt]:
        """Take note of a browser's judgement; returns the doubts that it ends."""
        ended = [doubt for doubt in self._open.values() if doubt.key == key]
        for doubt in ended:
            self._verdicts[key, doubt.classic] = parses
            self.dismiss(doubt.url)
        return ended
