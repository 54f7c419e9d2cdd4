"""What the watcher sees and a page must not be told."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.security.fort import Fort, build
from tests.security.test_frames import everything_before_pong, page
from tests.security.wire import MARK, marked
from tests.sockets import receive

SECRETS: dict[str, Callable[[Path], None]] = {
    ".env": lambda root: _write(root / ".env"),
    ".git/config": lambda root: _write(root / ".git" / "config"),
    ".npmrc": lambda root: _write(root / ".npmrc"),
    "server.pem": lambda root: _write(root / "server.pem"),
    "nested/.env": lambda root: _write(root / "nested" / ".env"),
    "manage.py": lambda root: _write(root / "manage.py"),
    "a link out": lambda root: _write(root.parent / "secret.js"),
    "a file outside": lambda root: _write(root.parent / "secret.txt"),
    "a link to a denied file": lambda root: _write(root / ".env"),
    "a new link out": lambda root: (root / "new.js").symlink_to("../secret.js"),
    "a module that becomes a link": lambda root: _become_link(root / "page.js"),
    "a stylesheet that becomes a link": lambda root: _become_link(root / "theme.css"),
    "a page that becomes a link": lambda root: _become_link(root / "index.html"),
    "a FIFO": lambda root: os.mkfifo(root / "late.js"),
}


def _write(path: Path) -> None:
    path.write_text(f"export default '{MARK} {os.urandom(4).hex()}'")


def _become_link(path: Path) -> None:
    other = path.with_name("other.tmp")
    other.symlink_to("../secret.js")
    other.replace(path)


@pytest.mark.parametrize("change", SECRETS.values(), ids=SECRETS)
def test_a_change_of_what_is_not_served_is_not_pushed(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    with build(tmp_path) as fort:
        names = ("leak.js", "alias.js", "page.js", "theme.css", ".env", "server.pem", "late.js")
        held = dict.fromkeys([f"/{name}" for name in names], "old")
        modules = {name: ["old", ""] for name in held if name.endswith(".js")}
        with page(fort, resources=held, modules=modules) as socket:
            everything_before_pong(socket)
            change(fort.root)
            # It comes after what was changed before: so that was dealt with.
            fort.project.write({"dep.js": "export const a = 2;\n"})
            socket.send(json.dumps({"type": "hold", "modules": {"/dep.js": ["old", ""]}}))
            update = receive(socket, "update")
            while "/dep.js" not in json.dumps(update):
                assert not marked(json.dumps(update).encode())
                update = receive(socket, "update")
            frames = everything_before_pong(socket)
            assert not any(marked(text.encode()) for text in [*frames, json.dumps(update)])


def test_a_module_too_large_to_be_sent_is_not(fort: Fort) -> None:
    with page(fort, resources={"/big.css": "old", "/theme.css": "old"}) as socket:
        fort.project.write({"big.css": "/* large */" * 2_400_000})
        fort.project.edit("theme.css", "red", "green")
        sizes = []
        while True:
            update = receive(socket, "update")
            sizes.append(len(json.dumps(update)))
            if "green" in json.dumps(update["styles"]):
                break
        assert max(sizes) < 2_000_000
    fort.project.edit("theme.css", "green", "red")


def test_three_thousand_new_files_keep_nobody_out(fort: Fort) -> None:
    with page(fort) as socket:
        fort.project.write({f"many/f{number}.js": "export {}" for number in range(3000)})
        fort.answers()
        assert everything_before_pong(socket)
