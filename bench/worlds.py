"""`python -m bench.worlds`: 50 pages open, one with a broken script. What is that to the others?

A module of one page is saved, from the save to its text on the screen, beside the same where
nothing is broken: each with a server and a browser of its own, in turns.
"""

import argparse
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import servers, sites
from bench.browser import Browser
from bench.servers import Server
from tests.chromium import MISSING, find_chromium

PAGES = 50
TARGET = 1.1
SECONDS = 20
WARM_UP = 3
OUT = "document.querySelector('#out').textContent"


def site(*, broken: bool) -> dict[str, str]:
    """A page for each number, with a script and a module of its own."""
    files = {"ready.txt": "ready\n"}
    for number in range(PAGES):
        files[f"{number}.html"] = (
            "<!doctype html><title>Bench</title><p id='out'></p>\n"
            f"<script type='module' src='/main{number}.js'></script>\n"
        )
        files[f"main{number}.js"] = f"import './part{number}.js';\n"
        files[f"part{number}.js"] = part(0)
    if broken:
        last = PAGES - 1
        files[f"part{last}.js"] += "const = ;\n"
        files[f"main{last}.js"] = f"import {{ gone }} from './part{last}.js';\n"
    return files


def part(number: int) -> str:
    """The module that is saved."""
    return f"{OUT} = 'value {number}';\nimport.meta.hot.accept();\n"


class World:
    """A server with all its pages open; the first one is looked at.

    Args:
        stack: ends it.
        chromium: path of the browser.
        broken: whether the last page's script is.
    """

    def __init__(self, stack: ExitStack, chromium: Path, *, broken: bool) -> None:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotreload-bench-")))
        self._site = folder / "site"
        sites.write(self._site, site(broken=broken))
        server = stack.enter_context(Server(servers.hotreload(folder / "state"), self._site))
        self._browser = stack.enter_context(Browser(chromium))
        self._saves = 0
        for number in range(1, PAGES):
            url = f"{server.url}/{number}.html"
            self._browser.call("Target.createTarget", url=url, background=True)
        self._browser.open(f"{server.url}/0.html")
        self._browser.wait_for(lambda value: value == "value 0", SECONDS)
        # All have said hello, and the last one's problem is known.
        time.sleep(3)
        for _ in range(WARM_UP):
            self.save()
        self._skew = self._browser.clock_skew()

    def save(self) -> float:
        """Save the first page's module; returns the milliseconds until it had the text."""
        self._saves += 1
        shown = f"value {self._saves}"
        saved = time.time() * 1000
        (self._site / "part0.js").write_text(part(self._saves), "utf-8")
        return self._browser.wait_for(lambda value: value == shown, SECONDS).applied - saved

    def measure(self) -> float:
        """As :meth:`save`, by one clock."""
        return self.save() - self._skew


def main() -> int:
    """Measure and print; the exit status says whether the target was met."""
    parser = argparse.ArgumentParser(prog="python -m bench.worlds", description=__doc__)
    parser.add_argument("--runs", type=int, default=61, metavar="N", help="saves of each")
    runs: int = parser.parse_args().runs
    chromium = find_chromium()
    if chromium is None:
        print(MISSING, file=sys.stderr)
        return 1
    with ExitStack() as stack:
        worlds = {
            "one broken": World(stack, chromium, broken=True),
            "none broken": World(stack, chromium, broken=False),
        }
        times: dict[str, list[float]] = {name: [] for name in worlds}
        for run in range(runs):
            order = list(worlds) if run % 2 else list(reversed(worlds))
            for name in order:
                time.sleep(0.2)
                times[name].append(worlds[name].measure())
    for name, values in times.items():
        print(
            f"{PAGES} pages, {name}: {statistics.median(values):.1f} ms "
            f"({min(values):.1f} to {max(values):.1f})"
        )
    ratio = statistics.median(times["one broken"]) / statistics.median(times["none broken"])
    print(f"ratio of the medians: {ratio:.2f} (at most {TARGET})")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
