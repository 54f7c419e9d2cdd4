"""What generators and plugins may do to their process: the protocol goes on, and the next build."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotreload.hosts.rebuild.contract import BuildFailedError, Built
from hotreload.hosts.rebuild.worker import WorkerBuild

CONF = "project = 'Made'\nhtml_theme = 'basic'\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site").resolve()


@pytest.fixture(scope="module")
def site(root: Path) -> Iterator[Callable[[str], Built]]:
    """Builds a Sphinx project with a conf.py of the test's, in one worker."""
    (root / "index.rst").write_text("Home\n====\n\nWords.\n")
    options = {"srcdir": str(root), "confdir": str(root), "outdir": str(root / "_out")}
    options |= {"doctreedir": str(root / "_trees"), "builder": "html"}
    more = {"overrides": {}, "all": False, "fresh": False, "jobs": 1, "tags": [], "verbosity": 0}
    more["made_in"] = [str(root / "_out"), str(root / "_trees")]
    flags = {"quiet": True, "silent": False, "color": False, "state": None, "fail": False}
    worker = WorkerBuild("sphinx", {**options, **more, **flags})

    def build(conf: str) -> Built:
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
    site: Callable[[str], Built], does: str, said: str
) -> None:
    with pytest.raises(BuildFailedError, match=said):
        site(f"{does}\n")
    assert site("")


def test_what_a_project_excludes_is_no_source(site: Callable[[str], Built], root: Path) -> None:
    (root / "left" / "s").mkdir(parents=True)
    built = site(
        "exclude_patterns = ['left', '**/*.tmp', 'part.rst']\nhtml_static_path = ['left/s']\n"
    )

    def is_left_out(name: str) -> bool:
        path = (root / name).as_posix()
        return any(re.match(pattern, path) for pattern in built.excluded)

    names = ("left/a.rst", "left/b/c.rst", "x/y.tmp", "part.rst", "leftover.rst", "left/s/x.css")
    assert [name for name in names if is_left_out(name)] == list(names[:4])
