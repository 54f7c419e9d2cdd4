"""What an edit has changed is scrolled to and marked, if that is asked for."""

from playwright.sync_api import Page, expect

from tests.browser.site import html
from tests.project import Project

LONG = "<div style='height: 3000px'>tall</div><p id='low'>before</p>"
MARKS = "document.getAnimations().map((a) => `${a.id} ${a.effect.target.id}`)"


def test_an_edit_out_of_view_is_scrolled_to_and_marked(project: Project, page: Page) -> None:
    project.write({"index.html": html(LONG, script="")}).start("--highlight")
    page.goto(project.url)
    project.edit("index.html", "before", "after")
    expect(page.locator("#low")).to_have_text("after")
    assert page.evaluate(MARKS) == ["hotreload-highlight low"]
    expect(page.locator("#low")).to_be_in_viewport()
    # It leaves nothing behind that a later edit could stumble over.
    assert page.locator("#low").get_attribute("style") is None
    page.wait_for_function("document.getAnimations().length === 0")
    top = page.evaluate("scrollY")
    project.edit("index.html", "after", "last")
    expect(page.locator("#low")).to_have_text("last")
    assert page.evaluate("scrollY") == top


def test_it_is_off_by_default(project: Project, page: Page) -> None:
    project.write({"index.html": html(LONG, script="")}).start()
    page.goto(project.url)
    project.edit("index.html", "before", "after")
    expect(page.locator("#low")).to_have_text("after")
    assert page.evaluate(MARKS) == []
    assert page.evaluate("scrollY") == 0
