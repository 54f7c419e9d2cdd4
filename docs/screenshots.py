"""The pictures of the documentation: `python -m docs.screenshots`, from the project's folder.

A page with mistakes is served and shown, in light and dark; then the example site is edited, and
shown with its inspector and its terminal. The pictures go to docs/images/.
"""

import fcntl
import html
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, FloatRect, Page, expect, sync_playwright

from tests.chromium import CHROMIUM_ARGS, find_chromium
from tests.project import Project, free_port

EXAMPLE = Path(__file__).parents[1] / "example-site"
IMAGES = Path(__file__).parent / "images"
CORNER: FloatRect = {"x": 500, "y": 300, "width": 400, "height": 120}
HTML = """<!doctype html>
<meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Example</title>
<script type="module" src="main.js"></script>
<h1>Example</h1><p>The page goes on as it was.</p>
"""
MAIN = """import { describe } from './words.js';

const title = document.querySelector('h1');
title.textContent = describe(3);

setTimeout(() => title.missing.remove());
"""
TERMINAL = """<style>
  pre { margin: 0; padding: 1rem; background: #1c2128; color: #d6dde6; width: 860px;
    font: 14px/1.45 "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
  .c1 { font-weight: bold } .c2 { opacity: 0.65 } .c31 { color: #ff7b72 } .c32 { color: #7ee787 }
  .c33 { color: #f2cc60 } .c36 { color: #76e3ea }
</style><pre>SAID</pre>"""
WORDS = "export function describe(count) {\n  return `${count} things`;\n}\n"


def main() -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        project = Project(Path(folder) / "site", Path(folder) / "state")
        project.write({"index.html": HTML, "main.js": MAIN, "words.js": WORDS}).start()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        try:
            schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
            for scheme in schemes:
                project.write({"words.js": WORDS})
                page = browser.new_page(color_scheme=scheme, viewport={"width": 900, "height": 420})
                page.goto(project.url)
                _take(page, project, scheme)
                page.close()
            _take_example(browser, Path(folder))
        finally:
            browser.close()
            project.close()


def _take(page: Page, project: Project, scheme: str) -> None:
    page.locator("hotreload-notices p.text").get_by_text("/main.js:6:").wait_for(timeout=9000)
    page.screenshot(path=IMAGES / f"notice-{scheme}.png")
    page.get_by_role("button", name="Close").click()
    status = page.locator("hotreload-status").get_by_role("status")
    project.stop()
    expect(status).to_have_text("Reconnecting …")
    # Its corner of the page, when it has faded in.
    expect(status).to_have_css("opacity", "1")
    page.screenshot(path=IMAGES / f"status-{scheme}.png", clip=CORNER)
    project.start()
    expect(status).to_have_count(0, timeout=9000)
    project.edit("words.js", "return `", "return = `")
    page.locator("hotreload-overlay h2").get_by_text("/words.js:2:").wait_for(timeout=9000)
    page.screenshot(path=IMAGES / f"overlay-{scheme}.png")


def _take_example(browser: Browser, folder: Path) -> None:
    """An edit on its way: the page before and after it, the inspector, and the terminal."""
    shutil.copytree(EXAMPLE, folder / "example-site")
    port = free_port()
    terminal, other_end = pty.openpty()
    command = [sys.executable, "-m", "hotreload", "serve", "example-site", "--port", str(port)]
    environment = {**os.environ, "HOTRELOAD_STATE_DIR": str(folder / "state"), "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    server = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=other_end,
        stdout=other_end,
        stderr=other_end,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    try:
        said = _read_until(terminal, "may be pressed")
        page = browser.new_page(color_scheme="light", viewport={"width": 900, "height": 560})
        page.goto(f"http://127.0.0.1:{port}/")
        button = page.locator("#count")
        button.click(click_count=7)
        expect(button).to_have_text("7")
        page.get_by_placeholder("Type something").fill("what I typed")
        page.screenshot(path=IMAGES / "edit-before.png")
        _edit(folder / "example-site/scripts/words.js", "Now change this", "I have changed this")
        expect(page.locator("#comment")).to_contain_text("I have")
        _edit(folder / "example-site/styles/theme.css", "#d6336c", "#0b7285")
        expect(button).to_have_css("background-color", "rgb(11, 114, 133)")
        page.screenshot(path=IMAGES / "edit-after.png")
        inspector = browser.new_page(color_scheme="light", viewport={"width": 900, "height": 900})
        inspector.goto(f"http://127.0.0.1:{port}/@hotreload/")
        expect(inspector.locator("#graph g")).to_have_count(4)
        inspector.screenshot(path=IMAGES / "inspector.png")
        _edit(folder / "example-site/scripts/words.js", "describe(count) {", "describe(count {")
        page.locator("hotreload-overlay").wait_for(state="attached")
        _edit(folder / "example-site/scripts/words.js", "describe(count {", "describe(count) {")
        said += _read_until(terminal, "solved")
        shown = browser.new_page(viewport={"width": 900, "height": 100})
        shown.set_content(TERMINAL.replace("SAID", _coloured(said)))
        shown.locator("pre").screenshot(path=IMAGES / "terminal.png")
    finally:
        server.terminate()
        server.wait(9)
        os.close(terminal)
        os.close(other_end)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")


def _read_until(terminal: int, text: str) -> str:
    """What is printed up to the line that holds a text."""
    said = b""
    deadline = time.monotonic() + 20
    while text.encode() not in said or not said.endswith(b"\n"):
        assert time.monotonic() < deadline, said
        if select.select([terminal], [], [], 0.1)[0]:
            said += os.read(terminal, 4096)
    return said.decode("utf-8", "replace")


def _coloured(said: str) -> str:
    """A terminal's text as HTML; of its sequences only colours are understood."""
    lines = said.replace("\r", "").splitlines()
    # What is said in containers only.
    said = "\n".join(line for line in lines if "container" not in line)
    parts = re.split(r"\x1b\[([\d;]*)m", said)
    shown = [html.escape(parts[0])]
    classes: list[str] = []
    for codes, text in zip(parts[1::2], parts[2::2], strict=True):
        for code in codes.split(";"):
            classes = [] if code in ("", "0") else [*classes, f"c{code}"]
        shown.append(f'<span class="{" ".join(classes)}">{html.escape(text)}</span>')
    return "".join(shown)


if __name__ == "__main__":
    main()
