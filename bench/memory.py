"""`python -m bench.memory`: what a page grows by while a module in it is replaced again and again.

Beside it, in pages of the same browser without hotreload, what the browser itself keeps for as many
modules of that text: imported by `data:` URLs, and those named in import maps, too. Modules stay
for as long as their document, so that is what no server can avoid.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.browser.wait import sync
from tests.chromium import CHROMIUM_ARGS, MISSING, find_chromium
from tests.project import Project

# About as long as what is saved in a page of 30 KB after which it has grown by half.
TEXT = "globalThis.number = {};\nimport.meta.hot?.accept();\n// {}\n"
PAGE = '<!doctype html><script type="module" src="main.js"></script>'

# As the runtime links a lone module, without all else that it does.
CONTROL = """async ([count, text, named]) => {
  for (let i = 1; i <= count; i++) {
    const code = text.replace('0;', `${i};`);
    const url = `data:text/javascript;charset=utf-8,${encodeURIComponent(code)}`;
    await import(url);
    if (!named) continue;
    const script = document.createElement('script');
    script.type = 'importmap';
    script.textContent = JSON.stringify({ imports: { [`/main.js?v=${i}`]: url } });
    document.head.append(script);
    script.remove();
  }
}"""


class Memory:
    """What a page's process has, in bytes."""

    def __init__(self, page: Page) -> None:
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.send("Performance.enable")

    def heap(self) -> float:
        """Of JavaScript's heap, when all garbage is gone."""
        for _ in range(3):
            self._devtools.send("HeapProfiler.collectGarbage")
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize"))


@contextmanager
def served(text: str) -> Iterator[Project]:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder) / "site", Path(folder) / "state")
        project.write({"index.html": PAGE, "main.js": text, "empty.html": "<!doctype html>"})
        project.start()
        try:
            yield project
        finally:
            project.close()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--edits", type=int, default=10_000, help="saves of the module (10000)")
    parser.add_argument("--bytes", type=int, default=100, help="length of its comment (100)")
    arguments = parser.parse_args()
    edits, text = arguments.edits, TEXT.format("{}", "x" * arguments.bytes)
    executable = find_chromium()
    if executable is None:
        raise SystemExit(MISSING)
    with served(text.format(0)) as project, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
        found: dict[str, tuple[float, float]] = {}
        page = browser.new_page()
        page.goto(project.url)
        sync(page)
        memory = Memory(page)
        before = memory.heap()
        for number in range(1, edits + 1):
            project.write({"main.js": text.format(number)})
            page.wait_for_function(f"globalThis.number === {number}", polling=1)
        found["hotreload"] = before, memory.heap()
        page.close()
        for name, named in (("data: URLs alone", False), ("and import maps", True)):
            page = browser.new_page()
            # Its own address, and no runtime: it is asked for as data is.
            page.route(
                "**/plain", lambda route: route.fulfill(body=PAGE[:15], content_type="text/html")
            )
            page.goto(f"{project.url}plain")
            memory = Memory(page)
            before = memory.heap()
            page.evaluate(CONTROL, [edits, text.format(0), named])
            found[name] = before, memory.heap()
            page.close()
        browser.close()
    print(json.dumps({"edits": edits, "text": len(text)}))
    for name, (before, after) in found.items():
        each = (after - before) / edits
        grown = f"{before / 1e6:6.2f} MB → {after / 1e6:6.2f} MB ({after / before:.1f} times)"
        print(f"{name:20} {grown}, {each:6.0f} bytes an edit")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
