"""The runtime connects to its own origin and to nothing else, wherever the page is; and where it is
refused it waits, rather than knock."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser.site import is_marked, mark
from tests.project import Project
from tests.security.test_foreign_page import FILES

SITE = {
    **FILES,
    "index.html": FILES["index.html"] + "<link rel='icon' href='data:,'>",
    "main.js": "import { text } from './dep.js';\nconst out = document.getElementById('out');\n"
    "out.textContent = text;\n"
    "import.meta.hot?.accept('./dep.js', (dep) => { out.textContent = dep.text; });\n",
}


@pytest.mark.parametrize(
    ("arguments", "page_url", "socket_url"),
    [
        ([], "http://[::1]:{}/", "ws://[::1]:{}/@hotreload/ws"),
        ([], "http://app.localhost:{}/", "ws://app.localhost:{}/@hotreload/ws"),
        (["--base", "/app/"], "http://[::1]:{}/app/", "ws://[::1]:{}/app/@hotreload/ws"),
        (["--https"], "https://localhost:{}/", "wss://localhost:{}/@hotreload/ws"),
    ],
)
def test_a_page_connects_to_where_it_came_from(
    browser: Browser, project: Project, arguments: list[str], page_url: str, socket_url: str
) -> None:
    project.write(SITE).start(*arguments)
    url, wanted = page_url.format(project.port), socket_url.format(project.port)
    with browser.new_context(ignore_https_errors=True) as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.on("request", lambda request: asked.append(request.url))
        with page.expect_console_message(lambda message: "connected" in message.text):
            page.goto(url)
        expect(page.locator("#out")).to_have_text("ours")
        mark(page)
        project.edit("dep.js", "ours", "pushed")
        expect(page.locator("#out")).to_have_text("pushed")
        assert is_marked(page)
        assert wanted in asked
        own = re.compile(rf"({re.escape(url)}|{re.escape(wanted)}|data:|blob:)")
        assert [address for address in asked if not own.match(address)] == []
        page.goto("about:blank")


def test_a_page_whose_socket_is_closed_again_and_again_backs_off(
    page: Page, project: Project
) -> None:
    project.write(SITE).start()
    opened: list[float] = []

    def close(socket: WebSocketRoute) -> None:
        opened.append(time.monotonic())
        if len(opened) <= 3:
            socket.close(code=1008)
        else:
            socket.connect_to_server()

    page.add_init_script("Math.random = () => 0.5")  # the jitter
    page.route_web_socket(re.compile("@hotreload/ws"), close)
    page.goto(project.url)
    deadline = time.monotonic() + 30
    while len(opened) < 4:
        assert time.monotonic() < deadline, opened
        page.wait_for_timeout(50)
    assert opened[3] - opened[0] >= 0.65, "100, 200 and 400 ms at least: else it is a loop"
    project.edit("dep.js", "ours", "at last")
    expect(page.locator("#out")).to_have_text("at last", timeout=15_000)
    page.goto("about:blank")
