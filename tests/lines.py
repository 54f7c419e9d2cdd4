"""Connections as a page has them, by a socket or by a stream, and nothing behind them."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Queue
from urllib.request import urlopen

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.project import Project

SECONDS = 10
# Of a page that holds nothing and knows nothing.
HELLO = json.dumps(
    {"type": "hello", "version": 1, "project": "", "boot": "", "rev": 0, "page": "/", "hash": ""}
)


@dataclass(frozen=True, slots=True)
class Line:
    """A connection.

    Args:
        send: sends a frame.
        receive: waits for one.
        ended: waits for the end, and says with which code the server closed.
    """

    send: Callable[[str], object]
    receive: Callable[[], str]
    ended: Callable[[], int]


def token_of(project: Project) -> str:
    """The token that a page of the project has."""
    with urlopen(f"{project.url}@hotreload/status", timeout=SECONDS) as answer:
        token: str = json.load(answer)["token"]
    return token


@contextmanager
def by_socket(project: Project) -> Iterator[Line]:
    with connect(
        f"ws://127.0.0.1:{project.port}/@hotreload/ws",
        proxy=None,
        subprotocols=["hotreload", f"hr.{token_of(project)}"],  # type: ignore[list-item]
    ) as socket:

        def receive() -> str:
            text = socket.recv(SECONDS)
            assert isinstance(text, str)
            return text

        def ended() -> int:
            try:
                while True:
                    receive()
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd is not None else 1006

        yield Line(socket.send, receive, ended)


@contextmanager
def by_stream(project: Project) -> Iterator[Line]:
    token = {"x-hotreload-token": token_of(project)}
    frames: Queue[str] = Queue()
    opened: Queue[str] = Queue()
    closed: Queue[int] = Queue()
    own = f"{project.url}@hotreload/"
    with (
        httpx.Client(timeout=SECONDS, trust_env=False) as http,
        http.stream("POST", f"{own}stream", headers=token) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")

        def listen() -> None:
            event, code = "", 1006
            try:
                for line in answer.iter_lines():
                    name, _, value = line.partition(":")
                    if name == "event":
                        event = value
                    elif name == "data" and event == "close":
                        code = int(value)
                    elif name == "data":
                        (opened if event == "open" else frames).put(value)
                        event = ""
            except (httpx.HTTPError, httpx.StreamError):
                code = 1006
            closed.put(code)

        reader = threading.Thread(target=listen, daemon=True)
        reader.start()
        stream = opened.get(timeout=SECONDS)

        def send(text: str) -> None:
            headers = {**token, "x-hotreload-stream": stream}
            assert httpx.post(f"{own}frames", headers=headers, content=text).status_code == 204

        yield Line(send, lambda: frames.get(timeout=SECONDS), lambda: closed.get(timeout=SECONDS))
    reader.join(SECONDS)


LINES = {"socket": by_socket, "stream": by_stream}
