"""What an update waits for in the page is said while it waits, and it does not wait for ever."""

from playwright.sync_api import Page, expect

from tests.browser.site import console_of, html, is_marked, mark
from tests.project import Project

SHOW = "document.querySelector('#out').textContent"
MAIN = """document.querySelector('#out').textContent = 'one';
globalThis.wait ??= (name) => new Promise((resolve) => { globalThis[name] = resolve; });
import.meta.hot.dispose(() => wait('disposed'));
import.meta.hot.accept(() => wait('accepted'));
"""
WAITS = {
    "disposed": "a dispose callback of /main.js",
    "accepted": "an accept callback of /main.js",
}


def start(project: Project, page: Page) -> list[str]:
    project.write({"index.html": html(), "main.js": MAIN}).start()
    said = console_of(page)
    # The page's clock is the test's: no test waits.
    page.clock.install()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    mark(page)
    project.edit("main.js", "'one'", "'two'")
    page.wait_for_function("typeof disposed === 'function'")
    return said


def test_the_status_names_the_callback(project: Project, page: Page) -> None:
    said = start(project, page)
    status = page.locator("hotreload-status").get_by_role("status")
    expect(status).to_have_count(0)
    page.clock.fast_forward(1500)
    expect(status).to_have_text(f"Waiting for {WAITS['disposed']}")
    expect(page.locator("#out")).to_have_text("one")
    page.evaluate("disposed()")
    expect(page.locator("#out")).to_have_text("two")
    expect(status).to_have_count(0)
    page.wait_for_function("typeof accepted === 'function'")
    page.clock.fast_forward(1500)
    expect(status).to_have_text(f"Waiting for {WAITS['accepted']}")
    page.evaluate("accepted()")
    expect(status).to_have_count(0)
    assert [line for line in said if "has not finished" in line] == []
    assert is_marked(page)


def test_one_that_never_ends_is_named_and_left_behind(project: Project, page: Page) -> None:
    said = start(project, page)
    page.clock.fast_forward(6000)
    expect(page.locator("#out")).to_have_text("two")
    page.wait_for_function("typeof accepted === 'function'")
    page.clock.fast_forward(6000)
    status = page.locator("hotreload-status")
    expect(status).to_have_count(0)
    # Later updates come through.
    page.evaluate("void (globalThis.first = disposed)")
    project.write({"main.js": f"{SHOW} = 'three';"})
    page.wait_for_function("disposed !== first")
    page.clock.fast_forward(6000)
    expect(page.locator("#out")).to_have_text("three")
    lines = [line for line in said if "has not finished in 5 s" in line]
    assert len(lines) == 3
    for line, what in zip(lines, ("disposed", "accepted", "disposed"), strict=True):
        assert WAITS[what] in line
    assert is_marked(page)
