"""What a module's specifiers lead to is a question of the page: of its import map."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import html, is_marked, open_marked
from tests.browser.wait import sync
from tests.contexts import context_of
from tests.project import Project

OVERLAY = "hotreload-overlay"


def mapped(rules: str, head: str = "", script: str = "main.js") -> str:
    """A page with an import map."""
    names = f'<script type="importmap">{rules}</script>'
    return html(script=script, head=head + names)


def maps(target: str) -> str:
    return f'{{"imports": {{"lib": "{target}"}}}}'


MAIN = (
    "import { name } from 'lib';\nconst out = document.querySelector('#out');\n"
    "globalThis.runs = (globalThis.runs ?? 0) + 1;\nout.textContent = name;\n"
    "import.meta.hot.accept();\n"
)
TWO = {
    "one/index.html": mapped(maps("./lib.js")),
    "one/main.js": MAIN,
    "one/lib.js": "export const name = 'one';\n",
    "two/index.html": mapped(maps("./lib.js")),
    "two/main.js": MAIN,
    "two/lib.js": "export const name = 'two';\n",
}


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    with context_of(browser) as context:
        yield context.new_page()


def test_each_page_is_led_by_its_own_map(project: Project, page: Page, other: Page) -> None:
    project.write(TWO).start()
    open_marked(project, page, "one/")
    open_marked(project, other, "two/")
    expect(page.locator("#out")).to_have_text("one")
    expect(other.locator("#out")).to_have_text("two")
    project.edit("two/lib.js", "two", "deux")
    expect(other.locator("#out")).to_have_text("deux")
    project.edit("one/main.js", "= name", "= name + '!'")
    expect(page.locator("#out")).to_have_text("one!")
    assert is_marked(page)
    assert is_marked(other)
    other.reload()
    expect(other.locator("#out")).to_have_text("deux")


def test_a_module_of_two_pages_is_linked_for_each(
    project: Project, page: Page, other: Page
) -> None:
    project.write(
        {
            "shared.js": MAIN,
            "a.html": mapped(maps("./one.js"), script="shared.js"),
            "b.html": mapped(maps("./two.js"), script="shared.js"),
            "one.js": "export const name = 'one';\n",
            "two.js": "export const name = 'two';\n",
        }
    ).start()
    open_marked(project, page, "a.html")
    open_marked(project, other, "b.html")
    expect(page.locator("#out")).to_have_text("one")
    expect(other.locator("#out")).to_have_text("two")
    project.edit("shared.js", "= name", "= `${name}!`")
    expect(page.locator("#out")).to_have_text("one!")
    expect(other.locator("#out")).to_have_text("two!")
    project.edit("two.js", "two", "deux")
    expect(other.locator("#out")).to_have_text("deux!")
    sync(page)
    assert page.evaluate("runs") == 2
    assert is_marked(page)
    assert is_marked(other)


@pytest.mark.parametrize(("old", "new"), [("./lib.js", "./new.js"), ("imports", "gone")])
def test_a_map_that_is_edited_counts_at_once(
    project: Project, page: Page, old: str, new: str
) -> None:
    project.write({**TWO, "one/new.js": "export const name = 'new';\n"})
    project.write({"node_modules/lib/index.js": "export const name = 'package';\n"}).start()
    open_marked(project, page, "one/")
    expect(page.locator("#out")).to_have_text("one")
    project.edit("one/index.html", old, new)
    wanted = "new" if new == "./new.js" else "package"
    expect(page.locator("#out")).to_have_text(wanted)
    assert not is_marked(page)
    page.reload()
    expect(page.locator("#out")).to_have_text(wanted)
    project.edit("one/index.html", new, old)
    expect(page.locator("#out")).to_have_text("one")


@pytest.mark.parametrize("policy", ["same-origin", "no-referrer"])
def test_what_a_page_loads_late_is_led_by_its_own_map_after_others_were_opened(
    project: Project, page: Page, other: Page, policy: str
) -> None:
    referrer = f'<meta name="referrer" content="{policy}">'
    project.write(
        {
            "shared.js": "globalThis.late = () => import('./late.js');\n",
            "late.js": MAIN,
            "a.html": mapped(maps("./one.js"), referrer, script="shared.js"),
            "b.html": mapped(maps("./two.js"), referrer, script="shared.js"),
            "one.js": "export const name = 'one';\n",
            "two.js": "export const name = 'two';\n",
        }
    ).start()
    open_marked(project, page, "a.html")
    open_marked(project, other, "b.html")
    other.evaluate("late()")
    expect(other.locator("#out")).to_have_text("two")
    page.evaluate("late()")
    expect(page.locator("#out")).to_have_text("one")
    project.edit("two.js", "two", "deux")
    expect(other.locator("#out")).to_have_text("deux")
    assert page.locator("#out").text_content() == "one"
    assert is_marked(page)
    assert is_marked(other)


NOWHERE = {
    "shared.js": MAIN,
    "a.html": mapped(maps("./one.js"), script="shared.js"),
    "b.html": html(script="shared.js"),
    "one.js": "export const name = 'one';\n",
    "two.js": "export const nope = 'two';\n",
}


@pytest.mark.parametrize(
    "broken", [html(script="shared.js"), mapped(maps("./two.js"), script="shared.js")]
)
def test_what_is_broken_by_one_page_s_map_is_fine_by_another_s(
    project: Project, page: Page, other: Page, broken: str
) -> None:
    project.write({**NOWHERE, "b.html": broken}).start()
    open_marked(project, page, "a.html")
    other.goto(f"{project.url}b.html")
    expect(other.locator(OVERLAY)).to_have_count(1)
    sync(page)
    assert page.locator(OVERLAY).count() == 0
    project.edit("one.js", "one", "une")
    expect(page.locator("#out")).to_have_text("une")
    project.edit("shared.js", "= name", "= name + '!'")
    expect(page.locator("#out")).to_have_text("une!")
    expect(other.locator(OVERLAY)).to_have_count(1)
    project.write({"b.html": mapped(maps("./one.js"), script="shared.js")})
    expect(other.locator("#out")).to_have_text("une!")
    expect(other.locator(OVERLAY)).to_have_count(0)
    assert is_marked(page)


def test_workers_have_no_import_map(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": mapped(maps("./lib.js")),
            "lib.js": "export const name = 'lib';\n",
            "other.js": "export const name = 'other';\n",
            "main.js": "import { name } from 'lib';\nconst out = document.querySelector('#out');\n"
            "const worker = new Worker('./worker.js', { type: 'module' });\n"
            "worker.onmessage = ({ data }) => { out.textContent = name + ' ' + data; };\n"
            "worker.onerror = () => { out.textContent = name + ' alone'; };\n",
            "worker.js": "import { name } from 'lib';\npostMessage(name);\n",
        }
    ).start()
    page.goto(project.url)
    out = page.locator("#out")
    expect(out).to_have_text("lib alone")
    expect(page.locator(OVERLAY)).to_contain_text("/worker.js:1:")
    # What could not even start is started once it can.
    project.edit("worker.js", "'lib'", "'./other.js'")
    expect(out).to_have_text("lib other")
