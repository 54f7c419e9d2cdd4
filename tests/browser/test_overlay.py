"""The overlay: over everything, out of the way, for every user."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import console_of, html, is_marked, mark
from tests.project import Project

SHOW = "document.getElementById('out').textContent"
MAIN = f"import './other.js';\n{SHOW} = 'one';\nimport.meta.hot.accept();\n"
AXE = Path(__file__).parents[2] / "client-runtime" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
def broken(project: Project, page: Page) -> Project:
    """A page whose module is broken by an edit; the overlay shows it."""
    project.write({"index.html": html("<input id='in'>"), "main.js": MAIN, "other.js": "\n"})
    project.start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    mark(page)
    project.edit("main.js", "= 'one'", "= = 'one'")
    expect(page.locator("hotreload-overlay")).to_contain_text("/main.js:2:")
    return project


def violations(page: Page, host: str) -> list[str]:
    """What axe-core finds wrong with one of our elements."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "host => axe.run({include: [host]}, {runOnly: ['wcag2a', 'wcag2aa', 'best-practice']})"
        ".then(r => r.violations)",
        host,
    )
    return [f"{each['id']}: {json.dumps(each['nodes'])}" for each in found]


def test_it_shows_where_and_goes_when_the_file_is_mended(broken: Project, page: Page) -> None:
    overlay = page.locator("hotreload-overlay")
    expect(overlay.locator("h1")).to_have_text("1 problem to fix")
    expect(overlay.locator("pre .here")).to_contain_text("= = 'one'")
    expect(overlay.locator("h2")).to_contain_text("Syntax error")
    broken.edit("main.js", "= = 'one'", "= 'two'")
    expect(overlay).to_have_count(0)
    expect(page.locator("#out")).to_have_text("two")
    assert is_marked(page)


def test_several_problems_are_told_apart_by_their_file(broken: Project, page: Page) -> None:
    overlay = page.locator("hotreload-overlay")
    first = overlay.locator("section").element_handle()
    broken.write({"other.js": "const = 1;\n"})
    expect(overlay.locator("section")).to_have_count(2)
    expect(overlay.locator("h1")).to_have_text("2 problems to fix")
    expect(overlay.locator("[role=alert]")).to_contain_text("/other.js, line 1")
    # What did not change was not made anew.
    assert first is not None
    assert first.evaluate("node => node.isConnected")
    broken.write({"other.js": "\n"})
    expect(overlay.locator("section")).to_have_count(1)


def test_the_mark_is_seen_in_a_long_line(broken: Project, page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 600})
    long = "const words = [" + "'word', " * 12 + "]; let = = 1;"
    broken.write({"main.js": MAIN.replace(f"{SHOW} = 'one';", long)})
    mark = page.locator("hotreload-overlay .mark")
    expect(page.locator("hotreload-overlay .here")).to_contain_text("'word'")
    expect(mark).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("how", ["Escape", "Close"])
def test_what_was_closed_stays_so_until_it_changes(broken: Project, page: Page, how: str) -> None:
    overlay = page.locator("hotreload-overlay")
    if how == "Escape":
        page.keyboard.press("Escape")
    else:
        overlay.get_by_role("button", name="Close").click()
    expect(overlay).to_have_count(0)
    broken.edit("main.js", "= = 'one'", "= = = 'one'")
    expect(overlay).to_contain_text("= = = 'one'")
    page.keyboard.press("Escape")
    expect(overlay).to_have_count(0)
    broken.edit("main.js", "= = = 'one'", "= 'three'")
    expect(page.locator("#out")).to_have_text("three")


def test_the_problems_of_now_are_shown_to_a_new_page(broken: Project, page: Page) -> None:
    other = page.context.new_page()
    other.goto(broken.url)
    expect(other.locator("hotreload-overlay")).to_contain_text("/main.js:2:")
    broken.edit("main.js", "= = 'one'", "= 'two'")
    for each in (page, other):
        expect(each.locator("hotreload-overlay")).to_have_count(0)


def test_who_types_goes_on_typing(project: Project, page: Page) -> None:
    project.write({"index.html": html("<input id='in'>"), "main.js": MAIN, "other.js": "\n"})
    project.start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    page.focus("#in")
    project.edit("main.js", "= 'one'", "= = 'one'")
    expect(page.locator("hotreload-overlay")).to_contain_text("/main.js:2:")
    page.keyboard.type("abc")
    expect(page.locator("#in")).to_have_value("abc")


def test_a_field_that_gets_the_focus_by_itself_keeps_it(project: Project, page: Page) -> None:
    said = console_of(page)
    # The field comes when the overlay is there.
    script = """<script>
      new MutationObserver((_, observer) => {
        if (!document.querySelector('hotreload-overlay')) return;
        observer.disconnect();
        const field = Object.assign(document.createElement('input'), { id: 'in', autofocus: true });
        document.body.append(field);
      }).observe(document.documentElement, { childList: true });
    </script>"""
    project.write({"index.html": html(script), "main.js": "const = 1;\n", "other.js": "\n"})
    project.start()
    for _ in range(2):
        page.goto(project.url)
        expect(page.locator("hotreload-overlay")).to_contain_text("/main.js:1:")
        expect(page.locator("#in")).to_be_focused()
    page.keyboard.type("abc")
    expect(page.locator("#in")).to_have_value("abc")
    page.keyboard.press("Escape")
    expect(page.locator("hotreload-overlay")).to_have_count(0)
    assert not any("Autofocus" in line for line in said)


