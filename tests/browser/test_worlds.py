"""What is broken concerns the pages that use it, and holds up only what depends on it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import frames_of, html, is_marked, mark, open_marked
from tests.browser.wait import sync
from tests.contexts import context_of
from tests.project import Project

OVERLAY = "hotreload-overlay"
LEAF = "document.querySelector('#{0}').textContent = '{1}';\nimport.meta.hot.accept();\n"
OUT = "<p id='leaf'></p><p id='twin'></p>"
FILES = {
    "a/index.html": html(),
    "a/main.js": "import { name } from './dep.js';\n"
    "document.querySelector('#out').textContent = name;\nimport.meta.hot.accept();\n",
    "a/dep.js": "export const name = 'one';\n",
    "b/index.html": html(OUT),
    "b/main.js": "import './leaf.js';\nimport './twin.js';\n",
    "b/leaf.js": LEAF.format("leaf", "one"),
    "b/twin.js": LEAF.format("twin", "one"),
}
# What breaks a page's script, and what mends it.
BROKEN = {
    "name": ("a/dep.js", "const name", "const nope"),
    "syntax": ("a/dep.js", "= 'one'", "= = 'one'"),
    "leads nowhere": ("a/main.js", "./dep.js", "./gone.js"),
}


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    with context_of(browser) as context:
        yield context.new_page()


@pytest.mark.parametrize("how", BROKEN)
def test_a_page_takes_its_edits_while_another_one_is_broken(
    project: Project, page: Page, other: Page, how: str
) -> None:
    project.write(FILES)
    file, good, bad = BROKEN[how]
    project.edit(file, good, bad)
    project.start()
    open_marked(project, page, "b/")
    other.goto(f"{project.url}a/")
    expect(other.locator(OVERLAY)).to_have_count(1)
    project.edit("b/leaf.js", "one", "two")
    expect(page.locator("#leaf")).to_have_text("two")
    assert page.locator(OVERLAY).count() == 0
    other.close()
    project.edit("b/twin.js", "one", "two")
    expect(page.locator("#twin")).to_have_text("two")
    assert is_marked(page)


@pytest.mark.parametrize("how", BROKEN)
def test_only_a_page_that_uses_it_is_told_and_mending_gives_what_waited_at_once(
    project: Project, page: Page, other: Page, how: str
) -> None:
    project.write(FILES).start()
    open_marked(project, page, "b/")
    frames = frames_of(other)
    open_marked(project, other, "a/")
    expect(other.locator("#out")).to_have_text("one")
    file, good, bad = BROKEN[how]
    project.edit(file, good, bad)
    expect(other.locator(OVERLAY)).to_have_count(1)
    assert page.locator(OVERLAY).count() == 0
    # What depends on it waits, and what doesn't goes on.
    project.edit("a/main.js", "= name", "= name + '!'")
    project.edit("b/leaf.js", "one", "two")
    expect(page.locator("#leaf")).to_have_text("two")
    sync(other)
    expect(other.locator("#out")).to_have_text("one")
    before = sum('"type":"update"' in frame for frame in frames)
    project.edit(file, bad, good)
    expect(other.locator("#out")).to_have_text("one!")
    expect(other.locator(OVERLAY)).to_have_count(0)
    sync(other)
    assert sum('"type":"update"' in frame for frame in frames) == before + 1
    assert is_marked(other)
    assert is_marked(page)


def test_in_one_page_what_has_nothing_to_do_with_it_goes_on(project: Project, page: Page) -> None:
    project.write(FILES).start()
    open_marked(project, page, "b/")
    project.edit("b/leaf.js", "'one'", "'one")
    expect(page.locator(OVERLAY)).to_have_count(1)
    project.edit("b/twin.js", "one", "two")
    expect(page.locator("#twin")).to_have_text("two")
    expect(page.locator("#leaf")).to_have_text("one")
    expect(page.locator(OVERLAY)).to_have_count(1)
    project.edit("b/leaf.js", "'one", "'three'")
    expect(page.locator("#leaf")).to_have_text("three")
    expect(page.locator(OVERLAY)).to_have_count(0)
    assert is_marked(page)


def test_a_page_is_not_reloaded_into_a_broken_one(project: Project, page: Page) -> None:
    files = {**FILES, "b/other.js": "globalThis.other = 'one';\n"}
    files["b/main.js"] += "import './other.js';\n"
    project.write(files).start()
    open_marked(project, page, "b/")
    project.edit("b/leaf.js", "'one'", "'one")
    expect(page.locator(OVERLAY)).to_have_count(1)
    # Nobody accepts this, so the page would reload, and its scripts would not run.
    project.edit("b/other.js", "one", "two")
    sync(page)
    assert is_marked(page)
    project.edit("b/leaf.js", "'one", "'three'")
    page.wait_for_function("globalThis.other === 'two'")
    expect(page.locator("#leaf")).to_have_text("three")


def test_a_stylesheet_s_problem_is_shown_where_it_is_used(
    project: Project, page: Page, other: Page
) -> None:
    linked = html(head="<link rel='stylesheet' href='/a.css'>")
    project.write({**FILES, "c.html": linked, "main.js": "", "a.css": "p { color: red }"}).start()
    open_marked(project, page, "b/")
    open_marked(project, other, "c.html")
    project.write({"a.css": "p { color: red"})
    expect(other.locator(OVERLAY)).to_have_count(1)
    sync(page)
    assert page.locator(OVERLAY).count() == 0
    project.write({"a.css": "p { color: red }"})
    expect(other.locator(OVERLAY)).to_have_count(0)


def test_a_new_tab_gets_what_concerns_it(project: Project, page: Page, other: Page) -> None:
    project.write(FILES).start()
    open_marked(project, page, "a/")
    project.edit("a/dep.js", "= 'one'", "= = 'one'")
    expect(page.locator(OVERLAY)).to_have_count(1)
    other.goto(f"{project.url}a/")
    expect(other.locator(OVERLAY)).to_have_count(1)
    mark(other)
    with context_of(other.context.browser) as context:  # type: ignore[arg-type]
        third = context.new_page()
        third.goto(f"{project.url}b/")
        sync(third)
        assert third.locator(OVERLAY).count() == 0
    project.edit("a/dep.js", "= = 'one'", "= 'two'")
    expect(page.locator("#out")).to_have_text("two")
    expect(other.locator("#out")).to_have_text("two")
    assert is_marked(page)
