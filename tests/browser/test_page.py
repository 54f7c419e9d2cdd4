"""HTML edits are morphed into the open page; what can't be is a reload with its reason."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import console_of, html, is_marked, mark
from tests.project import Project

FORM = """<h1>before</h1>
<form><input id="name"><input type="checkbox" id="check"><textarea id="text">from source</textarea>
<details id="more"><summary>more</summary><p>inside</p></details></form>
<ul id="list"><li>one</li><li>two</li></ul>
<div style="height: 3000px">tall</div>"""


def test_typed_text_focus_scroll_and_scripts_work_stay(project: Project, page: Page) -> None:
    main = """const item = document.createElement('li');
item.textContent = 'by script';
document.getElementById('list').append(item);
document.querySelector('h1').classList.add('fancy');
"""
    project.write({"index.html": html(FORM), "main.js": main}).start()
    page.goto(project.url)
    mark(page)
    expect(page.locator("#list li")).to_have_count(3)
    name = page.locator("#name").element_handle()
    page.fill("#text", "typed")
    page.check("#check")
    page.locator("#more").evaluate("d => { d.open = true; }")
    page.fill("#name", "hello")
    page.evaluate("document.getElementById('name').setSelectionRange(2, 4)")
    page.evaluate("scrollTo(0, 321)")
    project.edit("index.html", "<h1>before</h1>", "<p>new</p><h1>after</h1>")
    expect(page.locator("h1")).to_have_text("after")
    project.edit("index.html", "<li>two</li>", "<li>two</li><li>three</li>")
    expect(page.locator("#list li")).to_have_text(["one", "two", "three", "by script"])
    expect(page.locator("h1")).to_have_class("fancy")
    assert name is not None
    assert name.evaluate("n => n === document.activeElement")
    assert name.evaluate("n => [n.value, n.selectionStart, n.selectionEnd]") == ["hello", 2, 4]
    assert page.input_value("#text") == "typed"
    assert page.is_checked("#check")
    assert page.locator("#more").evaluate("d => d.open") is True
    assert page.evaluate("scrollY") >= 321
    assert is_marked(page)


def test_clean_addresses_and_folders_are_the_same_page(project: Project, page: Page) -> None:
    project.write(
        {
            "about.html": html("<h1>before</h1>", script=""),
            "docs/index.html": html("<h1>before</h1>", script=""),
        }
    ).start()
    for address, file in (("about?x=1#top", "about.html"), ("docs/", "docs/index.html")):
        page.goto(project.url + address)
        mark(page)
        project.edit(file, "before", "after")
        expect(page.locator("h1")).to_have_text("after")
        assert is_marked(page)


def test_an_edit_of_another_page_does_nothing_here(project: Project, page: Page) -> None:
    project.write({"index.html": html("<h1>a</h1>"), "main.js": "", "b.html": html("<h1>b</h1>")})
    project.start()
    page.goto(project.url)
    mark(page)
    project.edit("b.html", "<h1>b</h1>", "<h1>c</h1>")
    project.edit("index.html", "<h1>a</h1>", "<h1>d</h1>")
    expect(page.locator("h1")).to_have_text("d")
    assert is_marked(page)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("main.js", "other.js", "script"),
        ("<!doctype html>", "", "doctype"),
        ("<meta charset='utf-8'>", "<meta charset='utf-8'><base href='/x/'>", "base"),
    ],
)
def test_what_cannot_be_morphed_reloads_with_its_reason(
    project: Project, page: Page, old: str, new: str, reason: str
) -> None:
    said = console_of(page)
    project.write({"index.html": html("<h1>x</h1>"), "main.js": "", "other.js": ""}).start()
    page.goto(project.url)
    mark(page)
    project.edit("index.html", old, new)
    page.wait_for_function("globalThis.marked === undefined")
    page.wait_for_function("document.readyState === 'complete'")
    reasons = [line for line in said if "reloading: " in line]
    assert len(reasons) == 1
    assert reason in reasons[0].lower()


def test_text_a_script_rewrote_is_a_conflict_and_reloads(project: Project, page: Page) -> None:
    said = console_of(page)
    main = "document.getElementById('code').innerHTML = '<b>let</b> x';\n"
    project.write({"index.html": html("<pre id='code'>let x</pre>"), "main.js": main}).start()
    page.goto(project.url)
    mark(page)
    expect(page.locator("#code b")).to_have_text("let")
    project.edit("index.html", "let x", "let y")
    page.wait_for_function("globalThis.marked === undefined")
    assert [line for line in said if "reloading: " in line and "code" in line]


def test_a_vetoed_edit_comes_with_the_next_one_or_on_the_next_connection(
    project: Project, page: Page
) -> None:
    project.write({"index.html": html("<h1>one</h1><h2>a</h2>", script="")}).start()
    page.goto(project.url)
    mark(page)
    page.evaluate(
        """() => {
            globalThis.vetoes = 0;
            globalThis.veto = (event) => { event.preventDefault(); vetoes++; };
            document.addEventListener('hotreload:before-morph', veto);
        }"""
    )
    project.edit("index.html", "one", "two")
    page.wait_for_function("vetoes === 1")
    page.evaluate("document.removeEventListener('hotreload:before-morph', veto)")
    project.edit("index.html", "<h2>a</h2>", "<h2>b</h2>")
    expect(page.locator("h2")).to_have_text("b")
    expect(page.locator("h1")).to_have_text("two")
    page.evaluate("document.addEventListener('hotreload:before-morph', veto)")
    project.edit("index.html", "two", "three")
    page.wait_for_function("vetoes === 2")
    page.evaluate("document.removeEventListener('hotreload:before-morph', veto)")
    project.stop()
    project.start()
    expect(page.locator("h1")).to_have_text("three")
    assert is_marked(page)


def test_a_page_that_is_not_there_yet_comes_when_it_is_made(project: Project, page: Page) -> None:
    project.write({"index.html": html(script="")}).start()
    page.goto(f"{project.url}later")
    expect(page.locator("h1")).to_have_text("404")
    project.write({"later.html": html("<h1>here</h1>", script="")})
    expect(page.locator("h1")).to_have_text("here")


def test_an_image_is_shown_anew_and_nothing_else_is_touched(project: Project, page: Page) -> None:
    def svg(size: int) -> str:
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"/>'

    body = (
        "<img id='a' src='a.svg'><img id='b' src='b.svg'><img id='c' srcset='a.svg 1x' src='b.svg'>"
    )
    head = "<style>h1 { background: url(a.svg) }</style><link rel='stylesheet' href='s.css'>"
    project.write(
        {
            "index.html": html(body + "<h1>x</h1><h2>y</h2>", head, ""),
            "s.css": "h2 { background: url('a.svg') }\n",
            "a.svg": svg(10),
            "b.svg": svg(20),
        }
    ).start()
    page.goto(project.url)
    mark(page)
    page.wait_for_function("document.getElementById('a').naturalWidth === 10")
    page.wait_for_function("document.getElementById('c').naturalWidth === 10")
    page.evaluate("globalThis.b = document.getElementById('b').src")
    project.write({"a.svg": svg(15)})
    page.wait_for_function("document.getElementById('a').naturalWidth === 15")
    page.wait_for_function("document.getElementById('c').naturalWidth === 15")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('h2')).backgroundImage.includes('?v=')"
    )
    assert page.evaluate("document.getElementById('b').src === b")
    assert is_marked(page)


@pytest.mark.parametrize("use", ["classic", "worker", "fetch"])
def test_what_can_only_be_loaded_anew_reloads_the_page(
    project: Project, page: Page, use: str
) -> None:
    show = "document.getElementById('out').textContent"
    worker = f"new Worker('used.js').onmessage = (e) => {{ {show} = e.data; }}"
    fetch = f"fetch('used.js').then((r) => r.text()).then((t) => {{ {show} = t; }})"
    uses = {
        "classic": "<script src='used.js' defer></script>",
        "worker": f"<script>{worker}</script>",
        "fetch": f"<script>{fetch}</script>",
    }
    texts = {"classic": f"{show} = 'v1';", "worker": "postMessage('v1');", "fetch": "v1"}
    project.write({"index.html": html(uses[use], script=""), "used.js": texts[use] + "\n"})
    project.write({"other.html": html("<p>other</p>", script="")}).start()
    page.goto(project.url)
    mark(page)
    other = page.context.new_page()
    other.goto(f"{project.url}other")
    mark(other)
    expect(page.locator("#out")).to_contain_text("v1")
    project.edit("used.js", "v1", "v2")
    expect(page.locator("#out")).to_contain_text("v2")
    assert not is_marked(page)
    assert is_marked(other)


def test_a_watched_path_outside_the_site_reloads_the_pages(project: Project, page: Page) -> None:
    data = project.root.parent / "data"
    data.mkdir()
    project.write({"index.html": html("<h1>x</h1>", script="")}).start("--watch", str(data))
    said = console_of(page)
    page.goto(project.url)
    mark(page)
    page.wait_for_function("document.readyState === 'complete'")
    with page.expect_console_message(lambda message: "reloading: " in message.text):
        (data / "numbers.csv").write_text("1")
    page.wait_for_function("globalThis.marked === undefined")
    assert [line for line in said if "reloading: " in line and "numbers.csv changed" in line]


def test_the_terminal_says_what_was_updated_and_why_a_page_reloads(
    project: Project, page: Page
) -> None:
    show = "document.getElementById('out').textContent"
    main = f"import {{ v }} from './dep.js';\n{show} = v;\n"
    project.write({"index.html": html("<h1>one</h1>"), "main.js": main})
    project.write({"dep.js": "export const v = 'a';\n"}).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("a")
    project.edit("index.html", "one", "two")
    expect(page.locator("h1")).to_have_text("two")
    project.edit("dep.js", "'a'", "'b'")
    expect(page.locator("#out")).to_have_text("b")
    project.stop()
    assert "hmr /index.html · 1 page · " in project.output
    why = "no module accepts the change of /dep.js (/dep.js → /main.js)"
    assert f"reload: {why} · 1 page\n" in project.output


def test_an_image_in_a_shadow_root_is_shown_anew(project: Project, page: Page) -> None:
    def svg(size: int) -> str:
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"/>'

    body = """<div id="host"></div><script>
document.getElementById('host').attachShadow({mode: 'open'}).innerHTML = '<img src="a.svg">';
</script>"""
    project.write({"index.html": html(body, "", ""), "a.svg": svg(10)}).start()
    page.goto(project.url)
    mark(page)
    width = "document.getElementById('host').shadowRoot.querySelector('img').naturalWidth"
    page.wait_for_function(f"{width} === 10")
    project.write({"a.svg": svg(15)})
    page.wait_for_function(f"{width} === 15")
    assert is_marked(page)
