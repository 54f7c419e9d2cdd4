"""The socket of a real server, with a real client: who gets one, and what ends it."""

import json
import signal
import threading
import time
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from hotreload.live.handshake import SUBPROTOCOL, VERSION
from tests.project import Project
from tests.sockets import FILES, SECONDS, closed_with, greet, hello, open_socket, receive


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
