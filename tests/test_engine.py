"""Programs in a V8: begun early, and ended when they don't end."""

import sys
import threading

import pytest

from hotreload.languages import engine
from hotreload.languages.engine import Engine, EngineError, MissingExtraError, ProgramError


def job(code: str, **other: object) -> dict[str, object]:
    return {"code": code, "url": "/a.ts", "typescript": True, "jsx": False, "options": {}, **other}


def test_what_was_begun_is_what_is_called() -> None:
    v8 = Engine("sucrase.js")
    for called in ("let a: 1", "let b: 2"):
        v8.begin(job("let a: 1"))
        v8.begin(job("let c: 3"))
        assert v8.call(job(called)) == {"code": called[:5]}
    assert v8.call(job("let d: 4")) == {"code": "let d"}


def test_nobody_waits_to_begin() -> None:
    v8 = Engine("sucrase.js")
    with v8:
        beginning = threading.Thread(target=v8.begin, args=[job("let a: 1")])
        beginning.start()
        beginning.join(10)
        assert not beginning.is_alive()
    assert v8.call(job("let b: 2")) == {"code": "let b"}


@pytest.mark.parametrize("begun", [False, True])
def test_a_mistake_of_the_program_is_said_and_over(begun: bool) -> None:
    v8 = Engine("sucrase.js")
    if begun:
        v8.begin(job("", options=None, typescript=[]))
    else:
        with pytest.raises(ProgramError, match="TypeError"):
            v8.call(None)
    assert v8.call(job("let a: 1")) == {"code": "let a"}


@pytest.mark.parametrize("begun", [False, True])
def test_an_engine_that_swells_is_replaced(monkeypatch: pytest.MonkeyPatch, begun: bool) -> None:
    monkeypatch.setattr(engine, "_BYTES", 64 << 20)
    v8 = Engine("sucrase.js")
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
    v8 = Engine("sucrase.js")
    v8.begin(job("let a: 1"))
    for _ in range(2):
        with pytest.raises(MissingExtraError):
            v8.call(job("let b: 1"))
