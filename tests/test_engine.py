"""Programs in a V8: begun early, ended when they don't end, and nobody's death but their own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotreload.plugins.languages import engine
from hotreload.plugins.languages.engine import Engine, EngineError, MissingExtraError, ProgramError
from hotreload.plugins.languages.typescript.compiler import PROGRAM
from tests.http_site import ask
from tests.project import Project


def job(code: str, **other: object) -> dict[str, object]:
    return {"code": code, "url": "/a.ts", "typescript": True, "jsx": False, "options": {}, **other}


def test_what_was_begun_is_what_is_called() -> None:
    v8 = Engine(PROGRAM)
    for called in ("let a: 1", "let b: 2"):
        v8.begin(job("let a: 1"))
        v8.begin(job("let c: 3"))
        assert v8.call(job(called)) == {"code": called[:5]}
    assert v8.call(job("let d: 4")) == {"code": "let d"}


def test_nobody_waits_to_begin() -> None:
    v8 = Engine(PROGRAM)
    with v8:
        beginning = threading.Thread(target=v8.begin, args=[job("let a: 1")])
        beginning.start()
        beginning.join(10)
        assert not beginning.is_alive()
    assert v8.call(job("let b: 2")) == {"code": "let b"}


@pytest.mark.parametrize("begun", [False, True])
def test_a_mistake_of_the_program_is_said_and_over(begun: bool) -> None:
    v8 = Engine(PROGRAM)
    if begun:
        v8.begin(job("", options=None, typescript=[]))
    else:
        with pytest.raises(ProgramError, match="TypeError"):
            v8.call(None)
    assert v8.call(job("let a: 1")) == {"code": "let a"}


@pytest.mark.parametrize("begun", [False, True])
def test_an_engine_that_swells_is_replaced(monkeypatch: pytest.MonkeyPatch, begun: bool) -> None:
    monkeypatch.setattr(engine, "_BYTES", 64 << 20)
    v8 = Engine(PROGRAM)
    assert v8.call(job("let a: 1")) == {"code": "let a"}
    large = job("let a: 1;\n" * 1_500_000)
    if begun:
        v8.begin(large)
    else:
        with pytest.raises(EngineError, match="64 MiB"):
            v8.call(large)
    assert v8.call(job("let a: 1")) == {"code": "let a"}


def test_without_v8_every_call_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    v8 = Engine(PROGRAM)
    v8.begin(job("let a: 1"))
    for _ in range(2):
        with pytest.raises(MissingExtraError):
            v8.call(job("let b: 1"))


def test_a_program_that_never_ends_is_ended_though_nobody_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "_SECONDS", 0.2)
    v8 = Engine(PROGRAM)
    # As `begin` does; no program of ours hangs by itself.
    v8._ask("(() => { for (;;); })()")
    v8._begun = engine._expression(job("let a: 1"))
    assert worker_of(v8).wait(20) == 1
    with pytest.raises(EngineError, match="no end"):
        v8.call(job("let a: 1"))
    assert v8.call(job("let b: 1")) == {"code": "let b"}


TYPED = "export const a: number = {};\n"
STYLED = "$n: {}px; p {{ width: $n }}\n"


@pytest.fixture
def languages(project: Project) -> Iterator[Project]:
    yield project.write({"a.ts": TYPED.format(1), "b.scss": STYLED.format(1)}).start()
    assert project.stop() in (0, -15)
    assert "Traceback" not in project.output


def shown(project: Project, number: int) -> bool:
    """Whether both files come in the state that has this number."""
    script, style = ask(project, "/a.ts").text, ask(project, "/b.scss?direct").text
    return f"a={number};" in script.replace(" ", "") and f"width: {number}px" in style


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_server_has_no_v8_and_outlives_those_of_its_children(languages: Project) -> None:
    """V8 may run only in threads that descend from the one that started it, and it can die."""
    assert shown(languages, 1)
    engines = children(languages.pid)
    assert len(engines) == 2
    assert "mini_racer" not in Path(f"/proc/{languages.pid}/maps").read_text()
    assert all("mini_racer" in Path(f"/proc/{pid}/maps").read_text() for pid in engines)
    for pid in engines:
        os.kill(pid, signal.SIGSEGV)
    languages.write({"a.ts": TYPED.format(2), "b.scss": STYLED.format(2)})
    assert shown(languages, 2)
    assert not set(engines) & set(children(languages.pid))


def children(pid: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def worker_of(v8: Engine) -> "subprocess.Popen[str]":
    worker = v8._worker
    assert worker is not None
    assert worker._process is not None
    return worker._process


def test_a_v8_that_died_of_something_else_is_missed_by_nobody() -> None:
    v8 = Engine(PROGRAM)
    assert v8.call(job("let a: 1")) == {"code": "let a"}
    worker_of(v8).kill()
    worker_of(v8).wait()
    assert v8.call(job("let b: 1")) == {"code": "let b"}
    # What it was doing is done by the next one.
    v8.begin(job("let c: 1;\n" * 100_000))
    worker_of(v8).kill()
    assert v8.call(job("let c: 1;\n" * 100_000)) == {"code": "let c;\n" * 100_000}


KILLED = """import os, signal, sys
sys.stdin.readline()
print("[FATAL] it broke", "where it was", sep="\\n", file=sys.stderr, flush=True)
os.kill(os.getpid(), signal.SIGTERM)
"""
RAISES = """import sys
sys.stdin.readline()
raise LookupError("it is not there")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process there dies of no signal")
@pytest.mark.parametrize(
    ("process", "reason"),
    [
        (KILLED, r"V8 died \(SIGTERM: \[FATAL\] it broke\)"),
        (RAISES, r"V8 died \(status 1: LookupError: it is not there\)"),
    ],
)
def test_who_dies_of_a_program_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, process: str, reason: str
) -> None:
    """As V8 would that can't start at all."""
    stand_in = tmp_path / "process.py"
    stand_in.write_text(process)
    monkeypatch.setattr(engine, "_PROCESS", stand_in)
    v8 = Engine(PROGRAM)
    for _ in range(2):
        with pytest.raises(EngineError, match=reason):
            v8.call(job("let b: 1"))
    monkeypatch.undo()
    assert v8.call(job("let b: 1")) == {"code": "let b"}


def test_a_process_that_can_t_be_started_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    v8 = Engine(PROGRAM)
    v8.begin(job("let a: 1"))
    for _ in range(2):
        with pytest.raises(EngineError, match="can't be started"):
            v8.call(job("let a: 1"))
    monkeypatch.undo()
    assert v8.call(job("let a: 1")) == {"code": "let a"}


@pytest.mark.parametrize(
    "order",
    [
        "request,watcher,warm-up",
        "watcher,request,executor",
        "warm-up,watcher,request",
        "executor,request:swell,watcher,warm-up",
        "watcher,warm-up:swell,request",
    ],
)
def test_it_is_all_the_same_who_asks_first(order: str) -> None:
    """Nor does the processor matter: each V8 descends from the first thread of its process."""
    command = [sys.executable, "-m", "tests.engine_orders", order]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
