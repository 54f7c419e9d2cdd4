"""The process that builds: kept while it can be, made anew when it must."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from hotreload.hosts.rebuild.contract import BuildFailedError
from hotreload.hosts.rebuild.worker import WorkerBuild

ADAPTER = """
import os, sys
from hotreload.project.problems import Problem
from hotreload.hosts.generators.adapter import Adapter, AdapterError
class Made(Adapter):
    def __init__(self, options):
        self.options = options
    def build(self, changed, channel):
        print("printed")
        names = {path.name for path in changed}
        if "dead" in names:
            os._exit(7)
        if "odd" in names:
            raise ZeroDivisionError("odd")
        if "wrong" in names:
            raise AdapterError(Problem("a.md", "build", "wrong", 3, 1, "frame"))
        channel.written([self.options["file"]])
        if "long" in names:
            while True:
                channel.check()
        return (Problem("pid", "build", str(os.getpid())),)
    def is_stale(self, changed):
        return any(path.name == "stale" for path in changed)
    def sources(self):
        return ["/watched"]
def make(options):
    return Made(options)
"""


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkerBuild:
    """One with an adapter of the test's, put where adapters are."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, types\n"
        "module = types.ModuleType('hotreload.hosts.generators.made')\n"
        f"sys.modules['hotreload.hosts.generators.made'] = module\nsource = {ADAPTER!r}\n"
        "module.make = lambda options: (exec(source, module.__dict__), module.make(options))[1]\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[2]}")
    return WorkerBuild("made", {"file": "/out/a.html", "made_in": ["/out"]})


def pid(worker: WorkerBuild, name: str = "plain") -> str:
    built = worker.run(frozenset({Path(name)}), lambda paths: None)
    return built.problems[0].message


def test_it_is_kept_until_it_is_stale_or_dies(
    worker: WorkerBuild, capsys: pytest.CaptureFixture[str]
) -> None:
    first = pid(worker)
    assert pid(worker) == first
    second = pid(worker, "stale")
    assert second != first
    with pytest.raises(BuildFailedError, match="ended with status 7") as failure:
        worker.run(frozenset({Path("dead")}), lambda paths: None)
    assert failure.value.problems[0].kind == "build"
    assert pid(worker) not in (first, second)
    worker.close()
    assert "printed" in capsys.readouterr().err


def test_what_is_written_first_is_shown_first(worker: WorkerBuild) -> None:
    shown: list[Path] = []

    def publish(paths: Iterable[Path]) -> None:
        shown.extend(paths)
        worker.hurry()

    # Without the hurry it would never end.
    built = worker.run(frozenset({Path("long")}), publish)
    assert shown == [Path("/out/a.html")]
    assert built.written == frozenset()
    assert Path("/watched") in built.sources
    worker.close()


def test_what_is_wrong_has_its_place(worker: WorkerBuild) -> None:
    with pytest.raises(BuildFailedError) as failure:
        worker.run(frozenset({Path("wrong")}), lambda paths: None)
    (problem,) = failure.value.problems
    assert (problem.owner, problem.line, problem.frame) == ("a.md", 3, "frame")
    with pytest.raises(BuildFailedError, match="ZeroDivisionError: odd"):
        worker.run(frozenset({Path("odd")}), lambda paths: None)
    assert pid(worker)
    worker.close()
    with pytest.raises(BuildFailedError):
        worker.run(frozenset(), lambda paths: None)
