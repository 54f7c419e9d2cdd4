"""The example site keeps what each of its panels promises."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import ElementHandle, Locator, Page, expect

from tests.browser.site import is_marked, mark
from tests.project import Project

EXAMPLE = Path(__file__).parents[2] / "example-site"


@pytest.fixture
def site(project: Project) -> Project:
    """A copy of the example site, served."""
    shutil.copytree(EXAMPLE, project.root, dirs_exist_ok=True)
    return project.start()


@pytest.fixture
def first_page(site: Project, page: Page) -> Page:
    """Its first page, open and loaded; whoever reloads it loses the mark."""
    page.goto(site.url)
    expect(page.locator("#count")).to_have_text("0")
    mark(page)
    return page


def handle(locator: Locator) -> ElementHandle:
    """The element as it is now: a handle goes on meaning that one, whatever replaces it."""
    element = locator.element_handle()
    assert element is not None
    return element


def test_the_counter_goes_on_where_it_was(site: Project, first_page: Page) -> None:
    button = first_page.locator("#count")
    element = handle(button)
    button.click(click_count=3)
    expect(button).to_have_text("3")
    site.edit("scripts/counter.js", "step = 1", "step = 10")
    expect(first_page.locator("#last")).to_have_text("/scripts/counter.js")
    expect(button).to_have_text("3")
    button.click()
    expect(button).to_have_text("13")
    assert element.evaluate("e => e.isConnected && e === document.querySelector('#count')")
    assert is_marked(first_page)


def test_the_counter_takes_new_words_without_running_again(site: Project, first_page: Page) -> None:
    button, comment = first_page.locator("#count"), first_page.locator("#comment")
    button.click()
    expect(comment).to_have_text("Now change this sentence.")
    site.edit("scripts/words.js", "Now change this sentence.", "Changed.")
    expect(comment).to_have_text("Changed.")
    expect(first_page.locator("#last")).to_have_text("/scripts/words.js")
    site.edit("scripts/counter.js", "step = 1", "step = 2")
    expect(first_page.locator("#last")).to_have_text("/scripts/counter.js")
    expect(comment).to_have_text("Changed.")
    button.click()
    expect(button).to_have_text("3")
    assert is_marked(first_page)


def test_the_theme_changes_in_place(site: Project, first_page: Page) -> None:
    link = handle(first_page.locator("link[rel=stylesheet]"))
    site.edit("styles/theme.css", "--radius: 14px", "--radius: 3px")
    expect(first_page.locator(".panel").first).to_have_css("border-radius", "3px")
    site.edit("styles/theme.css", "light-dark(#d6336c, #ff7aa8)", "rgb(1, 2, 3)")
    expect(first_page.locator("#count")).to_have_css("background-color", "rgb(1, 2, 3)")
    assert link.evaluate("l => l.isConnected && document.styleSheets[0].ownerNode === l")
    assert is_marked(first_page)


def test_the_imported_stylesheet_changes_in_place(site: Project, first_page: Page) -> None:
    panels = first_page.locator(".panels")
    expect(panels).to_have_css("row-gap", "20px")
    site.edit("styles/panels.css", "gap: 1.25rem", "gap: 3px")
    expect(panels).to_have_css("row-gap", "3px")
    # The sheet that imports it was not put in again, behind or in front of it.
    expect(first_page.locator(".panel").first).to_have_css("border-radius", "14px")
    expect(first_page.locator("link[rel=stylesheet]")).to_have_count(1)
    assert is_marked(first_page)


def test_the_form_keeps_what_the_user_did(site: Project, first_page: Page) -> None:
    page = first_page
    page.set_viewport_size({"width": 800, "height": 500})
    name = handle(page.locator("input[name=name]"))
    tick = handle(page.locator("input[name=agree]"))
    details = handle(page.locator("form details"))
    tick.check()
    details.evaluate("d => { d.open = true; }")
    name.fill("Ada Lovelace")
    name.evaluate("n => n.setSelectionRange(4, 8)")
    page.evaluate("scrollTo(0, 400)")
    heading = page.locator("section:has(form) h2")
    site.edit("index.html", "<h2>A page</h2>", "<h2>Another page</h2><p id='new'>New.</p>")
    expect(heading).to_have_text("Another page")
    expect(page.locator("#new")).to_have_text("New.")
    assert name.evaluate("n => n === document.activeElement")
    assert name.evaluate("n => [n.value, n.selectionStart, n.selectionEnd]") == [
        *("Ada Lovelace", 4, 8)
    ]
    assert tick.evaluate("t => t.isConnected && t.checked")
    assert details.evaluate("d => d.isConnected && d.open")
    assert page.evaluate("scrollY") >= 400
    expect(page.locator("#count")).to_have_text("0")
    assert is_marked(page)


def test_the_picture_is_refreshed(site: Project, first_page: Page) -> None:
    picture = handle(first_page.locator(".picture"))
    assert picture.evaluate("p => [p.naturalWidth, p.naturalHeight]") == [480, 220]
    site.edit("images/picture.svg", 'width="480" height="220" view', 'width="96" height="44" view')
    first_page.wait_for_function("p => p.isConnected && p.naturalWidth === 96", arg=picture)
    assert is_marked(first_page)


def test_a_mistake_is_shown_and_goes_away(site: Project, first_page: Page) -> None:
    button = first_page.locator("#count")
    button.click()
    site.edit("scripts/words.js", "describe(count) {", "describe(count {")
    overlay = first_page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/scripts/words.js:3:")
    expect(overlay).to_contain_text("> 3 | export function describe(count {")
    # Not by the mouse: the overlay may be over it.
    button.evaluate("b => b.click()")
    expect(button).to_have_text("2")
    site.edit("scripts/words.js", "describe(count {", "describe(count) {")
    expect(overlay).to_have_count(0)
    expect(button).to_have_text("2")
    assert is_marked(first_page)


def test_the_main_script_reloads_the_page_and_the_console_says_why(
    site: Project, first_page: Page
) -> None:
    with first_page.expect_console_message(
        lambda m: "reloaded: no module accepts the change of /scripts/main.js" in m.text
    ):
        site.edit("scripts/main.js", "import './live.js';", "import './live.js'; // edited")
    assert not is_marked(first_page)


def test_the_second_page_takes_only_what_it_uses(site: Project, page: Page) -> None:
    page.goto(f"{site.url}notes")
    mark(page)
    site.edit("index.html", "<h1>Edit a file. Look here.</h1>", "<h1>Changed</h1>")
    site.edit("notes.html", "<h1>A page without scripts</h1>", "<h1>A page</h1>")
    expect(page.locator("h1")).to_have_text("A page")
    assert is_marked(page)


def test_the_error_page_changes_in_place_at_any_address(site: Project, page: Page) -> None:
    response = page.goto(f"{site.url}not/there")
    assert response is not None
    assert response.status == 404
    mark(page)
    expect(page.locator("h1")).to_have_css("letter-spacing", "-1.56px")
    site.edit("404.html", "There is no such page", "Nothing here")
    expect(page.locator("h1")).to_have_text("Nothing here")
    assert is_marked(page)


def test_the_site_asks_nobody_else_for_anything(site: Project, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.url)
    expect(page.locator("#count")).to_have_text("0")
    assert asked
    assert [u for u in asked if not u.startswith((site.url, "data:"))] == []
