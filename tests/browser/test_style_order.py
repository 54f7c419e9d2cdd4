"""The stylesheets that modules import stand in the order of a fresh load, after any edit."""

import random

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, html, is_marked, mark, open_marked
from tests.project import Project

ACCEPT = "import.meta.hot.accept();\n"
ORDER = "[...document.querySelectorAll('style[data-hotreload]')].map((s) => s.dataset.hotreload)"


def sheet(number: int) -> str:
    return f"#out {{ color: rgb({number}, {number}, {number}) }}\n"


def main(*names: str, word: str = "") -> str:
    imports = "".join(f"import './{name}';\n" for name in names)
    return f"{imports}{SHOW} = '{word or ' '.join(names)}';\n{ACCEPT}"


def written(project: Project, page: Page, *names: str) -> list[str]:
    """The order after an edit of the imports."""
    project.write({"main.js": main(*names)})
    expect(page.locator("#out")).to_have_text(" ".join(names))
    found: list[str] = page.evaluate(ORDER)
    return found


@pytest.fixture
def sheets(project: Project, page: Page) -> Project:
    files = {f"{name}.css": sheet(number) for number, name in enumerate("abcd", 1)}
    # Those of a module that is imported come where it is.
    files["both.js"] = "import './c.css';\nimport './a.css';\n"
    files["d.module.css"] = ".d { color: red }\n"
    project.write({"index.html": html(), "main.js": main("a.css", "c.css"), **files}).start()
    open_marked(project, page)
    return project


def test_sheets_are_inserted_swapped_and_put_back(sheets: Project, page: Page) -> None:
    out = page.locator("#out")
    expect(out).to_have_css("color", "rgb(3, 3, 3)")
    element = page.query_selector("style[data-hotreload='/a.css']")
    assert element is not None
    assert written(sheets, page, "a.css", "b.css", "c.css") == ["/a.css", "/b.css", "/c.css"]
    assert written(sheets, page, "c.css", "b.css", "a.css") == ["/c.css", "/b.css", "/a.css"]
    expect(out).to_have_css("color", "rgb(1, 1, 1)")
    assert written(sheets, page, "b.css", "a.css") == ["/b.css", "/a.css"]
    assert written(sheets, page, "c.css", "b.css", "a.css") == ["/c.css", "/b.css", "/a.css"]
    assert written(sheets, page, "b.css", "both.js") == ["/b.css", "/c.css", "/a.css"]
    assert written(sheets, page, "both.js", "b.css") == ["/c.css", "/a.css", "/b.css"]
    found = written(sheets, page, "d.module.css", "both.js", "b.css")
    assert found == ["/d.module.css", "/c.css", "/a.css", "/b.css"]
    sheets.edit(
        "both.js", "import './c.css';\nimport './a.css';", "import './a.css';\nimport './c.css';"
    )
    page.wait_for_function(f"({ORDER}).join() === '/d.module.css,/a.css,/c.css,/b.css'")
    # What was edited in place before it moved says what its file says.
    sheets.edit("b.css", "2, 2, 2", "9, 9, 9")
    expect(out).to_have_css("color", "rgb(9, 9, 9)")
    assert written(sheets, page, "b.css", "a.css") == ["/b.css", "/a.css"]
    assert written(sheets, page, "a.css", "b.css") == ["/a.css", "/b.css"]
    expect(out).to_have_css("color", "rgb(9, 9, 9)")
    # Nor what changed while no page had it.
    assert written(sheets, page, "a.css") == ["/a.css"]
    sheets.edit("b.css", "9, 9, 9", "7, 7, 7")
    assert written(sheets, page, "a.css", "b.css") == ["/a.css", "/b.css"]
    expect(out).to_have_css("color", "rgb(7, 7, 7)")
    assert is_marked(page)


@pytest.mark.parametrize("seed", [1, 2])
def test_any_edits_lead_to_what_a_reload_shows(sheets: Project, page: Page, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(8):
        names = chance.sample(["a.css", "b.css", "c.css", "d.css", "both.js"], chance.randint(1, 5))
        after = written(sheets, page, *names)
        color = page.evaluate("getComputedStyle(out).color")
        assert is_marked(page)
        page.reload()
        expect(page.locator("#out")).to_have_text(" ".join(names))
        assert page.evaluate(ORDER) == after, names
        assert page.evaluate("getComputedStyle(out).color") == color
        mark(page)


def test_a_lazy_sheet_stays_where_it_came(sheets: Project, page: Page) -> None:
    sheets.write({"main.js": main("a.css", "c.css", word="lazy") + "await import('./d.css');\n"})
    page.wait_for_function(f"({ORDER}).join() === '/a.css,/c.css,/d.css'")
    sheets.write(
        {"main.js": main("b.css", "a.css", "c.css", word="l") + "await import('./d.css');\n"}
    )
    page.wait_for_function(f"({ORDER}).join() === '/b.css,/a.css,/c.css,/d.css'")
    assert is_marked(page)


def test_lazy_sheets_follow_in_the_order_of_what_imports_them(sheets: Project, page: Page) -> None:
    late = "import.meta.hot.accept();\n"
    sheets.write(
        {
            "late.js": f"import './c.css';\nimport './d.css';\n{late}",
            "main.js": main("a.css", "b.css", word="lazy") + "await import('./late.js');\n",
        }
    )
    page.wait_for_function(f"({ORDER}).join() === '/a.css,/b.css,/c.css,/d.css'")
    sheets.write({"late.js": f"import './d.css';\nimport './c.css';\n{late}"})
    page.wait_for_function(f"({ORDER}).join() === '/a.css,/b.css,/d.css,/c.css'")
    # What was imported at first is late now.
    sheets.write({"main.js": main("b.css", word="l") + "await import('./a.css');\n"})
    page.wait_for_function(f"({ORDER}).join() === '/b.css,/a.css'")
    assert is_marked(page)
