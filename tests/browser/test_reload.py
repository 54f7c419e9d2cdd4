"""After an unavoidable reload the user finds the page as it was; or it does not happen unasked."""

import signal

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.site import console_of, html, is_marked, mark
from tests.browser.wait import sync, wait_until
from tests.project import Project

BODY = """<form><input id="name" name="name" value="old" autocomplete="off">
<input id="secret" type="password"><input id="check" type="checkbox" autocomplete="off">
<textarea id="text" autocomplete="off"></textarea>
<select id="pick" multiple autocomplete="off"><option>a<option>b<option>c</select></form>
<div id="box" style="height: 50px; overflow: auto"><div style="height: 900px">inner</div></div>
<div id="host"></div><p id="words">some words to select</p>
<div style="height: 3000px">tall</div>
<script src="classic.js"></script>"""
MAIN = """
setTimeout(() => {
  const root = document.getElementById('host').attachShadow({mode: 'open'});
  root.innerHTML = '<input id="inner">';
  const late = document.createElement('input');
  late.id = 'late';
  document.querySelector('form').append(late);
}, 50);
"""


def start(project: Project, page: Page, *arguments: str) -> None:
    project.write({"index.html": html(BODY), "main.js": MAIN, "classic.js": "var one;\n"})
    project.start(*arguments)
    page.goto(project.url)
    page.wait_for_selector("#late")
    mark(page)


def test_what_the_user_did_is_there_again(project: Project, page: Page) -> None:
    start(project, page)
    said = console_of(page)
    for name, text in (("#text", "typed"), ("#secret", "hush"), ("#late", "by script")):
        page.fill(name, text)
    page.fill("#inner", "in the shadow")
    page.check("#check")
    page.select_option("#pick", ["a", "c"])
    page.fill("#name", "hello")
    page.evaluate("document.getElementById('name').setSelectionRange(1, 3)")
    page.evaluate("document.getElementById('box').scrollTop = 70")
    page.evaluate("scrollTo(0, 456)")
    project.write({"classic.js": "var two;\n"})
    page.wait_for_function("globalThis.marked === undefined && 'two' in globalThis")
    expect(page.locator("#late")).to_have_value("by script")
    expect(page.locator("#inner")).to_have_value("in the shadow")
    expect(page.locator("#name")).to_have_value("hello")
    expect(page.locator("#name")).to_be_focused()
    page.wait_for_function("document.getElementById('name').selectionStart === 1")
    assert page.evaluate("document.getElementById('name').selectionEnd") == 3
    assert page.input_value("#text") == "typed"
    assert page.input_value("#secret") == ""
    assert page.is_checked("#check")
    chosen = "[...document.getElementById('pick').selectedOptions].map((o) => o.value)"
    assert page.evaluate(chosen) == ["a", "c"]
    page.wait_for_function("document.getElementById('box').scrollTop === 70")
    page.wait_for_function("scrollY === 456")
    why = "/classic.js is used by this page and can only be loaded anew"
    assert [line for line in said if f"reloading: {why}" in line]
    assert [line for line in said if f"reloaded: {why}" in line]
    assert "hush" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_selected_text_is_selected_again(project: Project, page: Page) -> None:
    start(project, page)
    page.evaluate(
        """() => {
          const text = document.getElementById('words').firstChild;
          getSelection().setBaseAndExtent(text, 5, text, 10);
        }"""
    )
    project.write({"classic.js": "var two;\n"})
    page.wait_for_function("'two' in globalThis && String(getSelection()) === 'words'")


@pytest.mark.parametrize("policy", ["ask", "never"])
def test_it_does_not_happen_unasked(project: Project, page: Page, policy: str) -> None:
    start(project, page, "--reload", policy)
    page.fill("#text", "typed")
    with page.expect_console_message(lambda message: "out of date" in message.text):
        project.write({"classic.js": "var two;\n"})
    assert is_marked(page)
    notice = page.locator("hotreload-notices")
    if policy == "never":
        expect(notice).to_have_count(0)
        return
    expect(notice).to_contain_text("/classic.js is used by this page")
    notice.get_by_role("button", name="Reload").click()
    page.wait_for_function("'two' in globalThis")
    expect(page.locator("#text")).to_have_value("typed")


def test_what_the_user_does_next_is_not_undone(project: Project, page: Page) -> None:
    start(project, page)
    # What the state waits for does not come again.
    page.evaluate("document.body.append(document.createElement('input'))")
    page.locator("body > input").fill("gone")
    page.evaluate("scrollTo(0, 456)")
    project.write({"classic.js": "var two;\n"})
    page.wait_for_function("'two' in globalThis && scrollY === 456")
    page.keyboard.press("Home")
    page.wait_for_function("scrollY < 456")
    page.evaluate("document.body.append(document.createElement('p'))")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("scrollY") < 456


HELD_UP = """
import.meta.hot.on('vite:beforeFullReload', () => {
  globalThis.heard = true;
  return new Promise((resolve) => { globalThis.go_on = resolve; });
});
"""


def test_a_page_is_not_reloaded_into_a_server_that_is_gone(project: Project, page: Page) -> None:
    project.write({"index.html": html(BODY), "main.js": MAIN + HELD_UP, "classic.js": "var one;\n"})
    project.start("--heartbeat", "0.4")
    page.goto(project.url)
    page.wait_for_selector("#late")
    sync(page)
    mark(page)
    loads: list[Page] = []
    page.on("load", lambda loaded: loads.append(loaded))
    said = console_of(page)
    project.write({"classic.js": "var two;\n"})
    page.wait_for_function("globalThis.heard")
    project.stop(signal.SIGKILL)
    page.evaluate("go_on()")
    expect(page.locator("hotreload-status")).to_contain_text("to reload the page: /classic.js")
    assert is_marked(page)
    page.fill("#text", "typed meanwhile")
    project.start("--heartbeat", "0.4")
    page.wait_for_function("'two' in globalThis")
    sync(page)
    expect(page.locator("#text")).to_have_value("typed meanwhile")
    assert len(loads) == 1
    why = "/classic.js is used by this page and can only be loaded anew"
    (waited,) = [i for i, line in enumerate(said) if "waiting for the server, to reload" in line]
    assert [line for line in said[waited:] if f"reloaded: {why}" in line]


def test_a_reload_does_not_take_the_place_of_where_the_user_goes(
    project: Project, page: Page
) -> None:
    start(project, page)
    project.write({"other.html": "<!doctype html><title>Other</title>"})
    said = console_of(page)
    page.evaluate(
        "document.addEventListener('hotreload:before-reload', () => console.log('heard of it'))"
    )

    # The server takes its time to answer a click, and an edit comes in between.
    held: list[Route] = []
    page.route("**/other.html", lambda route: held.append(route))
    page.evaluate("location.href = 'other.html'")
    wait_until(page, lambda: held)
    project.write({"classic.js": "var two;\n"})
    wait_until(page, lambda: [line for line in said if "heard of it" in line])
    held[0].continue_()
    page.wait_for_function("document.title === 'Other'")
    assert [line for line in said if "reloading:" in line] == []
