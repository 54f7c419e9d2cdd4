"""Stylesheets of every kind keep what others did to them, and never show the page without style."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, mark
from tests.fonts import font
from tests.project import Project

RED, GREEN, BLUE = "rgb(255, 0, 0)", "rgb(0, 128, 0)", "rgb(0, 0, 255)"
WIDTH = "document.querySelector('span').getBoundingClientRect().width"
FACE = "@font-face { font-family: Test; src: url('FONT') }"


def svg(size: int) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"/>'


def shows_anew(selector: str, root: str = "document") -> str:
    return (
        f"getComputedStyle({root}.querySelector('{selector}')).backgroundImage.includes('a.svg?v=')"
    )


SCRIPTED = """
const style = document.createElement('style');
style.textContent = `h1 { background: url(a.svg); color: rgb(0, 0, 255) }
h3 { background: url(b.svg) }`;
document.head.append(style);
const sheet = new CSSStyleSheet();
sheet.replaceSync('@media all { h2 { background: url(a.svg) } }');
document.adoptedStyleSheets = [sheet];
const root = document.getElementById('host').attachShadow({mode: 'open'});
root.innerHTML = `<style>h4 { --image: url(a.svg); background: var(--image) }</style>
<h4>x</h4><h5>y</h5>`;
const inner = new CSSStyleSheet();
inner.replaceSync('h5 { background: url(a.svg) }');
root.adoptedStyleSheets = [inner];
Object.assign(globalThis, {root, style, sheet, inner, other: style.sheet.cssRules[1]});
"""


def test_what_scripts_made_sheets_of_is_shown_anew(project: Project, page: Page) -> None:
    body = "<h1>1</h1><h2>2</h2><h3>3</h3><div id='host'></div>"
    project.write({"index.html": html(body), "main.js": SCRIPTED})
    project.write({"a.svg": svg(10), "b.svg": svg(20)}).start()
    page.goto(project.url)
    page.wait_for_function("globalThis.inner")
    mark(page)
    page.evaluate(
        """() => {
          style.sheet.cssRules[0].style.color = 'rgb(9, 9, 9)';
          globalThis.changes = [];
          new MutationObserver((records) => changes.push(...records))
            .observe(document, {subtree: true, childList: true, attributes: true});
        }"""
    )
    project.write({"a.svg": svg(15)})
    for each, root in (("h1", "document"), ("h2", "document"), ("h4", "root"), ("h5", "root")):
        page.wait_for_function(shows_anew(each, root))
    # Nothing else was touched: not the tree, not another rule, not what was edited beside it.
    assert page.evaluate("changes.length") == 0
    assert page.evaluate("other === style.sheet.cssRules[1] && other.cssText.includes('b.svg\")')")
    assert page.evaluate("document.adoptedStyleSheets[0] === sheet")
    assert page.evaluate("root.adoptedStyleSheets[0] === inner")
    expect(page.locator("h1")).to_have_css("color", "rgb(9, 9, 9)")
    assert is_marked(page)


def test_what_a_script_s_style_imports_changes_in_place(project: Project, page: Page) -> None:
    main = """const style = document.createElement('style');
style.textContent = '@import "a.css"; h1 { margin: 3px }';
document.head.append(style);
"""
    project.write({"index.html": html("<h1>x</h1>"), "main.js": main})
    project.write({"a.css": f"h1 {{ color: {RED} }}\n"}).start()
    page.goto(project.url)
    expect(page.locator("h1")).to_have_css("color", RED)
    mark(page)
    project.edit("a.css", RED, GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    expect(page.locator("h1")).to_have_css("margin-top", "3px")
    assert is_marked(page)


def test_a_sheet_made_of_a_text_that_was_fetched_is_loaded_anew(
    project: Project, page: Page
) -> None:
    main = """const sheet = new CSSStyleSheet();
sheet.replaceSync(await (await fetch('a.css')).text());
document.adoptedStyleSheets = [sheet];
"""
    project.write({"index.html": html("<h1>x</h1>"), "main.js": main})
    project.write({"a.css": f"h1 {{ color: {RED} }}\n"}).start()
    page.goto(project.url)
    expect(page.locator("h1")).to_have_css("color", RED)
    mark(page)
    project.edit("a.css", RED, GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    assert not is_marked(page)


@pytest.mark.parametrize("where", ["link", "style", "adopted"])
def test_a_font_whose_file_changed_is_shown(project: Project, page: Page, where: str) -> None:
    face = FACE.replace("FONT", "test.ttf")
    head = {"link": '<link rel="stylesheet" href="a.css">', "style": f"<style>{face}</style>"}
    adopt = f"""const sheet = new CSSStyleSheet();
