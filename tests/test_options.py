"""The runtime's options are the same in Python and TypeScript, and reach the page."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from hotreload.project.options import RuntimeOptions
from tests.browser.site import html
from tests.project import Project

OPTIONS_TS = Path(__file__).parents[1] / "client-runtime" / "src/shared/options.ts"


def test_both_sides_have_the_same_options() -> None:
    body = re.search(r"interface Options \{(.*?)\n\}", OPTIONS_TS.read_text("utf-8"), re.S)
    assert body is not None
    names = re.findall(r"^  (\w+):", body[1], re.M)
    assert names == list(RuntimeOptions._fields)


def test_without_the_overlay_problems_are_only_in_the_console(project: Project, page: Page) -> None:
    show = "document.getElementById('out').textContent"
    project.write({"index.html": html(), "main.js": f"{show} = 'one';\nimport.meta.hot.accept();"})
    project.start("--no-overlay")
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    with page.expect_console_message(lambda message: "/main.js:1:" in message.text):
        project.edit("main.js", "= 'one'", "= ='one'")
    expect(page.locator("hotreload-overlay")).to_have_count(0)
