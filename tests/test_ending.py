"""A signal ends the process soon, whatever is open, and pages are told to come back."""

import asyncio
import json
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from uvicorn import Config

from hotreload.hosts.asgi.ending import EndSignals
from hotreload.hosts.asgi.host import STREAM_SECONDS
from hotreload.hosts.server import EndingServer
from tests.appproject import FILES, AppProject
from tests.lines import HELLO, by_socket, by_stream
from tests.project import Project

# Half a second on a quiet machine: `python -m bench.connection` says. This is for one that runs
# everybody's tests, and less than it takes where something is waited for.
SECONDS = 3.0
SITE: dict[str, str | bytes] = {
    "index.html": "<!doctype html><head></head>x",
    "large.bin": b"x" * 20_000_000,
}
SCRIPT = """
import sys
from hotreload import DevServer
DevServer(".", port=int(sys.argv[1]), on_ready=lambda url: print(url, flush=True)).run()
"""


class ScriptProject(Project):
    """A site that a script of the user's serves."""

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", SCRIPT, str(self.port)]


@pytest.fixture(params=[Project, ScriptProject, AppProject])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Project]:
    project: Project = request.param(tmp_path / "site", tmp_path / "state")
    if request.param is AppProject:
        project.write(FILES)
    else:
        project.write(SITE)
    try:
        yield project.start()
    finally:
        project.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_process_ends_soon_and_pages_are_told(running: Project, how: signal.Signals) -> None:
    assert SECONDS < STREAM_SECONDS
    with by_socket(running) as by_one, by_stream(running) as by_other, ExitStack() as answers:
        for line in (by_one, by_other):
            line.send(HELLO)
            assert json.loads(line.receive())["type"] == "welcome"
        if not isinstance(running, AppProject):
            # How long an app's own answers may take is the app's to say.
            answers.enter_context(half_read(running, "large.bin"))
        began = time.monotonic()
        running.stop(how)
        took = time.monotonic() - began
        assert (by_one.ended(), by_other.ended()) == (1012, 1012)
    assert took < SECONDS
    assert "Traceback" not in running.output


def half_read(project: Project, name: str) -> socket.socket:
    """A request whose answer is not read to its end."""
    connection = socket.create_connection(("127.0.0.1", project.port))
    connection.sendall(f"GET /{name} HTTP/1.1\r\nHost: 127.0.0.1:{project.port}\r\n\r\n".encode())
    assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    return connection


STAYING = """
import contextlib, signal

@contextlib.asynccontextmanager
async def stay(app):
    signal.signal(signal.SIGINT, lambda number, frame: None)
    yield

app.router.lifespan_context = stay
"""


def test_who_comes_when_the_end_was_asked_for_is_sent_away(app_project: AppProject) -> None:
    # Uvicorn asks those that it knows to leave, and waits for all: here it is left out.
    app_project.write(FILES | {"app.py": FILES["app.py"] + STAYING}).start()
    with by_stream(app_project) as early:
        early.send(HELLO)
        early.receive()
        app_project.send_signal(signal.SIGINT)
        assert early.ended() == 1012
    with by_socket(app_project) as late:
        assert late.ended() == 1012
    answer = httpx.get(f"{app_project.url}@hotreload/status")
    assert answer.headers.get("connection") == "close"
    app_project.stop()


def test_what_the_server_has_put_in_place_is_called_and_put_back() -> None:
    called: list[str] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: called.append("server"))
    server = signal.getsignal(signal.SIGTERM)
    try:
        signals = EndSignals(lambda: called.append("ours"))
        signals.hear()
        signal.raise_signal(signal.SIGTERM)
        signals.forget()
        assert called == ["ours", "server"]
        assert signal.getsignal(signal.SIGTERM) is server
        signals.hear()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signals.forget()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_server_is_not_woken_to_look_whether_it_is_to_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hotreload.hosts.server.TICK_SECONDS", 3600)

    async def run() -> None:
        server = EndingServer(Config("none"), *[lambda: None] * 3)
        server._loop = asyncio.get_running_loop()
        running = asyncio.create_task(server.main_loop())
        await asyncio.sleep(0)
        # From any thread, as by DevServer.stop().
        await asyncio.to_thread(setattr, server, "should_exit", True)
        await asyncio.wait_for(running, 10)

    asyncio.run(run())