sheet.replaceSync("{face}");
document.adoptedStyleSheets = [sheet];
"""
    body = "<span style='font: 100px Test, monospace'>xx</span>"
    project.write({"index.html": html(body, head.get(where, "")), "a.css": face + "\n"})
    project.write({"main.js": adopt if where == "adopted" else "\n", "test.ttf": font(1000)})
    project.start()
    page.goto(project.url)
    page.wait_for_function(f"{WIDTH} === 200")
    mark(page)
    page.evaluate(
        f"""() => {{
          globalThis.widths = new Set();
          const look = () => {{ widths.add({WIDTH}); requestAnimationFrame(look); }};
          look();
        }}"""
    )
    project.write({"test.ttf": font(1500)})
    page.wait_for_function(f"{WIDTH} === 300")
    # Never in the font that stands in for it.
    assert page.evaluate("[...widths].filter((width) => width !== 200 && width !== 300)") == []
    assert is_marked(page)


def test_an_edit_beside_a_font_leaves_it(project: Project, page: Page) -> None:
    face = FACE.replace("FONT", "test.ttf")
    head = '<link rel="stylesheet" href="a.css">'
    project.write({"index.html": html("<span>xx</span>", head, ""), "test.ttf": font(1000)})
    project.write({"a.css": f"{face}\nspan {{ font: 100px Test; color: {RED} }}\n"}).start()
    page.goto(project.url)
    page.wait_for_function(f"{WIDTH} === 200")
    page.evaluate("globalThis.face = document.styleSheets[0].cssRules[0]")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    project.edit("a.css", RED, GREEN)
    expect(page.locator("span")).to_have_css("color", GREEN)
    assert page.evaluate(WIDTH) == 200
    assert page.evaluate("face === document.styleSheets[0].cssRules[0]")
    assert requests == []


def test_what_dev_tools_edited_survives_the_edit_of_another_rule(
    project: Project, page: Page
) -> None:
    head = '<link rel="stylesheet" href="a.css">'
    css = f"h1 {{ color: {RED} }}\nh2 {{ color: {RED} }}\nh3 {{ color: {RED} }}\n"
    body = "<h1>1</h1><h2>2</h2><h3>3</h3><h4>4</h4>"
    project.write({"index.html": html(body, head, ""), "a.css": css}).start()
    page.goto(project.url)
    mark(page)
    page.wait_for_load_state()
    # What a sheet says is noted when there is nothing else to do.
    page.evaluate("new Promise((done) => requestIdleCallback(() => setTimeout(done)))")
    page.evaluate(
        f"""() => {{
          const [sheet] = document.styleSheets;
          sheet.cssRules[1].style.color = '{BLUE}';
          sheet.insertRule('h4 {{ color: {BLUE} }}', 3);
        }}"""
    )
    project.edit("a.css", f"h1 {{ color: {RED} }}", f"h1 {{ color: {GREEN} }}")
    expect(page.locator("h1")).to_have_css("color", GREEN)
    project.edit("a.css", f"h3 {{ color: {RED} }}", f"h3 {{ color: {GREEN} }}\nh5 {{ margin: 0 }}")
    expect(page.locator("h3")).to_have_css("color", GREEN)
    for each in ("h2", "h4"):
        expect(page.locator(each)).to_have_css("color", BLUE)
    # Who edits the same rule in the file means it.
    project.edit("a.css", f"h2 {{ color: {RED} }}", f"h2 {{ color: {GREEN} }}")
    expect(page.locator("h2")).to_have_css("color", GREEN)
    expect(page.locator("h4")).to_have_css("color", BLUE)
    assert is_marked(page)


def test_alternate_and_disabled_sheets_stay_what_they_are(project: Project, page: Page) -> None:
    head = """<link rel="stylesheet" title="main" href="main.css">
