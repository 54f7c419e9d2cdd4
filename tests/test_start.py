"""What a start does not wait for, and who gets it all the same."""

import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

import hotreload.hosts.engine
from hotreload.hosts.server import Server
from hotreload.project.files import content_hash
from hotreload.project.settings import Settings

LATE = (
    *("hotreload.live.protocol", "hotreload.live.updates", "hotreload.transform.lexer"),
    *("hotreload.transform.css", "hotreload.hosts.inspector.answers"),
    *("uvicorn.main", "multiprocessing", "watchfiles", "websockets"),
    *("logging.handlers", "importlib.readers", "hotreload.watch.source_inotify"),
)
# Longer than any test: whoever waits so long does not depend on the clock.
NEVER = 3600


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def test_a_server_answers_before_it_imports_what_the_first_page_does_not_need(
    tmp_path: Path,
) -> None:
    code = f"""
import sys
from pathlib import Path
import hotreload.hosts.engine
from hotreload.hosts.server import Server
from hotreload.project.settings import Settings

hotreload.hosts.engine.FIRST_PAGE_SECONDS = {NEVER}

def ready(url):
    print([name for name in {LATE} if name in sys.modules], flush=True)
    server.stop()

server = Server(Settings(Path({str(tmp_path)!r}), port=0), ready)
server.run()
print("hotreload.live.updates" in sys.modules)
"""
    assert run(code) == "[]\nFalse"


def test_all_of_uvicorn_is_there_for_who_asks_for_it() -> None:
    code = (
        "import hotreload.hosts.server, uvicorn, hotreload.hosts.uvicorn_parts as parts\n"
        "print(callable(uvicorn.run), uvicorn.main.name, uvicorn.Server is parts.Server, "
        "uvicorn.Config is parts.Config, hasattr(uvicorn, 'nonsense'))"
    )
    assert run(code) == "True main True True False"


def test_the_configuration_of_logging_is_there_for_who_asks_for_it() -> None:
    code = (
        "import hotreload.hosts.server, logging.config\n"
        "logging.config.dictConfig({'version': 1})\n"
        "from logging.config import fileConfig\n"
        "print(callable(fileConfig), hasattr(logging.config, 'nonsense'))"
    )
    assert run(code) == "True False"


def test_uvicorn_that_was_imported_before_stays_as_it_is() -> None:
    code = (
        "import uvicorn; before = vars(uvicorn).copy()\n"
        "import hotreload.hosts.uvicorn_parts as parts\n"
        "print(parts.Server is uvicorn.Server, vars(uvicorn).keys() == before.keys())"
    )
    assert run(code) == "True True"


def test_what_changes_before_anybody_watches_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotreload.hosts.engine, "FIRST_PAGE_SECONDS", NEVER)
    before, after = b"p { color: red }", b"p { color: blue }"
    (tmp_path / "a.css").write_bytes(before)
    (tmp_path / "same.css").write_bytes(before)
    known: list[str | None] = []

    def visit(url: str) -> None:
        site, watcher = server.engine.site, server.engine._watcher
        try:
            for name in ("a.css", "same.css"):
                urlopen(url + name).close()
            assert not watcher.ready.is_set()
            (tmp_path / "a.css").write_bytes(after)
            watcher.start()
            deadline = time.monotonic() + 30
            while site.known.hash("/a.css") != content_hash(after):
                assert time.monotonic() < deadline
                time.sleep(0.01)
            known.extend(site.known.hash(url) for url in ("/a.css", "/same.css"))
        finally:
            server.stop()

    def ready(url: str) -> None:
        threading.Thread(target=visit, args=(url,), daemon=True).start()

    server = Server(Settings(tmp_path, port=0), ready)
    server.run()
    assert known == [content_hash(after), content_hash(before)]
    assert server.engine.journal.rev == 1
