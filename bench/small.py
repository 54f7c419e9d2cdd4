"""`python -m bench.small`: a small answer on a connection that is kept, in every way in.

Each server answers the same script of one line, one request after the other over one connection,
in turns. A server that leaves Nagle's algorithm on takes some 40 ms for each.
"""

import argparse
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.appproject import FILES, AppProject
from tests.project import Project

TARGET_MS = 2.0
SCRIPT = {"small.js": "export const a = 1;\n"}
HEAD = (
    "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: script\r\n\r\n"
)


@contextmanager
def served(name: str, folder: Path) -> Iterator[tuple[int, str]]:
    """One way in; gives its port and the script's address."""
    project: Project
    if name.startswith("uvicorn"):
        project = AppProject(folder / "app", folder / "state").write(FILES)
        address = "/static/word.js"
        # With an app that is told of no start nothing else is said.
        project.ready_line = "Uvicorn running on"
        project.start(*name.split()[1:])
    else:
        project = Project(folder / "site", folder / "state").write(SCRIPT)
        address = "/small.js"
        built: tuple[str, ...] = ()
        if name == "mkdocs":
            project.write({"mkdocs.yml": "site_name: a\n", "docs/index.md": "# A\n"})
            project.write({f"docs/{n}": text for n, text in SCRIPT.items()})
            project.asked = ("mkdocs",)
        if name == "generated":
            built = ("--build", "cp src/small.js out/", "--watch", "src")
            project.write(
                {f"{place}/{n}": text for place in ("src", "out") for n, text in SCRIPT.items()}
            )
            project.asked = ("serve", "out")
        project.start(*built)
    try:
        yield project.port, address
    finally:
        project.close()


class Kept:
    """A connection that is kept, or opened anew where a server began anew."""

    def __init__(self, port: int, address: str) -> None:
        self._port = port
        self._request = HEAD.format(address).encode()
        self._socket = self._open()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port), timeout=20)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def milliseconds(self) -> float:
        """How long one answer takes, to its last byte."""
        begin = time.perf_counter()
        try:
            received = self._ask()
        except ConnectionError:
            self._socket = self._open()
            self._ask()
            return self.milliseconds()
        took = (time.perf_counter() - begin) * 1000
        assert received.startswith(b"HTTP/1.1 200"), received
        return took

    def _ask(self) -> bytes:
        self._socket.sendall(self._request)
        received = b""
        while not received.endswith(b"\n") or b"\r\n\r\n" not in received[:-4]:
            more = self._socket.recv(1 << 16)
            if not more:
                raise ConnectionResetError
            received += more
        return received


WAYS = (
    "serve",
    "generated",
    "mkdocs",
    "uvicorn",
    "uvicorn --reload",
    "uvicorn --workers 2",
    "uvicorn --reload --lifespan off",
)


def main() -> int:
    """Measure and print; the exit status says whether every median is within the target."""
    parser = argparse.ArgumentParser(prog="python -m bench.small", description=__doc__)
    parser.add_argument("--runs", type=int, default=41, help="requests to each (41)")
    runs: int = parser.parse_args().runs
    with ExitStack() as stack, TemporaryDirectory() as folder:
        ways = {}
        for number, name in enumerate(WAYS):
            (Path(folder) / str(number)).mkdir()
            port, address = stack.enter_context(served(name, Path(folder) / str(number)))
            ways[name] = Kept(port, address)
        times: dict[str, list[float]] = {name: [] for name in WAYS}
        for _ in range(runs):
            for name, kept in ways.items():
                times[name].append(kept.milliseconds())
    print(f"{'small answer, kept connection':34} {'p50':>8} {'p90':>8}   target {TARGET_MS:g} ms")
    for name, found in times.items():
        found.sort()
        print(f"{name:34} {statistics.median(found):8.2f} {found[len(found) * 9 // 10]:8.2f}")
    return int(any(statistics.median(found) > TARGET_MS for found in times.values()))


if __name__ == "__main__":
    raise SystemExit(main())
