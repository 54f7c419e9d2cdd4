"""A missing file looks like one: the console names its status, and it comes when it is made."""

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser.site import html
from tests.browser.wait import sync, wait_until
from tests.project import Project

STYLE = "h1 { color: rgb(1, 2, 3) }"
WAYS = {
    "a linked stylesheet": ("a.css", '<link rel="stylesheet" href="a.css">'),
    "an imported stylesheet": ("a.css", '<style>@import "a.css";</style>'),
    "a stylesheet that a script imports": (
        "a.css",
        "<script>import('./a.css', { with: { type: 'css' } }).then((m) => "
        "document.adoptedStyleSheets.push(m.default), () => {})</script>",
    ),
    "a classic script": ("a.js", '<script src="a.js"></script>'),
    "a module": ("a.js", '<script type="module" src="a.js"></script>'),
}
RUNS = "document.querySelector('h1').style.color = 'rgb(1, 2, 3)';"


@pytest.mark.parametrize("way", WAYS)
def test_the_console_names_the_status(project: Project, page: Page, way: str) -> None:
    name, head = WAYS[way]
    said: list[ConsoleMessage] = []
    page.on("console", lambda each: said.append(each))
    project.write({"index.html": html("<h1>one</h1>", script="").replace("<h1>", f"{head}<h1>")})
    project.start()
    page.goto(project.url)

    def is_named() -> bool:
        return any(
            "404 (Not Found)" in each.text and each.location["url"].endswith(f"/{name}")
            for each in said
        )

    wait_until(page, is_named)
    assert not any("MIME" in each.text for each in said)
    sync(page)
    if "imports" not in way:
        made = STYLE if name == "a.css" else f"addEventListener('load', () => {{ {RUNS} }})"
        project.write({name: made})
        expect(page.locator("h1")).to_have_css("color", "rgb(1, 2, 3)")
