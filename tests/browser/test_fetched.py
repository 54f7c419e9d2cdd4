"""What a page fetched otherwise than as a module: it can't be swapped, and its edit isn't lost."""

from collections import Counter
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.site import console_of, frames_of, html, is_marked, mark
from tests.browser.wait import sync, wait_until
from tests.project import Project
from tests.proxy import Proxy

SEEN = "globalThis.seen = 'one';"
WORKER = """<script>
new Worker('workers/worker.js'{}).onmessage = ({{ data }}) => {{ globalThis.seen = data }};
</script>"""
CLASSIC = WORKER.format("")
FETCHED: dict[str, tuple[dict[str, str], str]] = {
    "a classic script": ({"used.js": SEEN}, '<script src="used.js"></script>'),
    "data": (
        {"used.json": '"one"'},
        "<script>fetch('used.json').then((r) => r.json()).then((t) => { globalThis.seen = t })"
        "</script>",
    ),
    "HTML": (
        {"used.html": "one"},
        "<script>fetch('used.html').then((r) => r.text()).then((t) => { globalThis.seen = t })"
        "</script>",
    ),
    "HTML by a clean address": (
        {"used.html": "one"},
        "<script>fetch('used').then((r) => r.text()).then((t) => { globalThis.seen = t })</script>",
    ),
    "text by XMLHttpRequest": (
        {"used.txt": "one"},
        "<script>const asked = new XMLHttpRequest(); asked.open('GET', 'used.txt');"
        "asked.onload = () => { globalThis.seen = asked.responseText }; asked.send()</script>",
    ),
    "CSS as text": (
        {"used.css": "one"},
        "<script>fetch('used.css').then((r) => r.text()).then((t) => { globalThis.seen = t })"
        "</script>",
    ),
    "CSS as text that is linked, too": (
        {"used.css": "one"},
        "<link rel='stylesheet' href='used.css'>"
        "<script>fetch('used.css').then((r) => r.text()).then((t) => { globalThis.seen = t })"
        "</script>",
    ),
    "a worker's import": (
        {"workers/worker.js": "import { seen } from '../used.js'; postMessage(seen);"}
        | {"used.js": "export const seen = 'one';"},
        WORKER.format(", { type: 'module' }"),
    ),
    "what a classic worker imports": (
        {"workers/worker.js": "importScripts('other.js', \"../used.js\"); postMessage(seen);"}
        | {"workers/other.js": "", "used.js": SEEN},
        CLASSIC,
    ),
    "what that imports": (
        {"workers/worker.js": "importScripts('/deep/more.js'); postMessage(seen);"}
        # Relative to the worker, wherever it stands.
        | {"deep/more.js": "self.importScripts('used.js');", "workers/used.js": SEEN},
        CLASSIC,
    ),
}
FETCH = "fetch('{}').then((r) => r.text()).then(postMessage);"
# Only while the server that was asked for it lives.
BY_WORKERS = {
    "a name that was made up": (
        {
            "workers/worker.js": "const name = 'used'; importScripts(`${name}.js`); "
            "postMessage(seen);"
        }
        | {"workers/used.js": SEEN},
        CLASSIC,
    ),
    "data of a worker": (
        {"workers/worker.js": FETCH.format("used.json"), "workers/used.json": "one"},
        CLASSIC,
    ),
    "HTML of a module worker": (
        {"workers/worker.js": FETCH.format("../used.html"), "used.html": "one"},
        WORKER.format(", { type: 'module' }"),
    ),
    "CSS of a worker": (
        {"workers/worker.js": FETCH.format("used.css"), "workers/used.css": "one"},
        CLASSIC,
    ),
}


def open_page(project: Project, page: Page, files: dict[str, str], body: str) -> str:
    """Open a page that has seen what it fetched; returns the file that it saw."""
    project.write({**files, "index.html": html(body, script="")}).start()
    page.goto(project.url)
    page.wait_for_function("globalThis.seen === 'one'")
    sync(page)
    mark(page)
    return next(name for name in files if "used" in name)


