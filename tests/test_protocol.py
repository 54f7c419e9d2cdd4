"""The frames: every malformed one is refused, and both languages have the same table."""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotreload.live import handshake
from hotreload.live.decode import decode
from hotreload.live.protocol import (
    Ack,
    AssetUpdate,
    BoundaryUpdate,
    Custom,
    FrameError,
    FromPage,
    Held,
    Hello,
    Hold,
    Invalidate,
    LoadFailed,
    ModuleUpdate,
    PageUpdate,
    Ping,
    Pong,
    Problems,
    ProblemState,
    Reload,
    StyleUpdate,
    ToPage,
    Update,
    Welcome,
    encode,
)
from hotreload.project.graph import Acceptance

PROTOCOL_TS = Path(__file__).parent.parent / "client-runtime/src/connection/protocol.ts"

HELLO = {
    "type": "hello",
    "version": 1,
    "project": "p",
    "boot": "b",
    "rev": 3,
    "page": "/index.html",
    "hash": "h",
    "modules": {"/a.js": ["h1", ""], "/b.js": ["h2", "b.1"]},
    "resources": {"/a.css": "h3", "/x.png": ""},
}


@pytest.mark.parametrize(
    ("data", "frame"),
    [
        (
            HELLO,
            Hello(
                1,
                "p",
                "b",
                3,
                "/index.html",
                "h",
                {"/a.js": Held("h1"), "/b.js": Held("h2", "b.1")},
                {"/a.css": "h3", "/x.png": ""},
            ),
        ),
        (
            {k: v for k, v in HELLO.items() if k not in ("modules", "resources")},
            Hello(1, "p", "b", 3, "/index.html", "h"),
        ),
        ({"type": "hold"}, Hold()),
        ({"type": "hold", "modules": {"/a.js": ["h", "v"]}}, Hold({"/a.js": Held("h", "v")})),
        ({"type": "ack", "rev": 1, "result": "applied", "ms": 1.5}, Ack(1, "applied", 1.5)),
        (
            {"type": "ack", "rev": 1, "result": "failed", "ms": 2, "reason": "r"},
            Ack(1, "failed", 2.0, "r"),
        ),
        ({"type": "ping"}, Ping()),
        ({"type": "ping", "unknown": 1}, Ping()),
        ({"type": "invalidate", "modules": {"/a.js": "m"}}, Invalidate({"/a.js": "m"})),
        ({"type": "invalidate", "modules": {}, "rev": 7}, Invalidate({}, 7)),
        (
            {
                "type": "hold",
                "acceptances": {
                    "/a.js": {"itself": True, "deps": ["/b.js"], "declined": ["/c.js"]},
                    "/b.js": {"exports": []},
                },
            },
            Hold(
                acceptances={
                    "/a.js": Acceptance(True, frozenset({"/b.js"}), None, frozenset({"/c.js"})),
                    "/b.js": Acceptance(exports=frozenset()),
                }
            ),
        ),
        ({"type": "load-failed", "path": "/a.js", "message": "m"}, LoadFailed("/a.js", "m")),
        ({"type": "custom", "event": "e", "data": [1, {"a": None}]}, Custom("e", [1, {"a": None}])),
    ],
)
def test_a_frame_is_read(data: dict[str, Any], frame: FromPage) -> None:
    assert decode(json.dumps(data)) == frame


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "null", "1", "[]", '"ping"', "{}", '{"type": null}', '{"type": ["ping"]}'),
        *('{"type": "welcome"}', '{"type": "Ping"}', '{"type": "update", "rev": 1}'),
        *("[" * 100_000, '{"a":' * 100_000, "\ud800", "1" * 10_000),
    ],
)
def test_what_is_no_frame_is_refused(text: str) -> None:
    with pytest.raises(FrameError):
        decode(text)


WRONG: dict[str, list[Any]] = {
    "version": [None, "1", 1.5, True, [], 2**60],
    "rev": [None, "1", 1.5, False, {}, -(2**60)],
    "project": [None, 1, [], {}],
    "boot": [1],
    "page": [None, ["/"]],
    "hash": [0],
    "modules": [
        *(None, [], "x", {"/a.js": "h"}, {"/a.js": ["h"]}, {"/a.js": ["h", None]}),
        *({"/a.js": ["h", "v", "x"]}, {"/a.js": {"hash": "h", "v": "v"}}),
    ],
    "acceptances": [
        *(None, [], {"/a.js": []}, {"/a.js": {"itself": 1}}, {"/a.js": {"deps": "/b.js"}}),
        *({"/a.js": {"exports": [1]}}, {"/a.js": {"declined": {}}}),
    ],
    "resources": [None, [], {"/a.css": None}, {"/a.css": ["h"]}],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in WRONG.items() for v in vs])
def test_a_hello_with_a_wrong_field_is_refused(name: str, value: object) -> None:
    with pytest.raises(FrameError, match=name):
        decode(json.dumps(HELLO | {name: value}))


@pytest.mark.parametrize("name", ["version", "project", "boot", "rev", "page", "hash"])
def test_a_hello_without_a_field_is_refused(name: str) -> None:
    with pytest.raises(FrameError, match=name):
        decode(json.dumps({k: v for k, v in HELLO.items() if k != name}))


