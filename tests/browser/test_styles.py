"""Stylesheets change in place: no reload, no request, the cascade as it was."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import console_of, html, is_marked, mark
from tests.project import Project

RED, GREEN, BLUE = "rgb(255, 0, 0)", "rgb(0, 128, 0)", "rgb(0, 0, 255)"


def requests_of(page: Page) -> list[str]:
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    return urls


def test_a_linked_stylesheet_changes_without_a_request(project: Project, page: Page) -> None:
    head = '<link rel="stylesheet" href="a.css"><link rel="stylesheet" href="b.css">'
    project.write(
        {
            "index.html": html("<h1>x</h1>", head, ""),
            "a.css": f"h1 {{ color: {RED}; margin: 3px; }}\n",
            "b.css": "h1 { color: rgb(9, 9, 9); }\n",
        }
    ).start()
    page.goto(project.url)
    mark(page)
    heading = page.locator("h1")
    expect(heading).to_have_css("color", "rgb(9, 9, 9)")
    link = page.locator("link").first.element_handle()
    requests = requests_of(page)
    project.edit("a.css", "margin: 3px", "margin: 7px")
    expect(heading).to_have_css("margin-top", "7px")
    # The later sheet still wins: the cascade kept its order.
    expect(heading).to_have_css("color", "rgb(9, 9, 9)")
    project.edit("b.css", "rgb(9, 9, 9)", GREEN)
    expect(heading).to_have_css("color", GREEN)
    project.edit("a.css", "h1 {", "h2 { color: red }\n@media all { h1 { padding: 4px } }\nh1 {")
    expect(heading).to_have_css("padding-top", "4px")
    assert requests == []
    assert link is not None
    assert link.evaluate("l => l.isConnected && l.sheet.cssRules.length") == 3
    assert is_marked(page)


def test_an_imported_stylesheet_changes_in_place(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html("<h1>x</h1>", '<link rel="stylesheet" href="css/a.css">', ""),
            "css/a.css": '@import "parts/b.css";\nh1 { margin: 3px; }\n',
            "css/parts/b.css": f"h1 {{ color: {RED}; }}\n",
        }
    ).start()
    page.goto(project.url)
    mark(page)
    heading = page.locator("h1")
    expect(heading).to_have_css("color", RED)
    requests = requests_of(page)
    said = console_of(page)
    project.edit("css/parts/b.css", RED, GREEN)
    expect(heading).to_have_css("color", GREEN)
    project.edit("css/a.css", "3px", "5px")
    expect(heading).to_have_css("margin-top", "5px")
    expect(heading).to_have_css("color", GREEN)
    assert requests == []
    assert not [line for line in said if "@import" in line]
    assert is_marked(page)


def test_a_new_import_rule_is_loaded(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html("<h1>x</h1>", '<link rel="stylesheet" href="a.css">', ""),
            "a.css": "h1 { margin: 3px; }\n",
            "b.css": f"h1 {{ color: {GREEN}; }}\n",
        }
    ).start()
    page.goto(project.url)
    mark(page)
    project.edit("a.css", "h1 {", '@import "b.css";\nh1 {')
    expect(page.locator("h1")).to_have_css("color", GREEN)
    expect(page.locator("link[rel=stylesheet]")).to_have_count(1)
    project.edit("b.css", GREEN, BLUE)
    expect(page.locator("h1")).to_have_css("color", BLUE)
    assert is_marked(page)


def test_a_stylesheet_in_a_shadow_root_and_a_second_copy_change(
    project: Project, page: Page
) -> None:
    body = """<div id="host"></div><h1>x</h1>
