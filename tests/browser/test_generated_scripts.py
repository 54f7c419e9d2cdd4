"""What scripts of generated pages have made of them outlives an edit, and works on what is new."""

import shutil
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import is_marked, mark, search
from tests.docs.samples import samples
from tests.generated import paragraph, write_mkdocs, write_sphinx
from tests.packages import node_modules
from tests.project import Project

SHOWN_MS = 60_000

MATHJAX = "html_static_path = ['_static']\nmathjax_path = 'mathjax/tex-svg.js'\n"

Start = Callable[..., None]


@pytest.fixture
def start(project: Project) -> Start:
    """Serves the project with a generator; the first page waits for the first build."""

    def start(*command: str) -> None:
        project.asked = command
        project.start()

    return start


def place_mathjax(project: Project) -> None:
    """Where :data:`MATHJAX` says it is."""
    folder = project.root / "_static" / "mathjax"
    folder.mkdir(parents=True)
    shutil.copy(node_modules() / "mathjax" / "es5" / "tex-svg.js", folder)


def test_mathjax_and_copy_buttons_of_sphinx(project: Project, start: Start, page: Page) -> None:
    extensions = "extensions = ['sphinx.ext.mathjax', 'sphinx_copybutton']\n"
    write_sphinx(project.root, 10, extensions + MATHJAX)
    place_mathjax(project)
    project.edit("c0/p0.rst", "More\n", ".. math:: a = b\n\nMore\n")
    start("sphinx", ".")
    page.goto(f"{project.url}c0/p0.html")
    formulas = page.locator("mjx-container svg")
    expect(formulas).to_have_count(1)
    buttons = page.locator("div.highlight-python button.copybtn")
    expect(buttons).to_have_count(1)
    mark(page)
    svg = formulas.element_handle()
    button = buttons.element_handle()
    assert svg is not None
    assert button is not None
    # The text beside them.
    project.edit("c0/p0.rst", paragraph(0), f"{paragraph(0)} Edited.")
    expect(page.get_by_text("Edited.")).to_be_visible(timeout=SHOWN_MS)
    assert svg.evaluate("svg => svg.isConnected")
    assert button.evaluate("button => button.isConnected")
    # The code that a button copies: Pygments marks it up, and the button goes on with it.
    project.edit("c0/p0.rst", "print(1)", "print('other')")
    code = page.locator("div.highlight-python pre")
    expect(code).to_have_text("print('other')", timeout=SHOWN_MS)
    expect(code.locator("span.s1")).to_have_text("'other'")
    expect(buttons).to_have_count(1)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code.hover()
    buttons.click()
    page.wait_for_function(
        "navigator.clipboard.readText().then(text => text.trim() === \"print('other')\")"
    )
    assert is_marked(page)


def test_formulas_that_an_edit_adds_are_set_by_the_documented_listener(
    project: Project, start: Start, page: Page
) -> None:
    write_sphinx(project.root, 10, f"extensions = ['sphinx.ext.mathjax']\n{MATHJAX}")
    place_mathjax(project)
    project.write({"_static/formulas.js": documented_listener()})
    project.edit("conf.py", MATHJAX, f"{MATHJAX}html_js_files = ['formulas.js']\n")
    project.edit("c0/p0.rst", "More\n", ".. math:: a = b\n\nMore\n")
    start("sphinx", ".")
    page.goto(f"{project.url}c0/p0.html")
    formulas = page.locator("mjx-container svg")
    expect(formulas).to_have_count(1)
    mark(page)
    first = formulas.element_handle()
    assert first is not None
    project.edit("c0/p0.rst", "More\n----", "Inline :math:`x^2` too.\n\nMore\n----")
    expect(formulas).to_have_count(2, timeout=SHOWN_MS)
    assert first.evaluate("svg => svg.isConnected")
    # One that was set, and is another now.
    project.edit("c0/p0.rst", ".. math:: a = b", ".. math:: a = c + d")
    page.wait_for_function(
        "[...MathJax.startup.document.math].some((item) => item.math.includes('c + d'))",
        timeout=SHOWN_MS,
    )
    expect(page.locator("div.math mjx-container svg")).to_have_count(1)
    expect(page.locator("div.math")).not_to_contain_text("a =")
    expect(formulas).to_have_count(2)
    assert is_marked(page)


def documented_listener() -> str:
    """The one of docs/generators.md."""
    (sample,) = [s for s in samples("js") if "MathJax" in s.code]
    return sample.code


def test_searches_with_sphinx_find_what_is_new(project: Project, start: Start, page: Page) -> None:
    write_sphinx(project.root, 10)
    start("sphinx", ".")
    page.goto(f"{project.url}c0/p0.html")
    mark(page)
    project.edit("c0/p0.rst", paragraph(0), f"{paragraph(0)} Zebras.")
    expect(page.get_by_text("Zebras.")).to_be_visible(timeout=SHOWN_MS)
    project.wait_for_output("differ", count=2)
    assert is_marked(page)
    # The index is loaded by the page that it is searched in.
    page.locator("input[name=q]").first.fill("zebras")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results a", has_text="Page 0")).to_be_visible()


def test_a_page_of_material_finds_what_was_there_when_it_was_loaded(
    project: Project, start: Start, page: Page
) -> None:
    write_mkdocs(project.root, 10)
    start("mkdocs")
    page.goto(f"{project.url}c0/p0/")
    found = page.locator(".md-search-result__item")
    said = page.locator(".md-search-result__meta")
    search(page, "home")
    expect(found).not_to_have_count(0)
    mark(page)
    project.edit("docs/c0/p0.md", paragraph(0), f"{paragraph(0)} Zebras.")
    expect(page.locator("article").get_by_text("Zebras.").first).to_be_attached(timeout=SHOWN_MS)
    project.wait_for_output("differ", count=2)
    search(page, "zebras")
    expect(said).to_have_text("No matching documents")
    assert is_marked(page)
    page.goto(f"{project.url}c1/p1/")
    search(page, "zebras")
    expect(found).not_to_have_count(0)


def test_mkdocs_below_a_path(project: Project, start: Start, page: Page) -> None:
    write_mkdocs(project.root, 10)
    project.edit("mkdocs.yml", "https://example.test/", "https://example.test/some/path/")
    start("mkdocs")
    page.goto(project.url)
    expect(page).to_have_url(f"{project.url}some/path/")
    page.goto(f"{project.url}some/path/c0/p0/")
    canonical = page.locator("link[rel=canonical]")
    expect(canonical).to_have_attribute("href", f"{project.url}some/path/c0/p0/")
    mark(page)
    project.edit("docs/c0/p0.md", paragraph(0), f"{paragraph(0)} Edited.")
    expect(page.get_by_text("Edited.")).to_be_visible(timeout=SHOWN_MS)
    assert is_marked(page)