@pytest.mark.parametrize(
    "data",
    [
        {"type": "ack"},
        {"type": "ack", "rev": 1, "result": "applied", "ms": "1"},
        {"type": "ack", "rev": 1, "result": "applied", "ms": True},
        {"type": "ack", "rev": 1, "result": 1, "ms": 1},
        {"type": "ack", "rev": 1, "result": "applied", "ms": 1, "reason": None},
        {"type": "ack", "rev": 1, "result": "applied", "ms": 10**400},
        {"type": "invalidate"},
        {"type": "invalidate", "path": 1},
        {"type": "load-failed", "path": "/a.js"},
        {"type": "custom"},
        {"type": "custom", "event": 1},
        {"type": "hold", "modules": None},
    ],
)
def test_other_frames_with_wrong_fields_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(FrameError):
        decode(json.dumps(data))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
types = st.sampled_from([frame.type for frame in get_args(FromPage)])
frames = st.builds(
    lambda kind, known, other: {**HELLO, **known, **other, "type": kind},
    types,
    st.dictionaries(
        st.sampled_from([*HELLO, "ms", "result", "path", "message", "event", "data", "reason"]),
        json_values,
        max_size=4,
    ),
    st.dictionaries(st.text(max_size=5), json_values, max_size=2),
)


@given(st.one_of(st.text(max_size=60), json_values.map(json.dumps), frames.map(json.dumps)))
@example('{"type": "ack", "rev": 1, "result": "", "ms": NaN}')
@example('{"type": "ack", "rev": 1, "result": "", "ms": 1e999}')
def test_whatever_comes_is_a_frame_or_is_refused(text: str) -> None:
    try:
        frame = decode(text)
    except FrameError:
        return
    assert type(frame) in get_args(FromPage)
    again = json.loads(encode(frame))
    assert again["type"] == frame.type


def test_an_update_as_text_has_every_field() -> None:
    update = Update(
        3,
        modules=(ModuleUpdate("/a.js", "b.3", "h", 'a("\u00e9\u2028")'),),
        boundaries=(BoundaryUpdate("/m.js", "/a.js"),),
        aliases={"/b.js?v=b.2": "/b.js"},
        styles=(StyleUpdate("/a.css", "h", None, ("/a.css?k",)),),
        pages=(PageUpdate("/", "h", "<p>"),),
        assets=(AssetUpdate("/x.png", "h"),),
        reload=Reload("why", ("/a.js", "/m.js")),
    )
    assert json.loads(encode(update)) == {
        "type": "update",
        "rev": 3,
        "modules": [{"path": "/a.js", "v": "b.3", "hash": "h", "code": 'a("\u00e9\u2028")'}],
        "fresh": [],
        "boundaries": [{"path": "/m.js", "accepted": "/a.js", "circular": False}],
        "pruned": [],
        "aliases": {"/b.js?v=b.2": "/b.js"},
        "styles": [{"path": "/a.css", "hash": "h", "css": None, "imported": ["/a.css?k"]}],
        "order": [],
        "pages": [{"path": "/", "hash": "h", "html": "<p>"}],
        "assets": [{"path": "/x.png", "hash": "h"}],
        "refetch": [],
        "reload": {"reason": "why", "chain": ["/a.js", "/m.js"]},
    }


def test_both_languages_have_the_same_frames() -> None:
    """The TypeScript table, read as text, against the Python one, by names of types and fields."""
    source = re.sub(r"/\*.*?\*/|//[^\n]*", "", PROTOCOL_TS.read_text("utf-8"), flags=re.S)
    interfaces = {
        match[1]: field_names(match[2])
        for match in re.finditer(r"interface (\w+) \{(.*?)\n\}", source, re.S)
    }
    unions = {
        match[1]: match[2]
        for match in re.finditer(r"type (FromPage|ToPage) =(.*?);\n(?=\n|$|export)", source, re.S)
    }
    assert table_of(unions["FromPage"], interfaces) == table_of_python(FromPage)
    assert table_of(unions["ToPage"], interfaces) == table_of_python(ToPage)
    for part in (
        *(ModuleUpdate, BoundaryUpdate, StyleUpdate, PageUpdate, AssetUpdate, Reload),
        ProblemState,
    ):
        assert interfaces[part.__name__] == {f.name for f in fields(part)}, part.__name__
    for name in ("VERSION", "SUBPROTOCOL", "TOKEN_PREFIX"):
        constant = re.search(rf"const {name} = (.*?);", source)
        assert constant is not None
        assert constant[1].strip("'\"") == str(getattr(handshake, name)), name


def field_names(body: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?:^|[;{\n])\s*(?:readonly )?(\w+)\??:", body))


def table_of(union: str, interfaces: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The members of a TypeScript union of frames: the fields of each by its ``type``."""
    table = {}
    for member in filter(None, (part.strip() for part in union.split("\n  |"))):
        names = interfaces.get(member) or field_names(member.strip("{}").strip())
        if member in interfaces:
            kind = re.search(
                rf"interface {member} \{{\s*type: '([\w-]+)'", PROTOCOL_TS.read_text("utf-8")
            )
        else:
            kind = re.search(r"type: '([\w-]+)'", member)
        assert kind is not None, member
        table[kind[1]] = names
    return table


def table_of_python(union: Any) -> dict[str, frozenset[str]]:
    return {
        frame.type: frozenset({"type", *(f.name for f in fields(frame))})
        for frame in get_args(union)
    }


def test_every_frame_of_a_page_can_be_read_and_no_other() -> None:
    known = {frame.type for frame in get_args(FromPage)}
    for frame in (Pong(), Problems(()), Welcome(1, "p", "b", 0)):
        assert frame.type not in known
        with pytest.raises(FrameError, match="unknown type"):
            decode(encode(frame))
