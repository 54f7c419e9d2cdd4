"""What a stylesheet says reaches the page, also where the browser can't write it down again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.morph_harness import MorphPage, open_morph
from tests.browser.site import html, is_marked, mark
from tests.project import Project

RED, GREEN = "rgb(255, 0, 0)", "rgb(0, 128, 0)"
VARIABLES = ":root { --p: 7px; --q: 9px }"
CSS = f"p {{ padding: var(--p); padding-left: 0; color: {RED} }}"
ADOPT = """import sheet from './a.css' with { type: 'css' };
document.adoptedStyleSheets = [sheet];
"""
WAYS = {
    "link": "<link rel=stylesheet href=a.css>",
    "style": "<style>CSS</style>",
    "import": "<style>@import 'a.css';</style>",
    "script": "",
    "module": "",
}


def serve(project: Project, page: Page, way: str, css: str) -> str:
    """Show a page that has `css` in one of the ways; returns the file to edit."""
    head = f"<style>{VARIABLES}</style>" + WAYS[way].replace("CSS", f"\n{css}\n")
    main = {"script": "import './a.css';\n", "module": ADOPT}.get(way, "\n")
    project.write({"index.html": html("<p>x</p>", head), "a.css": css + "\n", "main.js": main})
    project.start()
    page.goto(project.url)
    mark(page)
    return "index.html" if way == "style" else "a.css"


def shown(page: Page) -> list[str]:
    """The four paddings and the colour, top first."""
    found: list[str] = page.evaluate(
        """() => {
          const style = getComputedStyle(document.querySelector('p'));
          const names = ['padding-top', 'padding-right', 'padding-bottom', 'padding-left', 'color'];
          return names.map((name) => style[name]);
        }"""
    )
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("group", ["", "@media all", "@layer a { @supports (top: 0)"])
def test_a_shorthand_with_a_variable_survives_edits(
    project: Project, page: Page, way: str, group: str
) -> None:
    css = f"{group} {{ {CSS} }}{' }' * (group.count('{'))}" if group else CSS
    path = serve(project, page, way, css)
    paragraph = page.locator("p").first
    expect(paragraph).to_have_css("padding-top", "7px")
    # Another declaration of the rule, then nothing but the variable, and both back.
    project.edit(path, RED, GREEN)
    expect(paragraph).to_have_css("color", GREEN)
    assert shown(page) == ["7px", "7px", "7px", "0px", GREEN]
    project.edit(path, "var(--p)", "var(--q)")
    expect(paragraph).to_have_css("padding-top", "9px")
    assert shown(page) == ["9px", "9px", "9px", "0px", GREEN]
    project.edit(path, "var(--q)", "var(--p)")
    expect(paragraph).to_have_css("padding-top", "7px")
    project.edit(path, GREEN, RED)
    expect(paragraph).to_have_css("color", RED)
    assert shown(page) == ["7px", "7px", "7px", "0px", RED]
    assert is_marked(page)


def test_only_its_variable_is_edited(project: Project, page: Page) -> None:
    path = serve(project, page, "link", CSS)
    paragraph = page.locator("p").first
    expect(paragraph).to_have_css("padding-top", "7px")
    project.edit(path, "var(--p)", "var(--q)")
    expect(paragraph).to_have_css("padding-top", "9px")
    assert is_marked(page)


def test_a_script_s_change_of_such_a_rule_survives_the_edit_of_another(
    project: Project, page: Page
) -> None:
    path = serve(project, page, "link", f"{CSS}\nh1 {{ top: 0 }}")
    paragraph = page.locator("p").first
    expect(paragraph).to_have_css("padding-top", "7px")
    page.wait_for_function("document.querySelector('link').sheet.cssRules.length === 2")
    project.edit(path, "top: 0", "top: 1px")
    page.wait_for_function("document.querySelector('link').sheet.cssRules[1].style.top === '1px'")
    page.evaluate("document.querySelector('link').sheet.cssRules[0].style.color = 'rgb(1, 2, 3)'")
    project.edit(path, "top: 1px", "top: 2px")
    page.wait_for_function("document.querySelector('link').sheet.cssRules[1].style.top === '2px'")
    assert shown(page) == ["7px", "7px", "7px", "0px", "rgb(1, 2, 3)"]


def test_an_image_that_changes_leaves_the_declarations_beside_it(
    project: Project, page: Page
) -> None:
    image = '<svg xmlns="http://www.w3.org/2000/svg" width="SIZE" height="1"/>'
    style = "padding: var(--p); padding-left: 0; background: url(a.svg)"
    head = f"<style>{VARIABLES}\nh1 {{ {style} }}</style>"
    body = f"<h1>a</h1><h2 style='{style}'>b</h2>"
    project.write({"index.html": html(body, head, ""), "a.svg": image.replace("SIZE", "1")})
    project.start()
    page.goto(project.url)
    mark(page)
    project.write({"a.svg": image.replace("SIZE", "2")})
    for name in ("h1", "h2"):
        page.wait_for_function(
            f"getComputedStyle(document.querySelector('{name}')).backgroundImage.includes('?v=')"
        )
        expect(page.locator(name)).to_have_css("padding-top", "7px")
        expect(page.locator(name)).to_have_css("padding-left", "0px")
    assert is_marked(page)


@pytest.fixture(scope="module")
def morph(browser: Browser) -> Iterator[MorphPage]:
    yield from open_morph(browser, True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("padding: 4px; padding-left: 0", "padding: 9px; padding-left: 0"),
        ("padding: 4px; padding-left: 0", "padding-left: 0; padding: 4px"),
        ("padding: var(--p); padding-left: 0", "padding: var(--q); padding-left: 0"),
        ("border: 1px solid; border-top: 0", "border: 2px solid; border-top: 0"),
        ("margin: 1px", "margin: 2px; margin: 3px"),
        ("inset: 0; left: 1px", "left: 1px"),
        ("top: 1px !important; inset: 0", "inset: 0; top: 1px"),
    ],
)
def test_the_order_of_a_style_attribute_is_kept(morph: MorphPage, before: str, after: str) -> None:
    variables = "<style>div { --p: 7px; --q: 9px }</style>"
    morph.open(f"<div style='{before}'>x</div>", head=variables)
    morph.act("$('div').style.color = 'rgb(1, 2, 3)'; $('div').style.setProperty('--mine', 'a')")
    names = ["padding", "margin", "border", "inset"]
    for source in (after, before):
        morph.edit(f"<div style='{source}'>x</div>", head=variables)
        fresh, live = morph.js(
            """([style, names]) => {
              const fresh = document.createElement('div');
              fresh.style = style;
              document.body.append(fresh);
              const of = (element) => names.map((name) => getComputedStyle(element)[name]);
              const found = [of(fresh), of($('div'))];
              fresh.remove();
              return found;
            }""",
            [source + "; color: rgb(1, 2, 3)", names],
        )
        assert live == fresh
        morph.check("$('div').style.color === 'rgb(1, 2, 3)'")
        morph.check("$('div').style.getPropertyValue('--mine') === 'a'")


def test_a_comment_before_a_group_may_have_braces(project: Project, page: Page) -> None:
    group = f"/* a {{ }} */ @media /* {{ */ all {{ b {{ color: blue }} {CSS} }}"
    path = serve(project, page, "link", f"@media print {{ p {{ color: blue }} }} {group}")
    paragraph = page.locator("p").first
    expect(paragraph).to_have_css("padding-top", "7px")
    for old, new, color in [("@media print", "@media all", RED), (RED, GREEN, GREEN)]:
        project.edit(path, old, new)
        expect(paragraph).to_have_css("color", color)
        assert shown(page) == ["7px", "7px", "7px", "0px", color]