@pytest.mark.parametrize("kind", [*FETCHED, *BY_WORKERS])
def test_an_edit_of_what_was_fetched_reloads_the_page(
    project: Project, page: Page, kind: str
) -> None:
    said = console_of(page)
    used = open_page(project, page, *(FETCHED | BY_WORKERS)[kind])
    project.edit(used, "one", "two")
    page.wait_for_function("globalThis.seen === 'two'")
    wait_until(page, lambda: any("reloaded:" in line for line in said))


@pytest.mark.parametrize("kind", FETCHED)
def test_what_was_fetched_and_changed_while_the_server_was_down_reloads_the_page(
    project: Project, page: Page, kind: str
) -> None:
    said = console_of(page)
    used = open_page(project, page, *FETCHED[kind])
    project.stop()
    project.start()
    sync(page)
    assert is_marked(page), "nothing changed, nothing happens"
    project.stop()
    project.edit(used, "one", "two")
    project.start()
    page.wait_for_function("globalThis.seen === 'two'")
    wait_until(page, lambda: any("reloaded:" in line for line in said))


TAKES = """<script>
const read = async () => { globalThis.seen = await (await fetch('%s')).text(); };
read();
document.addEventListener('hotreload:fetched', async (event) => {
  if (event.detail.path !== '/%s') return;
  event.preventDefault();
  globalThis.seen = await event.detail.text();
});
</script>"""


@pytest.mark.parametrize("name", ["used.html", "used.css", "used.txt", "used.json"])
def test_a_page_may_take_the_new_text_of_what_it_fetched(
    project: Project, page: Page, name: str
) -> None:
    open_page(project, page, {name: "one"}, TAKES % (name, name))
    for before, after in pairwise(("one", "two", "three")):
        project.edit(name, before, after)
        page.wait_for_function(f"globalThis.seen === '{after}'")
    project.stop()
    project.edit(name, "three", "four")
    project.start()
    page.wait_for_function("globalThis.seen === 'four'")
    assert is_marked(page)
    (project.root / name).unlink()
    page.wait_for_function("globalThis.marked === undefined")


def test_a_module_may_take_it_too(project: Project, page: Page) -> None:
    main = (
        "const read = async () => { globalThis.seen = await (await fetch('used.html')).text(); };\n"
        "await read();\n"
        "import.meta.hot.on('hotreload:fetched', async (event) => {\n"
        "  globalThis.seen = await event.text();\n  event.preventDefault();\n});\n"
    )
    body = '<script type="module" src="main.js"></script>'
    open_page(project, page, {"used.html": "one", "main.js": main}, body)
    project.edit("used.html", "one", "two")
    page.wait_for_function("globalThis.seen === 'two'")
    assert is_marked(page)


def test_html_that_nobody_fetched_is_none_of_the_page(project: Project, page: Page) -> None:
    files = {"used.txt": "one", "other.html": html("<h1>one</h1>", script="")}
    reads = "<script>fetch('used.txt').then(() => { globalThis.seen = 'one' })</script>"
    open_page(project, page, files, reads)
    told = frames_of(page)
    project.edit("other.html", "one", "two")
    sync(page)
    assert is_marked(page)
    assert not any("other.html" in frame for frame in told)


def test_a_script_that_a_worker_imports_is_missed_and_comes(project: Project, page: Page) -> None:
    files, body = FETCHED["what a classic worker imports"]
    used = open_page(project, page, files, body)
    project.stop()
    project.start()
    sync(page)
    (project.root / used).unlink()
    page.wait_for_function("globalThis.marked === undefined")
    sync(page)
    assert page.evaluate("globalThis.seen") is None
    project.write({used: SEEN.replace("one", "two")})
    page.wait_for_function("globalThis.seen === 'two'")


