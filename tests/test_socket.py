"""The socket of a real server, with a real client."""

import json
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from typing import Any
from urllib.request import Request, urlopen

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from hotreload.live.protocol import SUBPROTOCOL, TOKEN_PREFIX, VERSION
from tests.project import Project

SECONDS = 10
FILES = {
    "index.html": '<!doctype html><head><script type="module" src="main.js"></script></head>x',
    "main.js": "import './dep.js';\nimport.meta.hot.accept();\n",
    "dep.js": "export const a = 1;\n",
    "theme.css": "body { color: red }",
    "lone.js": "export const b = 1;\n",
}


def token_of(project: Project) -> str:
    with urlopen(f"{project.url}@hotreload/status", timeout=SECONDS) as answer:
        token: str = json.load(answer)["token"]
    return token


@contextmanager
def open_socket(
    project: Project,
    *,
    token: str | None = None,
    origin: str | None = "",
    path: str = "@hotreload/ws",
) -> Iterator[ClientConnection]:
    """A socket as a page opens it; ``origin=None`` sends none, "" the page's own."""
    if token is None:
        token = token_of(project)
    with connect(
        f"ws://127.0.0.1:{project.port}/{path}",
        proxy=None,
        origin=f"http://127.0.0.1:{project.port}" if origin == "" else origin,  # type: ignore[arg-type]
        subprotocols=[SUBPROTOCOL, f"{TOKEN_PREFIX}{token}"],  # type: ignore[list-item]
        open_timeout=SECONDS,
        close_timeout=SECONDS,
    ) as socket:
        yield socket


