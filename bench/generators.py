"""`python -m bench.generators`: save → screen of a paragraph, beside the generators' own servers.

Each pair serves the same site of generated pages, with a Chromium of its own, in turns.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.browser import Browser, BrowserError
from bench.flask_docs import PACKAGES, write_flask
from bench.servers import Kind, Server, ServerError
from tests.chromium import MISSING, find_chromium
from tests.generated import paragraph, write_mkdocs, write_pelican, write_sphinx
from tests.python_packages import python_packages

SHOWN_SECONDS = 60.0
BUILD_SECONDS = 300.0
EDITED = 0
# Those servers that the development tools lack.
PEERS = Path(__file__).parent / "peers.txt"
_LIVERELOAD = """
import subprocess, sys
from livereload import Server
def build():
    subprocess.run([sys.executable, "-m", "pelican", "content", "-o", "output"], check=True)
build()
server = Server()
server.watch("content/", build)
server.serve(port=int(sys.argv[1]), root="output")
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A generator, its own server and ours.

    Args:
        write: writes the sources.
        source: the edited file.
        address: its page.
        mark: what holds the edited text, as the generator's source has it.
        ours, theirs: the command lines, for a port.
        name: of theirs.
        packages: the list of what the site needs besides the development tools.
    """

    write: Callable[[Path, int], None]
    source: str
    address: str
    mark: Callable[[str], str]
    ours: tuple[str, ...]
    theirs: Callable[[int], list[str]]
    name: str
    packages: Path | None = None


def _markdown(text: str) -> str:
    return f'<p id="out">{text}</p>'


def _raw(text: str) -> str:
    return f'.. raw:: html\n\n   <p id="out">{text}</p>'


PAIRS = {
    "sphinx": Pair(
        write_sphinx,
        f"c0/p{EDITED}.rst",
        f"/c0/p{EDITED}.html",
        _raw,
        ("sphinx", "."),
        lambda port: ["-m", "sphinx_autobuild", ".", "_build/html", "--port", str(port)],
        "sphinx-autobuild",
    ),
    "flask": Pair(
        write_flask,
        "quickstart.rst",
        "/quickstart.html",
        _raw,
        ("sphinx", "."),
        lambda port: ["-m", "sphinx_autobuild", ".", "_build/html", "--port", str(port)],
        "sphinx-autobuild",
        PACKAGES,
    ),
    "mkdocs": Pair(
        write_mkdocs,
        f"docs/c0/p{EDITED}.md",
        f"/c0/p{EDITED}/",
        _markdown,
        ("mkdocs",),
        # Said, since some versions of click turn the default off.
        lambda port: ["-m", "mkdocs", "serve", "--livereload", "-a", f"127.0.0.1:{port}"],
        "mkdocs serve",
    ),
    "pelican": Pair(
        write_pelican,
        f"content/p{EDITED}.md",
        f"/page-{EDITED}.html",
        _markdown,
        ("pelican",),
        lambda port: ["-c", _LIVERELOAD, str(port)],
        "python-livereload",
    ),
}


def main() -> int:
    """Measure, and print a line for each generator."""
    parser = argparse.ArgumentParser(prog="python -m bench.generators", description=__doc__)
    parser.add_argument("--pages", type=int, default=200, help="default: 200")
    parser.add_argument("--runs", type=int, default=9, help="saves for each server (default: 9)")
    parser.add_argument("--only", choices=PAIRS, action="append", help="can be repeated")
    options = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print(MISSING, file=sys.stderr)
        return 1
    failed = False
    for name in options.only or PAIRS:
        pair = PAIRS[name]
        try:
            ours, theirs = measure(pair, chromium, options.pages, options.runs)
        except (BrowserError, ServerError, RuntimeError) as error:
            print(f"{name}: could not be measured: {error}", file=sys.stderr)
            failed = True
            continue
        median, other = statistics.median(ours), statistics.median(theirs)
        print(
            f"{name}, {options.pages} pages: hotreload {_spread(ours)} · "
            f"{pair.name} {_spread(theirs)} · ratio {median / other:.2f}"
        )
    return 1 if failed else 0


def measure(pair: Pair, chromium: Path, pages: int, runs: int) -> tuple[list[float], list[float]]:
    """Milliseconds from each save to the screen, of ours and of theirs.

    Raises:
        ServerError: a server did not answer in time.
        BrowserError: the browser did not start, or the page did not show an edit in time.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotreload-bench-")))

        def ours(_: Path, port: int) -> list[str]:
            command = [sys.executable, "-m", "hotreload", *pair.ours]
            return [*command, "--port", str(port), "--strict-port"]

        def theirs(_: Path, port: int) -> list[str]:
            return [sys.executable, *pair.theirs(port)]

        needed = [str(python_packages(pair.packages))] if pair.packages else []
        path = {"PYTHONPATH": os.pathsep.join(needed)}
        peers = {"PYTHONPATH": os.pathsep.join([str(python_packages(PEERS)), *needed])}
        kinds = [
            Kind("hotreload", ours, {"HOTRELOAD_STATE_DIR": str(folder / "state"), **path}),
            Kind(pair.name, theirs, peers),
        ]
        times: list[list[float]] = [[] for _ in kinds]
        subjects = []
        for kind in kinds:
            site = folder / kind.name / "site"
            pair.write(site, pages)
            _edit(site / pair.source, paragraph(EDITED), pair.mark("edit 0"))
            server = stack.enter_context(Server(kind, site, pair.address, BUILD_SECONDS))
            browser = stack.enter_context(Browser(chromium))
            browser.open(server.url + pair.address)
            browser.wait_for(lambda text: text == "edit 0", SHOWN_SECONDS)
            subjects.append((site, browser, browser.clock_skew()))
        for run in range(1, runs + 2):
            for (site, browser, skew), values in zip(subjects, times, strict=True):
                # Till builds in the background and reloads have ended.
                time.sleep(3)
                began = time.time() * 1000
                _edit(site / pair.source, f"edit {run - 1}<", f"edit {run}<")
                wanted = f"edit {run}"
                report = browser.wait_for(wanted.__eq__, SHOWN_SECONDS)
                # The first one warms up.
                if run > 1:
                    values.append(report.applied - skew - began)
    return times[0], times[1]


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text, f"{old!r} is not in {file}"
    file.write_text(text.replace(old, new), "utf-8")


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ms ({min(values):.0f} to {max(values):.0f})"


if __name__ == "__main__":
    sys.exit(main())
