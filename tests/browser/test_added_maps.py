"""Import maps that a page's scripts add count like those of its source."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, console_of, is_marked, mark
from tests.browser.wait import sync, wait_until
from tests.project import Project

OVERLAY = "hotreload-overlay"
MAP = json.dumps({"imports": {"thing": "/lib/thing.js"}, "scopes": {"/": {"part/": "./parts/"}}})
ADD = (
    "const map = document.createElement('script');\nmap.type = 'importmap';\n"
    f"map.textContent = {json.dumps(MAP)};\ndocument.head.append(map);\n"
)
MAIN = (
    "import { thing } from 'thing';\nimport { one } from 'part/one.js';\n"
    f"const show = (name) => {{ {SHOW} = name; }};\nshow(thing + one);\n"
    "import.meta.hot.accept('thing', (m) => show(m.thing + one));\n"
)
FILES = {
    "main.js": MAIN,
    "add.js": ADD,
    "late.js": f"{ADD}\nconst {{ show }} = await import('./shows.js');\nshow();\n",
    "shows.js": "import { thing } from 'thing';\n"
    f"export const show = () => {{ {SHOW} = thing; }};\n",
    "lib/thing.js": "export const thing = 'thing';\n",
    "parts/one.js": "export const one = ' one';\n",
}


def page_of(head: str, script: str = "main.js") -> str:
    return (
        f"<!doctype html><html><head>{head}"
        f'<script type="module" src="{script}"></script></head><body><p id="out"></p></body></html>'
    )


@pytest.mark.parametrize("head", [f"<script>{ADD}</script>", '<script src="add.js"></script>'])
def test_what_it_leads_to_is_hot(project: Project, page: Page, head: str) -> None:
    said = console_of(page)
    project.write({**FILES, "index.html": page_of(head)}).start()
    page.goto(project.url)
    mark(page)
    expect(page.locator("#out")).to_have_text("thing one")
    sync(page)
    project.edit("lib/thing.js", "'thing'", "'another'")
    expect(page.locator("#out")).to_have_text("another one")
    assert is_marked(page)
    project.edit("lib/thing.js", "'another'", "= 'another'")
    expect(page.locator(OVERLAY)).to_have_count(1)
    project.edit("lib/thing.js", "= 'another'", "'third'")
    expect(page.locator("#out")).to_have_text("third one")
    expect(page.locator(OVERLAY)).to_have_count(0)
    assert is_marked(page)
    project.stop()
    project.edit("lib/thing.js", "third", "fourth")
    project.start()
    expect(page.locator("#out")).to_have_text("fourth one")
    assert is_marked(page)
    project.edit("parts/one.js", "one'", "two'")
    expect(page.locator("#out")).to_have_text("fourth two")
    assert not is_marked(page)
    wait_until(page, lambda: any("no module accepts" in line for line in said))
    assert not any("failed to resolve" in line for line in (*said, project.output))


def test_one_that_is_taken_out_again_or_comes_late(project: Project, page: Page) -> None:
    pages = {
        "gone.html": page_of(f"<script>{ADD}map.remove();</script>"),
        "late.html": page_of("", "late.js"),
    }
    project.write({**FILES, **pages}).start()
    for path, before, after in (
        ("gone.html", "thing one", "next one"),
        ("late.html", "next", "last"),
    ):
        page.goto(project.url + path)
        expect(page.locator("#out")).to_have_text(before)
        sync(page)
        old, new = before.removesuffix(" one"), after.removesuffix(" one")
        project.edit("lib/thing.js", f"'{old}'", f"'{new}'")
        expect(page.locator("#out")).to_have_text(after)
        expect(page.locator(OVERLAY)).to_have_count(0)


def test_what_none_of_them_has_is_an_error_still(project: Project, page: Page) -> None:
    project.write({**FILES, "index.html": page_of("")}).start()
    page.goto(project.url)
    expect(page.locator(OVERLAY)).to_contain_text("thing")
    project.edit("index.html", "<head>", f"<head><script>{ADD}</script>")
    expect(page.locator("#out")).to_have_text("thing one")
    expect(page.locator(OVERLAY)).to_have_count(0)
