"""The runtime in a page that lives long: comes back, navigates by script, fails and heals."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.site import console_of, html, is_marked, mark, run_counts, runs
from tests.project import Project

SHOW = "document.getElementById('out').textContent"
RED, GREEN, BLUE = "rgb(255, 0, 0)", "rgb(0, 128, 0)", "rgb(0, 0, 255)"

# Lets a test see the page's sockets, and hear what is sent over them.
WATCHED_SOCKET = """
globalThis.sent = [];
globalThis.heard = [];
globalThis.sockets = [];
const Native = WebSocket;
globalThis.WebSocket = class extends Native {
  constructor(...given) {
    super(...given);
    sockets.push(this);
    this.addEventListener('message', ({data}) => heard.push(data));
  }
  send(text) { sent.push(JSON.parse(text)); super.send(text); }
};
"""


def test_a_page_that_leaves_and_comes_back_gets_updates(project: Project, page: Page) -> None:
    project.write(
        {"index.html": html(), "main.js": f"{SHOW} = 'one';\nimport.meta.hot.accept();\n"}
    ).start()
    page.add_init_script(WATCHED_SOCKET)
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    page.wait_for_function("sent.length > 0")
    mark(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    project.edit("main.js", "one", "two")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator("#out")).to_have_text("two")
    assert page.evaluate("sockets.length") == 2
    assert is_marked(page)


def test_an_address_that_a_script_made_up_is_not_the_page(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html("<h1>home</h1>", script=""),
            "about.html": html("<h1>about</h1>", script=""),
        }
    ).start()
    page.goto(project.url)
    mark(page)
    page.evaluate("history.pushState(null, '', '/about')")
    project.stop()
    project.start()
    project.edit("index.html", "<h1>home", "<h1>new home")
    expect(page.locator("h1")).to_have_text("new home")
    assert is_marked(page)


def test_an_error_of_running_code_is_no_failure_to_load(project: Project, page: Page) -> None:
    main = f"setTimeout(() => JSON.parse('{{'));\n{SHOW} = 'one';\nimport.meta.hot.accept();\n"
    project.write({"index.html": html(), "main.js": main}).start()
    with page.expect_event("pageerror"):
        page.goto(project.url)
    mark(page)
    project.edit("main.js", "one", "two")
    expect(page.locator("#out")).to_have_text("two")
    assert is_marked(page)


def test_a_page_that_failed_to_load_heals_after_a_restart_too(project: Project, page: Page) -> None:
    files = {"main.js": f"import './dep.js';\n{SHOW} = 'fine';\n", "dep.js": "const x = ;\n"}
    project.write({"index.html": html(), **files}).start()
    page.add_init_script(WATCHED_SOCKET)
    page.goto(project.url)
    expect(page.locator("hotreload-overlay")).to_contain_text("/dep.js:1:")
    page.evaluate("heard.length = 0")
    project.stop()
    project.start()
    # The new server looked at what the page says has failed.
    page.wait_for_function("heard.some((frame) => frame.includes('/dep.js'))")
    project.write({"dep.js": "export {};\n"})
    expect(page.locator("#out")).to_have_text("fine")


def test_what_a_module_sends_as_it_runs_arrives(project: Project, page: Page) -> None:
    project.write({"index.html": html(), "main.js": "import.meta.hot.send('mine', {x: 1});\n"})
    project.start()
    page.add_init_script(WATCHED_SOCKET)
    page.goto(project.url)
    page.wait_for_function("sent.some((frame) => frame.type === 'custom')")
    custom = page.evaluate("sent.filter((frame) => frame.type === 'custom')")
    assert custom == [{"type": "custom", "event": "mine", "data": {"x": 1}}]
    assert page.evaluate("sent[0].type") == "hello"


def test_an_instance_is_disposed_of_once(project: Project, page: Page) -> None:
    main = f"""import {{ value }} from './dep.js';
{SHOW} = value;
import.meta.hot.accept();
import.meta.hot.dispose(() => {{ globalThis.disposed = (globalThis.disposed ?? 0) + 1; }});
"""
    files = {"main.js": main, "dep.js": "export const value = 'one';\n"}
    project.write({"index.html": html(), **files}).start()
    said = console_of(page)
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    mark(page)
    project.write({"dep.js": "throw new Error('not today');\nexport const value = 'two';\n"})
    page.wait_for_function("globalThis.disposed === 1")
    project.write({"dep.js": "export const value = 'three';\n"})
    expect(page.locator("#out")).to_have_text("three")
    assert page.evaluate("disposed") == 1
    assert any("not today" in line for line in said)
    assert is_marked(page)


@pytest.mark.parametrize("frame", ["null", "7", "[]", '{"type":"unknown"}', "{", '"text"'])
def test_a_frame_that_is_none_is_ignored(project: Project, page: Page, frame: str) -> None:
    main = runs("main") + f"{SHOW} = 'one';\nimport.meta.hot.accept();\n"
    project.write({"index.html": html(), "main.js": main}).start()
    errors: list[object] = []
    page.on("pageerror", lambda error: errors.append(error))
    page.add_init_script(WATCHED_SOCKET)
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    page.wait_for_function("sent.length > 0")
    page.evaluate("data => sockets[0].dispatchEvent(new MessageEvent('message', {data}))", frame)
    project.edit("main.js", "one", "two")
    expect(page.locator("#out")).to_have_text("two")
    assert run_counts(page) == {"main": 2}
    assert errors == []


def test_a_new_import_rule_in_a_module_s_stylesheet_is_heeded(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html("<h1>x</h1>"),
            "main.js": "import './a.css';\n",
            "a.css": "h1 { margin: 3px; }\n",
            "b.css": f"h1 {{ color: {GREEN}; }}\n",
        }
    ).start()
    page.goto(project.url)
    mark(page)
    heading = page.locator("h1")
    expect(heading).to_have_css("margin-top", "3px")
    project.edit("a.css", "h1 { margin: 3px", '@import "/b.css";\nh1 { margin: 5px')
    expect(heading).to_have_css("margin-top", "5px")
    expect(heading).to_have_css("color", GREEN)
    assert is_marked(page)


def test_the_last_of_quick_changes_that_must_be_fetched_wins(project: Project, page: Page) -> None:
    def sheet(color: str, imported: str = "") -> str:
        return f"{imported}h1 {{ color: {color}; }}\n"

    project.write(
        {
            "index.html": html("<h1>x</h1>", '<link rel="stylesheet" href="a.css">', ""),
            "a.css": sheet(RED),
            "b.css": "h1 { margin: 3px; }\n",
        }
    ).start()
    page.goto(project.url)
    mark(page)
    heading = page.locator("h1")
    expect(heading).to_have_css("color", RED)
    held: list[Route] = []
    page.route("**/a.css?v=*", lambda route: held.append(route))
    with page.expect_request("**/a.css?v=*"):
        project.write({"a.css": sheet(GREEN, '@import "b.css";\n')})
    with page.expect_request("**/a.css?v=*"):
        project.write({"a.css": sheet(BLUE)})
    while len(held) < 2:
        page.evaluate("0")
    for route in reversed(held):
        route.continue_()
    expect(heading).to_have_css("color", BLUE)
    links = page.locator("link[rel=stylesheet]")
    expect(links).to_have_count(1)
    expect(heading).to_have_css("color", BLUE)
    assert is_marked(page)


def test_the_layers_before_an_import_rule_keep_their_order(project: Project, page: Page) -> None:
    def sheet(layers: str) -> str:
        return (
            f"@layer {layers};\n@import 'b.css';\n"
            f"@layer one {{ h1 {{ color: {RED}; }} }}\n@layer two {{ h1 {{ color: {GREEN}; }} }}\n"
        )

    project.write(
        {
            "index.html": html("<h1>x</h1>", '<link rel="stylesheet" href="a.css">', ""),
            "a.css": sheet("one, two"),
            "b.css": "h1 { margin: 3px; }\n",
        }
    ).start()
    page.goto(project.url)
    mark(page)
    heading = page.locator("h1")
    expect(heading).to_have_css("color", GREEN)
    project.write({"a.css": sheet("two, one")})
    expect(heading).to_have_css("color", RED)
    assert is_marked(page)


def test_an_image_in_a_srcset_beside_one_with_a_longer_name_is_shown_anew(
    project: Project, page: Page
) -> None:
    def svg(size: int) -> str:
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"/>'

    body = "<img srcset='xa.svg 3x, a.svg 1x'><p style='background: url(xa.svg), url(a.svg)'></p>"
    project.write({"index.html": html(body, "", ""), "a.svg": svg(10), "xa.svg": svg(20)}).start()
    page.goto(project.url)
    mark(page)
    page.wait_for_function("document.images[0].naturalWidth === 10")
    project.write({"a.svg": svg(15)})
    srcset = re.compile(r"xa\.svg 3x, a\.svg\?v=\S+ 1x")
    expect(page.locator("img")).to_have_attribute("srcset", srcset)
    style = page.evaluate("document.querySelector('p').style.backgroundImage")
    assert 'url("xa.svg")' in style
    assert 'url("a.svg?v=' in style
    assert is_marked(page)


def test_a_file_with_signs_in_its_name_is_the_same_to_page_and_server(
    project: Project, page: Page
) -> None:
    name, address = "a #1 & [b].css", "a%20%231%20%26%20%5Bb%5D.css"
    project.write(
        {
            "index.html": html("<h1>x</h1>", f'<link rel="stylesheet" href="{address}">', ""),
            name: f"h1 {{ color: {RED}; }}\n",
        }
    ).start()
    page.goto(project.url)
    mark(page)
    expect(page.locator("h1")).to_have_css("color", RED)
    project.edit(name, RED, GREEN)
    expect(page.locator("h1")).to_have_css("color", GREEN)
    assert is_marked(page)
