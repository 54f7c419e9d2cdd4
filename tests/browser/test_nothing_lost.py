"""Whatever happens between a page and its server, every edit arrives, and nothing else does."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.site import console_of, frames_of, is_marked, mark
from tests.browser.wait import sync, wait_until
from tests.chromium import CHROMIUM_ARGS
from tests.project import Project
from tests.proxy import Proxy

PIXEL = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="10"/>'
SITE = {
    "index.html": """<!doctype html>
<html><head><meta charset="utf-8"><title>Test</title>
<link rel="stylesheet" href="style.css">
<script type="module" src="main.js"></script></head>
<body><h1>one</h1><img id="image" src="image.svg"><p id="out"></p></body></html>
""",
    "style.css": "h1 { color: rgb(0, 0, 1) }\n#out { background: url(back.svg) }\n",
    "main.js": """import { text } from './dep.js';
document.getElementById('out').textContent = text;
import.meta.hot?.accept('./dep.js', (dep) => {
  document.getElementById('out').textContent = dep.text;
});
""",
    "dep.js": "export const text = 'one';\n",
    "image.svg": PIXEL.format(10),
    "back.svg": PIXEL.format(10),
}


def edit_all(project: Project) -> None:
    """One edit of each kind that needs no reload."""
    project.edit("index.html", "<h1>one", "<h1>two")
    project.edit("style.css", "0, 0, 1", "0, 0, 2")
    project.edit("dep.js", "one", "two")
    project.write({"image.svg": PIXEL.format(20)})


def expect_all(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("two")
    expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 2)")
    expect(page.locator("#out")).to_have_text("two")
    page.wait_for_function("document.getElementById('image').naturalWidth === 20")


@pytest.fixture
def proxy(project: Project) -> Iterator[Proxy]:
    with Proxy(project.port) as proxy:
        yield proxy


@pytest.fixture
def opened(project: Project, proxy: Proxy, page: Page) -> Page:
    """A page that is connected, through a proxy."""
    project.write(SITE).start("--heartbeat", "0.4")
    page.goto(proxy.url)
    expect(page.locator("#out")).to_have_text("one")
    sync(page)
    mark(page)
    return page


def test_edits_between_the_answer_and_the_socket_arrive(project: Project, page: Page) -> None:
    project.write(SITE).start()

    def edit_first(route: Route) -> None:
        edit_all(project)
        route.continue_()

    # What the page loads is older than the edit, the socket is younger.
    page.route("**/@hotreload/client.js", edit_first, times=1)
    page.goto(project.url)
    expect_all(page)


def test_a_script_that_changed_before_the_socket_opened_reloads_the_page(
    project: Project, page: Page
) -> None:
    said = console_of(page)
    classic = SITE["index.html"].replace("</head>", '<script src="old.js"></script></head>')
    project.write({**SITE, "index.html": classic, "old.js": "globalThis.old = 1"}).start()

    def edit_first(route: Route) -> None:
        answer = route.fetch()
        project.write({"old.js": "globalThis.old = 2"})
        route.fulfill(response=answer)

    page.route("**/old.js", edit_first, times=1)
    page.goto(project.url)
    page.wait_for_function("globalThis.old === 2")
    assert any("/old.js" in line for line in said)


def test_edits_made_offline_arrive(project: Project, proxy: Proxy, opened: Page) -> None:
    proxy.cut()
    edit_all(project)
    proxy.restore()
    expect_all(opened)
    assert is_marked(opened)


def test_edits_made_while_the_line_was_dead_without_a_word_arrive(
    project: Project, proxy: Proxy, opened: Page
) -> None:
    proxy.go_silent()
    edit_all(project)
    # Not the image, which the browser may ask for by a connection that it kept and that is dead.
    expect(opened.locator("h1")).to_have_text("two")
    expect(opened.locator("h1")).to_have_css("color", "rgb(0, 0, 2)")
    expect(opened.locator("#out")).to_have_text("two")
    assert is_marked(opened)


def test_edits_made_while_the_tab_was_frozen_arrive(project: Project, opened: Page) -> None:
    devtools = opened.context.new_cdp_session(opened)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    edit_all(project)
    devtools.send("Page.setWebLifecycleState", {"state": "active"})
    expect_all(opened)
    assert is_marked(opened)


def test_edits_made_while_the_page_was_in_the_back_forward_cache_arrive(
    project: Project, browser: Browser, whole_chromium_path: Path
) -> None:
    project.write({**SITE, "other.html": "<!doctype html><title>Other</title>"}).start()
    # The cache is off where a test driver starts the browser as it likes to.
    cached = browser.browser_type.launch(
        executable_path=whole_chromium_path,
        args=CHROMIUM_ARGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    with cached, cached.new_page() as page:
        page.goto(project.url)
        expect(page.locator("#out")).to_have_text("one")
        sync(page)
        mark(page)
        page.goto(f"{project.url}other.html")
        edit_all(project)
        page.go_back(wait_until="commit")
        expect_all(page)
        assert is_marked(page), "the page came out of the cache as it was"


def test_edits_arrive_after_a_restart_though_their_files_are_as_old_as_before(
    project: Project, opened: Page
) -> None:
    names = ("index.html", "style.css", "dep.js", "image.svg")
    before = {name: (project.root / name).stat() for name in names}
    project.stop(signal.SIGKILL)
    edit_all(project)
    for name, stat in before.items():
        os.utime(project.root / name, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    project.start()
    expect_all(opened)
    assert is_marked(opened)


def test_after_a_restart_without_an_edit_nothing_happens(project: Project, opened: Page) -> None:
    said = console_of(opened)
    frames = frames_of(opened)
    requests: list[str] = []
    opened.on("request", lambda request: requests.append(request.url))
    for how in (signal.SIGKILL, signal.SIGTERM):
        project.stop(how)
        project.start()
        sync(opened)
    # A slow machine may need longer than a heartbeat.
    told = {json.loads(frame)["type"] for frame in frames} - {"pong"}
    assert told == {"welcome", "problems", "synced"}
    assert [line for line in said if not line.endswith(" connected")] == []
    assert [url for url in requests if url.startswith(opened.url)] == []
    assert is_marked(opened)


def test_what_only_a_stylesheet_shows_is_shown_anew_after_a_restart(
    project: Project, opened: Page
) -> None:
    project.stop()
    project.write({"back.svg": PIXEL.format(30)})
    project.start()
    image = "getComputedStyle(document.getElementById('out')).backgroundImage"
    opened.wait_for_function(f"{image}.includes('back.svg?v=')")
    assert is_marked(opened)


def test_a_stylesheet_that_is_deleted_while_the_server_is_down_is_gone(
    project: Project, opened: Page
) -> None:
    project.stop()
    (project.root / "style.css").unlink()
    project.start()
    expect(opened.locator("h1")).to_have_css("color", "rgb(0, 0, 0)")
    project.write({"style.css": "h1 { color: rgb(0, 0, 3) }"})
    expect(opened.locator("h1")).to_have_css("color", "rgb(0, 0, 3)")
    assert is_marked(opened)


def test_a_module_that_is_deleted_while_the_server_is_down_is_a_problem_until_it_is_back(
    project: Project, opened: Page
) -> None:
    project.stop()
    (project.root / "dep.js").unlink()
    project.start()
    expect(opened.locator("hotreload-overlay")).to_contain_text("/main.js")
    project.write({"dep.js": "export const text = 'back';"})
    expect(opened.locator("#out")).to_have_text("back")
    expect(opened.locator("hotreload-overlay")).to_have_count(0)
    assert is_marked(opened)


def test_files_made_while_the_server_is_down_are_there(project: Project, page: Page) -> None:
    missing = (
        '<link rel="stylesheet" href="new.css"><script type="module" src="new.js"></script></head>'
    )
    body = '<img id="new" src="new.svg"></body>'
    index = SITE["index.html"].replace("</head>", missing).replace("</body>", body)
    project.write({**SITE, "index.html": index}).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one")
    sync(page)
    project.stop()
    project.write(
        {
            "new.css": "h1 { color: rgb(0, 0, 4) }",
            "new.js": "globalThis.arrived = true",
            "new.svg": PIXEL.format(40),
        }
    )
    project.start()
    expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 4)")
    page.wait_for_function("globalThis.arrived === true")
    page.wait_for_function("document.getElementById('new').naturalWidth === 40")


def open_without_base(page: Page, url: str) -> Route:
    """Open a page whose question for what its merges begin with is not answered yet."""
    held: list[Route] = []
    page.route("**/@hotreload/base/*", lambda route: held.append(route), times=1)
    page.goto(url)
    expect(page.locator("#out")).to_have_text("one")
    wait_until(page, lambda: held)
    mark(page)
    return held[0]


def test_a_page_asks_again_for_what_its_merges_begin_with(
    project: Project, proxy: Proxy, page: Page
) -> None:
    project.write(SITE).start("--heartbeat", "0.4")
    question = open_without_base(page, proxy.url)
    proxy.cut()
    question.abort("connectionreset")
    project.edit("index.html", "<h1>one", "<h1>two")
    proxy.restore()
    expect(page.locator("h1")).to_have_text("two")
    assert is_marked(page)


@pytest.mark.parametrize("changes", [False, True], ids=["as it was", "changed"])
def test_what_merges_begin_with_is_asked_for_after_a_restart(
    project: Project, page: Page, changes: bool
) -> None:
    project.write(SITE).start()
    said = console_of(page)
    question = open_without_base(page, project.url)
    project.stop(signal.SIGKILL)
    question.abort("connectionreset")
    if changes:
        project.edit("index.html", "<h1>one", "<h1>two")
    project.start()
    sync(page)
    if not changes:
        project.edit("index.html", "<h1>one", "<h1>two")
    expect(page.locator("h1")).to_have_text("two")
    sync(page)
    assert is_marked(page) != changes
    told = "the server does not know the HTML this page was made of any more"
    assert len([line for line in said if f"reloaded: {told}" in line]) == changes, said


def test_a_token_that_changed_with_the_server_does_not_get_in_the_way(
    project: Project, opened: Page
) -> None:
    project.stop()
    (state,) = (project.root.parent / "state").glob("*.json")
    identity = json.loads(state.read_text())
    state.write_text(json.dumps({**identity, "token": "t" * 32}))
    edit_all(project)
    project.start()
    expect_all(opened)
    assert is_marked(opened)


def test_a_page_of_another_project_is_never_patched_though_its_reload_was_prevented(
    project: Project, opened: Page
) -> None:
    opened.evaluate(
        "document.addEventListener('hotreload:before-reload', (event) => {"
        " (globalThis.reasons ??= []).push(event.detail.reason); event.preventDefault(); })"
    )
    project.stop()
    other = Project(project.root.parent / "other", project.root.parent / "state")
    other.port = project.port
    other.write({**SITE, "dep.js": "export const text = 'other';\n"}).start()
    try:
        opened.wait_for_function("globalThis.reasons?.length === 1")
        other.stop()
        other.start()
        opened.wait_for_function("globalThis.reasons?.length === 2")
        assert opened.locator("#out").text_content() == "one"
        assert all("another project" in why for why in opened.evaluate("reasons"))
    finally:
        other.close()