def test_a_request_that_a_script_gave_up_reloads_nothing(project: Project, page: Page) -> None:
    script = """
      const ending = new AbortController();
      fetch('data.json', { signal: ending.signal }).catch(() => { globalThis.given_up = true; });
      ending.abort();
    """
    index = html(f"<script>{script}</script>", script="")
    project.write({"index.html": index, "data.json": "1"}).start()
    loads: list[Page] = []
    page.on("load", lambda loaded: loads.append(loaded))
    page.goto(project.url)
    page.wait_for_function("globalThis.given_up === true")
    page.wait_for_function("performance.getEntriesByName(`${location}data.json`).length > 0")
    sync(page)
    assert len(loads) == 1


def test_a_script_that_something_blocks_is_no_circle(project: Project, page: Page) -> None:
    index = html('<script src="ads.js"></script>', script="")
    project.write({"index.html": index, "ads.js": "1"}).start()
    page.route("**/ads.js", lambda route: route.abort("blockedbyclient"))
    loads: list[Page] = []
    page.on("load", lambda loaded: loads.append(loaded))
    page.goto(project.url)
    wait_until(page, lambda: len(loads) == 2)
    sync(page)
    assert len(loads) == 2


LATE = """<link rel="stylesheet" href="late.css"><style>@import "late-import.css";
#back { height: 9px; background: url(late-back.svg) }</style>
<h1>one</h1><h2>two</h2><h3>x</h3><p id="back"></p><img id="image" src="late.svg">"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="9"><path d="M0 0h9v9"/></svg>'


def edit_often(project: Project, page: Page) -> None:
    for _ in range(10):
        before = page.locator("h3").inner_text()
        project.edit("index.html", f"<h3>{before}", f"<h3>{before}x")
        expect(page.locator("h3")).to_have_text(f"{before}x")


def test_what_a_cut_line_kept_from_coming_is_asked_for_again(project: Project, page: Page) -> None:
    late = {
        "late.css": "h1 { color: rgb(0, 0, 1) }",
        "late-import.css": "h2 { color: rgb(0, 0, 2) }",
        "late.svg": PICTURE,
        "late-back.svg": PICTURE,
    }
    project.write({"index.html": html(LATE, script="")}).start()
    cut: Counter[str] = Counter()

    def fail(route: Route) -> None:
        cut[urlsplit(route.request.url).path[1:]] += 1
        route.abort("connectionreset")

    with Proxy(project.port) as proxy:
        page.route("**/late*", fail)
        page.goto(proxy.url)
        sync(page)
        mark(page)
        back = page.locator("#back")
        empty = back.screenshot()
        project.write(late)
        # Once more when it is made, and then no more before there is another line.
        wait_until(page, lambda: cut >= Counter(dict.fromkeys(late, 2)))
        edit_often(project, page)
        once = Counter(cut)
        edit_often(project, page)
        assert cut == once
        page.unroute("**/late*")
        proxy.cut()
        proxy.restore()
        expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 1)")
        expect(page.locator("h2")).to_have_css("color", "rgb(0, 0, 2)")
        page.wait_for_function("document.getElementById('image').naturalWidth === 20")
        wait_until(page, lambda: back.screenshot() != empty)
        assert is_marked(page)


def test_a_stylesheet_stays_until_the_next_one_has_come(project: Project, page: Page) -> None:
    index = html('<link rel="stylesheet" href="style.css"><h1>one</h1>', script="")
    style = "h1 {{ color: rgb(0, 0, {}) }}"
    project.write({"index.html": index, "style.css": style.format(1), "other.css": ""}).start()
    cut: list[str] = []

    def fail(route: Route) -> None:
        cut.append(route.request.url)
        route.abort("connectionreset")

    with Proxy(project.port) as proxy:
        page.goto(proxy.url)
        sync(page)
        mark(page)
        page.route("**/style.css*", fail)
        # What it imports can only be set by fetching it.
        project.write({"style.css": '@import "other.css";\n' + style.format(2)})
        wait_until(page, lambda: len(cut) == 2)
        sync(page)
        expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 1)")
        page.unroute("**/style.css*")
        proxy.cut()
        proxy.restore()
        expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 2)")
        assert is_marked(page)
