"""Uncaught errors of the page: a notice first, everything about them on request."""

import base64
import json

from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, mark
from tests.project import Project

SHOW = "document.getElementById('out').textContent"
THROWS = f"""export function fail() {{
  throw new TypeError('no such thing');
}}
{SHOW} = 'one';
globalThis.fail = fail;
import.meta.hot.accept();
"""


def start(project: Project, page: Page, main: str = THROWS, *arguments: str) -> None:
    project.write({"index.html": html(), "main.js": main}).start(*arguments)
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    mark(page)


def test_an_uncaught_error_is_a_notice_with_details(project: Project, page: Page) -> None:
    start(project, page)
    focus = page.evaluate("document.activeElement.tagName")
    page.evaluate("setTimeout(() => fail())")
    notice = page.locator("hotreload-notices")
    expect(notice).to_contain_text("TypeError: no such thing · /main.js:2:9")
    expect(page.locator("hotreload-overlay")).to_have_count(0)
    assert page.evaluate("document.activeElement.tagName") == focus
    details = notice.get_by_role("button", name="Details").element_handle()
    details.click()
    overlay = page.locator("hotreload-overlay")
    expect(overlay.locator("h2")).to_have_text("Uncaught error /main.js:2:9")
    expect(overlay.locator("pre .here")).to_contain_text("throw new TypeError")
    # Nobody's click is lost when the place in the sources is known at last.
    assert details.evaluate("button => button.isConnected")
    expect(overlay.locator("li").first).to_contain_text("fail /main.js:2:9")
    page.keyboard.press("Escape")
    expect(overlay).to_have_count(0)
    # An update may have mended it.
    project.edit("main.js", "'one'", "'two'")
    expect(page.locator("#out")).to_have_text("two")
    expect(notice).to_have_count(0)
    assert is_marked(page)


def test_places_in_replaced_code_are_those_of_the_file(project: Project, page: Page) -> None:
    start(project, page)
    project.edit("main.js", "export function", "\n\nexport function")
    project.edit("main.js", "'one'", "'two'")
    expect(page.locator("#out")).to_have_text("two")
    page.evaluate("setTimeout(() => fail())")
    expect(page.locator("hotreload-notices")).to_contain_text("/main.js:4:9")


def test_an_unhandled_rejection_is_shown_and_counted(project: Project, page: Page) -> None:
    start(project, page)
    page.evaluate("void Promise.reject(new Error('first', {cause: new Error('deeper')}))")
    notice = page.locator("hotreload-notices")
    expect(notice).to_contain_text("Unhandled rejection")
    expect(notice).to_contain_text("caused by Error: deeper")
    page.evaluate("void Promise.reject('only text')")
    expect(notice).to_contain_text("the last of 2")
    expect(notice).to_contain_text("only text")
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)


def test_a_callback_that_throws_is_shown_too(project: Project, page: Page) -> None:
    start(project, page, THROWS.replace("accept()", "accept(() => { throw new Error('in it'); })"))
    project.edit("main.js", "'one'", "'two'")
    expect(page.locator("hotreload-notices")).to_contain_text("in it")


def test_what_is_dealt_with_and_what_is_noise_is_not_shown(project: Project, page: Page) -> None:
    start(project, page)
    page.evaluate(
        """() => {
          addEventListener('error', (event) =>
            event.message.includes('dealt') && event.preventDefault());
          document.addEventListener('hotreload:error', (event) =>
            event.detail.error?.message === 'vetoed' && event.preventDefault());
          setTimeout(() => { throw new Error('dealt with'); });
          setTimeout(() => { throw new Error('vetoed'); });
          dispatchEvent(new ErrorEvent('error', {message: 'ResizeObserver loop limit exceeded'}));
          dispatchEvent(new ErrorEvent('error', {message: 'Script error.'}));
          setTimeout(() => { throw new Error('shown'); });
        }"""
    )
    notice = page.locator("hotreload-notices")
    expect(notice).to_contain_text("shown")
    expect(notice).not_to_contain_text("the last of")


def test_a_module_s_listener_can_keep_the_overlay_away(project: Project, page: Page) -> None:
    hear = "(e) => { globalThis.heard = e.type; e.preventDefault(); }"
    start(project, page, f"import.meta.hot.on('vite:error', {hear});\n{THROWS}")
    project.edit("main.js", "= 'one'", "= = 'one'")
    page.wait_for_function("globalThis.heard === 'problems'")
    project.edit("main.js", "= = 'one'", "= 'two'")
    expect(page.locator("#out")).to_have_text("two")
    expect(page.locator("hotreload-overlay")).to_have_count(0)


def test_a_listener_that_never_ends_keeps_nothing_away(project: Project, page: Page) -> None:
    endless = "import.meta.hot.on('vite:error', () => new Promise(() => {}));\n"
    start(project, page, endless + THROWS)
    project.edit("main.js", "= 'one'", "= = 'one'")
    expect(page.locator("hotreload-overlay")).to_contain_text("= = 'one'", timeout=3000)


def test_the_notices_can_be_turned_off(project: Project, page: Page) -> None:
    start(project, page, THROWS, "--no-errors")
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => fail())")
    project.edit("main.js", "= 'one'", "= = 'one'")
    expect(page.locator("hotreload-overlay")).to_be_attached()
    expect(page.locator("hotreload-notices")).to_have_count(0)


def test_a_source_error_is_no_second_notice(project: Project, page: Page) -> None:
    project.write({"index.html": html(), "main.js": "const = 1;\n"}).start()
    page.goto(project.url)
    expect(page.locator("hotreload-overlay")).to_contain_text("/main.js:1:")
    expect(page.locator("hotreload-notices")).to_have_count(0)


def test_an_inline_source_map_is_followed(project: Project, page: Page) -> None:
    # Line 2, column 3 of the code is line 7, column 5 of the source ("AAMI" = 0, 0, 6, 4).
    source_map = {
        "version": 3,
        "sources": ["app.ts"],
        "sourcesContent": ["\n" * 6 + "    boom();\n"],
        "names": [],
        "mappings": ";EAMI",
    }
    data = base64.b64encode(json.dumps(source_map).encode()).decode()
    main = (
        "globalThis.fail = () => {\n  null.boom();\n};\n"
        f"{SHOW} = 'one';\n//# sourceMappingURL=data:application/json;base64,{data}\n"
    )
    start(project, page, main)
    page.evaluate("setTimeout(() => fail())")
    notice = page.locator("hotreload-notices")
    expect(notice).to_contain_text("/app.ts:7:5")
    notice.get_by_role("button", name="Details").click()
    expect(page.locator("hotreload-overlay pre .here")).to_contain_text("boom();")
