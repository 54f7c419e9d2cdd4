"""XHTML pages, which a browser reads as XML: they are hot like any other."""

import pytest
from playwright.sync_api import Page, expect

from tests.appproject import AppProject
from tests.browser.site import is_marked, mark
from tests.browser.wait import sync
from tests.project import Project

XHTML = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head>
<title>XML &amp; more</title>
<link rel="icon" href="data:,"/>
<link rel="stylesheet" href="style.css"/>
<script>import("./main.js");</script>
</head>
<body>
<h1>One</h1>
<p id="out"/>
<input id="name"/>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="3"/></svg>
</body>
</html>
"""
SCRIPT = (
    "import { word } from './word.js';\n"
    "const show = (text) => { document.querySelector('#out').textContent = text; };\n"
    "show(word);\n"
    "import.meta.hot.accept('./word.js', (m) => show(m.word));\n"
)


@pytest.mark.parametrize("name", ["page.xhtml", "page.xht"])
def test_an_xhtml_page_is_hot(project: Project, page: Page, name: str) -> None:
    project.write(
        {
            name: XHTML,
            "style.css": "h1 { color: rgb(1, 1, 1) }",
            "main.js": SCRIPT,
            "word.js": "export const word = 'first';\n",
        }
    ).start()
    page.goto(f"{project.url}{name}")
    assert page.evaluate("document.contentType") == "application/xhtml+xml"
    expect(page.locator("#out")).to_have_text("first")
    page.fill("#name", "typed")
    mark(page)
    heading = page.locator("body > h1").element_handle()
    assert heading is not None
    project.edit(name, "One", "Two<br/>&#160;lines")
    expect(page.locator("body > h1")).to_have_text("Two\u00a0lines")
    expect(page.locator("h1 br")).to_have_count(1)
    project.edit(name, '<circle r="3"/>', '<circle r="4"/><rect/>')
    expect(page.locator("circle")).to_have_attribute("r", "4")
    namespace = page.locator("rect").evaluate("rect => rect.namespaceURI")
    assert namespace == "http://www.w3.org/2000/svg"
    project.edit("style.css", "rgb(1, 1, 1)", "rgb(2, 2, 2)")
    expect(page.locator("body > h1")).to_have_css("color", "rgb(2, 2, 2)")
    project.edit("word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")

    # What is no XML would leave nothing of the page.
    overlay = page.locator("hotreload-overlay")
    project.edit(name, "lines</h1>", "lines</h2>")
    expect(overlay).to_contain_text("no well-formed XML")
    expect(overlay).to_contain_text(f"{name}:11")
    project.edit(name, "lines</h2>", "words</h1>")
    expect(page.locator("body > h1")).to_have_text("Two\u00a0words")
    expect(overlay).to_have_count(0)
    assert heading.evaluate("h1 => h1.isConnected")
    assert page.locator("#name").evaluate("input => input.value") == "typed"
    assert is_marked(page)


def test_one_that_is_broken_when_it_is_opened_becomes_itself(project: Project, page: Page) -> None:
    project.write(
        {"page.xhtml": XHTML.replace("</h1>", ""), "style.css": "", "main.js": ""}
    ).start()
    page.goto(f"{project.url}page.xhtml")
    expect(page.locator("hotreload-overlay")).to_contain_text("no well-formed XML")
    project.write({"page.xhtml": XHTML})
    expect(page.locator("body > h1")).to_have_text("One")
    expect(page.locator("hotreload-overlay")).to_have_count(0)


APP = """
from pathlib import Path

from hotreload import HotReload
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

here = Path(__file__).parent


def page(request):
    name = request.path_params["name"]
    text = (here / "templates" / name).read_text()
    kind = "image/svg+xml" if name.endswith(".svg") else "application/xhtml+xml"
    return Response(text, media_type=kind)


app = Starlette(
    debug=True,
    routes=[
        Route("/pages/{name}", page),
        Mount("/static", StaticFiles(directory=here / "static")),
    ],
    middleware=[Middleware(HotReload, watch=[here / "templates", here / "static"])],
)
"""
DRAWING = """\
<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg"><text id="out">-</text><text class="h">One</text>
<script>import("/static/main.js");</script></svg>
"""


@pytest.mark.parametrize("folder", ["templates", "static"])
@pytest.mark.parametrize("name", ["page.xhtml", "page.svg"])
def test_an_app_s_page_in_xml_is_hot(
    app_project: AppProject, page: Page, folder: str, name: str
) -> None:
    text = DRAWING if name == "page.svg" else XHTML.replace("<h1>", '<h1 class="h">')
    text = text.replace("./main.js", "/static/main.js").replace("style.css", "/static/style.css")
    app_project.write(
        {
            "app.py": APP,
            f"{folder}/{name}": text,
            "templates/other.txt": "",
            "static/main.js": SCRIPT,
            "static/word.js": "export const word = 'first';\n",
            "static/style.css": "h1 { color: rgb(1, 1, 1) }",
        }
    ).start()
    page.goto(f"{app_project.url}{'pages' if folder == 'templates' else folder}/{name}")
    expect(page.locator("#out")).to_have_text("first")
    sync(page)
    mark(page)
    heading = page.locator(".h").element_handle()
    assert heading is not None
    app_project.edit("static/word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")
    app_project.edit(f"{folder}/{name}", "One", "Two")
    expect(page.locator(".h")).to_have_text("Two")
    assert heading.evaluate("heading => heading.isConnected")
    assert is_marked(page)
