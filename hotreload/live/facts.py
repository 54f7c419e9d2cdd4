"""What there is to be said of a running server: facts, each of which is one line of text.

They travel as records of ``logging.getLogger("hotreload")``, so that whoever embeds the server sees
what the terminal shows; the fact itself is the record's attribute ``fact``.
"""

import logging
from typing import NamedTuple

logger = logging.getLogger("hotreload")


class Ready(NamedTuple):
    """The server answers.

    Args:
        url: where this machine's browser finds it.
        network: where other machines do.
        shown: what is served, as the user named it.
        note: what the user may wonder at.
    """

    url: str
    network: tuple[str, ...]
    shown: str
    note: str = ""

    @property
    def kind(self) -> str:
        return "ready"

    @property
    def line(self) -> str:
        return (
            f"hotreload serves {self.shown} at {self.url}{f' ({self.note})' if self.note else ''}"
        )


class Updated(NamedTuple):
    """Pages have taken an update.

    Args:
        paths: what changed, as URL paths.
        pages: how many pages have it.
        silent: how many have not answered.
        ms: from the change to the last page's answer, in milliseconds.
    """

    paths: tuple[str, ...]
    pages: int
    silent: int
    ms: float

    @property
    def kind(self) -> str:
        return "update"

    @property
    def line(self) -> str:
        more = f" and {len(self.paths) - 3} more" if len(self.paths) > 3 else ""
        took = f" · {self.ms:.0f} ms" if self.pages else ""
        silent = f" · {count_pages(self.silent)} not answering" if self.silent else ""
        return f"hmr {', '.join(self.paths[:3])}{more} · {count_pages(self.pages)}{took}{silent}"


class Reloaded(NamedTuple):
    """Pages reload, and why."""

    reason: str
    pages: int

    @property
    def kind(self) -> str:
        return "reload"

    @property
    def line(self) -> str:
        return f"reload: {self.reason} · {count_pages(self.pages)}"


class NotApplied(NamedTuple):
    """Pages did not take an update: ``result`` is "refused" or "failed"."""

    result: str
    reason: str
    pages: int

    @property
    def kind(self) -> str:
        return "not-applied"

    @property
    def line(self) -> str:
        return f"{self.result}: {self.reason} · {count_pages(self.pages)}"


class ProblemFound(NamedTuple):
    """Something is wrong with the source; ``text`` has its place and code frame."""

    owner: str
    text: str

    @property
    def kind(self) -> str:
        return "problem"

    @property
    def line(self) -> str:
        return self.text


class ProblemGone(NamedTuple):
    """What was wrong is wrong no more."""

    owner: str

    @property
    def kind(self) -> str:
        return "solved"

    @property
    def line(self) -> str:
        return f"solved: {self.owner}"


class BuildStarted(NamedTuple):
    """A site is built; ``cause`` names what changed, or is empty at the first build."""

    cause: str

    @property
    def kind(self) -> str:
        return "build-started"

    @property
    def line(self) -> str:
        return f"building: {self.cause} changed" if self.cause else "building"


class BuildEnded(NamedTuple):
    """A build is over.

    Args:
        good: it did not fail.
        seconds: how long it took.
        files: how many files differ from before; None where that is not known.
        why: of what it failed, in a line.
        shown: there is a site, be it an older one.
    """

    good: bool
    seconds: float
    files: int | None
    why: str = ""
    shown: bool = True

    @property
    def kind(self) -> str:
        return "build-ended"

    @property
    def line(self) -> str:
        if not self.good:
            why = f": {self.why}" if self.why else ""
            shown = "the last good site is shown" if self.shown else "there is no site to show yet"
            return f"the build failed after {self.seconds:.2f} s{why}; {shown}"
        differing = {None: "", 0: ", nothing differs", 1: ", 1 file differs"}
        return f"built in {self.seconds:.2f} s" + differing.get(
            self.files, f", {self.files} files differ"
        )


class ConsoleSaid(NamedTuple):
    """A page said something in its console.

    Args:
        level: debug, info, log, warn or error.
        text: what it said; may have several lines.
        place: where, as ``/a.js:1:2``, or empty.
        page: which page.
    """

    level: str
    text: str
    place: str
    page: str

    @property
    def kind(self) -> str:
        return "console"

    @property
    def line(self) -> str:
        # Indented, so that no page can write what looks like a line of the server's.
        text = self.text.replace("\n", "\n    ")
        return f"console.{self.level} {self.place or self.page} · {text}"


Fact = (
    Ready
    | BuildStarted
    | BuildEnded
    | Updated
    | Reloaded
    | NotApplied
    | ProblemFound
    | ProblemGone
    | ConsoleSaid
)


def say(fact: Fact) -> None:
    """Log a fact, as loudly as befits it."""
    logger.log(_level(fact), "%s", fact.line, extra={"fact": fact})


def _level(fact: Fact) -> int:
    match fact:
        case ProblemFound():
            return logging.ERROR
        case ConsoleSaid("error"):
            return logging.ERROR
        case NotApplied() | ConsoleSaid("warn"):
            return logging.WARNING
        case (
            Ready()
            | BuildStarted()
            | BuildEnded()
            | Updated()
            | Reloaded()
            | ProblemGone()
            | ConsoleSaid()
        ):
            return logging.INFO


def count_pages(count: int) -> str:
    """A number of pages, in words."""
    return "1 page" if count == 1 else f"{count} pages"
