"""The pictures of the documentation: `python -m docs.screenshots`, from the project's folder.

A page with mistakes is served and shown, in light and dark; the pictures go to docs/images/.
"""

import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

from tests.chromium import CHROMIUM_ARGS, find_chromium
from tests.project import Project

IMAGES = Path(__file__).parent / "images"
HTML = """<!doctype html>
<meta charset="utf-8"><title>Example</title>
<script type="module" src="main.js"></script>
<h1>Example</h1><p>The page goes on as it was.</p>
"""
MAIN = """import { describe } from './words.js';

const title = document.querySelector('h1');
title.textContent = describe(3);

setTimeout(() => title.missing.remove());
"""
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
        finally:
            browser.close()
            project.close()


def _take(page: Page, project: Project, scheme: str) -> None:
    page.locator("hotreload-notices p.text").get_by_text("/main.js:6:").wait_for(timeout=9000)
    page.screenshot(path=IMAGES / f"notice-{scheme}.png")
    project.edit("words.js", "return `", "return = `")
    page.locator("hotreload-overlay h2").get_by_text("/words.js:2:").wait_for(timeout=9000)
    page.screenshot(path=IMAGES / f"overlay-{scheme}.png")


if __name__ == "__main__":
    main()
