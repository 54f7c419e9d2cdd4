"""Modules that import each other in a circle: an update leaves the page as a fresh load would."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, console_of, html, is_marked, mark, open_marked
from tests.project import Project

ACCEPT = "import.meta.hot?.accept();\n"


def test_a_circle_is_entered_where_a_fresh_load_enters_it(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": f"import {{links}} from './links.js';\n{SHOW} = links.join();\n{ACCEPT}",
            "links.js": "import {A} from './pa.js';\nexport const links = [A.title, 'one'];\n",
            "pa.js": (
                "import {links} from './links.js';\n"
                "export class A { static title = 'A1'; static all() { return links } }\n" + ACCEPT
            ),
        }
    ).start()
    lines = console_of(page)
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("A1,one")
    project.edit("links.js", "one", "two")
    expect(out).to_have_text("A1,two")
    project.edit("links.js", "two", "three")
    expect(out).to_have_text("A1,three")
    assert is_marked(page)
    assert not [line for line in lines if "before initialization" in line]


@pytest.mark.parametrize("accepting", ["", "b", "bc"])
def test_a_circle_of_three_is_as_after_a_reload(
    project: Project, page: Page, accepting: str
) -> None:
    # Each uses the next one at once, but for the last, which a fresh load has no value for by then.
    files = {"index.html": html()}
    for name, following in {"a": "b", "b": "c", "c": "a"}.items():
        use = "" if following == "a" else " + next"
        files[f"{name}.js"] = (
            f"import {{value as next}} from './{following}.js';\n"
            f"export const value = '{name}1'{use};\nexport const later = () => next;\n"
            f"{ACCEPT if name in accepting else ''}"
        )
    files["main.js"] = f"import {{value}} from './a.js';\n{SHOW} = value;\n{ACCEPT}"
    project.write(files).start()
    lines = console_of(page)
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("a1b1c1")
    project.edit("a.js", "a1", "a2")
    expect(out).to_have_text("a2b1c1")
    if not accepting:
        project.edit("c.js", "c1", "c2")
        expect(out).to_have_text("a2b1c2")
        project.edit("b.js", "b1", "b2")
        expect(out).to_have_text("a2b2c2")
    assert is_marked(page)
    assert not [line for line in lines if "before initialization" in line]


def test_where_running_again_fails_the_page_reloads_once(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": f"import {{B}} from './b.js';\n{SHOW} = new B().word;\n{ACCEPT}",
            "b.js": (
                "import {once} from './once.js';\nonce();\n"
                "export class B { word = 'one' }\nimport './c.js';\n"
            ),
            "c.js": f"import {{B}} from './b.js';\nexport const make = () => new B();\n{ACCEPT}",
            "once.js": (
                "let ran = false;\nexport function once() {\n"
                "  if (ran) throw new Error('only once');\n  ran = true;\n}\n"
            ),
        }
    ).start()
    lines = console_of(page)
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("one")
    project.edit("b.js", "'one'", "'two'")
    expect(out).to_have_text("two")
    assert not is_marked(page)
    mark(page)
    assert [line for line in lines if "in a circle" in line and "only once" in line]
    page.evaluate("import('/@hotreload/client.js').then(({sync}) => sync())")
    assert is_marked(page)