<script>
const root = document.getElementById('host').attachShadow({mode: 'open'});
root.innerHTML = '<link rel="stylesheet" href="a.css"><h1>inner</h1>';
</script>"""
    head = (
        '<link rel="preload" as="style" href="a.css">' + 2 * '<link rel="stylesheet" href="a.css">'
    )
    project.write({"index.html": html(body, head, ""), "a.css": f"h1 {{ color: {RED}; }}\n"})
    project.start()
    page.goto(project.url)
    mark(page)
    inner, outer = page.locator("#host h1"), page.locator("body > h1")
    expect(inner).to_have_css("color", RED)
    project.edit("a.css", RED, GREEN)
    expect(outer).to_have_css("color", GREEN)
    expect(inner).to_have_css("color", GREEN)
    assert is_marked(page)


def test_a_stylesheet_imported_by_a_module_changes_and_goes(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html("<h1>x</h1>"),
            "main.js": "import './a.css';\nimport.meta.hot.accept();\n",
            "a.css": f"h1 {{ color: {RED}; background: url('dot.svg'); }}\n",
            "dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
        }
    ).start()
    page.goto(project.url)
    mark(page)
    heading = page.locator("h1")
    expect(heading).to_have_css("color", RED)
    project.edit("a.css", RED, GREEN)
    expect(heading).to_have_css("color", GREEN)
    project.write({"main.js": "import.meta.hot.accept();\n"})
    expect(heading).to_have_css("color", "rgb(0, 0, 0)")
    assert is_marked(page)


@pytest.mark.parametrize("media", ["(min-width: 1px)", "print"])
def test_a_media_condition_stays(project: Project, page: Page, media: str) -> None:
    head = f'<link rel="stylesheet" media="{media}" href="a.css">'
    project.write({"index.html": html("<h1>x</h1>", head, ""), "a.css": "h1 { margin: 3px; }\n"})
    project.start()
    page.goto(project.url)
    mark(page)
    project.edit("a.css", "3px", "5px")
    page.wait_for_function("document.styleSheets[0].cssRules[0].style.margin === '5px'")
    applies = page.evaluate("getComputedStyle(document.querySelector('h1')).marginTop === '5px'")
    assert applies is (media != "print")
    assert is_marked(page)


def test_a_style_element_of_the_page_changes_with_it(project: Project, page: Page) -> None:
    head = f"<style>h1 {{ color: {RED}; }}</style>"
    project.write({"index.html": html("<h1>x</h1>", head, "")}).start()
    page.goto(project.url)
    mark(page)
    project.edit("index.html", RED, GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    assert is_marked(page)


def test_a_css_module_changes_for_all_who_adopted_it(project: Project, page: Page) -> None:
    main = """import sheet from './sub/a.css' with { type: 'css' };
