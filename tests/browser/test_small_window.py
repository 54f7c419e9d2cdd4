"""In a small window the overlay, notices and the status leave each other's buttons free."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.site import html
from tests.contexts import context_of
from tests.project import Project
from tests.proxy import Proxy

SIZES = [(320, 480), (480, 320), (900, 420), (1280, 800)]
MAIN = "import './fail.js';\nimport.meta.hot.accept();\n"
FAIL = "globalThis.fail = (words) => { throw new Error(words); };\n"


@pytest.fixture
def proxy(project: Project) -> Iterator[Proxy]:
    with Proxy(project.port) as proxy:
        yield proxy


@pytest.fixture(params=SIZES, ids=str)
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, height = request.param
    with context_of(browser, viewport={"width": width, "height": height}) as context:
        yield context.new_page()


def box(part: Locator) -> tuple[float, float, float, float]:
    found = part.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def are_apart(one: Locator, other: Locator) -> bool:
    left, top, right, bottom = box(one)
    left2, top2, right2, bottom2 = box(other)
    return right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top


def expect_room(page: Page, *parts: Locator) -> None:
    """Every part is in the window, and none lies over another."""
    size = page.viewport_size
    assert size is not None
    for index, part in enumerate(parts):
        left, top, right, bottom = box(part)
        assert left >= 0
        assert top >= 0
        assert right <= size["width"]
        assert bottom <= size["height"]
        for other in parts[:index]:
            assert are_apart(part, other), (box(part), box(other))


def test_nothing_lies_over_another_s_buttons(project: Project, proxy: Proxy, window: Page) -> None:
    page = window
    project.write({"index.html": html(), "main.js": MAIN, "fail.js": FAIL}).start()
    page.goto(proxy.url)
    page.wait_for_function("typeof fail === 'function'")
    # What browsers call a loop of observers is an error that the page's own handlers would get.
    page.evaluate("globalThis.loops = 0")
    page.evaluate(
        "addEventListener('error', (event) => { loops += /ResizeObserver/.test(event.message) })"
    )
    # A mistake with a long line, and as much as a notice holds.
    project.write({"main.js": MAIN + "\n".join(f"let {'x' * 200} = = {i};" for i in range(9))})
    overlay = page.locator("hotreload-overlay").get_by_role("dialog")
    expect(overlay).to_be_visible()
    alone = box(overlay)
    page.evaluate("setTimeout(() => fail('many words '.repeat(40)))")
    notice = page.locator("hotreload-notices").get_by_role("complementary")
    expect(notice).to_be_visible()
    expect_room(page, overlay, notice)
    proxy.cut()
    status = page.locator("hotreload-status").get_by_role("status")
    expect(status).to_have_text("Reconnecting …")
    expect_room(page, overlay, notice, status)
    # Each button can be pressed where it is: nothing else gets the click.
    overlay.get_by_role("button", name="Copy").click(trial=True)
    notice.get_by_role("button", name="Details").click()
    expect(overlay.locator("h1")).to_have_text("2 problems to fix")
    expect_room(page, overlay, notice, status)
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)
    proxy.restore()
    expect(status).to_have_count(0)
    # What they left is the overlay's again.
    page.wait_for_function(
        "top => document.querySelector('hotreload-overlay').shadowRoot.firstElementChild"
        ".getBoundingClientRect().top === top",
        arg=alone[1],
    )
    overlay.get_by_role("button", name="Close").click()
    expect(overlay).to_have_count(0)
    assert page.evaluate("loops") == 0
