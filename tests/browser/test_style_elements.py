"""An edit of a page's `<style>` changes the rules that it changes, and nothing that others did."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.morph_harness import WITHOUT_MOVE
from tests.browser.site import html, is_marked, mark
from tests.browser.wait import sync
from tests.project import Project

RED, GREEN, BLUE = "rgb(255, 0, 0)", "rgb(0, 128, 0)", "rgb(0, 0, 255)"
STYLE = f"<style>\nh1 {{ color: {RED} }}\nh2 {{ margin-top: 1px }}\n</style>"
BODY = "<h1>1</h1><h2>2</h2><p>3</p><div id='a'></div>"


def start(project: Project, page: Page, head: str = STYLE, body: str = BODY) -> None:
    project.write({"index.html": html(body, head, script="")}).start()
    page.goto(project.url)
    mark(page)
    page.evaluate(
        """() => {
          globalThis.element = document.querySelector('style');
          globalThis.sheet = element.sheet;
          globalThis.rules = [...sheet.cssRules];
        }"""
    )


def test_what_scripts_and_dev_tools_did_to_its_rules_stays(project: Project, page: Page) -> None:
    start(project, page)
    page.evaluate(
        """() => {
          rules[1].style.marginTop = '7px';
          sheet.insertRule('p { color: rgb(0, 0, 255) }', 2);
        }"""
    )
    project.edit("index.html", f"color: {RED}", f"color: {GREEN}")
    expect(page.locator("h1")).to_have_css("color", GREEN)
    expect(page.locator("h2")).to_have_css("margin-top", "7px")
    expect(page.locator("p").first).to_have_css("color", BLUE)
    assert page.evaluate("element.sheet === sheet && sheet.cssRules[1] === rules[1]")
    # Again, with a rule that is new and one that goes; and back: nothing of it is left.
    project.edit("index.html", "h1 {", "h1 { top: 0 }\nh1 {")
    page.wait_for_function("sheet.cssRules.length === 4")
    project.edit("index.html", "h1 { top: 0 }\n", "")
    page.wait_for_function("sheet.cssRules.length === 3")
    project.edit("index.html", GREEN, RED)
    expect(page.locator("h1")).to_have_css("color", RED)
    expect(page.locator("h2")).to_have_css("margin-top", "7px")
    # The rule itself is the source's to change.
    project.edit("index.html", "margin-top: 1px", "margin-top: 3px")
    expect(page.locator("h2")).to_have_css("margin-top", "3px")
    expect(page.locator("p").first).to_have_css("color", BLUE)
    assert page.evaluate("element.sheet === sheet")
    assert is_marked(page)


def test_what_it_imports_is_not_fetched_again(project: Project, page: Page) -> None:
    project.write({"more.css": f"p {{ color: {BLUE} }}"})
    start(project, page, STYLE.replace("<style>", "<style>@import 'more.css';"))
    expect(page.locator("p").first).to_have_css("color", BLUE)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    project.edit("index.html", RED, GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    # The imported sheet changes in place, too, and what it is imported by is as it was.
    project.edit("more.css", BLUE, RED)
    expect(page.locator("p").first).to_have_css("color", RED)
    assert page.evaluate("element.sheet === sheet")
    assert requests == []
    # Another import is another sheet.
    project.write({"other.css": f"p {{ color: {GREEN} }}"})
    project.edit("index.html", "more.css", "other.css")
    expect(page.locator("p").first).to_have_css("color", GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    project.edit("index.html", GREEN, BLUE)
    expect(page.locator("h1")).to_have_css("color", BLUE)
    assert is_marked(page)


@pytest.mark.parametrize("moves", [True, False], ids=["moveBefore", "insertBefore"])
def test_one_that_moves_says_what_its_source_says(
    project: Project, page: Page, moves: bool
) -> None:
    if not moves:
        page.add_init_script(WITHOUT_MOVE)
    start(project, page, "", f"{BODY}<section>{STYLE}</section>")
    project.edit("index.html", RED, GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    project.edit(
        "index.html", f"<section>{STYLE.replace(RED, GREEN)}</section>", "<section></section>"
    )
    project.edit("index.html", "<div id='a'>", f"<div id='a'>{STYLE.replace(RED, GREEN)}")
    expect(page.locator("#a style")).to_have_count(1)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    project.edit("index.html", GREEN, BLUE)
    expect(page.locator("h1")).to_have_css("color", BLUE)
    # In one edit.
    text = (project.root / "index.html").read_text()
    style = STYLE.replace(RED, BLUE)
    moved = text.replace(style, "").replace("<section>", f"<section>{style}")
    project.write({"index.html": moved})
    expect(page.locator("section style")).to_have_count(1)
    expect(page.locator("h1")).to_have_css("color", BLUE)
    project.edit("index.html", BLUE, RED)
    expect(page.locator("h1")).to_have_css("color", RED)
    assert is_marked(page)


def test_one_that_a_script_moved_or_wrote(project: Project, page: Page) -> None:
    start(project, page)
    project.edit("index.html", RED, GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    # Where it was put in again the browser read its text once more: the next edit mends it.
    page.evaluate("document.querySelector('#a').append(element)")
    project.edit("index.html", "margin-top: 1px", "margin-top: 3px")
    expect(page.locator("h2")).to_have_css("margin-top", "3px")
    expect(page.locator("h1")).to_have_css("color", GREEN)
    assert is_marked(page)
    # Its text is a script's now: an edit of it is a conflict.
    page.evaluate("element.textContent = 'h1 { color: blue }'")
    project.edit("index.html", "<h1>1", "<h1>one")
    expect(page.locator("h1")).to_have_text("one")
    expect(page.locator("h1")).to_have_css("color", BLUE)
    assert is_marked(page)
    project.edit("index.html", GREEN, RED)
    expect(page.locator("h1")).to_have_css("color", RED)
    assert not is_marked(page)


def test_in_a_shadow_root_of_the_source(project: Project, page: Page) -> None:
    shadow = f"<template shadowrootmode='open'>{STYLE}<h1>in</h1><h2>there</h2></template>"
    project.write({"index.html": html(f"<section>{shadow}</section>", script="")}).start()
    page.goto(project.url)
    mark(page)
    page.evaluate(
        """() => {
          globalThis.sheet = document.querySelector('section').shadowRoot.styleSheets[0];
          sheet.cssRules[1].style.marginTop = '7px';
        }"""
    )
    project.edit("index.html", RED, GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    expect(page.locator("h2")).to_have_css("margin-top", "7px")
    assert is_marked(page)


def test_only_a_comment_or_its_white_space_changed(project: Project, page: Page) -> None:
    start(project, page)
    page.evaluate("rules[1].style.marginTop = '7px'")
    project.edit("index.html", "h1 {", "/* once more */\n\n  h1 {")
    project.edit("index.html", "<h1>1", "<h1>one")
    expect(page.locator("h1")).to_have_text("one")
    project.edit("index.html", RED, GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    expect(page.locator("h2")).to_have_css("margin-top", "7px")
    assert is_marked(page)


@pytest.mark.parametrize("how", ["style", "link"])
def test_rules_in_a_group_change_one_by_one(project: Project, page: Page, how: str) -> None:
    text = (
        "@layer base { h2 { margin-top: 1px } }\n"
        f"@media (min-width: 1px) {{ h1 {{ color: {RED} }}\n"
        "@supports (top: 0) { h2 { margin-top: 2px } p { margin-left: 2px } } }\n"
        "@media (min-width: 1px) { p { margin-right: 3px } }\n"
    )
    if how == "style":
        file, head = "index.html", f"<style>{text}</style>"
    else:
        file, head = "a.css", "<link rel='stylesheet' href='a.css'>"
        project.write({"a.css": text})
    project.write({"index.html": html(BODY, head, script="")}).start()
    page.goto(project.url)
    mark(page)
    sync(page)
    page.evaluate(
        """() => {
          globalThis.sheet = document.styleSheets[0];
          globalThis.media = sheet.cssRules[1];
          media.cssRules[1].cssRules[0].style.marginTop = '7px';
          media.insertRule('p { color: rgb(0, 0, 255) }', 1);
        }"""
    )
    project.edit(file, RED, GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    project.edit(file, "margin-left: 2px", "margin-left: 4px")
    expect(page.locator("p").first).to_have_css("margin-left", "4px")
    # One more of the same conditions, and one less.
    project.edit(file, "@layer", "@media (min-width: 1px) { p { top: 0 } }\n@layer")
    page.wait_for_function("sheet.cssRules.length === 4")
    project.edit(file, "margin-right: 3px", "margin-right: 5px")
    expect(page.locator("p").first).to_have_css("margin-right", "5px")
    expect(page.locator("h2")).to_have_css("margin-top", "7px")
    expect(page.locator("p").first).to_have_css("color", BLUE)
    assert page.evaluate("sheet.cssRules[2] === media && sheet === document.styleSheets[0]")
    # What has another condition is another group.
    project.edit(file, "@supports (top: 0)", "@supports (left: 0)")
    expect(page.locator("h2")).to_have_css("margin-top", "2px")
    expect(page.locator("p").first).to_have_css("color", BLUE)
    assert is_marked(page)


def test_an_edit_shows_the_images_of_now(project: Project, page: Page) -> None:
    def svg(size: int) -> str:
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"/>'

    style = "<style>h1 { background: url(b.svg) }</style><link rel='stylesheet' href='a.css'>"
    body = "<h1>1</h1><h2>2</h2><img src='a.svg'>"
    project.write({"a.svg": svg(10), "b.svg": svg(10), "a.css": "h2 { background: url(b.svg) }"})
    start(project, page, style, body)
    width = "[...document.images].map((image) => image.naturalWidth).join()"
    page.wait_for_function(f"{width} === '10'")
    project.write({"a.svg": svg(20), "b.svg": svg(20)})
    page.wait_for_function(f"{width} === '20'")
    # Under its plain address the browser has what it was.
    project.edit("index.html", "<p id='out'>", "<img src='a.svg'><p id='out'>")
    page.wait_for_function(f"{width} === '20,20'")
    project.edit("index.html", "h1 { background", "h1 { margin: 3px; background")
    expect(page.locator("h1")).to_have_css("margin-top", "3px")
    project.stop()
    project.edit("a.css", "h2 { background", "h2 { margin: 3px; background")
    project.start()
    expect(page.locator("h2")).to_have_css("margin-top", "3px")
    for name in ("h1", "h2"):
        shown = f"getComputedStyle(document.querySelector('{name}')).backgroundImage"
        page.wait_for_function(f"{shown}.includes('b.svg?v=')")
    assert is_marked(page)
