"""Whichever module of the package is imported first, a page is served.

A name that a function and a submodule share means one or the other by who came first.
"""

import os
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import hotreload

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(hotreload.__path__, "hotreload.")
    # What runs when it is imported, or beside a generator that has an environment of its own.
    if not module.name.endswith(("__main__", "keys_windows"))
    and not module.name.endswith((".generators.properdocs", ".generators.zensical"))
)
# Each in a process of its own, made of one that has what the package needs, not the package.
SERVE = """
import os, sys
from importlib import import_module
from pathlib import Path
from urllib.request import urlopen
import asyncio, logging, threading
import starlette.applications, uvicorn, watchfiles, websockets

def serve(name, root):
    import_module(name)
    from hotreload.hosts.server import Server
    from hotreload.project.settings import Settings
    bodies = []
    def ready(url):
        typed = name.startswith(("hotreload.plugins.languages", "hotreload.site"))
        for path in ("", "typed.ts" if typed else "main.js"):
            bodies.append(urlopen(url + path, timeout=60).read())
        server.stop()
    server = Server(
        Settings(Path(root), port=0),
        lambda url: threading.Thread(target=ready, args=[url]).start(),
    )
    server.run()
    assert b"<title>t" in bodies[0], bodies
    assert b"export const a" in bodies[1] and b": number" not in bodies[1], bodies

for name in sys.argv[2:]:
    assert not any(m.startswith("hotreload") for m in sys.modules)
    pid = os.fork()
    if pid == 0:
        try:
            serve(name, sys.argv[1])
        except BaseException as error:
            print(f"{name}: {error!r}", flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if status:
        print(f"{name} first: status {status}", flush=True)
"""
PARTS = 6


def test_no_name_is_a_module_s_and_something_else_s() -> None:
    for name in MODULES:
        module = import_module(name)
        package, _, last = name.rpartition(".")
        assert getattr(sys.modules[package], last) is module, name


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to be quick")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_page_is_served_whatever_was_imported_first(tmp_path: Path, part: int) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<!doctype html><title>t</title>")
    (site / "main.js").write_text("export const a = 1;\n")
    (site / "typed.ts").write_text("export const a: number = 1;\n")
    done = subprocess.run(
        [sys.executable, "-c", SERVE, str(site), *MODULES[part::PARTS]],
        env={**os.environ, "HOTRELOAD_STATE_DIR": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    said = [line for line in done.stdout.splitlines() if " first: " in line or "Error" in line]
    assert said == []
    assert done.returncode == 0, done.stderr
