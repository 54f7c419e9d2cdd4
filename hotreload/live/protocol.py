"""The frames of the socket. Pure: dataclasses to and from JSON text.

The table here and the one in ``client-runtime/src/connection/protocol.ts`` are held together by a
test; what the frames mean is written down in ``docs/protocol.md``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from hotreload.project.graph import Acceptance

MAX_CONTENT_BYTES = 1024 * 1024


class FrameError(ValueError):
    """A frame from a page that is not one of ours; the message says why."""


# From page to server


@dataclass(frozen=True)
class Held:
    """A module or resource a page has loaded: the hash of its source and its version."""

    hash: str
    v: str = ""


@dataclass(frozen=True)
class Hello:
    """The page says which life it was born in and what it holds.

    ``page`` is its path, or "" where no server answers its address, ``hash`` that of its HTML.
    ``modules`` and ``resources`` are empty until the page has loaded some, and complete on a
    reconnect. A resource without a known hash has "". ``acceptances`` says what these modules
    accept, where that is anything; None: it is not known. ``maps`` are the texts of all import
    maps that the page has.
    """

    type: ClassVar[str] = "hello"
    version: int
    project: str
    boot: str
    rev: int
    page: str
    hash: str
    modules: Mapping[str, Held] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    acceptances: Mapping[str, Acceptance] | None = None
    maps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hold:
    """The page loaded more, after its hello, or modules that it holds accept other things now."""

    type: ClassVar[str] = "hold"
    modules: Mapping[str, Held] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    acceptances: Mapping[str, Acceptance] | None = None
    maps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ack:
    """An update was dealt with: ``result`` is applied, ignored, reloading, refused or failed."""

    type: ClassVar[str] = "ack"
    rev: int
    result: str
    ms: float
    reason: str = ""


@dataclass(frozen=True)
class Ping:
    """Are you there?"""

    type: ClassVar[str] = "ping"


@dataclass(frozen=True)
class Invalidate:
    """Modules can't take their update after all; their importers must.

    ``modules`` gives each its message. ``rev`` is the update in whose course they said so, or 0.
    """

    type: ClassVar[str] = "invalidate"
    modules: Mapping[str, str]
    rev: int = 0


@dataclass(frozen=True)
class LoadFailed:
    """The browser could not load a module; the server may know why."""

    type: ClassVar[str] = "load-failed"
    path: str
    message: str


@dataclass(frozen=True)
class ConsoleLine:
    """A page said something in its console, or an error was caught by nobody.

    ``level`` is debug, info, log, warn or error; ``place`` is where, as ``/a.js:1:2``, or "".
    """

    type: ClassVar[str] = "console"
    level: str
    text: str
    place: str


@dataclass(frozen=True)
class Custom:
    """An event of the user's own, either way."""

    type: ClassVar[str] = "custom"
    event: str
    data: Any = None


@dataclass(frozen=True)
class Sync:
    """Tell me when every change up to now has reached the pages; ``id`` comes back."""

    type: ClassVar[str] = "sync"
    id: str


@dataclass(frozen=True)
class Checked:
    """The browser's word on the text named ``key``: whether it parses."""

    type: ClassVar[str] = "checked"
    key: str
    parses: bool


FromPage = (
    Hello | Hold | Ack | Ping | Invalidate | LoadFailed | ConsoleLine | Custom | Sync | Checked
)


# From server to page


@dataclass(frozen=True)
class Welcome:
    """The answer to hello. ``resources``: hashes of what the page holds without knowing them."""

    type: ClassVar[str] = "welcome"
    version: int
    project: str
    boot: str
    rev: int
    resources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ModuleUpdate:
    """A module's text, to be run under ``path?v=<v>`` (None: it was preloaded)."""

    path: str
    v: str
    hash: str
    code: str | None


@dataclass(frozen=True)
class BoundaryUpdate:
    """``path`` takes the new ``accepted``.

    ``circular`` says that what runs again for it imports itself in a circle: should that fail,
    only a fresh load helps.
    """

    path: str
    accepted: str
    circular: bool = False


