"""How updates reach a crowd, and how soon a page is back: `python -m bench.connection`.

Fan-out: a stylesheet of 50 KB is saved while 1,000 clients are connected; the time from just before
the write until each has received the whole frame. The clients are a process of their own, beside
the server's. Reconnecting: from the moment a restarted server takes connections until the page is
connected again, in Chromium.
"""

import argparse
import asyncio
import base64
import json
import multiprocessing
import os
import signal
import socket
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

from tests.chromium import CHROMIUM_ARGS, MISSING, find_chromium
from tests.project import Project

SIZE = 50_000
PAGE = '<!doctype html><head><link rel="stylesheet" href="a.css"></head><h1>Hello</h1>'


def stylesheet(number: int) -> str:
    rules = "".join(f".c{n} {{ color: red }}\n" for n in range(SIZE // 22))
    return f"h1 {{ margin: {number}px }}\n{rules}"


class Listener:
    """One client that counts: reads frames, looks at the time when a large one is whole."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token

    async def connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        key = base64.b64encode(os.urandom(16)).decode()
        self._writer.write(
            f"GET /@hotreload/ws HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Protocol: hotreload, hr.{self._token}\r\n\r\n".encode()
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        hello = {"type": "hello", "version": 1, "project": "", "boot": "", "rev": 0}
        self._send({**hello, "page": "/", "hash": "", "resources": {}})
        await self._frame()

    async def hear(self) -> float:
        """The time at which the next large frame was whole; it is acked."""
        while len(text := await self._frame()) < SIZE // 2:
            pass
        now = time.time()
        rev = int(text[: text.index(b",", 20)].rpartition(b":")[2])
        self._send({"type": "ack", "rev": rev, "result": "applied", "ms": 0})
        return now

    async def _frame(self) -> bytes:
        length = (await self._reader.readexactly(2))[1]
        if length == 126:
            (length,) = struct.unpack("!H", await self._reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self._reader.readexactly(8))
        return await self._reader.readexactly(length)

    def _send(self, frame: dict[str, object]) -> None:
        # With a mask of zeros, which leaves the text as it is (RFC 6455, 5.3).
        text = json.dumps(frame).encode()
        head = b"\x81" + (
            bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + struct.pack("!H", len(text))
        )
        self._writer.write(head + b"\0\0\0\0" + text)


def crowd(port: int, token: str, count: int, rounds: int, pipe: Connection) -> None:
    """The clients' process: tells when all are there, and for each round when each had it."""

    async def run() -> None:
        listeners = [Listener(port, token) for _ in range(count)]
        for start in range(0, count, 50):
            await asyncio.gather(*(each.connect() for each in listeners[start : start + 50]))
        pipe.send("ready")
        for _ in range(rounds):
            pipe.send(await asyncio.gather(*(each.hear() for each in listeners)))

    asyncio.run(run())


def fan_out(project: Project, count: int, rounds: int) -> list[float]:
    """Milliseconds until each client had each of the updates."""
    project.write({"index.html": PAGE, "a.css": stylesheet(0)}).start()
    with urlopen(f"{project.url}@hotreload/status") as answer:
        token = json.load(answer)["token"]
    urlopen(f"{project.url}a.css").close()
    here, there = multiprocessing.Pipe()
    arguments = (project.port, token, count, rounds, there)
    clients = multiprocessing.Process(target=crowd, args=arguments, daemon=True)
    clients.start()
    there.close()
    assert here.recv() == "ready"
    times: list[float] = []
    for number in range(1, rounds + 1):
        time.sleep(0.5)
        began = time.time()
        project.write({"a.css": stylesheet(number)})
        times += [(heard - began) * 1000 for heard in here.recv()]
    clients.join(10)
    project.stop()
    return times


def reconnecting(project: Project, chromium: Path, rounds: int) -> list[float]:
    """Milliseconds from a restarted server's first answer until the page is connected."""
    project.write({"index.html": PAGE, "a.css": stylesheet(0)}).start()
    times: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        page = browser.new_page()
        page.goto(project.url)
        page.evaluate("import('/@hotreload/client.js').then((runtime) => runtime.sync())")
        page.evaluate(
            "document.addEventListener('hotreload:status', ({ detail }) => {"
            " if (detail.status === 'connected') globalThis.back = Date.now() })"
        )
        for _ in range(rounds):
            page.evaluate("globalThis.back = 0")
            project.stop(signal.SIGKILL)
            page.wait_for_timeout(300)
            with ThreadPoolExecutor() as beside:
                accepted = beside.submit(first_accept, project.port)
                project.start()
                listens = accepted.result()
            page.wait_for_function("globalThis.back")
            times.append(page.evaluate("globalThis.back") - listens * 1000)
        browser.close()
    return times


def first_accept(port: int) -> float:
    """When a port first took a connection."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.001)
        else:
            return time.time()


def line(label: str, times: Sequence[float], target: str) -> str:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    figures = " ".join(f"{name} {cuts[at]:.0f} ms" for name, at in (("p50", 49), ("p99", 98)))
    return f"{label}: {figures}, most {max(times):.0f} ms ({len(times)} times; target: {target})"


def main() -> int:
    """Measure, and print two lines."""
    parser = argparse.ArgumentParser(prog="python -m bench.connection")
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print(MISSING, file=sys.stderr)
        return 1
    for name, measure in (("fan-out", fan_out), ("reconnecting", reconnecting)):
        with tempfile.TemporaryDirectory(prefix="hotreload-bench-") as folder:
            project = Project(Path(folder).resolve() / "site", Path(folder) / "state")
            try:
                if measure is fan_out:
                    times = fan_out(project, options.clients, options.rounds)
                    print(line(f"50 KB to {options.clients} clients", times, "p99 below 500 ms"))
                else:
                    times = reconnecting(project, chromium, options.rounds)
                    print(line(name, times, "p50 below 200 ms"))
            finally:
                project.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
