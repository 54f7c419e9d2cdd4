"""How updates reach a crowd, and how soon a page is back: `python -m bench.connection`.

Fan-out: a stylesheet of 50 KB is saved while 1,000 clients are connected; the time from just before
the write until each has received the whole frame. The clients are a process of their own, beside
the server's. Reconnecting: from the moment a restarted server takes connections until the page is
connected again, in Chromium. Ending: from a signal until the process has ended, with sockets and
fallback streams open.
"""

import argparse
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

from bench.crowd import gather
from bench.servers import cpu_seconds
from tests.appproject import FILES, AppProject
from tests.chromium import CHROMIUM_ARGS, MISSING, find_chromium
from tests.lines import HELLO, by_socket, by_stream, token_of
from tests.project import Project

SIZE = 50_000
PAGE = '<!doctype html><head><link rel="stylesheet" href="a.css"></head><h1>Hello</h1>'


def stylesheet(number: int) -> str:
    rules = "".join(f".c{n} {{ color: red }}\n" for n in range(SIZE // 22))
    return f"h1 {{ margin: {number}px }}\n{rules}"


def fan_out(project: Project, count: int, rounds: int) -> tuple[list[float], str]:
    """Milliseconds until each client had each of the updates, and what that took of the CPU."""
    project.write({"index.html": PAGE, "a.css": stylesheet(0)}).start()
    token = token_of(project)
    urlopen(f"{project.url}a.css").close()
    clients, pipe = gather(project.port, token, count, rounds)
    times: list[float] = []
    before = cpu_seconds(project.pid)
    for number in range(1, rounds + 1):
        time.sleep(0.5)
        began = time.time()
        project.write({"a.css": stylesheet(number)})
        times += [(heard - began) * 1000 for heard in pipe.recv()]
    server, theirs = cpu_seconds(project.pid) - before, pipe.recv()
    clients.join(10)
    project.stop()
    each = 1000 / rounds
    return times, f"CPU of each: server {server * each:.0f} ms, clients {theirs * each:.0f} ms"


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


def ending(project: Project, how: signal.Signals, rounds: int) -> list[float]:
    """Milliseconds from a signal until the process has ended, with pages connected either way."""
    times: list[float] = []
    for _ in range(rounds):
        project.start()
        with ExitStack() as open_pages:
            for connect in [by_socket] * 20 + [by_stream] * 3:
                connection = open_pages.enter_context(connect(project))
                connection.send(HELLO)
                connection.receive()
            began = time.monotonic()
            project.stop(how)
            times.append((time.monotonic() - began) * 1000)
    return times


def line(label: str, times: Sequence[float], target: str) -> str:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    figures = " ".join(f"{name} {cuts[at]:.0f} ms" for name, at in (("p50", 49), ("p99", 98)))
    return f"{label}: {figures}, most {max(times):.0f} ms ({len(times)} times; target: {target})"


def measure(folder: Path, clients: int, rounds: int, chromium: Path) -> Iterator[str]:
    """One line for each figure, as it is found."""

    def of(kind: Callable[[Path, Path], Project], name: str) -> Project:
        project = kind(folder / name, folder / f"{name}-state")
        finally_close.callback(project.close)
        return project

    with ExitStack() as finally_close:
        times, cpu = fan_out(of(Project, "crowd"), clients, rounds)
        yield f"{line(f'50 KB to {clients} clients', times, 'p99 below 500 ms')}; {cpu}"
        times = reconnecting(of(Project, "reconnecting"), chromium, rounds)
        yield line("reconnecting", times, "p50 below 200 ms")
        served = of(Project, "serve").write({"index.html": PAGE})
        app = of(AppProject, "app").write(FILES)
        for name, project in (("hotreload serve", served), ("an app under uvicorn", app)):
            for how in (signal.SIGTERM, signal.SIGINT):
                times = ending(project, how, max(2, rounds // 4))
                yield line(f"{how.name} ends {name}", times, "below 500 ms")


def main() -> int:
    """Measure, and print a line for each figure."""
    parser = argparse.ArgumentParser(prog="python -m bench.connection")
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print(MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="hotreload-bench-") as folder:
        for told in measure(Path(folder).resolve(), options.clients, options.rounds, chromium):
            print(told, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
