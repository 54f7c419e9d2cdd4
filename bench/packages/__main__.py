"""``python -m bench.packages``: packages of npm in small pages, by hotreload and by Vite.

Prints for each whether it loads and leaves the console clean, and how long the first load and a
reload take. Everything is installed into a folder that is kept.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from playwright.sync_api import Browser, Error, Page, sync_playwright

from bench import servers
from bench.packages.install import install
from bench.packages.pages import PAGE, PAGES
from tests.chromium import CHROMIUM_ARGS, find_chromium

VITE_CONFIG = (
    'export default { cacheDir: ".vite", server: { fs: { strict: false } }, logLevel: "error" };'
)
SHOWN = "document.getElementById('out')?.textContent"


class Load(NamedTuple):
    """What came of a page.

    Args:
        shown: what it shows, "" for nothing.
        said: errors and warnings of the console, and what could not be loaded.
        first, again: seconds until it showed that, in a new browser profile and after a reload.
    """

    shown: str
    said: tuple[str, ...]
    first: float
    again: float

    @property
    def loads(self) -> bool:
        return self.shown.startswith("ok")

    @property
    def clean(self) -> bool:
        return not [line for line in self.said if not line.startswith("warning")]


def main() -> int:
    """Print the table; the exit status says whether hotreload loads all that Vite does."""
    options = _arguments().parse_args()
    chromium = find_chromium()
    assert chromium is not None
    names = [name for name in PAGES if not options.only or name in options.only.split(",")]
    modules = install(options.folder)
    if not options.no_vite:
        servers.install_vite()
    rows: dict[str, dict[str, Load]] = {}
    with sync_playwright() as playwright, TemporaryDirectory(prefix="hotreload-") as state:
        browser = playwright.chromium.launch(
            executable_path=str(chromium), args=list(CHROMIUM_ARGS)
        )
        kinds = [hotreload(Path(state), modules)]
        if not options.no_vite:
            kinds.append(servers.vite())
        for name in names:
            site = write(modules.parent / "pages", name)
            rows[name] = {kind.name: load(kind, site, browser, options.seconds) for kind in kinds}
            print(row(name, rows[name]), flush=True)
    print(summary(rows))
    if options.json:
        data = {name: {k: each._asdict() for k, each in row.items()} for name, row in rows.items()}
        options.json.write_text(json.dumps(data, indent=1))
    return 1 if missed(rows) else 0


def hotreload(state: Path, modules: Path) -> servers.Kind:
    """hotreload, as if it was started in the folder that has the packages."""
    kind = servers.hotreload(state)

    def command(site: Path, port: int) -> list[str]:
        return [*kind.command(site, port), "--mount", f"/node_modules={modules}"]

    return servers.Kind(kind.name, command, kind.environment)


def write(pages: Path, name: str) -> Path:
    """Write the page of a package; returns its folder."""
    site = pages / re.sub(r"\W+", "-", name).strip("-")
    site.mkdir(parents=True, exist_ok=True)
    (site / "index.html").write_text(PAGE)
    (site / "main.js").write_text(PAGES[name])
    (site / "vite.config.js").write_text(VITE_CONFIG)
    (site / servers.READY_PATH[1:]).write_text("ready")
    subprocess.run(["rm", "-rf", str(site / ".vite")], check=True)
    return site


def load(kind: servers.Kind, site: Path, browser: Browser, seconds: float) -> Load:
    """Load a page in a new profile from a new server, and reload it."""
    with servers.Server(kind, site) as server, opened(browser) as page:
        said: list[str] = []
        listen(page, said)
        first = until_shown(page, lambda: page.goto(server.url), seconds)
        shown = str(page.evaluate(SHOWN) or "")
        # What comes after that is another page's.
        before = tuple(said)
        again = until_shown(page, page.reload, seconds) if shown else 0.0
        return Load(shown, before, first, again)


@contextmanager
def opened(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    try:
        yield context.new_page()
    finally:
        context.close()


def listen(page: Page, said: list[str]) -> None:
    page.on(
        "console",
        lambda m: said.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
    page.on(
        "requestfailed",
        lambda r: (
            said.append(f"failed: {r.url} {r.failure}") if r.failure != "net::ERR_ABORTED" else None
        ),
    )


def until_shown(page: Page, go: object, seconds: float) -> float:
    """How long it takes until the page shows something, in seconds."""
    assert callable(go)
    begun = time.perf_counter()
    try:
        go()
        page.wait_for_function(f"(() => {SHOWN})()", timeout=seconds * 1000)
    except Error:
        pass
    return time.perf_counter() - begun


def row(name: str, loads: dict[str, Load]) -> str:
    cells = [f"{name:28}"]
    for each in loads.values():
        how = "loads" if each.loads else "FAILS"
        clean = "clean" if each.clean else "says "
        cells.append(f"{how} {clean} {each.first:6.2f} s {each.again:6.2f} s")
    line = " | ".join(cells)
    ours = loads["hotreload"]
    if not (ours.loads and ours.clean):
        line += "".join(f"\n    {text[:240]}" for text in ours.said[:3])
    return line


def missed(rows: dict[str, dict[str, Load]]) -> list[str]:
    """What Vite loads and hotreload does not."""
    return [
        name
        for name, loads in rows.items()
        if not loads["hotreload"].loads and ("Vite" not in loads or loads["Vite"].loads)
    ]


def summary(rows: dict[str, dict[str, Load]]) -> str:
    lines = []
    for kind in next(iter(rows.values()), {}):
        loads = [row[kind] for row in rows.values()]
        first = sorted(each.first for each in loads)[len(loads) // 2]
        again = sorted(each.again for each in loads)[len(loads) // 2]
        lines.append(
            f"{kind}: {sum(each.loads for each in loads)} of {len(loads)} load, "
            f"{sum(each.loads and each.clean for each in loads)} with a clean console; "
            f"medians {first:.2f} s, {again:.2f} s"
        )
    lines.append(f"loaded by Vite and not by hotreload: {', '.join(missed(rows)) or 'none'}")
    return "\n".join(lines)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.packages", description=__doc__)
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path.home() / ".cache/hotreload-bench-packages",
        help="where the packages are installed (1.2 GB)",
    )
    parser.add_argument("--only", default="", help="names, with commas between them")
    parser.add_argument("--no-vite", action="store_true", help="hotreload alone")
    parser.add_argument("--seconds", type=float, default=20, help="to wait for a page")
    parser.add_argument("--json", type=Path, help="write the rows there, too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