def receive(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next frame of a type; others are passed over."""
    deadline = time.monotonic() + SECONDS
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(max(0.0, deadline - time.monotonic())))
        if frame["type"] == kind:
            return frame


def read_birth(project: Project) -> dict[str, Any]:
    """What a page is born with."""
    request = Request(project.url, headers={"accept": "text/html"})
    with urlopen(request, timeout=SECONDS) as answer:
        match = re.search(r'<meta name="hotreload" content="([^"]*)"', answer.read().decode())
    assert match is not None
    birth: dict[str, Any] = json.loads(unescape(match[1]))
    return birth


def module_hash(project: Project, path: str) -> str:
    """The hash a page's runtime is told for a module."""
    with urlopen(f"{project.url}{path}", timeout=SECONDS) as answer:
        match = re.search(r'__hr\(import\.meta,"[^"]*","([^"]*)"', answer.read().decode())
    assert match is not None
    return match[1]


def hello(project: Project, **changes: Any) -> dict[str, Any]:
    """A page's hello, with all of its modules loaded."""
    return {
        **read_birth(project),
        "type": "hello",
        "version": VERSION,
        "modules": {f"/{n}": [module_hash(project, n), ""] for n in ("main.js", "dep.js")},
        "resources": {},
        **changes,
    }


def greet(socket: ClientConnection, frame: dict[str, Any]) -> dict[str, Any]:
    socket.send(json.dumps(frame))
    return receive(socket, "welcome")


@pytest.fixture
def served(project: Project) -> Project:
    return project.write(FILES).start()


def test_hello_is_answered_with_welcome_and_the_current_problems(served: Project) -> None:
    frame = hello(served)
    with open_socket(served) as socket:
        assert socket.subprotocol == SUBPROTOCOL
        welcome = greet(socket, frame)
        assert welcome == {
            "type": "welcome",
            "version": VERSION,
            "project": frame["project"],
            "boot": frame["boot"],
            "rev": frame["rev"],
            "resources": {},
        }
        assert receive(socket, "problems")["problems"] == []
        socket.send('{"type": "ping"}')
        assert receive(socket, "pong") == {"type": "pong"}


@pytest.mark.parametrize(
    ("token", "origin", "path"),
    [
        ("", "", "@hotreload/ws"),
        ("wrong", "", "@hotreload/ws"),
        ("", None, "@hotreload/ws"),
        (None, "http://evil.example", "@hotreload/ws"),
        (None, "null", "@hotreload/ws"),
        (None, "http://127.0.0.1:1", "@hotreload/ws"),
        (None, "", "ws"),
        (None, "", "@hotreload/ws/"),
        (None, "", "%40hotreload/ws"),
        (None, "", "@hotreload//ws"),
    ],
)
def test_a_stranger_gets_no_socket(
    served: Project, token: str | None, origin: str | None, path: str
) -> None:
    with (
        pytest.raises(InvalidHandshake, match="403"),
        open_socket(served, token=token, origin=origin, path=path),
    ):
        pass
    with open_socket(served) as socket:
        greet(socket, hello(served))


def test_a_tool_without_an_origin_needs_the_token(served: Project) -> None:
    with open_socket(served, origin=None) as socket:
        greet(socket, hello(served))


@pytest.mark.parametrize(
    "bad",
    [
        *("", "{", "[]", "null", '{"type": "welcome"}', '{"type": "ack"}', b"\x00\x01", b"{}"),
        *('{"type": "hello"}', '{"type": "ack", "rev": 1, "result": "", "ms": 1e999}'),
        '{"type": "hold", "modules": {"/a.js": ["h"]}}',
    ],
)
def test_a_bad_frame_ends_the_session(served: Project, bad: str | bytes) -> None:
    with open_socket(served) as socket:
        socket.send(bad)
        assert closed_with(socket) == 1008
    assert "Traceback" not in served.output


def closed_with(socket: ClientConnection) -> int | None:
    """The code with which the server closes, which it must soon."""
    deadline = time.monotonic() + SECONDS
    try:
        while True:
            socket.recv(max(0.0, deadline - time.monotonic()))
    except ConnectionClosed as error:
        return error.rcvd.code if error.rcvd is not None else None


def test_other_first_frames_and_a_second_hello_end_the_session(served: Project) -> None:
    with open_socket(served) as socket:
        socket.send('{"type": "ping"}')
        assert closed_with(socket) == 1008
    frame = hello(served)
    with open_socket(served) as socket:
        greet(socket, frame)
        receive(socket, "problems")
        socket.send(json.dumps(frame))
        assert closed_with(socket) == 1008


def test_a_page_of_another_version_is_told_so(served: Project) -> None:
    with open_socket(served) as socket:
        socket.send(json.dumps(hello(served, version=VERSION + 1)))
        assert closed_with(socket) == 4001


def test_a_frame_without_end_is_not_read_to_its_end(served: Project) -> None:
    with open_socket(served) as socket:
        greet(socket, hello(served))
        with suppress(ConnectionClosed):
            socket.send(json.dumps({"type": "custom", "event": "x" * 3_000_000}))
        # What is not read is thrown away with the connection, which may come before the code.
        assert closed_with(socket) in (None, 1008, 1009)
    with open_socket(served) as socket:
        greet(socket, hello(served))


def test_an_update_carries_the_content_of_the_whole_chain(served: Project) -> None:
    with open_socket(served) as socket:
        welcome = greet(socket, hello(served))
        served.edit("dep.js", "1", "2")
        update = receive(socket, "update")
        assert update["rev"] == welcome["rev"] + 1
        assert update["reload"] is None
        dep, main = update["modules"]
        assert (dep["path"], main["path"]) == ("/dep.js", "/main.js")
        assert dep["v"] == main["v"] == f"{welcome['boot']}.{update['rev']}"
        assert "export const a = 2;" in dep["code"]
        origin = f"http://127.0.0.1:{served.port}"
        assert f"import '{origin}/dep.js?v={dep['v']}'" in main["code"]
        assert update["boundaries"] == [{"path": "/main.js", "accepted": "/main.js"}]


def test_a_stylesheet_and_a_page_are_pushed_with_their_text(served: Project) -> None:
    page = read_birth(served)
    with open_socket(served) as socket:
        greet(socket, hello(served, resources={"/theme.css": ""}))
        served.edit("theme.css", "red", "blue")
        (style,) = receive(socket, "update")["styles"]
        assert (style["path"], style["css"]) == ("/theme.css", "body { color: blue }")
        served.edit("index.html", "</head>x", "</head>new")
        (update,) = receive(socket, "update")["pages"]
        assert update["path"] == page["page"]
        assert update["html"] == FILES["index.html"].replace("</head>x", "</head>new")
        assert "@hotreload" not in update["html"]


def test_a_page_is_only_told_of_what_it_holds(served: Project) -> None:
    other = hello(served, page="/other.html", hash="", modules={})
    with open_socket(served) as one, open_socket(served) as two:
        greet(one, hello(served))
        greet(two, other)
        served.edit("dep.js", "1", "2")
        receive(one, "update")
        two.send('{"type": "ping"}')
        seen: list[dict[str, Any]] = []
        while not seen or seen[-1]["type"] != "pong":
            seen.append(json.loads(two.recv(SECONDS)))
        assert [f for f in seen if f["type"] == "update" and (f["modules"] or f["reload"])] == []


def test_a_change_that_nobody_accepts_is_a_reload_with_its_reason(served: Project) -> None:
    frame = hello(served)
    frame["modules"]["/lone.js"] = [module_hash(served, "lone.js"), ""]
    with open_socket(served) as socket:
        greet(socket, frame)
        served.edit("lone.js", "1", "2")
        reload = receive(socket, "update")["reload"]
        assert "/lone.js" in reload["reason"]
        assert reload["chain"] == ["/lone.js"]


def test_sixty_files_at_once_are_few_updates_with_all_of_them(served: Project) -> None:
    names = [f"m{number}.js" for number in range(60)]
    served.write(dict.fromkeys(names, "export let n = 0; import.meta.hot.accept();"))
    modules = {f"/{name}": [module_hash(served, name), ""] for name in names}
    with open_socket(served) as socket:
        greet(socket, hello(served, modules=modules))
        served.write(dict.fromkeys(names, "export let n = 1; import.meta.hot.accept();"))
        pushed: list[str] = []
        frames = 0
        while set(pushed) != set(modules):
            pushed += [module["path"] for module in receive(socket, "update")["modules"]]
            frames += 1
        assert frames <= 2
        assert len(pushed) == len(set(pushed))


def test_a_syntax_error_is_told_and_not_pushed_and_fixing_it_clears_it(served: Project) -> None:
    with open_socket(served) as socket:
        greet(socket, hello(served))
        receive(socket, "problems")
        served.edit("dep.js", "1;", ";")
        (problem,) = receive(socket, "problems")["problems"]
        assert (problem["owner"], problem["kind"], problem["line"]) == ("/dep.js", "syntax", 1)
        assert "export const a = ;" in problem["frame"]
        served.edit("dep.js", " ;", " 3;")
        assert receive(socket, "problems")["problems"] == []
        assert "a = 3" in receive(socket, "update")["modules"][0]["code"]


def test_a_page_that_was_away_gets_what_changed_meanwhile(served: Project) -> None:
    before = hello(served)
    served.edit("dep.js", "1", "2")
    with open_socket(served) as socket:
        greet(socket, before)
        assert "a = 2" in receive(socket, "update")["modules"][0]["code"]


def test_a_page_that_missed_nothing_gets_nothing_over_a_restart(served: Project) -> None:
    before = hello(served)
    token = token_of(served)
    served.stop(signal.SIGKILL)
    served.start()
    with open_socket(served, token=token) as socket:
        welcome = greet(socket, before)
        assert welcome["project"] == before["project"]
        assert welcome["boot"] != before["boot"]
        socket.send('{"type": "ping"}')
        assert receive(socket, "problems")["problems"] == []
        assert json.loads(socket.recv(SECONDS)) == {"type": "pong"}


def test_a_page_gets_what_changed_while_the_server_was_down(served: Project) -> None:
    before = hello(served)
    served.stop()
    served.edit("dep.js", "1", "2")
    served.start()
    with open_socket(served) as socket:
        greet(socket, before)
        assert "a = 2" in receive(socket, "update")["modules"][0]["code"]


def test_a_page_of_another_project_is_made_to_reload(served: Project) -> None:
    with open_socket(served) as socket:
        greet(socket, {**hello(served), "project": "another"})
        assert "another project" in receive(socket, "update")["reload"]["reason"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_at_once_although_pages_are_open(
    served: Project, how: signal.Signals
) -> None:
    codes: list[int | None] = []
    with open_socket(served) as one, open_socket(served) as two:
        greet(one, hello(served))
        waiting = threading.Thread(target=lambda: codes.append(closed_with(one)))
        waiting.start()
        begin = time.monotonic()
        served.stop(how)
        assert time.monotonic() - begin < 1
        waiting.join(SECONDS)
        assert closed_with(two) is not None
    assert codes != []
    assert codes[0] is not None, "pages are told, not cut off"
    assert "Traceback" not in served.output
    assert "Error" not in served.output


@pytest.mark.parametrize("attempt", range(20))
def test_a_bad_frame_right_after_hello_ends_the_session(served: Project, attempt: int) -> None:
    frame = hello(served)
    with open_socket(served) as socket:
        greet(socket, frame)
        socket.send("[]")
        assert closed_with(socket) == 1008


def test_a_module_pruned_before_the_page_said_that_it_holds_it_is_pruned_still(
    served: Project,
) -> None:
    frame = hello(served)
    modules, frame["modules"] = frame["modules"], {}
    with open_socket(served) as watching, open_socket(served) as socket:
        greet(watching, hello(served))
        greet(socket, frame)
        served.write({"main.js": "import.meta.hot.accept();\n"})
        assert receive(watching, "update")["pruned"] == ["/dep.js"]
        assert receive(socket, "update")["modules"] == []
        socket.send(json.dumps({"type": "hold", "modules": modules, "resources": {}}))
        update = receive(socket, "update")
        assert [module["path"] for module in update["modules"]] == ["/main.js"]
        assert update["pruned"] == ["/dep.js"]


def test_a_page_s_entry_is_not_pruned_when_its_importer_lets_go_of_it(served: Project) -> None:
    served.write({"dep.js": "import './main.js';\nimport.meta.hot.accept();\n"})
    with open_socket(served) as socket:
        greet(socket, hello(served))
        served.write({"dep.js": "import.meta.hot.accept();\n"})
        update = receive(socket, "update")
        assert [module["path"] for module in update["modules"]] == ["/dep.js"]
        assert update["pruned"] == []


def test_sync_is_answered_when_every_change_up_to_it_is_applied(served: Project) -> None:
    with open_socket(served) as page, open_socket(served, origin=None) as tool:
        greet(page, hello(served))
        served.edit("dep.js", "a = 1", "a = 2")
        tool.send('{"type": "sync", "id": "one"}')
        update = receive(page, "update")
        assert "a = 2" in update["modules"][0]["code"]
        page.send(json.dumps({"type": "ack", "rev": update["rev"], "result": "applied", "ms": 1}))
        synced = receive(tool, "synced")
        assert synced == {"type": "synced", "id": "one", "rev": update["rev"], "waiting": 0}
        tool.send('{"type": "sync", "id": "nothing changed"}')
        assert receive(tool, "synced")["id"] == "nothing changed"
    line = r"hmr /dep\.js · 1 page · \d+ ms\n"
    assert re.search(line, served.output)
