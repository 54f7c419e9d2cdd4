"""Modules that are broken: the page goes on, says what is wrong, and heals."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import (
    SHOW,
    html,
    is_marked,
    open_marked,
)
from tests.project import Project


def test_a_syntax_error_leaves_the_page_alive_and_shows_where_it_is(
    project: Project, page: Page
) -> None:
    main = (
        f"{SHOW} = 'v1';\nimport.meta.hot.accept();\n"
        f"import.meta.hot.dispose(() => {{ {SHOW} = 'gone'; }});\n"
    )
    project.write({"index.html": html(), "main.js": main}).start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("v1")
    project.edit("main.js", "'v1';", "'v1;")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/main.js:1:")
    expect(overlay).to_contain_text("> 1 | document.getElementById")
    expect(page.locator("#out")).to_have_text("v1")
    second = page.context.new_page()
    second.goto(project.url)
    expect(second.locator("hotreload-overlay")).to_contain_text("/main.js:1:")
    project.edit("main.js", "'v1;", "'v2';")
    expect(page.locator("#out")).to_have_text("v2")
    expect(overlay).to_have_count(0)
    expect(second.locator("hotreload-overlay")).to_have_count(0)
    expect(second.locator("#out")).to_have_text("v2")
    assert is_marked(page)


def test_a_page_that_could_not_load_its_modules_heals(project: Project, page: Page) -> None:
    project.write({"index.html": html(), "main.js": f"import './gone.js';\n{SHOW} = 'fine';\n"})
    project.start()
    page.goto(project.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text('failed to resolve import "./gone.js"')
    expect(overlay).to_contain_text("/main.js:1:9")
    project.write({"gone.js": "export {};\n"})
    expect(page.locator("#out")).to_have_text("fine")
    expect(overlay).to_have_count(0)


@pytest.mark.parametrize("broken", ["const x = ;\n", "const x = 1; const x = 2;\n"])
def test_a_page_opened_on_a_syntax_error_heals(project: Project, page: Page, broken: str) -> None:
    project.write({"index.html": html(), "main.js": f"import './dep.js';\n{SHOW} = 'fine';\n"})
    project.write({"dep.js": broken}).start()
    page.goto(project.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/dep.js:1:")
    project.write({"dep.js": "export {};\n"})
    expect(page.locator("#out")).to_have_text("fine")
    expect(overlay).to_have_count(0)


def test_a_deleted_module_is_said_to_be_missing_and_heals(project: Project, page: Page) -> None:
    main = f"import {{ dep }} from './dep.js';\n{SHOW} = dep;\nimport.meta.hot.accept();\n"
    project.write({"index.html": html(), "main.js": main, "dep.js": "export const dep = 1;\n"})
    project.start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("1")
    (project.root / "dep.js").unlink()
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("there is no file /dep.js")
    project.write({"dep.js": "export const dep = 2;\n"})
    expect(overlay).to_have_count(0)
    expect(page.locator("#out")).to_have_text("2")
    assert is_marked(page)


def test_a_name_that_is_not_exported_any_more_is_not_pushed(project: Project, page: Page) -> None:
    main = f"import {{ one }} from './all.js';\n{SHOW} = one;\nimport.meta.hot.accept();\n"
    all_of_it = "export * from './dep.js';\n"
    project.write({"index.html": html(), "main.js": main, "all.js": all_of_it})
    project.write({"dep.js": "export const one = 'one', two = 2;\n"}).start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("one")
    project.write({"dep.js": "export const uno = 'uno', two = 2;\n"})
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text('/all.js does not export "one", which /main.js imports')
    expect(overlay).to_contain_text("/main.js:1:22")
    expect(page.locator("#out")).to_have_text("one")
    project.write({"main.js": main.replace("one", "uno")})
    expect(page.locator("#out")).to_have_text("uno")
    expect(overlay).to_have_count(0)
    assert is_marked(page)


def test_a_page_opened_on_a_broken_link_heals(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": f"import {{ nope }} from './dep.js';\n{SHOW} = nope;\n",
            "dep.js": "export const yes = 'yes';\n",
        }
    ).start()
    page.goto(project.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text('/dep.js does not export "nope"')
    project.write({"dep.js": "export const nope = 'now it does';\n"})
    expect(page.locator("#out")).to_have_text("now it does")
    expect(overlay).to_have_count(0)
