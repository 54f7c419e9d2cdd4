"""Random hostile input, at the gate, the guard, the decoder, and the real server.

More of it with HOTRELOAD_FUZZ=<examples of each>.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hotreload.live.decode import decode
from hotreload.live.handshake import SUBPROTOCOL, TOKEN_PREFIX
from hotreload.live.protocol import FrameError
from hotreload.project.deny import DenyList
from hotreload.project.files import FileMissingError, Mount, ProjectFiles
from hotreload.project.urls import RefusedPathError, parse_path, to_url
from hotreload.web.guard import Guard, Refusal
from tests.security.fort import Fort, build, write_fort
from tests.security.wire import MARK, MODULE, NAVIGATION, marked, request

EXAMPLES = int(os.environ.get("HOTRELOAD_FUZZ", "200"))
fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

PARTS = st.sampled_from(
    [
        *("..", ".", "", "...", "..;", "%2e", "%2e%2e", "%252e", ".%2e", "%c0%ae", "%ef%bc%8e"),
        *("/", "//", "\\", "%2f", "%5c", "%252f", "%00", "%0a", "%20", ":", "::$DATA", "~1", "#"),
        *(
            "?",
            "?raw",
            ".env",
            ".ENV",
            ".git",
            "config",
            "secret.txt",
            "secret.js",
            "leak",
            "leak.js",
        ),
        *("leakdir", "alias.txt", "manage.py", "server.pem", "site", "site-evil", "sub", "main.js"),
        *("inside-dir", "inside-link.js", "@fs", "@hotreload", "base", "con", "nested", "pipe.txt"),
        *(
            "\u200b",
            "%e2%80%8b",
            "%",
            "a",
            "\xff",
            ".well-known",
            "node_modules",
            ".pnpm",
            "zero.bin",
        ),
    ]
)
PATHS = st.one_of(
    st.lists(PARTS, max_size=10).map("".join),
    st.lists(PARTS, max_size=8).map("/".join),
    st.text(max_size=40),
).map(lambda text: "/" + text)


@pytest.fixture(scope="module")
def outpost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fort]:
    with build(tmp_path_factory.mktemp("outpost")) as fort:
        yield fort


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fort(tmp_path_factory.mktemp("gate")).root


@fuzzed
@given(PATHS)
@example("/..%2fsecret.txt")
@example("/leakdir/secret.txt")
def test_the_gate_gives_nothing_away(root: Path, path: str) -> None:
    files = ProjectFiles((Mount("/", root), Mount("/mounted/", root / "sub")))
    assert files.read("/dep.js").data
    for url in (path, quote(path), "/mounted" + path):
        try:
            real = files.resolve(url)
            data = files.read(url).data if files.is_file(url) else b""
        except FileMissingError:
            continue
        assert real.is_relative_to(root)
        assert MARK.encode() not in data


@fuzzed
@given(st.one_of(PATHS.map(lambda text: text.encode("utf-8")), st.binary(max_size=60)))
def test_a_path_that_is_not_refused_has_one_spelling(raw: bytes) -> None:
    try:
        segments = parse_path(raw)
    except RefusedPathError:
        return
    url = to_url(segments)
    assert parse_path(url.encode("ascii")) == segments
    assert to_url(parse_path(url.encode("ascii"))) == url
    assert not any(
        segment in (".", "..") or "/" in segment or "\\" in segment for segment in segments
    )
    assert "" not in segments[:-1]


@fuzzed
@given(
    st.text(st.sampled_from(".enENv\u200b\u200d\ufeff\u00ad\uff0e\uff45\u212a "), max_size=8),
    st.sampled_from(["", ".js", ".map", "/x.txt"]),
)
def test_a_name_that_some_file_system_reads_as_denied_is_denied(name: str, more: str) -> None:
    import unicodedata

    read = unicodedata.normalize("NFKC", name).casefold()
    read = "".join(c for c in read if unicodedata.category(c) != "Cf")
    if read.startswith("."):
        assert DenyList().denied_by((name + more).split("/"))


NAMES = st.sampled_from(
    [
        *("localhost", "127.0.0.1", "[::1]", "evil.example", "app.test", "LOCALHOST", "0.0.0.0"),
        *(
            "::1",
            "[",
            "]",
            "@",
            ":",
            ":8000",
            ":80",
            ".",
            "..",
            "/",
            "#",
            "\\",
            "%00",
            " ",
            ",",
            "\t",
        ),
        *("http://", "https://", "\xe9", "1", "2130706433", "0x7f", "-", "_", "x", "?", "\n"),
    ]
)
TEXTS = st.one_of(st.lists(NAMES, max_size=6).map("".join), st.text(max_size=30))
ALLOWED = {"localhost", "127.0.0.1", "::1", "app.test"}


@fuzzed
@given(TEXTS)
def test_a_host_that_is_let_in_is_one_of_ours(text: str) -> None:
    guard = Guard("t" * 32, allow_hosts=("app.test",))
    header = [(b"host", text.encode("utf-8"))]
    assert guard.check_request("GET", [(b"host", b"localhost:8000")]) is None
    if guard.check_request("GET", header) is not None:
        return
    assert text.isascii()
    name = text.lower().removesuffix(".")
    port = ""
    if not name.endswith("]") and ":" in name:
        name, _, port = name.rpartition(":")
        assert port.isdigit()
    name = name.strip("[]").removesuffix(".")
    loopback = name.startswith("127.") or set(name) <= set("0:1")
    assert name in ALLOWED or name.endswith(".localhost") or loopback


@fuzzed
@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=3))
def test_nobody_gets_a_socket_by_chance(host: str, origin: str, offered: list[str]) -> None:
    guard = Guard("t" * 32)
    good = [(b"host", b"127.0.0.1:8000")]
    ours = [SUBPROTOCOL, TOKEN_PREFIX + guard.token]
    assert isinstance(guard.check_socket(good, ours), str)
    strange = [(b"host", host.encode()), (b"origin", origin.encode())]
    assert isinstance(guard.check_socket(strange, offered), Refusal)
    with_token = guard.check_socket(strange, ours)
    if isinstance(with_token, str):
        assert guard.check_request("GET", strange) is None
        netloc = origin.partition("://")[2].lower()
        assert guard.check_request("GET", [(b"host", netloc.encode())]) is None


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(["/main.js", "/.env", "hello", "hold", "ack", "../x", "__proto__"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = (
    *("type", "version", "project", "boot", "rev", "page", "hash", "modules", "resources", "id"),
    *("result", "ms", "reason", "path", "message", "event", "data", "__proto__"),
)
TYPES = ("hello", "hold", "ack", "ping", "invalidate", "load-failed", "custom", "sync", "update")
FRAMES = st.fixed_dictionaries(
    {"type": st.one_of(st.sampled_from(TYPES), JSON)},
    optional={
        name: st.one_of(JSON, st.dictionaries(PATHS, JSON, max_size=2)) for name in FIELDS[1:]
    },
)


@fuzzed
@given(st.one_of(FRAMES.map(json.dumps), JSON.map(json.dumps), st.text(max_size=80)))
@example("[" * 100_000)
@example('{"type":"ack","rev":' + "9" * 5000 + "}")
def test_a_frame_is_decoded_or_refused_and_nothing_else(text: str) -> None:
    assert decode('{"type":"ping"}')
    try:
        frame = decode(text)
    except FrameError:
        return
    for path in (getattr(frame, "path", "/"), getattr(frame, "page", "/")):
        assert path.startswith("/")
        assert path.isprintable()
        assert path.isascii()
    for name, held in getattr(frame, "modules", {}).items():
        assert name.isprintable()
        assert not set(held.v) & set("'\"\\ \n/<>&?#")


@settings(fuzzed, max_examples=max(EXAMPLES // 4, 20))
@given(PATHS, st.sampled_from([{}, MODULE, NAVIGATION, {"Range": "bytes=0-"}]))
def test_no_target_gets_a_secret_from_the_server(
    outpost: Fort, path: str, headers: dict[str, str]
) -> None:
    target = quote(path, safe="/%\\#?:;@~.") if not path.isascii() else path
    for end in "\r\n ":
        target = target.replace(end, "")
    answer = outpost.send(request(target.encode("latin-1"), headers, host=outpost.host))
    assert 200 <= answer.status < 500, (target, answer.raw[:200])
    assert not marked(answer.raw)
    outpost.answers()


@settings(fuzzed, max_examples=max(EXAMPLES // 4, 20))
@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_bring_the_server_down(outpost: Fort, data: bytes, begins_well: bool) -> None:
    begin = b"GET /main.js HTTP/1.1\r\nHost: 127.0.0.1\r\n" if begins_well else b""
    answer = outpost.send(begin + data + b"\r\n\r\n", seconds=0.2)
    assert answer.status < 500
    assert not marked(answer.raw)
    outpost.answers()
