"""An SVG that is opened as a document is a page: it is hot like any other."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import console_of, frames_of, html, is_marked, mark
from tests.browser.wait import sync, wait_until
from tests.project import Project

SVG = """\
<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet href="style.css"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<!-- A drawing. -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
     viewBox="0 0 100 100">
  <title>One</title>
  <style>circle { stroke: rgb(1, 1, 1) }</style>
  <circle id="circle" r="3"/>
  <text id="out" y="40">-</text>
  <use xlink:href="#circle" x="20"/>
  <script>import("./main.js");</script>
</svg>
"""
PREFIXED = """\
<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
  <s:circle id="circle" r="3"/><s:text id="out">-</s:text>
  <s:script>import("./main.js");</s:script>
</s:svg>
"""
MAIN = (
    "import { word } from './word.js';\n"
    "const show = (text) => { document.querySelector('#out').textContent = text; };\n"
    "show(word);\nimport.meta.hot.accept('./word.js', (m) => show(m.word));\n"
)
FILES = {
    "main.js": MAIN,
    "word.js": "export const word = 'first';\n",
    "style.css": "circle { fill: rgb(1, 1, 1) }",
}


@pytest.mark.parametrize("drawing", [SVG, PREFIXED], ids=["plain", "prefixed"])
def test_a_drawing_is_hot(project: Project, page: Page, drawing: str) -> None:
    said = console_of(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    project.write({**FILES, "drawing.svg": drawing}).start()
    page.goto(f"{project.url}drawing.svg")
    assert page.evaluate("document.contentType") == "image/svg+xml"
    expect(page.locator("#out")).to_have_text("first")
    sync(page)
    mark(page)
    circle = page.locator("#circle").element_handle()
    assert circle is not None
    project.edit("drawing.svg", 'r="3"', 'r="4"')
    expect(page.locator("#circle")).to_have_attribute("r", "4")
    project.edit("word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")
    project.edit("word.js", "'second'", "= 'second'")
    # There is no overlay in a drawing.
    wait_until(page, lambda: any("/word.js:1:" in line for line in said))
    project.edit("word.js", "= 'second'", "'third'")
    expect(page.locator("#out")).to_have_text("third")
    project.edit("drawing.svg", 'r="4"/>', 'r="5">')
    wait_until(page, lambda: any("no well-formed XML" in line for line in said))
    project.edit("drawing.svg", 'r="5">', 'r="6"/>')
    expect(page.locator("#circle")).to_have_attribute("r", "6")
    project.stop()
    project.edit("drawing.svg", 'r="6"', 'r="7"')
    project.start()
    expect(page.locator("#circle")).to_have_attribute("r", "7")
    assert circle.evaluate("circle => circle.isConnected")
    assert is_marked(page)
    # What it uses of itself is no file that it shows.
    assert not any("drawing.svg?v=" in url for url in asked)


def test_its_styles_are_hot(project: Project, page: Page) -> None:
    project.write({**FILES, "drawing.svg": SVG}).start()
    page.goto(f"{project.url}drawing.svg")
    expect(page.locator("#out")).to_have_text("first")
    sync(page)
    mark(page)
    circle = page.locator("#circle")
    expect(circle).to_have_css("fill", "rgb(1, 1, 1)")
    project.edit("style.css", "1, 1, 1", "2, 2, 2")
    expect(circle).to_have_css("fill", "rgb(2, 2, 2)")
    project.edit("drawing.svg", "stroke: rgb(1, 1, 1)", "stroke: rgb(3, 3, 3)")
    expect(circle).to_have_css("stroke", "rgb(3, 3, 3)")
    assert is_marked(page)


def test_a_module_that_accepts_nothing_reloads_it(project: Project, page: Page) -> None:
    said = console_of(page)
    files = {**FILES, "main.js": "import { word } from './word.js';\ndocument.title = word;\n"}
    project.write({**files, "drawing.svg": SVG}).start()
    page.goto(f"{project.url}drawing.svg")
    expect(page).to_have_title("first")
    sync(page)
    project.edit("word.js", "first", "second")
    expect(page).to_have_title("second")
    wait_until(page, lambda: any("reloaded: no module accepts" in line for line in said))


def test_an_image_stays_an_image(project: Project, page: Page) -> None:
    small = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'
    body = '<img id="image" src="image.svg"><object id="object" data="image.svg"></object>'
    project.write({"index.html": html(body, script=""), "image.svg": small}).start()
    page.goto(project.url)
    sync(page)
    mark(page)
    told = frames_of(page)
    project.edit("image.svg", 'width="10"', 'width="20"')
    page.wait_for_function("document.getElementById('image').naturalWidth === 20")
    inner = "document.getElementById('object').contentDocument?.documentElement"
    page.wait_for_function(f"{inner}?.getAttribute('width') === '20'")
    assert page.evaluate(f"{inner}.querySelector('meta')") is None
    assert not any('"pages":[{' in frame for frame in told)
    assert is_marked(page)


def test_one_in_a_frame_is_a_page(project: Project, page: Page) -> None:
    body = '<iframe id="frame" src="drawing.svg"></iframe>'
    project.write({**FILES, "index.html": html(body, script=""), "drawing.svg": SVG}).start()
    page.goto(project.url)
    mark(page)
    frame = page.frame_locator("#frame")
    expect(frame.locator("#out")).to_have_text("first")
    circle = frame.locator("#circle").element_handle()
    assert circle is not None
    sync(page)
    project.edit("drawing.svg", 'r="3"', 'r="4"')
    expect(frame.locator("#circle")).to_have_attribute("r", "4")
    assert circle.evaluate("circle => circle.isConnected")
    assert is_marked(page)
