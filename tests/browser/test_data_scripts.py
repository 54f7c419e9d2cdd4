"""Scripts that only hold data are merged, and the page is told; a script that is run is not."""

from playwright.sync_api import Page, expect

from tests.browser.site import console_of, html, is_marked, open_marked
from tests.project import Project

MAIN = """
globalThis.told = [];
document.addEventListener('hotreload:data', (event) => {
  const { element, type, before, text } = event.detail;
  told.push(`${element.id} ${type} ${before} > ${text} ${element.textContent === text}`);
  if (element.id === 'json') event.preventDefault();
});
import.meta.hot.on('hotreload:data', ({ element, preventDefault }) => {
  if (element.id === 'html') preventDefault();
  told.push('module');
});
"""
DATA = {
    "json": "application/json",
    "graph": "application/ld+json",
    "geo": "application/geo+json",
    "html": "text/x-template",
    "bars": "text/x-handlebars-template",
}


def page_with(text: str, more: str = "") -> str:
    scripts = [f"<script id={name} type={kind}>{text}</script>" for name, kind in DATA.items()]
    return html("".join(scripts) + f"<h1>{text}</h1>{more}")


def test_data_is_merged_and_told(project: Project, page: Page) -> None:
    project.write({"index.html": page_with("[1]"), "main.js": MAIN}).start()
    lines = console_of(page)
    open_marked(project, page)
    project.write({"index.html": page_with("[ 2]")})
    page.wait_for_function("told.length === 10")
    assert page.evaluate("told.filter((line) => line !== 'module')") == [
        f"{name} {kind} [1] > [ 2] true" for name, kind in DATA.items()
    ]
    # One line for what nobody took.
    said = [line for line in lines if "has new data" in line]
    assert [name for name in DATA if any(f'id="{name}"' in line for line in said)] == [
        "geo",
        "bars",
    ]
    project.write({"index.html": page_with("[1]", "<script id=new type=text/json>3</script>")})
    page.wait_for_function("told.at(-1) === 'new text/json null > 3 true'")
    assert page.locator("#json").evaluate("(script) => script.textContent") == "[1]"
    assert is_marked(page)
    project.write({"index.html": page_with("[1]")})
    page.wait_for_function("told.at(-1) === 'new text/json 3 > null false'")
    # What a library may run is a program.
    project.write({"index.html": page_with("[1]", "<script id=b type=text/babel>4</script>")})
    expect(page.locator("#b")).to_be_attached()
    assert is_marked(page)
    project.write({"index.html": page_with("[1]", "<script id=b type=text/babel>5</script>")})
    page.wait_for_function("globalThis.marked === undefined")
