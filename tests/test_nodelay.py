"""Small answers leave at once, in every way a connection comes about."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from hotreload import HotReload
from hotreload.hosts.asgi.nodelay import send_at_once
from hotreload.hosts.server import Server
from hotreload.project.settings import Settings

REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n"
PAGE = b"Accept: text/html\r\n"

pytestmark = pytest.mark.skipif(
    not Path("/dev/fd").is_dir(), reason="the system can't list a process's open files"
)


def is_sent_at_once(client: socket.socket) -> bool:
    """What the other end of a connection says, which this process has."""
    for path in list(Path("/dev/fd").iterdir()):
        # A copy of anything else would stay open, and with it the pipe by whose end others end.
        with suppress(OSError):
            if not path.is_socket():
                continue
            with socket.socket(fileno=os.dup(int(path.name))) as other:
                if other.getpeername() == client.getsockname():
                    return bool(other.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
    raise AssertionError("the other end is not there")


def ask(port: int, headers: bytes = b"") -> bool:
    """Whether the answers on a connection that has had one leave at once."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(REQUEST % headers)
        assert client.recv(1 << 16).startswith(b"HTTP/1.1 ")
        return is_sent_at_once(client)


def test_our_own_server(tmp_path: Path) -> None:
    found: list[bool] = []

    def ready(url: str) -> None:
        def look() -> None:
            try:
                found.append(ask(int(url.rstrip("/").rpartition(":")[2])))
            finally:
                server.stop()

        threading.Thread(target=look).start()

    server = Server(Settings(tmp_path, port=0), ready)
    server.run()
    assert found == [True]


@contextmanager
def handed_on(app: ASGIApp, lifespan: Literal["auto", "off"] = "auto") -> Iterator[int]:
    """An app under uvicorn, with a socket made as by its reloader; gives its port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan=lifespan))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    running.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        running.join(20)


def test_an_app_behind_uvicorn_s_reloader(tmp_path: Path) -> None:
    app = HotReload(Starlette(debug=True), root=tmp_path, watch=[])
    with handed_on(app) as port:
        assert ask(port)


def test_an_app_that_is_not_told_of_the_start(tmp_path: Path) -> None:
    """As Django's: its first connection is there before anything of ours runs."""
    app = HotReload(Starlette(debug=True), root=tmp_path, watch=[])
    with handed_on(app, "off") as port:
        assert ask(port, PAGE)
        assert ask(port)


def test_without_us_it_waits() -> None:
    """The proof that the test before this one proves something."""
    with handed_on(Starlette()) as port:
        assert not ask(port)


def test_what_came_in_before_is_sent_at_once_and_other_connections_are_left_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        with client, listener.accept()[0] as accepted:
            send_at_once()
            for each, on in ((client, False), (accepted, True), (listener, True)):
                assert bool(each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)) is on
