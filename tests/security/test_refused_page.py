"""A page that is refused learns why, and doesn't knock without end."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Page, WebSocket, expect

from tests.browser.site import console_of
from tests.project import Project
from tests.security.test_foreign_page import FILES

SECONDS = 15


def wait_for_line(page: Page, lines: list[str], words: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not [line for line in lines if words in line]:
        assert time.monotonic() < deadline, lines
        page.wait_for_timeout(50)


@contextmanager
def proxy(target: int) -> Iterator[int]:
    """As nginx without a thought: it gives the server the server's own name."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pipe(source: socket.socket, drain: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                drain.sendall(data)
        with suppress(OSError):
            drain.shutdown(socket.SHUT_WR)

    def serve(client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", target)) as server:
            head = b""
            while b"\r\n\r\n" not in head:
                chunk = client.recv(65536)
                if not chunk:
                    return
                head += chunk
            head = re.sub(rb"(?mi)^Host:.*?\r$", b"Host: 127.0.0.1:%d\r" % target, head)
            if b"websocket" not in head.lower():
                head = re.sub(rb"(?mi)^Connection:.*?\r$", b"Connection: close\r", head)
            server.sendall(head)
            up = threading.Thread(target=pipe, args=(client, server), daemon=True)
            up.start()
            pipe(server, client)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def test_a_page_behind_a_proxy_learns_which_flag_would_help_and_it_does(
    misled_page: Page, project: Project
) -> None:
    page = misled_page
    project.write(FILES).start()
    with proxy(project.port) as port:
        lines = console_of(page)
        sockets: list[WebSocket] = []
        page.on("websocket", lambda socket: sockets.append(socket))
        page.goto(f"http://app.test:{port}/")
        expect(page.locator("#out")).to_have_text("ours")
        wait_for_line(page, lines, "--allow-host app.test")
        page.wait_for_timeout(1000)
        assert len([line for line in lines if "does not update" in line]) == 1
        assert len(sockets) == 1, "it asks why before it tries again"
        project.stop()
        project.start("--allow-host", "app.test")
        project.edit("dep.js", "ours", "by proxy")
        expect(page.locator("#out")).to_have_text("by proxy", timeout=SECONDS * 1000)


def test_a_page_whose_name_is_allowed_no_more_learns_why_and_comes_back(
    misled_page: Page, project: Project
) -> None:
    page = misled_page
    project.write(FILES).start("--allow-host", "app.test")
    lines = console_of(page)
    page.goto(f"http://app.test:{project.port}/")
    expect(page.locator("#out")).to_have_text("ours")
    project.stop()
    project.start()
    wait_for_line(page, lines, "--allow-host app.test")
    page.wait_for_timeout(1000)
    assert len([line for line in lines if "does not update" in line]) == 1
    project.stop()
    project.start("--allow-host", "app.test")
    project.edit("dep.js", "ours", "back")
    expect(page.locator("#out")).to_have_text("back", timeout=SECONDS * 1000)
