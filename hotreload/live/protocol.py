"""The frames of the socket. Pure: dataclasses to and from JSON text.

The table here and the one in ``client-runtime/src/protocol.ts`` are held together by a test; what
the frames mean is written down in ``docs/protocol.md``.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

VERSION = 1
SUBPROTOCOL = "hotreload"
TOKEN_PREFIX = "hr."
# A hello with twenty thousand modules fits.
MAX_FRAME_BYTES = 2 * 1024 * 1024
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

    ``page`` is its path, ``hash`` that of its HTML. ``modules`` and ``resources`` are empty until
    the page has loaded some, and complete on a reconnect. A resource without a known hash has "".
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


@dataclass(frozen=True)
class Hold:
    """The page loaded more, after its hello."""

    type: ClassVar[str] = "hold"
    modules: Mapping[str, Held] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)


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
    """A module can't take its update after all; its importers must."""

    type: ClassVar[str] = "invalidate"
    path: str
    message: str = ""


@dataclass(frozen=True)
class LoadFailed:
    """The browser could not load a module; the server may know why."""

    type: ClassVar[str] = "load-failed"
    path: str
    message: str


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


FromPage = Hello | Hold | Ack | Ping | Invalidate | LoadFailed | Custom | Sync


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
    """A module's new text, to be run under ``path?v=<v>``."""

    path: str
    v: str
    hash: str
    code: str


@dataclass(frozen=True)
class BoundaryUpdate:
    """``path`` takes the new ``accepted``."""

    path: str
    accepted: str


@dataclass(frozen=True)
class StyleUpdate:
    """A stylesheet's new text (None: too large, fetch it).

    ``imported`` says that some module imports it ``with {type: "css"}``.
    """

    path: str
    hash: str
    css: str | None
    imported: bool


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
    """

    type: ClassVar[str] = "update"
    rev: int
    modules: tuple[ModuleUpdate, ...] = ()
    fresh: tuple[ModuleUpdate, ...] = ()
    boundaries: tuple[BoundaryUpdate, ...] = ()
    pruned: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    styles: tuple[StyleUpdate, ...] = ()
    pages: tuple[PageUpdate, ...] = ()
    assets: tuple[AssetUpdate, ...] = ()
    reload: Reload | None = None


@dataclass(frozen=True)
class ProblemState:
    """One of the current problems; fields as in :class:`hotreload.problems.Problem`."""

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


ToPage = Welcome | Update | Problems | Pong | Custom | Synced


def encode(frame: ToPage | FromPage) -> str:
    """A frame as JSON text."""
    # `vars`, not `asdict`: that copies every part of what is only read.
    return json.dumps(
        {"type": frame.type, **vars(frame)},
        default=vars,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def decode(text: str) -> FromPage:
    """A page's frame from JSON text, every field checked.

    Raises:
        FrameError: it is not JSON, of no known type, or has a field of the wrong kind.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise FrameError("not JSON") from None
    if not isinstance(data, dict):
        raise FrameError("not an object")
    kind = data.get("type")
    frame = _FROM_PAGE.get(kind) if isinstance(kind, str) else None
    if frame is None:
        raise FrameError("unknown type")
    values: dict[str, Any] = {}
    for name, check in frame.checks.items():
        if name in data:
            values[name] = check(name, data[name])
    required = {f.name for f in fields(frame.type) if f.name in frame.required}
    if missing := required - values.keys():
        raise FrameError(f"{kind} without {min(missing)}")
    decoded: FromPage = frame.type(**values)
    return decoded


Check = Callable[[str, object], Any]


def _string(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise FrameError(f"{name} is not a string")
    return value


def _integer(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**53:
        raise FrameError(f"{name} is not an integer")
    return value


def _number(name: str, value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise FrameError(f"{name} is not a number")
    if not abs(value) <= 2**53:  # nor NaN
        raise FrameError(f"{name} is not a sensible number")
    return float(value)


def _strings(name: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise FrameError(f"{name} is not a table of strings")
    return value


def _held(name: str, value: object) -> dict[str, Held]:
    if not isinstance(value, dict):
        raise FrameError(f"{name} is not a table")
    held = {}
    for path, entry in value.items():
        match entry:
            case [str(digest), str(version)]:
                held[path] = Held(digest, version)
            case _:
                raise FrameError(f"{name} holds something that is not [hash, version]")
    return held


def _anything(_name: str, value: object) -> object:
    return value


@dataclass(frozen=True)
class _Schema:
    type: type[Any]
    checks: Mapping[str, Check]
    required: frozenset[str]


def _schema(frame: type[Any], optional: frozenset[str] = frozenset(), **checks: Check) -> _Schema:
    return _Schema(frame, checks, frozenset(checks) - optional)


_FROM_PAGE: Mapping[str, _Schema] = {
    schema.type.type: schema
    for schema in (
        _schema(
            Hello,
            frozenset({"modules", "resources"}),
            version=_integer,
            project=_string,
            boot=_string,
            rev=_integer,
            page=_string,
            hash=_string,
            modules=_held,
            resources=_strings,
        ),
        _schema(Hold, frozenset({"modules", "resources"}), modules=_held, resources=_strings),
        _schema(
            Ack, frozenset({"reason"}), rev=_integer, result=_string, ms=_number, reason=_string
        ),
        _schema(Ping),
        _schema(Invalidate, frozenset({"message"}), path=_string, message=_string),
        _schema(LoadFailed, path=_string, message=_string),
        _schema(Custom, frozenset({"data"}), event=_string, data=_anything),
        _schema(Sync, id=_string),
    )
}