document.adoptedStyleSheets = [sheet];
"""
    project.write({"index.html": html("<h1>x</h1>"), "main.js": main})
    project.write({"sub/a.css": f"h1 {{ color: {RED}; }}\n"}).start()
    page.goto(project.url)
    mark(page)
    expect(page.locator("h1")).to_have_css("color", RED)
    project.edit("sub/a.css", RED, GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    project.edit("sub/a.css", GREEN, BLUE)
    expect(page.locator("h1")).to_have_css("color", BLUE)
    assert is_marked(page)


def test_addresses_in_an_imported_stylesheet_are_relative_to_it(
    project: Project, page: Page
) -> None:
    project.write(
        {
            "index.html": html("<h1>x</h1>"),
            "main.js": "import './sub/a.css';\n",
            "sub/a.css": "h1 { background-image: url(dot.svg?a); }\n",
            "sub/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
        }
    ).start()
    page.goto(project.url)
    mark(page)
    heading = page.locator("h1")
    expect(heading).to_have_css("background-image", f'url("{project.url}sub/dot.svg?a")')
    project.edit("sub/a.css", "?a", "?b")
    expect(heading).to_have_css("background-image", f'url("{project.url}sub/dot.svg?b")')
    assert is_marked(page)


def test_a_stylesheet_that_was_missing_comes_when_it_is_made(project: Project, page: Page) -> None:
    head = '<link rel="stylesheet" href="later.css">'
    project.write({"index.html": html("<h1>x</h1>", head, "")}).start()
    page.goto(project.url)
    mark(page)
    project.write({"later.css": f"h1 {{ color: {GREEN}; }}\n"})
    expect(page.locator("h1")).to_have_css("color", GREEN)
    assert is_marked(page)


def test_a_stylesheet_that_is_broken_is_a_problem_and_waits(project: Project, page: Page) -> None:
    head = '<link rel="stylesheet" href="a.css">'
    project.write({"index.html": html("<h1>x</h1>", head, ""), "a.css": "h1 { margin: 3px; }\n"})
    project.start()
    page.goto(project.url)
    mark(page)
    heading, overlay = page.locator("body > h1"), page.locator("hotreload-overlay")
    expect(heading).to_have_css("margin-top", "3px")
    project.write({"a.css": f"p {{\nh1 {{ color: {GREEN}; }}\n"})
    expect(overlay).to_contain_text("/a.css:1:3")
    expect(overlay.locator("pre .here")).to_contain_text("p {")
    expect(heading).to_have_css("margin-top", "3px")
    project.write({"a.css": f"p {{}}\nh1 {{ color: {GREEN}; }}\n"})
    expect(heading).to_have_css("color", GREEN)
    expect(overlay).to_have_count(0)
    assert is_marked(page)


@pytest.mark.parametrize("how", ["link", "import"])
def test_a_declaration_that_no_browser_reads_is_a_problem_and_holds_nothing_up(
    project: Project, page: Page, how: str
) -> None:
    head = '<link rel="stylesheet" href="a.css">' if how == "link" else ""
    main = "import './a.css';\n" if how == "import" else "\n"
    project.write({"index.html": html("<h1>x</h1>", head), "main.js": main})
    project.write({"a.css": "h1 {\n  margin: 3px;\n  color red;\n}\n"}).start()
    page.goto(project.url)
    mark(page)
    heading, overlay = page.locator("body > h1"), page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("a colon is missing after color")
    expect(overlay.locator("pre .here")).to_contain_text("color red;")
    # It is shown all the same: a browser leaves out no more than what it can't read.
    project.edit("a.css", "3px", "5px")
    expect(heading).to_have_css("margin-top", "5px")
    expect(overlay).to_have_count(1)
    project.edit("a.css", "color red", f"color: {GREEN}")
    expect(heading).to_have_css("color", GREEN)
    expect(overlay).to_have_count(0)
    project.edit("a.css", ";\n  color", "\n  color")
    expect(overlay.locator("pre .here")).to_contain_text(f"color: {GREEN}")
    assert is_marked(page)


def test_all_mistakes_of_a_sheet_are_shown_and_go_one_by_one(project: Project, page: Page) -> None:
    head = '<link rel="stylesheet" href="a.css"><link rel="stylesheet" href="b.css">'
    project.write({"index.html": html("<h1>x</h1>", head, script="")})
    project.write({"a.css": "h1 { color red }\nh2 { top 0 }\n", "b.css": "p { left 0 }\n"}).start()
    page.goto(project.url)
    places = page.locator("hotreload-overlay h2")
    expect(places).to_have_text(
        [f"Syntax error {at}" for at in ("/a.css:1:6", "/a.css:2:6", "/b.css:1:5")]
    )
    expect(page.locator("hotreload-overlay h1")).to_have_text("3 problems to fix")
    project.edit("a.css", "color red", "color: red")
    expect(places).to_have_text([f"Syntax error {at}" for at in ("/a.css:2:6", "/b.css:1:5")])
    project.edit("a.css", "h1 {", "h3 { right 0 }\nh1 {")
    expect(places).to_have_text(
        [f"Syntax error {at}" for at in ("/a.css:1:6", "/a.css:3:6", "/b.css:1:5")]
    )
    project.write({"a.css": "h1 { color: red }\n" + "i { top 0 }\n" * 14})
    expect(places).to_have_count(11)
    expect(page.locator("hotreload-overlay")).to_contain_text("after top (and 4 more)")
    project.write({"a.css": "\n", "b.css": "\n"})
    expect(places).to_have_count(0)
