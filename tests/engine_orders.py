"""`python -m tests.engine_orders ORDER`: both compilers, first asked for by one thread or another.

Ends with 0 if each has answered whoever asked, and this process has never loaded a V8.
"""

import asyncio
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hotreload.plugins.languages import engine, sass
from hotreload.plugins.languages.engine import Engine, EngineError
from hotreload.plugins.languages.typescript import compiler

SCRIPT = {"code": "let a: 1", "url": "/a.ts", "typescript": True, "jsx": False, "options": {}}
STYLE = {
    "url": "/b.scss",
    "loadPaths": [],
    "known": {"folders": {}, "files": {"/b.scss": "p { b { margin: 1px } }"}},
}
LARGE = {**SCRIPT, "code": "let a: 1;\n" * 1_500_000}


class Compilers:
    """Both, made by whoever is first to need them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._script: Engine | None = None
        self._style: Engine | None = None

    def use(self) -> None:
        with self._lock:
            self._script = self._script or Engine(compiler.PROGRAM)
            self._style = self._style or Engine(sass.PROGRAM)
        assert self._script.call(SCRIPT) == {"code": "let a"}
        assert "margin: 1px" in self._style.call(STYLE)["css"]

    def swell(self) -> None:
        assert self._script is not None
        with pytest.raises(EngineError, match="MiB"):
            self._script.call(LARGE)


def in_thread(name: str, work: Callable[[], None]) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name=name)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def by(who: str, work: Callable[[], None]) -> None:
    """Do something as a request, the watcher or the warm-up does."""
    if who == "request":

        async def answer() -> None:
            work()

        asyncio.run(answer())
    elif who == "executor":

        async def wait() -> None:
            await asyncio.get_running_loop().run_in_executor(None, work)

        asyncio.run(wait())
    else:
        in_thread(who, work)


def main() -> None:
    compilers = Compilers()
    engine._PROCESS = Path(__file__).with_name("watched_process.py")
    engine._BYTES = 64 << 20
    for step in sys.argv[1].split(","):
        who, _, what = step.partition(":")
        by(who, compilers.swell if what == "swell" else compilers.use)
    if sys.platform == "linux":
        assert "mini_racer" not in Path("/proc/self/maps").read_text()


if __name__ == "__main__":
    main()