<link rel="alternate stylesheet" title="other" href="other.css">
<link rel="stylesheet" href="off.css">
<link rel="stylesheet" disabled href="late.css">"""
    project.write({"index.html": html("<h1>x</h1>", head, "")})
    project.write({"main.css": f"h1 {{ color: {RED} }}\n", "other.css": f"h1 {{ color: {RED} }}\n"})
    project.write({"off.css": "h1 { margin: 9px }\n", "late.css": "h1 { padding: 1px }\n"})
    project.write({"extra.css": f"h1 {{ color: {BLUE} }}\n"}).start()
    page.goto(project.url)
    mark(page)
    page.evaluate("document.styleSheets[2].disabled = true")
    states = "[...document.styleSheets].map((sheet) => sheet.disabled)"
    before = page.evaluate(states)
    assert before[2]
    expect(page.locator("h1")).to_have_css("color", RED)
    project.edit("other.css", RED, GREEN)
    page.wait_for_function("document.styleSheets[1].cssRules[0].style.color === 'rgb(0, 128, 0)'")
    # Such an edit can only be had by loading the sheet: the new one is as the old one was.
    project.edit("other.css", "h1", "@import 'extra.css';\nh1")
    page.wait_for_function("document.styleSheets[1].cssRules[0] instanceof CSSImportRule")
    project.edit("off.css", "h1", "@import 'extra.css';\nh1")
    page.wait_for_function("document.styleSheets[2].cssRules[0] instanceof CSSImportRule")
    project.edit("late.css", "1px", "2px")
    heading = page.locator("h1")
    expect(heading).to_have_css("color", RED)
    expect(heading).to_have_css("margin-top", "21.44px")
    assert page.evaluate(states) == before
    assert page.evaluate("document.querySelectorAll('link').length") == 4
    page.evaluate(
        """() => {
          const [main, other, , late] = document.querySelectorAll('link');
          main.disabled = true;
          other.disabled = true;
          other.disabled = false;
          late.disabled = false;
        }"""
    )
    expect(heading).to_have_css("color", GREEN)
    expect(heading).to_have_css("padding-top", "2px")
    # What was chosen stays so, too.
    project.edit("other.css", "@import 'extra.css';", "h1 { --new: 1 }")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('h1')).getPropertyValue('--new') === '1'"
    )
    expect(heading).to_have_css("color", GREEN)
    assert is_marked(page)


def test_the_media_of_a_link_changes_with_the_page(project: Project, page: Page) -> None:
    head = '<link rel="stylesheet" media="print" href="a.css">'
    project.write({"index.html": html("<h1>x</h1>", head, ""), "a.css": "h1 { margin: 3px }\n"})
    project.start()
    page.goto(project.url)
    mark(page)
    heading = page.locator("h1")
    expect(heading).to_have_css("margin-top", "21.44px")
    page.evaluate("globalThis.link = document.querySelector('link')")
    project.edit("index.html", 'media="print"', 'media="screen"')
    expect(heading).to_have_css("margin-top", "3px")
    project.edit("a.css", "3px", "5px")
    expect(heading).to_have_css("margin-top", "5px")
    project.edit("index.html", ' media="screen"', "")
    page.wait_for_function("!link.hasAttribute('media')")
    project.edit("a.css", "h1", "@import 'b.css';\nh1")
    page.wait_for_function("document.styleSheets[0].cssRules[0] instanceof CSSImportRule")
    expect(heading).to_have_css("margin-top", "5px")
    assert page.evaluate("document.querySelector('link').hasAttribute('media')") is False
    assert is_marked(page)


EDITS = [("margin: 3px", "margin: 7px"), ("h1 {", "h2 {} h1 {"), ("h1 {", "@import 'b.css'; h1 {")]


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_the_page_is_never_seen_without_its_style(
    project: Project, page: Page, old: str, new: str
) -> None:
    links = "".join(f'<link rel="stylesheet" href="{name}.css">' for name in "abz")
    project.write({"index.html": html("<h1>x</h1>", links, "")})
    project.write({"a.css": f"h1 {{ margin: 3px; color: {GREEN}; padding: 1px }}\n"})
    project.write({"b.css": f"h1 {{ padding: 2px; color: {RED} }}\n"})
    project.write({"z.css": f"h1 {{ color: {BLUE} }}\n"}).start()
    page.goto(project.url)
    mark(page)
    expect(page.locator("h1")).to_have_css("color", BLUE)
    page.evaluate(
        """() => {
          globalThis.seen = new Set();
          const {color, paddingTop, marginTop} = getComputedStyle(document.querySelector('h1'));
          const live = getComputedStyle(document.querySelector('h1'));
          const look = () => {
            seen.add(`${live.color} ${live.paddingTop} ${live.marginTop !== '21.44px'}`);
          };
          const frames = () => { look(); requestAnimationFrame(frames); };
          frames();
          new MutationObserver(look)
            .observe(document, {subtree: true, childList: true, attributes: true});
        }"""
    )
    sheets: list[str] = []
    page.on("request", lambda request: sheets.append(request.url))
    project.edit("a.css", old, new)
    if "@import" in new:
        # What is imported anew is fetched, and only then the sheet takes the old one's place.
        loaded = "document.styleSheets[0].cssRules[0] instanceof CSSImportRule"
        page.wait_for_function(f"{loaded} && document.querySelectorAll('link').length === 3")
    else:
        page.wait_for_function(
            "[...document.styleSheets[0].cssRules].some((rule) => rule.cssText.includes('7px')"
            " || rule.selectorText === 'h2')"
        )
        assert sheets == []
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("[...seen]") == [f"{BLUE} 2px true"]
    assert is_marked(page)
