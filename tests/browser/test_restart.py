"""The server goes and comes back: the page stays, and catches up with what it missed."""

import signal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, mark
from tests.project import Project

SITE = {
    "index.html": """<!doctype html>
<html><head><meta charset="utf-8"><title>Restart</title>
<link rel="stylesheet" href="style.css">
<script type="module" src="main.js"></script></head>
<body><h1>before</h1><input id="field"><p id="out"></p></body></html>
""",
    "style.css": "h1 { color: rgb(1, 2, 3); }\n",
    "main.js": """import { text } from './text.js';
const out = document.getElementById('out');
out.textContent = text;
import.meta.hot?.accept('./text.js', (module) => { out.textContent = module.text; });
""",
    "text.js": "export const text = 'one';\n",
}


@pytest.fixture
def opened(project: Project, page: Page) -> Page:
    project.write(SITE).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    page.fill("#field", "typed")
    connected(page)
    return page


def connected(page: Page) -> None:
    """Wait until the page's hello was answered and its modules are known to the server."""
    page.evaluate("window.kept = 'alive'")


def is_same_page(page: Page) -> bool:
    return bool(page.evaluate("window.kept === 'alive'")) and page.input_value("#field") == "typed"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_edits_made_while_the_server_was_down_arrive(
    project: Project, opened: Page, how: signal.Signals
) -> None:
    heading = opened.locator("h1").element_handle()
    out = opened.locator("#out").element_handle()
    project.stop(how)
    project.edit("text.js", "one", "two")
    project.edit("style.css", "1, 2, 3", "4, 5, 6")
    project.edit("index.html", "<h1>before</h1>", "<h1>after</h1>")
    project.start()
    expect(opened.locator("#out")).to_have_text("two")
    expect(opened.locator("h1")).to_have_css("color", "rgb(4, 5, 6)")
    expect(opened.locator("h1")).to_have_text("after")
    assert heading is not None
    assert heading.text_content() == "after"
    assert out is not None
    assert out.text_content() == "two"
    assert is_same_page(opened)


def test_a_module_replaced_before_the_restart_is_replaced_after_it(
    project: Project, opened: Page
) -> None:
    project.edit("text.js", "one", "two")
    expect(opened.locator("#out")).to_have_text("two")
    project.stop(signal.SIGKILL)
    project.edit("text.js", "two", "three")
    project.start()
    expect(opened.locator("#out")).to_have_text("three")
    project.edit("text.js", "three", "four")
    expect(opened.locator("#out")).to_have_text("four")
    assert is_same_page(opened)


def test_edits_after_the_restart_arrive(project: Project, opened: Page) -> None:
    project.stop()
    project.start()
    project.edit("text.js", "one", "two")
    expect(opened.locator("#out")).to_have_text("two")
    project.edit("index.html", "<h1>before</h1>", "<h1>after</h1>")
    expect(opened.locator("h1")).to_have_text("after")
    assert is_same_page(opened)


def test_another_project_at_the_same_address_reloads_the_page(
    project: Project, opened: Page
) -> None:
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    project.stop()
    elsewhere = Project(project.root.parent / "other", project.root.parent / "state")
    elsewhere.port = project.port
    elsewhere.write({**SITE, "text.js": "export const text = 'other';\n"}).start()
    try:
        expect(opened.locator("#out")).to_have_text("other")
        assert opened.evaluate("window.kept") is None
        assert any("another project" in line for line in said)
    finally:
        elsewhere.close()


def test_a_server_that_lost_its_state_says_so(project: Project, opened: Page) -> None:
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    project.stop()
    for file in (project.root.parent / "state").glob("*.json"):
        file.unlink()
    project.start()
    opened.wait_for_function("window.kept === undefined")
    expect(opened.locator("#out")).to_have_text("one")
    assert any("the server's state was lost" in line for line in said)
    assert not any("another project" in line for line in said)


def test_an_imported_stylesheet_that_was_edited_before_a_restart_is_no_reload(
    project: Project, page: Page
) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": "import './a.css';",
            "a.css": "#out { height: 20px }",
        }
    )
    project.start()
    page.goto(project.url)
    mark(page)
    out = page.locator("#out")
    expect(out).to_have_css("height", "20px")
    project.edit("a.css", "20px", "30px")
    expect(out).to_have_css("height", "30px")
    project.stop()
    project.edit("a.css", "30px", "40px")
    project.start()
    expect(out).to_have_css("height", "40px")
    assert is_marked(page)
