"""The tutorial, step by step, and the README's module: what a reader types, clicks and sees."""

from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, mark
from tests.browser.wait import sync
from tests.docs.samples import DOCS, ROOT, apply, samples
from tests.project import Project

TUTORIAL = DOCS / "tutorial.md"


def test_the_tutorial(project: Project, page: Page) -> None:
    folder = project.root.parent
    steps = iter([sample for sample in samples(pages=(TUTORIAL,)) if sample.title])

    def next_step(title: str) -> None:
        step = next(steps)
        assert step.title == f"site/{title}"
        apply(step, folder)

    next_step("index.html")
    project.start()
    page.goto(project.url)
    mark(page)

    next_step("style.css")
    heading, name, button = page.locator("h1"), page.locator("#name"), page.locator("#count")
    expect(heading).to_have_css("color", "rgb(102, 51, 153)")
    name.fill("Ada")
    next_step("style.css")
    expect(heading).to_have_css("color", "rgb(46, 139, 87)")
    next_step("index.html")
    expect(heading).to_have_text("Hello, you")
    expect(name).to_have_value("Ada")
    assert is_marked(page)

    next_step("counter.js")
    next_step("main.js")
    next_step("index.html")
    sync(page)
    expect(name).to_have_value("Ada")
    assert is_marked(page)
    page.evaluate("import('/main.js')")  # which is over when the page's own one has run
    button.click(click_count=5)
    expect(button).to_have_text("5")
    with page.expect_console_message(lambda m: "reloaded: no module accepts" in m.text):
        next_step("counter.js")
    expect(button).to_have_text("0")

    with page.expect_console_message(lambda m: "reloaded: no module accepts" in m.text):
        next_step("counter.js")
    page.wait_for_load_state("load")
    next_step("counter.js")
    sync(page)
    mark(page)
    button.click()
    expect(button).to_have_text("10")
    name.fill("Ada")
    next_step("counter.js")
    sync(page)
    expect(button).to_have_text("10")
    button.click()
    expect(button).to_have_text("13")

    next_step("words.js")
    next_step("counter.js")
    next_step("counter.js")
    sync(page)
    button.click()
    expect(button).to_have_text("16 clicks")
    next_step("words.js")
    sync(page)
    button.click()
    expect(button).to_have_text("Clicked 19 times")

    next_step("words.js")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/words.js:2:")
    button.evaluate("b => b.click()")
    expect(button).to_have_text("Clicked 22 times")
    next_step("words.js")
    expect(overlay).to_have_count(0)

    project.stop()
    next_step("style.css")
    project.start()
    expect(heading).to_have_css("color", "rgb(0, 128, 128)")
    expect(button).to_have_text("Clicked 22 times")
    expect(name).to_have_value("Ada")
    assert is_marked(page)

    next_step("words.ts")
    next_step("counter.js")
    sync(page)
    button.click()
    expect(button).to_have_text("25 clicks, and types")
    assert next(steps, None) is None


def test_the_module_in_the_readme_keeps_its_count(project: Project, page: Page) -> None:
    (counter,) = samples("js", pages=(ROOT / "README.md",))
    words = "export const describe = (count) => `One ${count}`;\n"
    body = "<button></button>"
    project.write({"index.html": html(body), "main.js": counter.code, "words.js": words}).start()
    page.goto(project.url)
    mark(page)
    button = page.locator("button")
    button.click()
    expect(button).to_have_text("One 1")
    project.edit("words.js", "One", "Two")
    expect(button).to_have_text("Two 1")
    project.edit("main.js", "count++", "count += 5")
    sync(page)
    button.click()
    expect(button).to_have_text("Two 6")
    assert is_marked(page)
