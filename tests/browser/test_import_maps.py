"""An import map is its page's: pages with other maps have other modules, also of the same files."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import SHOW, html, is_marked, open_marked, run_counts, runs
from tests.browser.wait import sync
from tests.contexts import context_of
from tests.project import Project


def mapped(rules: Mapping[str, Any], script: str = "main.js") -> str:
    return html(head=f'<script type="importmap">{json.dumps(rules)}</script>', script=script)


def lib(name: str) -> str:
    return f"{runs(name)}export const name = '{name}';\n"


SHOWN = f"import {{ name }} from 'lib'; {SHOW} = name;\nimport.meta.hot?.accept();\n"
APART = {
    f"{folder}/{file}": text
    for folder in ("one", "two")
    for file, text in {
        "index.html": mapped({"imports": {"lib": "./lib.js"}}),
        "main.js": SHOWN,
        "lib.js": lib(folder),
        "other.js": lib(f"{folder}, other"),
    }.items()
}
SHARED = {
    "one.html": mapped({"imports": {"lib": "./one.js", "parts/": "./a/"}}, "shared.js"),
    "two.html": mapped({"imports": {"lib": "./two.js", "parts/": "./b/"}}, "shared.js"),
    "none.html": html(script="plain.js"),
    "shared.js": "import { name } from 'lib';\nimport { part } from 'parts/part.js';\n"
    f"import {{ plain }} from './plain.js';\n{SHOW} = name + part + plain;\n"
    "import.meta.hot?.accept();\n",
    "one.js": lib("one"),
    "two.js": lib("two"),
    "a/part.js": "export const part = ' a ';\n",
    "b/part.js": "export const part = ' b ';\n",
    "plain.js": f"{runs('plain')}export const plain = 'p';\n",
}


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    with context_of(browser) as context:
        yield context.new_page()


def test_pages_with_maps_of_their_own_have_nothing_of_each_other(
    project: Project, page: Page, other: Page
) -> None:
    project.write(APART).start()
    for opened, name in ((page, "one"), (other, "two"), (page, "one")):
        open_marked(project, opened, f"{name}/")
        expect(opened.locator("#out")).to_have_text(name)
    project.edit("one/lib.js", "'one'", "'one, edited'")
    expect(page.locator("#out")).to_have_text("one, edited")
    project.edit("two/main.js", "= name", "= name + '!'")
    expect(other.locator("#out")).to_have_text("two!")
    assert is_marked(page)
    assert is_marked(other)
    assert run_counts(other) == {"two": 1}


@pytest.mark.parametrize("rules", [{"lib": "./other.js"}, {"lib": "./gone.js"}, {}])
def test_a_map_that_is_edited_counts_at_once(
    project: Project, page: Page, other: Page, rules: dict[str, str]
) -> None:
    project.write(APART).start()
    open_marked(project, other, "two/")
    open_marked(project, page, "one/")
    expect(page.locator("#out")).to_have_text("one")
    project.write({"one/index.html": mapped({"imports": rules})})
    page.wait_for_function("globalThis.marked === undefined")
    expect(page.locator("#out")).to_have_text(
        "one, other" if "./other.js" in rules.values() else ""
    )
    sync(other)
    assert is_marked(other)
    project.write({"one/index.html": mapped({"imports": {"lib": "./lib.js"}})})
    expect(page.locator("#out")).to_have_text("one")
    page.reload()
    expect(page.locator("#out")).to_have_text("one")


def test_a_module_that_pages_share_leads_where_each_page_s_map_says(
    project: Project, page: Page, other: Page
) -> None:
    project.write(SHARED).start()
    open_marked(project, page, "one.html")
    open_marked(project, other, "two.html")
    expect(page.locator("#out")).to_have_text("one a p")
    expect(other.locator("#out")).to_have_text("two b p")
    project.edit("shared.js", "+ plain", "+ plain + '!'")
    expect(page.locator("#out")).to_have_text("one a p!")
    expect(other.locator("#out")).to_have_text("two b p!")
    project.edit("two.js", "= 'two'", "= 'TWO'")
    expect(other.locator("#out")).to_have_text("TWO b p!")
    project.edit("a/part.js", " a ", " A ")
    expect(page.locator("#out")).to_have_text("one A p!")
    project.edit("plain.js", "'p'", "'P'")
    expect(page.locator("#out")).to_have_text("one A P!")
    expect(other.locator("#out")).to_have_text("TWO b P!")
    sync(page)
    sync(other)
    assert run_counts(page) == {"one": 1, "plain": 2}
    assert run_counts(other) == {"two": 2, "plain": 2}
    assert is_marked(page)
    assert is_marked(other)
    for opened, text in ((other, "TWO b P!"), (page, "one A P!")):
        opened.reload()
        expect(opened.locator("#out")).to_have_text(text)
        assert sum(run_counts(opened).values()) == 2


def test_a_page_without_a_map_takes_its_edits_beside_them(
    project: Project, page: Page, other: Page
) -> None:
    files = {
        **SHARED,
        "plain.js": f"{SHARED['plain.js']}{SHOW} ||= plain;\nimport.meta.hot.accept();\n",
    }
    project.write(files).start()
    open_marked(project, other, "one.html")
    open_marked(project, page, "none.html")
    project.edit("plain.js", "'p'", "'P'")
    project.edit("plain.js", "||=", "=")
    expect(page.locator("#out")).to_have_text("P")
    assert is_marked(page)
    assert is_marked(other)


def test_scopes_and_several_maps_hold_for_their_page(project: Project, page: Page) -> None:
    scoped = {"imports": {"lib": "./one.js"}, "scopes": {"/inner/": {"lib": "./two.js"}}}
    head = f'<script type="importmap">{json.dumps(scoped)}</script>'
    head += (
        '<script type="importmap">{"imports": {"lib": "./gone.js", "late": "./late.js"}}</script>'
    )
    project.write(
        {
            "index.html": html(head=head),
            "main.js": "import { name } from 'lib'; import { inner } from './inner/i.js';\n"
            f"import {{ late }} from 'late';\n{SHOW} = name + inner + late;\n"
            "import.meta.hot.accept();\n",
            "inner/i.js": "import { name } from 'lib';\nexport const inner = name;\n",
            "late.js": "export const late = ' late';\n",
            **{name: SHARED[name] for name in ("one.js", "two.js")},
        }
    ).start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("onetwo late")
    project.edit("two.js", "= 'two'", "= 'TWO'")
    expect(page.locator("#out")).to_have_text("oneTWO late")
    project.edit("inner/i.js", "= name", "= ' ' + name")
    expect(page.locator("#out")).to_have_text("one TWO late")
    assert is_marked(page)


def test_after_a_restart_each_page_has_its_own_again(
    project: Project, page: Page, other: Page
) -> None:
    project.write(SHARED).start()
    open_marked(project, page, "one.html")
    open_marked(project, other, "two.html")
    project.edit("shared.js", "+ plain", "+ plain + '!'")
    expect(page.locator("#out")).to_have_text("one a p!")
    expect(other.locator("#out")).to_have_text("two b p!")
    project.stop()
    project.edit("one.js", "= 'one'", "= 'ONE'")
    project.start()
    expect(page.locator("#out")).to_have_text("ONE a p!")
    sync(other)
    project.edit("b/part.js", " b ", " B ")
    expect(other.locator("#out")).to_have_text("two B p!")
    assert run_counts(other) == {"two": 1, "plain": 1}
    assert is_marked(page)
    assert is_marked(other)
