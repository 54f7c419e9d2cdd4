"""The words in which a behaviour is written down: a tiny site, and what must happen in it.

A page says what happens in it with ``log(…)``; each document says ``load`` first. Nothing may be
said between two steps but what the steps name, so a reload, a module that runs twice or a callback
that is called once too often fails the case wherever it happens.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Says:
    """Exactly these lines come next, in this order, from a tab."""

    lines: tuple[str, ...]
    tab: int = 0


@dataclass(frozen=True)
class Quiet:
    """Whatever was done before is over, and nothing more was said in any tab."""


@dataclass(frozen=True)
class Edit:
    """A text in a file is replaced."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Write:
    """Files are written."""

    files: Mapping[str, str | bytes]


@dataclass(frozen=True)
class Remove:
    """Files are deleted."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Together:
    """Several edits that the server sees at once."""

    steps: tuple["Edit | Write | Remove", ...]


@dataclass(frozen=True)
class Js:
    """Code is run in a tab; what it evaluates to, awaited, must equal ``gives``."""

    code: str
    gives: object = None
    tab: int = 0


@dataclass(frozen=True)
class Shows:
    """An element has a text, or a value of a CSS property."""

    selector: str
    text: str
    css: str = ""
    tab: int = 0


@dataclass(frozen=True)
class Overlay:
    """The overlay shows a text; with none there is no overlay."""

    text: str = ""
    tab: int = 0


@dataclass(frozen=True)
class Console:
    """The runtime has said something that holds this text in the console, now or before."""

    text: str
    tab: int = 0


@dataclass(frozen=True)
class Open:
    """Another tab is opened, the next in number, on a page of the site."""

    path: str = ""


@dataclass(frozen=True)
class Restart:
    """The server ends, things are edited, and it starts again; every tab is connected again."""

    meanwhile: tuple["Edit | Write | Remove", ...] = ()


@dataclass(frozen=True)
class Offline:
    """The socket of a tab breaks; until this step is over it can't connect."""

    meanwhile: tuple["Edit | Write | Remove | Js | Together", ...] = ()
    tab: int = 0


@dataclass(frozen=True)
class Later:
    """So many seconds pass at once for a tab that has a clock of its own."""

    seconds: float
    tab: int = 0


Step = (
    Says
    | Quiet
    | Edit
    | Write
    | Remove
    | Together
    | Js
    | Shows
    | Overlay
    | Console
    | Open
    | Restart
    | Offline
    | Later
)


@dataclass(frozen=True)
class Case:
    """One behaviour.

    Args:
        name: also the folder of its site.
        says: the behaviour in a sentence.
        source: where it is asked for: a number of Vite's suite, what Vite lacks, or ours.
        files: the site; ``index.html`` loads ``main.js`` where it says nothing else.
        steps: what is done and must happen, after the page has been opened.
        opened: what the page says as it is opened, after ``load``.
        broken: the page can't load all its modules, so that the next change reloads it.
        own_clock: its tabs have a clock of their own, for :class:`Later`.
    """

    name: str
    says: str
    source: str
    files: Mapping[str, str | bytes]
    steps: tuple[Step, ...]
    opened: tuple[str, ...] = ()
    broken: bool = False
    own_clock: bool = False


def says(*lines: str, tab: int = 0) -> Says:
    return Says(lines, tab)


def edit(name: str, old: str, new: str) -> Edit:
    return Edit(name, old, new)


def page(body: str = "", head: str = "", script: str = "main.js") -> str:
    """A page with one module script, and the one by which the harness knows that all is over."""
    module = f'<script type="module" src="{script}"></script>' if script else ""
    return (
        f"<!doctype html>\n<html><head><meta charset='utf-8'><title>t</title>{head}{module}"
        f'<script type="module" src="barrier.js"></script></head>\n<body>{body}</body></html>\n'
    )


quiet = Quiet()