@dataclass(frozen=True)
class StyleUpdate:
    """A stylesheet's new text (None: too large, fetch it).

    ``imported`` are the module URLs under which it is imported ``with {type: "css"}``.
    """

    path: str
    hash: str
    css: str | None
    imported: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageUpdate:
    """A page's new HTML (None: too large, fetch it)."""

    path: str
    hash: str
    html: str | None


@dataclass(frozen=True)
class AssetUpdate:
    """An image, font, classic script or other file that is no module here has new bytes."""

    path: str
    hash: str


@dataclass(frozen=True)
class Reload:
    """Nothing else will do; ``chain`` leads from the change to where nobody accepted it."""

    reason: str
    chain: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The reason with its chain, for the terminal."""
        return f"{self.reason} ({' → '.join(self.chain)})" if len(self.chain) > 1 else self.reason


@dataclass(frozen=True)
class Update:
    """What one batch means for one page.

    ``modules`` are those to run again, dependencies first; ``fresh`` come with them but are new to
    the page. ``aliases`` map URLs that others import a module by to the module this page has.
    ``order`` is that of the stylesheets that modules import, where it may have changed.
    ``refetch`` names what changed of that which an app renders the page from.
    """

    type: ClassVar[str] = "update"
    rev: int
    modules: tuple[ModuleUpdate, ...] = ()
    fresh: tuple[ModuleUpdate, ...] = ()
    boundaries: tuple[BoundaryUpdate, ...] = ()
    pruned: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    styles: tuple[StyleUpdate, ...] = ()
    order: tuple[str, ...] = ()
    pages: tuple[PageUpdate, ...] = ()
    assets: tuple[AssetUpdate, ...] = ()
    refetch: tuple[str, ...] = ()
    reload: Reload | None = None

    @property
    def is_empty(self) -> bool:
        return self == Update(self.rev)

    @property
    def is_seen(self) -> bool:
        """Whether it changes what the page shows: more than names of modules, and no reload."""
        return self.reload is None and self != Update(self.rev, aliases=self.aliases)


@dataclass(frozen=True)
class Preload:
    """What will run again if ``path`` is what changes next, to be loaded until then.

    ``v`` is the version that all of it would get, ``default`` says whether ``path`` has a default
    export. ``modules`` are the others, dependencies first.
    """

    type: ClassVar[str] = "preload"
    path: str
    v: str
    default: bool
    modules: tuple[ModuleUpdate, ...]


@dataclass(frozen=True)
class ProblemState:
    """One of the current problems; fields as in :class:`hotreload.project.problems.Problem`."""

    owner: str
    kind: str
    message: str
    line: int | None
    column: int | None
    frame: str


@dataclass(frozen=True)
class Problems:
    """Every current problem: the page shows these and no others."""

    type: ClassVar[str] = "problems"
    problems: tuple[ProblemState, ...]


@dataclass(frozen=True)
class Check:
    """Does the text named ``key`` parse as a module or, where it may be ``classic``, a script?"""

    type: ClassVar[str] = "check"
    key: str
    classic: bool


@dataclass(frozen=True)
class Pong:
    """I am."""

    type: ClassVar[str] = "pong"


@dataclass(frozen=True)
class Synced:
    """The answer to sync: all is applied up to ``rev``, except by ``waiting`` silent pages."""

    type: ClassVar[str] = "synced"
    id: str
    rev: int
    waiting: int


ToPage = Welcome | Update | Preload | Problems | Check | Pong | Custom | Synced


def encode(frame: ToPage | FromPage) -> str:
    """A frame as JSON text."""
    # `vars`, not `asdict`: that copies every part of what is only read.
    return json.dumps(
        {"type": frame.type, **vars(frame)},
        default=_plain,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _plain(value: object) -> object:
    match value:
        case Acceptance(itself, deps, exports, declined):
            return {
                "itself": itself,
                "deps": deps,
                "declined": declined,
                **({} if exports is None else {"exports": exports}),
            }
        case frozenset():
            return sorted(value)
        case _:
            return vars(value)
