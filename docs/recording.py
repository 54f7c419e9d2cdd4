"""The recording of the README: `python -m docs.recording`, from the project's folder.

An editor and the page that it edits, side by side: the editor is drawn here, and what it saves is
really saved. The page is served by hotreload. The frames go to docs/images/edit.webp.
"""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import FrameLocator, Page, expect, sync_playwright

from tests.chromium import CHROMIUM_ARGS, find_chromium
from tests.project import Project

RECORDING = Path(__file__).parent / "images" / "edit.webp"
SITE = {
    "index.html": """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Cake</title>
    <link rel="stylesheet" href="style.css">
    <script type="module" src="cake.js"></script>
  </head>
  <body>
    <h1>Order a cake</h1>
    <p><button>0</button> <span></span></p>
    <label>Your name <input></label>
  </body>
</html>
""",
    "style.css": """body {
  --accent: #c2255c;
  font: 18px/1.5 system-ui;
  margin: 28px;
}
h1 { font-size: 30px; margin: 0 0 18px; }
button {
  background: var(--accent);
  border: 0;
  border-radius: 8px;
  color: white;
  font: inherit;
  padding: 6px 18px;
}
input {
  border: 1px solid #adb5bd;
  border-radius: 6px;
  display: block;
  font: inherit;
  padding: 4px 8px;
}
""",
    "cake.js": """import { say } from './words.js';

const button = document.querySelector('button');
const span = document.querySelector('span');
let count = 0;
let words = say;

function show() {
  button.textContent = count;
  span.textContent = words(count);
}

button.onclick = () => { count++; show(); };
show();

import.meta.hot?.accept('./words.js', (next) => {
  words = next.say;
  show();
});
""",
    "words.js": """export function say(count) {
  if (count === 0) return 'How many layers?';
  return `${count} layers`;
}
""",
}
# Beside the site, so that the page may be framed by it.
STAGE = """<!doctype html>
<meta charset="utf-8"><title>Stage</title>
<style>
  body { background: #e9ecef; display: grid; gap: 12px 14px; grid-template: 346px 30px / 480px 1fr;
    height: 388px; margin: 14px; overflow: hidden; width: 892px; }
  section { background: #1c2128; border-radius: 8px; color: #d6dde6; overflow: hidden; }
  header { background: #2d333b; font: 14px system-ui; padding: 8px 14px; }
  header b { color: #f2cc60; }
  pre { font: 14px/1.5 "DejaVu Sans Mono", monospace; margin: 10px 14px; }
  mark { background: #4b6a9b; color: inherit; }
  i { border-left: 2px solid #f2cc60; margin-right: -2px; }
  .page { background: white; }
  .page header { background: #ced4da; color: #343a40; }
  iframe { border: 0; height: 310px; width: 100%; }
  p { align-self: center; color: #343a40; font: 600 17px system-ui; grid-column: span 2;
    margin: 0; text-align: center; }
</style>
<section><header></header><pre></pre></section>
<section class="page"><header>127.0.0.1:8000</header><iframe src="./"></iframe></section>
<p></p>
"""
SHOW = """({ name, saved, before, selected, typed, after, caption }) => {
  const [header, pre, p] = ['header', 'pre', 'p'].map((tag) => document.querySelector(tag));
  const make = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  header.replaceChildren(name, make('b', saved ? '' : ' ●'));
  pre.replaceChildren(before, make('mark', selected), typed, make('i', ''), after);
  p.textContent = caption;
}"""


class Recording:
    """Frames, and how long each is shown."""

    def __init__(self, page: Page, project: Project) -> None:
        self.page = page
        self.project = project
        self.site: FrameLocator = page.frame_locator("iframe")
        self.caption = ""
        self._frames: list[Image.Image] = []
        self._milliseconds: list[int] = []

    def take(self, milliseconds: int) -> None:
        """A frame of what is seen now."""
        picture = Image.open(io.BytesIO(self.page.screenshot(caret="initial")))
        self._frames.append(picture.convert("RGB"))
        self._milliseconds.append(milliseconds)

    def show_file(self, name: str) -> None:
        """Have a file in the editor, as it is on the disk."""
        text = (self.project.root / name).read_text("utf-8")
        self._draw(name, "", "", "", text, saved=True)

    def edit(self, name: str, old: str, new: str, seen: Callable[[], None]) -> None:
        """Select a text, type another, save.

        Args:
            name: of the file.
            old: what is replaced; once in the file.
            new: what is typed.
            seen: waits until the page shows it.
        """
        before, after = (self.project.root / name).read_text("utf-8").split(old)
        self._draw(name, before, "", "", old + after, saved=True)
        self.take(900)
        self._draw(name, before, old, "", after, saved=True)
        self.take(500)
        for end in (*range(2, len(new), 3), len(new)):
            self._draw(name, before, "", new[:end], after, saved=False)
            self.take(90)
        self.take(500)
        self.project.edit(name, old, new)
        seen()
        self._draw(name, before, "", new, after, saved=True)
        self.take(2200)

    def save(self, path: Path) -> None:
        """Write all frames, to be repeated for ever."""
        first, *rest = self._frames
        first.save(
            path,
            save_all=True,
            append_images=rest,
            duration=self._milliseconds,
            loop=0,
            lossless=True,
            quality=100,
            method=6,
        )

    def _draw(
        self, name: str, before: str, selected: str, typed: str, after: str, *, saved: bool
    ) -> None:
        lines = {"name": name, "before": before, "selected": selected, "typed": typed}
        self.page.evaluate(SHOW, {**lines, "after": after, "saved": saved, "caption": self.caption})


def record(reel: Recording) -> None:
    """What is shown."""
    site = reel.site
    button, field = site.locator("button"), site.locator("input")
    sentence, heading = site.locator("span"), site.locator("h1")
    expect(sentence).to_have_text("How many layers?")
    reel.caption = "You click, and type your name"
    reel.show_file("words.js")
    reel.take(900)
    for _ in range(3):
        button.click()
        reel.take(350)
    for name in ("G", "Gr", "Gra", "Grac", "Grace"):
        field.fill(name)
        reel.take(150)
    reel.take(700)
    reel.caption = "Save a module: the new one runs, and the count stays"
    reel.edit(
        "words.js",
        "${count} layers",
        "${count} layers of chocolate",
        lambda: expect(sentence).to_have_text("3 layers of chocolate"),
    )
    reel.caption = "Save a stylesheet: its rules change, without a flash"
    reel.edit(
        "style.css",
        "#c2255c",
        "#0b7285",
        lambda: expect(button).to_have_css("background-color", "rgb(11, 114, 133)"),
    )
    reel.caption = "Save a page: what differs is merged into the open one, and what you typed stays"
    reel.edit(
        "index.html",
        "Order a cake",
        "Order your cake",
        lambda: expect(heading).to_have_text("Order your cake"),
    )
    expect(button).to_have_text("3")
    expect(field).to_have_value("Grace")


def main() -> None:
    """Make the recording."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        project = Project(Path(folder) / "site", Path(folder) / "state")
        project.write({**SITE, "stage.html": STAGE}).start()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        try:
            page = browser.new_page(color_scheme="light", viewport={"width": 920, "height": 416})
            page.goto(f"{project.url}stage.html")
            recording = Recording(page, project)
            record(recording)
            recording.save(RECORDING)
        finally:
            browser.close()
            project.close()


if __name__ == "__main__":
    main()
