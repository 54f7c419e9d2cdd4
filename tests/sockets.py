"""A page's end of the socket, by hand: what a page says, and what it is told."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any
from urllib.request import Request, urlopen

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from hotreload.live.handshake import SUBPROTOCOL, TOKEN_PREFIX, VERSION
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


def closed_with(socket: ClientConnection) -> int | None:
    """The code with which the server closes, which it must soon."""
    deadline = time.monotonic() + SECONDS
    try:
        while True:
            socket.recv(max(0.0, deadline - time.monotonic()))
    except ConnectionClosed as error:
        return error.rcvd.code if error.rcvd is not None else None
