"""`python -m bench`: measure, and print a table."""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import report, servers
from bench.browser import BrowserError
from bench.measure import MEASURES
from bench.rows import Plan, Row
from hotreload import __version__
from tests.chromium import MISSING, find_chromium


def main() -> int:
    """Run the benchmark; the exit status says whether everything could be measured."""
    options = _arguments().parse_args()
    chromium = find_chromium()
    if chromium is None:
        print(MISSING, file=sys.stderr)
        return 1
    with TemporaryDirectory(prefix="hotreload-bench-") as state:
        kinds = [servers.hotreload(Path(state))]
        if options.vite and _has(servers.install_vite):
            kinds.append(servers.vite())
        bundlers = [servers.bun()] if options.bun and _has(servers.install_bun) else []
        plan = Plan(
            kinds,
            chromium,
            runs=options.runs,
            pause=options.pause,
            idle=options.idle_seconds,
            devtools=options.devtools,
            bundlers=bundlers,
        )
        rows: list[Row] = []
        failures: dict[str, str] = {}
        for name in options.only:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            try:
                rows += MEASURES[name](plan)
            except (BrowserError, servers.ServerError) as error:
                failures[name] = str(error)
    about = _about(chromium, with_vite=len(kinds) > 1, with_bun=bool(bundlers))
    print(report.table(rows, about))
    for name, reason in failures.items():
        print(f"{name}: could not be measured: {reason}", file=sys.stderr)
    if options.json is not None:
        options.json.write_text(report.as_json(rows, about, failures) + "\n", "utf-8")
    return 1 if failures else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure hotreload beside Vite and Bun, in a real Chromium.",
    )
    parser.add_argument(
        "--only",
        type=_names,
        default=list(MEASURES),
        metavar="NAME,…",
        help=f"of {', '.join(MEASURES)} (default: all)",
    )
    parser.add_argument(
        "--runs", type=_positive, default=15, metavar="N", help="saves of each kind (default: 15)"
    )
    parser.add_argument(
        "--pause",
        type=float,
        default=0.75,
        metavar="S",
        help="seconds between two saves, on average (default: 0.75)",
    )
    parser.add_argument(
        "--idle-seconds",
        type=float,
        default=20.0,
        metavar="S",
        help="how long to watch an idle server (default: 20)",
    )
    parser.add_argument(
        "--vite",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="measure Vite, too (default: if npm can install it)",
    )
    parser.add_argument(
        "--bun",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="load pages by Bun, too (default: if npm can install it)",
    )
    parser.add_argument(
        "--devtools",
        action="store_true",
        help="have the browser report every request, as when its DevTools are open",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every value to a file")
    return parser


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in MEASURES]:
        raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}")
    return names


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _has(install: Callable[[], object]) -> bool:
    try:
        install()
    except servers.ServerError as error:
        print(f"Going on without it. {error}", file=sys.stderr)
        return False
    return True


def _about(chromium: Path, *, with_vite: bool, with_bun: bool) -> dict[str, str]:
    browser = _first_line([str(chromium), "--version"]).removeprefix("Chromium ")
    about = {"hotreload": __version__}
    if with_vite:
        about["Vite"] = servers.vite_version()
        about["Node"] = _first_line([str(servers.node()), "--version"]).removeprefix("v")
    if with_bun:
        about["Bun"] = _first_line([str(servers.BUN), "--version"])
    load = f"{os.getloadavg()[0]:.1f}"
    cores = str(os.cpu_count())
    return about | {
        "Chromium": browser.split(" ")[0],
        "Python": platform.python_version(),
        "cores": cores,
        "load": load,
    }


def _first_line(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
