"""How a page keeps its connection: through proxies, silence, refusals, and what it tells."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from playwright.sync_api import Browser, Page, Request, WebSocket, expect

from hotreload.project.options import RuntimeOptions
from tests.browser.site import console_of, html, is_marked, mark
from tests.browser.wait import sync
from tests.contexts import context_of
from tests.nginx import Nginx
from tests.project import Project
from tests.proxy import Proxy

SITE = {
    "index.html": html("<h1>one</h1>", '<link rel="stylesheet" href="style.css">'),
    "style.css": "h1 { color: rgb(0, 0, 1) }",
    "main.js": """import { text } from './dep.js';
document.getElementById('out').textContent = text;
import.meta.hot?.accept('./dep.js', (dep) => {
  document.getElementById('out').textContent = dep.text;
});
""",
    "dep.js": "export const text = 'one';\n",
}


def edit_all(project: Project, old: str = "one", new: str = "two") -> None:
    project.edit("index.html", f"<h1>{old}", f"<h1>{new}")
    project.edit("dep.js", f"'{old}'", f"'{new}'")


def expect_all(page: Page, text: str = "two") -> None:
    expect(page.locator("h1")).to_have_text(text)
    expect(page.locator("#out")).to_have_text(text)


def sockets_of(page: Page) -> list[WebSocket]:
    """The sockets the page opens from now on."""
    sockets: list[WebSocket] = []
    page.on("websocket", lambda socket: sockets.append(socket))
    return sockets


@pytest.fixture
def proxy(project: Project) -> Iterator[Proxy]:
    with Proxy(project.port) as proxy:
        yield proxy


def test_a_dead_line_is_found_by_both_sides(project: Project, proxy: Proxy, page: Page) -> None:
    project.write(SITE).start("--heartbeat", "0.4", "--log-level", "debug")
    sockets = sockets_of(page)
    page.goto(proxy.url)
    sync(page)
    proxy.go_silent()
    began = time.monotonic()
    project.wait_for_output("page /index.html left", count=1)
    while len(sockets) < 2:
        page.wait_for_timeout(20)
    # The interval, the answer's time, and what a busy machine adds.
    assert time.monotonic() - began < 5
    sync(page)


def test_behind_nginx_under_a_prefix_and_tls_a_silent_page_stays_connected(
    project: Project, browser: Browser, tmp_path: Path
) -> None:
    """nginx ends what is silent for 60 s, the heartbeat is 20 s: here all is 40 times faster."""
    assert RuntimeOptions().heartbeat < 60 / 2
    certificate = tmp_path / "server.pem"
    issued = trustme.CA().issue_cert("127.0.0.1")
    for blob in (issued.private_key_pem, *issued.cert_chain_pems):
        blob.write_to_path(str(certificate), append=True)
    project.write(SITE).start("--base", "/app/", "--heartbeat", "0.5")
    folder = tmp_path / "nginx"
    with (
        Nginx(folder, project.port, prefix="/app/", timeout=1.5, certificate=certificate) as nginx,
        context_of(browser, ignore_https_errors=True) as context,
    ):
        page = context.new_page()
        sockets = sockets_of(page)
        page.goto(nginx.url)
        sync(page)
        mark(page)
        edit_all(project)
        expect_all(page)
        page.wait_for_timeout(3_500)
        edit_all(project, "two", "three")
        expect_all(page, "three")
        assert is_marked(page)
        (socket,) = sockets
        assert re.fullmatch(r"wss://127\.0\.0\.1:\d+/app/@hotreload/ws", socket.url)
        assert not socket.is_closed()


@pytest.mark.slow
def test_behind_nginx_as_it_comes_a_page_that_is_left_alone_stays_connected(
    project: Project, browser: Browser, tmp_path: Path
) -> None:
    """For longer than the 60 s after which it ends what is silent, by either transport."""
    project.write(SITE).start()
    with (
        Nginx(tmp_path / "nginx", project.port) as nginx,
        Nginx(tmp_path / "refusing", project.port, upgrade=False) as refusing,
        context_of(browser) as context,
    ):
        page, other = context.new_page(), context.new_page()
        sockets = sockets_of(page)
        streams: list[Request] = []
        other.on("request", lambda r: streams.extend([r] if r.url.endswith("/stream") else []))
        for opened, url in ((page, nginx.url), (other, refusing.url)):
            opened.goto(url)
            sync(opened)
            mark(opened)
        page.wait_for_timeout(65_000)
        edit_all(project)
        for opened in (page, other):
            expect_all(opened)
            assert is_marked(opened)
        (socket,) = sockets
        assert not socket.is_closed()
        assert len(streams) == 1


def test_without_a_heartbeat_nginx_ends_a_silent_connection(
    project: Project, page: Page, tmp_path: Path
) -> None:
    """The proof that the test before this one proves something."""
    project.write(SITE).start("--heartbeat", "60")
    with Nginx(tmp_path / "nginx", project.port, timeout=0.5) as nginx:
        sockets = sockets_of(page)
        page.goto(nginx.url)
        while len(sockets) < 2:
            page.wait_for_timeout(20)
        sync(page)
        edit_all(project)
        expect_all(page)


def test_where_upgrades_are_refused_updates_come_by_a_stream(
    project: Project, page: Page, tmp_path: Path
) -> None:
    project.write(SITE).start("--heartbeat", "0.5")
    with Nginx(tmp_path / "nginx", project.port, upgrade=False, timeout=1.5) as nginx:
        said = console_of(page)
        page.goto(nginx.url)
        sync(page)
        mark(page)
        edit_all(project)
        expect_all(page)
        page.wait_for_timeout(3_000)
        edit_all(project, "two", "three")
        expect_all(page, "three")
        # Over a restart too.
        project.stop()
        edit_all(project, "three", "four")
        project.start("--heartbeat", "0.5")
        expect_all(page, "four")
        assert is_marked(page)
    hints = [line for line in said if "proxy_set_header Upgrade" in line]
    assert len(hints) == 1


def test_a_page_whose_server_is_away_fills_no_console_and_says_for_how_long_it_was(
    project: Project, proxy: Proxy, page: Page
) -> None:
    project.write(SITE).start()
    page.goto(proxy.url)
    sync(page)
    said = console_of(page)
    proxy.cut()
    page.wait_for_timeout(2_500)
    proxy.restore()
    sync(page)
    assert [line for line in said if not line.endswith(" connected")] == []
    proxy.cut()
    page.wait_for_function("document.querySelector('hotreload-status')")
    # As a machine that has slept sees it.
    page.evaluate("{ const { now } = Date; Date.now = () => now() + 3_720_000 }")
    proxy.restore()
    sync(page)
    proxy.cut()
    proxy.restore()
    sync(page)
    told = [line for line in said if "the server is back" in line]
    assert len(told) == 1
    assert told[0].endswith("this page was without it for 1 h 2 min")


def test_the_status_shows_in_a_corner_and_goes_away(
    project: Project, proxy: Proxy, page: Page
) -> None:
    project.write(SITE).start()
    page.goto(proxy.url)
    sync(page)
    status = page.locator("hotreload-status").get_by_role("status")
    expect(status).to_have_count(0)
    proxy.cut()
    expect(status).to_have_text("Reconnecting …")
    page.context.set_offline(True)
    expect(status).to_have_text("Offline")
    page.context.set_offline(False)
    proxy.restore()
    expect(status).to_have_text("Connected")
    expect(status).to_have_count(0)


@pytest.mark.parametrize("how", ["flag", "attribute"])
def test_the_status_can_be_turned_off(project: Project, proxy: Proxy, page: Page, how: str) -> None:
    index = SITE["index.html"]
    if how == "attribute":
        index = index.replace("<html>", '<html data-hotreload-status="off">')
    project.write({**SITE, "index.html": index})
    project.start(*(["--no-status"] if how == "flag" else []))
    page.goto(proxy.url)
    sync(page)
    page.evaluate(
        "document.addEventListener('hotreload:status', () => {"
        " setTimeout(() => { globalThis.waited = true }, 1500) })"
    )
    proxy.cut()
    page.wait_for_function("globalThis.waited")
    expect(page.locator("hotreload-status")).to_have_count(0)


def test_a_restarted_server_is_found_soon(project: Project, page: Page) -> None:
    project.write(SITE).start()
    page.goto(project.url)
    sync(page)
    page.evaluate(
        "document.addEventListener('hotreload:status', ({ detail }) => {"
        " if (detail.status === 'connected') globalThis.back = Date.now() })"
    )
    project.stop()
    project.start()
    listens = time.time() * 1000
    page.wait_for_function("globalThis.back")
    # Half of that, on the median, on a quiet machine: see the benchmark.
    assert page.evaluate("globalThis.back") - listens < 1_500
