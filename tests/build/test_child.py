"""What generators and plugins may do to their process: the protocol goes on, and the next build."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotreload.build.contract import BuildFailedError
from hotreload.build.worker import WorkerBuild

CONF = "project = 'Made'\nhtml_theme = 'basic'\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], object]]:
    """Builds a Sphinx project with a conf.py of the test's, in one worker."""
    root = tmp_path.resolve()
    (root / "index.rst").write_text("Home\n====\n\nWords.\n")
    options = {"srcdir": str(root), "confdir": str(root), "outdir": str(root / "_out")}
    options |= {"doctreedir": str(root / "_trees"), "builder": "html"}
    more = {"overrides": {}, "all": False, "fresh": False, "jobs": 1, "tags": [], "verbosity": 0}
    flags = {"quiet": True, "silent": False, "color": False, "state": None, "fail": False}
    worker = WorkerBuild("sphinx", {**options, **more, **flags})

    def build(conf: str) -> object:
        (root / "conf.py").write_text(CONF + conf)
        return worker.run(frozenset({root / "conf.py"}), lambda paths: None)

    yield build
    worker.close()


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("exit()", r"conf\.py:3.*it called exit\(\)"),
        ("input()", r"conf\.py:3.*EOFError"),
        ("breakpoint()", r"BdbQuit"),
        ("import os; os._exit(7)", "ended with status 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended with status -11"),
        ("print('{}'); 1 / 0", r"conf\.py:3.*ZeroDivisionError"),
        ("def oops(", r"conf\.py:3.*SyntaxError"),
    ],
)
def test_whatever_ends_a_build_is_said_and_the_next_one_builds(
    site: Callable[[str], object], does: str, said: str
) -> None:
    assert site("")
    with pytest.raises(BuildFailedError, match=said):
        site(f"{does}\n")
    assert site("")
