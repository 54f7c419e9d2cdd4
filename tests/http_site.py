"""A small site on a real server, and plain requests to it."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.project import Project

PAGE = "<!doctype html><html><head><title>t</title></head><body>page</body></html>"
NAVIGATION = {
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "sec-fetch-site": "none",
    "accept": "text/html",
}
MODULE = {"sec-fetch-mode": "cors", "sec-fetch-dest": "script", "sec-fetch-site": "same-origin"}
CLASSIC = {**MODULE, "sec-fetch-mode": "no-cors"}
WORKER = {**MODULE, "sec-fetch-mode": "same-origin", "sec-fetch-dest": "worker"}
SECRET = "the secret"
FILES: dict[str, str | bytes] = {
    "index.html": PAGE,
    "about.html": PAGE.replace("page", "about"),
    "docs/index.html": PAGE.replace("page", "docs"),
    "app.html": PAGE.replace("page", "beside the folder"),
    "app/x.txt": "x",
    "404.html": PAGE.replace("page", "nothing here"),
    "main.js": "import './dep.js';\nimport p from 'p';\nimport('./dep.js');\n",
    "dep.js": "export const a = 1;\n",
    "classic.js": "var a = 1; // plain\n",
    "broken.js": "import './gone.js';\n",
    "theme.css": "body { background: url(x.png) }",
    "data.json": '{"a": 1}',
    "x.png": bytes(range(256)) * 4,
    "film.mp4": b"0123456789" * 1000,
    "empty.txt": "",
    "\u00e9 #1.txt": "odd name",
    "x.unknown": "?",
    "node_modules/p/package.json": '{"exports": "./lib/i.js"}',
    "node_modules/p/lib/i.js": "export default 1;",
    ".env": SECRET,
    "sub/.git/config": SECRET,
    "server.pem": SECRET,
    "manage.py": SECRET,
    ".well-known/x": "public",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    project: Project, path: str, method: str = "GET", *, host: str = "", **headers: str
) -> Answer:
    """One request; header names with underscores for hyphens."""
    connection = http.client.HTTPConnection("127.0.0.1", project.port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host or f"127.0.0.1:{project.port}")
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()


def ask_raw(project: Project, request: bytes) -> bytes:
    """What comes back for bytes, up to the end of the connection."""
    with socket.create_connection(("127.0.0.1", project.port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


@contextmanager
def serve_site(folder: Path) -> Iterator[Project]:
    """A server of :data:`FILES` in a folder, with links out of the project and inside it."""
    (folder / "secret.txt").write_text(SECRET)
    project = Project(folder / "site", folder / "state").write(FILES)
    (project.root / "leak.txt").symlink_to("../secret.txt")
    (project.root / "inside.js").symlink_to("dep.js")
    project.start()
    yield project
    assert project.stop() in (0, -15)
    assert "Traceback" not in project.output