def test_a_frame_takes_no_focus_from_the_page_around_it(project: Project, page: Page) -> None:
    outer = "<input id='in'><iframe id='frame' src='/inner/'></iframe>"
    inner = {"inner/index.html": html("<input id='own'>"), "inner/main.js": MAIN}
    project.write({"index.html": html(outer, script=""), **inner, "inner/other.js": "\n"}).start()
    page.goto(project.url)
    frame = page.frame_locator("#frame")
    expect(frame.locator("#out")).to_have_text("one")
    frame.locator("#own").click()
    page.locator("#in").click()
    project.edit("inner/main.js", "= 'one'", "= = 'one'")
    expect(frame.locator("hotreload-overlay")).to_contain_text("/inner/main.js:2:")
    page.keyboard.type("abc")
    # Its reload, too, leaves the user where they are.
    project.write({"inner/main.js": MAIN.replace("import.meta.hot.accept();", "")})
    expect(frame.locator("hotreload-overlay")).to_have_count(0)
    project.write({"inner/main.js": f"{SHOW} = 'two';"})
    expect(frame.locator("#out")).to_have_text("two")
    page.keyboard.type("def")
    expect(page.locator("#in")).to_have_value("abcdef")
    expect(page.locator("#in")).to_be_focused()


def test_the_keyboard_reaches_every_part(broken: Project, page: Page) -> None:
    named = "document.activeElement.shadowRoot?.activeElement"
    page.keyboard.press("Tab")
    expect(page.locator("#in")).to_be_focused()
    reached = []
    for _ in range(3):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(f"{named}?.getAttribute('aria-label') ?? {named}.textContent"))
    assert reached == ["Copy", "Close", "Source"]


def test_it_lies_over_an_open_dialog_and_is_not_inert(project: Project, page: Page) -> None:
    body = "<dialog id='d' style='margin:0;width:99vw;height:99vh'><input id='in'></dialog>"
    project.write({"index.html": html(body), "main.js": MAIN, "other.js": "\n"}).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    page.evaluate("document.getElementById('d').showModal()")
    project.edit("main.js", "= 'one'", "= = 'one'")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/main.js:2:")
    expect(page.locator("#in")).to_be_focused()
    # The first Escape is the overlay's, the dialog stays.
    page.keyboard.press("Escape")
    expect(overlay).to_have_count(0)
    assert page.evaluate("document.getElementById('d').open")
    project.edit("main.js", "= = 'one'", "= = 'two'")
    overlay.get_by_role("button", name="Close").click()
    expect(overlay).to_have_count(0)
    assert page.evaluate("document.getElementById('d').open")


def test_a_dialog_that_opens_later_does_not_cover_it(project: Project, page: Page) -> None:
    body = "<dialog id='d' style='margin:0;width:99vw;height:99vh'><input id='in'></dialog>"
    project.write({"index.html": html(body), "main.js": MAIN, "other.js": "\n"}).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    project.edit("main.js", "= 'one'", "= = 'one'")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/main.js:2:")
    page.evaluate("document.getElementById('d').showModal()")
    page.wait_for_function("document.querySelector('#d > hotreload-overlay')")
    page.evaluate("document.getElementById('d').close()")
    page.wait_for_function("document.querySelector('html > hotreload-overlay')")
    overlay.get_by_role("button", name="Close").click()
    expect(overlay).to_have_count(0)


def test_the_text_can_be_copied(broken: Project, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("hotreload-overlay").get_by_role("button", name="Copy").click()
    expect(page.locator("hotreload-overlay").get_by_role("button", name="Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("/main.js:2:")
    assert "> 2 |" in text


def test_what_a_file_says_is_text(project: Project, page: Page) -> None:
    project.write({"index.html": html(), "main.js": "import.meta.hot.accept();\n"}).start()
    page.goto(project.url)
    page.wait_for_function("document.readyState === 'complete'")
    project.write({"main.js": "<img src=x onerror=globalThis.hacked=1> </script><b>\n"})
    overlay = page.locator("hotreload-overlay")
    expect(overlay.locator("pre")).to_contain_text("<img src=x onerror=globalThis.hacked=1>")
    assert (
        page.evaluate(
            "document.querySelector('hotreload-overlay').shadowRoot.querySelector('img, b')"
        )
        is None
    )
    assert page.evaluate("globalThis.hacked === undefined")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_inaccessible(broken: Project, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    page.evaluate("setTimeout(() => { throw new Error('on purpose'); })")
    expect(page.locator("hotreload-notices")).to_contain_text("on purpose")
    assert violations(page, "hotreload-overlay") == []
    assert violations(page, "hotreload-notices") == []


def test_the_page_s_own_style_does_not_reach_it(broken: Project, page: Page) -> None:
    page.add_style_tag(content="* { display: none !important; color: transparent !important }")
    page.add_style_tag(content="body ~ * { all: unset } p, pre { font-size: 99px }")
    overlay = page.locator("hotreload-overlay")
    assert overlay.locator("p").first.evaluate("p => getComputedStyle(p).fontSize") != "99px"
