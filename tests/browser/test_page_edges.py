"""HTML edits around a page's life: while it loads, behind an overlay, with others, and back."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.site import console_of, frames_of, html, is_marked, mark
from tests.browser.wait import sync
from tests.project import Project

BROKEN = "const = 1;\n"


def test_each_page_gets_its_own_when_a_layout_changes_all(project: Project, page: Page) -> None:
    names = ["index", "a", "b"]

    def site(layout: str) -> dict[str, str]:
        return {
            f"{name}.html": html(f"<h1>{layout}</h1><p>{name}</p>", script="") for name in names
        }

    project.write(site("one")).start()
    pages = [page, page.context.new_page(), page.context.new_page()]
    frames = [frames_of(each) for each in pages]
    for each, name in zip(pages, names, strict=True):
        each.goto(project.url + name.replace("index", ""))
        mark(each)
    project.write(site("two"))
    for each, name, texts in zip(pages, names, frames, strict=True):
        expect(each.locator("h1")).to_have_text("two")
        expect(each.locator("p").first).to_have_text(name)
        assert is_marked(each)
        assert any(f"<p>{name}</p>" in text for text in texts)
        others = [f"<p>{other}</p>" for other in names if other != name]
        assert not [text for text in texts if any(other in text for other in others)]


def test_unchanged_styles_are_not_fetched_again(project: Project, page: Page) -> None:
    head = "<link rel='stylesheet' href='a.css'>"
    more = f"<meta name='x'><link rel='stylesheet' href='b.css'>{head}"
    project.write({"index.html": html("<h1>one</h1>", head, script="")})
    project.write({"a.css": "h1 { color: red }", "b.css": "h1 { top: 1px }"}).start()
    fetched: list[str] = []
    page.goto(project.url)
    mark(page)
    project.edit("a.css", "red", "blue")
    blue = "getComputedStyle(document.querySelector('h1')).color === 'rgb(0, 0, 255)'"
    page.wait_for_function(blue)
    page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    project.write({"index.html": html("<h1>two</h1>", more, script="")})
    expect(page.locator("h1")).to_have_text("two")
    page.wait_for_function("document.styleSheets.length === 2")
    assert page.evaluate(blue)
    assert fetched == ["b.css"]
    assert is_marked(page)


def test_a_module_script_that_is_added_runs_and_is_hot(project: Project, page: Page) -> None:
    def added(text: str) -> str:
        show = f"document.getElementById('out').textContent = '{text}';"
        return f"{show}\nimport.meta.hot.accept();\n"

    project.write({"index.html": html("<h1>one</h1>", script=""), "added.js": added("v1")}).start()
    page.goto(project.url)
    mark(page)
    project.write({"index.html": html("<h1>one</h1>", script="added.js")})
    expect(page.locator("#out")).to_have_text("v1")
    project.edit("added.js", "v1", "v2")
    expect(page.locator("#out")).to_have_text("v2")
    assert is_marked(page)


def test_edits_one_upon_the_other(project: Project, page: Page) -> None:
    project.write({"index.html": html("<h1>0</h1>", script="")}).start()
    page.goto(project.url)
    mark(page)
    for number in range(1, 15):
        project.write({"index.html": html(f"<h1>{number}</h1>" + "<i></i>" * number, script="")})
    expect(page.locator("h1")).to_have_text("14")
    expect(page.locator("i")).to_have_count(14)
    assert is_marked(page)


def test_an_edit_while_the_page_loads(project: Project, page: Page) -> None:
    # The page's last script is slow: the edit is made when the runtime has long been there.
    project.write({"index.html": html("<h1>one</h1>", script="slow.js"), "slow.js": ""}).start()

    def edit_first(route: Route) -> None:
        project.edit("index.html", "one", "two")
        route.continue_()

    page.route("**/slow.js", edit_first, times=1)
    page.goto(project.url)
    expect(page.locator("h1")).to_have_text("two")


def test_going_back_shows_the_newest(project: Project, page: Page) -> None:
    project.write({"index.html": html("<h1>one</h1>", script="")})
    project.write({"other.html": html("<h2>other</h2>", script="")}).start()
    page.goto(project.url)
    page.goto(f"{project.url}other")
    expect(page.locator("h2")).to_have_text("other")
    project.edit("index.html", "one", "two")
    page.go_back()
    expect(page.locator("h1")).to_have_text("two")
    project.edit("index.html", "two", "three")
    expect(page.locator("h1")).to_have_text("three")


def test_behind_an_overlay(project: Project, page: Page) -> None:
    main = "import.meta.hot.accept();\n"
    project.write({"index.html": html("<h1>one</h1>"), "main.js": main}).start()
    page.goto(project.url)
    mark(page)
    page.wait_for_load_state("networkidle")
    project.write({"main.js": BROKEN})
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_have_count(1)
    project.edit("index.html", "one", "two")
    expect(page.locator("body > h1")).to_have_text("two")
    expect(overlay).to_have_count(1)
    project.write({"main.js": main})
    expect(overlay).to_have_count(0)
    assert is_marked(page)


def test_the_page_for_what_is_missing(project: Project, page: Page) -> None:
    project.write({"404.html": html("<h1>not here</h1>", script="")}).start()
    page.goto(f"{project.url}nowhere")
    mark(page)
    project.edit("404.html", "not here", "nowhere")
    expect(page.locator("h1")).to_have_text("nowhere")
    assert is_marked(page)


@pytest.mark.parametrize(
    "policy",
    ["require-trusted-types-for 'script'", "script-src 'self' 'nonce-x'; style-src 'nonce-x'"],
)
def test_under_a_policy(project: Project, page: Page, policy: str) -> None:
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    styles = "<style nonce='x'>h1 { color: red }</style>"
    project.write({"index.html": html("<h1>one</h1>", head + styles, script="")}).start()
    page.goto(project.url)
    mark(page)
    project.edit("index.html", "<h1>one</h1>", "<h1 title='x'>two</h1><p>new</p>")
    expect(page.locator("h1")).to_have_text("two")
    project.edit("index.html", "color: red", "color: blue")
    expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 255)")
    assert is_marked(page)


TRUSTED = "require-trusted-types-for 'script'; trusted-types "


def test_added_scripts_and_handlers_run_under_trusted_types(project: Project, page: Page) -> None:
    head = f'<meta http-equiv="Content-Security-Policy" content="{TRUSTED}hotreload">'
    project.write({"index.html": html("<h1>one</h1><button>b</button>", head, script="")})
    project.write({"classic.js": "globalThis.classic = 'ran';"})
    project.write({"module.js": "globalThis.module = 'ran';\nimport.meta.hot.accept();"}).start()
    said = console_of(page)
    page.goto(project.url)
    mark(page)
    added = (
        "<script>document.querySelector('h1').title = 'ran'</script>"
        "<script src='classic.js'></script><script type='module' src='module.js'></script>"
    )
    project.edit("index.html", "<p id='out'>", f"{added}<p id='out'>")
    expect(page.locator("h1")).to_have_attribute("title", "ran")
    expect(page.locator("script[src='module.js']")).to_have_count(1)
    project.edit("index.html", "<button>", "<button onclick='this.title = 1'>")
    project.edit("index.html", "<p id='out'>", "<i onclick='this.title = 2'>i</i><p id='out'>")
    expect(page.locator("i")).to_have_count(1)
    page.locator("button").click()
    page.locator("i").click()
    expect(page.locator("button")).to_have_attribute("title", "1")
    expect(page.locator("i")).to_have_attribute("title", "2")
    # What was added is hot.
    project.edit("module.js", "'ran'", "'ran anew'")
    sync(page)
    assert page.evaluate("[classic, module]") == ["ran", "ran anew"]
    assert is_marked(page)
    assert [line for line in said if "Trusted" in line] == []


def test_a_policy_that_forbids_parsing_reloads(project: Project, page: Page) -> None:
    head = f'<meta http-equiv="Content-Security-Policy" content="{TRUSTED}\'none\'">'
    project.write({"index.html": html("<h1>one</h1>", head, script="")}).start()
    said = console_of(page)
    page.goto(project.url)
    project.edit("index.html", "one", "two")
    expect(page.locator("h1")).to_have_text("two")
    reason = "demands Trusted Types and allows no policy named hotreload"
    assert [line for line in said if "reloading: " in line and reason in line]


def test_a_very_large_page_reloads_with_its_reason(project: Project, page: Page) -> None:
    project.write({"index.html": html("<h1>one</h1>" + f"<!-- {'x' * 2**20} -->", script="")})
    project.start()
    said = console_of(page)
    page.goto(project.url)
    project.edit("index.html", "<h1>one</h1>", "<h1>two</h1>")
    expect(page.locator("h1")).to_have_text("two")
    assert [line for line in said if "reloading: the page is too large" in line]
