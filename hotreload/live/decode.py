"""A page's frames, read and checked: nothing of what it sends is taken on trust. Pure."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hotreload.live.protocol import (
    Ack,
    Checked,
    ConsoleLine,
    Custom,
    FrameError,
    FromPage,
    Held,
    Hello,
    Hold,
    Invalidate,
    LoadFailed,
    Ping,
    Sync,
)
from hotreload.project.graph import Acceptance

_WORD = re.compile(r"[A-Za-z0-9_.-]{0,200}")
_MOST_TEXTS = 1000
_PATH = re.compile(r"/[\x21-\x7e]{0,8191}")


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
    if missing := frame.required - values.keys():
        raise FrameError(f"{kind} without {min(missing)}")
    decoded: FromPage = frame.type(**values)
    return decoded


Check = Callable[[str, object], Any]


def _string(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise FrameError(f"{name} is not a string")
    return value


def _path(name: str, value: object) -> str:
    """A URL path as browsers write it: it may stand in a line of the terminal."""
    if not isinstance(value, str) or not _PATH.fullmatch(value):
        raise FrameError(f"{name} is not a URL path")
    return value


def _address(name: str, value: object) -> str:
    """A page's path, or nothing: not every document has one."""
    return "" if value == "" else _path(name, value)


def _boolean(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise FrameError(f"{name} is not true or false")
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
    if not isinstance(value, dict):
        raise FrameError(f"{name} is not a table")
    return {_path(name, key): _string(name, text) for key, text in value.items()}


def _level(name: str, value: object) -> str:
    if value not in ("debug", "info", "log", "warn", "error"):
        raise FrameError(f"{name} is none that a console has")
    return str(value)


def _held(name: str, value: object) -> dict[str, Held]:
    if not isinstance(value, dict):
        raise FrameError(f"{name} is not a table")
    held = {}
    for path, entry in value.items():
        match entry:
            # Both come to stand in code and URLs that other pages get.
            case [str(digest), str(version)] if _WORD.fullmatch(digest + version):
                held[_path(name, path)] = Held(digest, version)
            case _:
                raise FrameError(f"{name} holds something that is not [hash, version]")
    return held


def _acceptances(name: str, value: object) -> dict[str, Acceptance]:
    if not isinstance(value, dict):
        raise FrameError(f"{name} is not a table")
    return {_path(name, path): _acceptance(name, entry) for path, entry in value.items()}


def _acceptance(name: str, value: object) -> Acceptance:
    if not isinstance(value, dict):
        raise FrameError(f"{name} holds something that is not an object")
    itself, exports = value.get("itself", False), value.get("exports")
    if not isinstance(itself, bool):
        raise FrameError(f"{name} holds an itself that is not true or false")
    return Acceptance(
        itself,
        _names(name, value.get("deps", [])),
        None if exports is None else _names(name, exports),
        _names(name, value.get("declined", [])),
    )


def _names(name: str, value: object) -> frozenset[str]:
    if not isinstance(value, list) or not all(
        isinstance(item, str) and item.isprintable() for item in value
    ):
        raise FrameError(f"{name} holds something that is not a list of names")
    return frozenset(value)


def _texts(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > _MOST_TEXTS:
        raise FrameError(f"{name} is not a list, or a long one")
    return tuple(_string(name, text) for text in value)


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
            frozenset({"modules", "resources", "acceptances", "maps"}),
            version=_integer,
            project=_string,
            boot=_string,
            rev=_integer,
            page=_address,
            hash=_string,
            modules=_held,
            resources=_strings,
            acceptances=_acceptances,
            maps=_texts,
        ),
        _schema(
            Hold,
            frozenset({"modules", "resources", "acceptances", "maps"}),
            modules=_held,
            resources=_strings,
            acceptances=_acceptances,
            maps=_texts,
        ),
        _schema(
            Ack, frozenset({"reason"}), rev=_integer, result=_string, ms=_number, reason=_string
        ),
        _schema(Ping),
        _schema(Invalidate, frozenset({"rev"}), modules=_strings, rev=_integer),
        _schema(LoadFailed, path=_path, message=_string),
        _schema(ConsoleLine, level=_level, text=_string, place=_string),
        _schema(Custom, frozenset({"data"}), event=_string, data=_anything),
        _schema(Sync, id=_string),
        _schema(Checked, key=_string, parses=_boolean),
    )
}
