"""A site with secrets in it and around it, and the server that must not give them away."""

import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.project import Project
from tests.security.wire import (
    MARK,
    MODULE,
    SECONDS,
    Answer,
    handshake,
    marked,
    parse,
    request,
    talk,
)

PAGE = (
    '<!doctype html><html><head><title>t</title><link rel="stylesheet" href="theme.css">'
    '<script type="module" src="main.js"></script></head><body>page</body></html>'
)
SERVED: Mapping[str, str | bytes] = {
    "index.html": PAGE,
    "main.js": "import './dep.js';\nimport.meta.hot.accept();\n",
    "dep.js": "export const a = 1;\n",
    "classic.js": "var secret = 'of this origin';\n",
    "theme.css": "body { color: red }",
    "data.json": '{"a": 1}',
    "x.png": bytes(range(256)),
    "page.js": "export const page = 1;\n",
    "sub/index.html": PAGE,
    "sub/a.js": "export {};\n",
    "evil.example/index.html": PAGE,
    ".well-known/x": "public",
}
DENIED = (
    *(".env", ".env.local", ".ENV.PROD", ".npmrc", ".htpasswd", ".ssh/id_rsa", ".git/config"),
    *(".vscode/settings.json", ".venv/pyvenv.cfg", "server.pem", "UPPER.PEM", "server.key"),
    *("id_rsa", "db.sqlite3", "mod.pyc", "manage.py", "nested/.env", "__pycache__/m.txt"),
)


OWN = "<the server's own>"


class Fort:
    """The server, and what may be asked of it.

    Args:
        project: with its files written; started by :func:`build`.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.port = project.port
        self.outside = project.root.parent / "secret.txt"

    @property
    def root(self) -> Path:
        return self.project.root

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answers(self) -> None:
        """It is there, and serves what it should: else no refusal would mean anything."""
        answer = self.ask("/dep.js")
        assert answer.status == 200, (answer, self.project.output)
        assert "export const a" in answer.text

    def said(self, words: str) -> None:
        """Wait until these words are in the terminal."""
        deadline = time.monotonic() + SECONDS
        while words not in self.project.output:
            assert time.monotonic() < deadline, (words, self.project.output)
            time.sleep(0.01)

    def send(self, data: bytes, *, seconds: float = SECONDS) -> Answer:
        """Bytes as they are, and what comes back."""
        return parse(talk(self.port, data, seconds=seconds))

    def ask(
        self,
        target: str,
        headers: Mapping[str, str] | list[tuple[str, str]] = (),  # type: ignore[assignment]
        *,
        method: str = "GET",
        host: str | None = "",
    ) -> Answer:
        """One request; ``host`` "" is the server's own."""
        own = self.host if host == "" else host
        return parse(talk(self.port, request(target, headers, method=method, host=own)))

    def refuses(
        self, target: str, headers: Mapping[str, str] | None = None, *, method: str = "GET"
    ) -> Answer:
        """A request that is refused, and tells nothing."""
        answer = self.send(request(target, headers or {}, method=method, host=self.host))
        assert answer.status in (400, 403, 404, 405), (target, answer.raw[:300])
        self.keeps_secrets(answer, target)
        return answer

    def keeps_secrets(self, answer: Answer, asked: str = "") -> None:
        """Neither what is not served nor where it lies is told, unless it was said already."""
        assert not marked(answer.raw), answer.raw[:300]
        if str(self.root.parent) not in asked:
            assert str(self.root.parent).encode() not in answer.raw
        assert b"Traceback (most" not in answer.raw

    def shake(self, origin: str | None = OWN, token: str | None = OWN, **how: Any) -> Answer:
        """A handshake's answer."""
        origin = self.origin if origin == OWN else origin
        token = self.token if token == OWN else token
        how.setdefault("host", self.host)
        data = handshake(origin, token, **how)
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as connection:
            connection.sendall(data)
            raw = b""
            # An open socket says nothing more, anything else ends.
            while not (raw.startswith(b"HTTP/1.1 101") and raw.endswith(b"\r\n\r\n")):
                chunk = connection.recv(65536)
                if not chunk:
                    break
                raw += chunk
        return parse(raw)

    @cached_property
    def token(self) -> str:
        token: str = json.loads(self.ask("/@hotreload/status", MODULE).text)["token"]
        return token


def write_fort(folder: Path) -> Project:
    """The site, its secrets and its links."""
    project = Project(folder / "site", folder / "state").write(SERVED)
    project.write(dict.fromkeys(DENIED, MARK))
    for name in ("txt", "html", "js", "css", "json", "svg", "map"):
        (folder / f"secret.{name}").write_text(MARK)
    (folder / "site-evil").mkdir()
    (folder / "site-evil" / "secret.txt").write_text(MARK)
    for link, target in {
        "leak": "../secret.txt",
        "leak.js": "../secret.js",
        "leakdir": "..",
        "alias.txt": ".env",
        "alias.js": "manage.py",
        "page.js.gz": "../secret.txt",
        "loopa.js": "loopb.js",
        "loopb.js": "loopa.js",
        "zero.bin": "/dev/zero",
        "inside-link.js": "main.js",
        "inside-dir": "sub",
    }.items():
        (project.root / link).symlink_to(target)
    os.mkfifo(project.root / "pipe.txt")
    os.mkfifo(project.root / "pipe.js")
    return project


@contextmanager
def build(folder: Path, *arguments: str) -> Iterator[Fort]:
    """A fort with its server; at the end nothing may have leaked into the terminal either."""
    project = write_fort(folder)
    try:
        fort = Fort(project.start(*arguments))
        fort.answers()
        yield fort
        token = fort.token
        project.stop()
        assert token not in project.output
        assert MARK not in project.output
        assert "Traceback" not in project.output, project.output
        assert not [c for c in project.output if not (c.isprintable() or c in "\n\t")]
    finally:
        project.close()
