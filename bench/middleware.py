"""`python -m bench.middleware`: what the middleware costs a request.

The same app under uvicorn three times: as it is, with the middleware off, and with it on. They are
asked in turn, one request after the other over one connection each, so that a busy machine is busy
for all.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.project import free_port

VARIANTS = ("without", "off", "on")
APP = """
import os
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from hotreload import HotReload

async def data(request):
    return JSONResponse({"answer": 42})

async def home(request):
    return HTMLResponse("<!doctype html><html><head></head><body>" + "<p>text</p>" * 200)

variant = os.environ["VARIANT"]
app = Starlette(
    routes=[
        Route("/data", data),
        Route("/", home),
        Mount("/static", StaticFiles(directory="static")),
    ],
    middleware=[
        Middleware(HotReload, watch=["templates"], enabled=variant == "on")
        for _ in range(variant != "without")
    ],
)
"""
# As a browser asks: a fetch of the page's, which is none of ours, and a navigation.
COMMON = (
    "Host: 127.0.0.1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/140\r\n"
    "Accept-Encoding: identity\r\nAccept-Language: en\r\nSec-Fetch-Site: same-origin\r\n"
    "Referer: http://127.0.0.1/\r\nCookie: session=0123456789abcdef\r\n"
)
ROUTES = {
    "an untouched route": "/data",
    "a page, with the block put in": "/",
}
HEADERS = {
    "/data": "Accept: */*\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n",
    "/": "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
}
PATIENCE = 20.0


class Connection:
    """One connection that is kept alive, and one request at a time on it."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, path: str) -> float:
        """How long one request takes, in microseconds."""
        request = f"GET {path} HTTP/1.1\r\n{COMMON}{HEADERS[path]}\r\n".encode()
        began = time.perf_counter()
        self._socket.sendall(request)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._socket.recv(65536)
        head = answer[:end].lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(answer) < end + 4 + length:
            answer += self._socket.recv(65536)
        took = (time.perf_counter() - began) * 1e6
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(head.decode("latin-1"))
        return took

    def close(self) -> None:
        self._socket.close()


@contextmanager
def running(folder: Path, variant: str) -> Iterator[int]:
    """An app's server, and the port it listens on."""
    port = free_port()
    environment = {**os.environ, "VARIANT": variant, "HOTRELOAD_STATE_DIR": str(folder / "state")}
    options = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "app:app", *options], cwd=folder, env=environment
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.02)
        yield port
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """Measure, and print a line for each route and variant."""
    parser = argparse.ArgumentParser(prog="python -m bench.middleware", description=__doc__)
    parser.add_argument("--requests", type=int, default=4000, help="of each kind (default: 4000)")
    requests: int = parser.parse_args().requests
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotreload-bench-")))
        (folder / "templates").mkdir()
        (folder / "static").mkdir()
        (folder / "app.py").write_text(APP)
        connections = {
            variant: Connection(stack.enter_context(running(folder, variant)))
            for variant in VARIANTS
        }
        for label, path in ROUTES.items():
            times: dict[str, list[float]] = {variant: [] for variant in VARIANTS}
            for number in range(-requests // 10, requests):
                # Whoever goes first finds colder caches.
                order = VARIANTS[number % 3 :] + VARIANTS[: number % 3]
                for variant in order:
                    took = connections[variant].ask(path)
                    if number >= 0:
                        times[variant].append(took)
            base = statistics.median(times["without"])
            print(label)
            for variant in VARIANTS:
                p50, p95 = (
                    statistics.median(times[variant]),
                    statistics.quantiles(times[variant], n=20)[18],
                )
                more = "" if variant == "without" else f"  {(p50 / base - 1) * 100:+.1f} %"
                print(f"  {variant:8} p50 {p50:6.0f} µs  p95 {p95:6.0f} µs{more}")
        for connection in connections.values():
            connection.close()


if __name__ == "__main__":
    main()
