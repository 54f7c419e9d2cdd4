"""A command that builds: it ends when it should, and with the server, however that ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotreload.hosts.rebuild.command import CommandBuild
from hotreload.hosts.rebuild.contract import BuildFailedError
from tests.build.waiting import eventually
from tests.project import Project

# Begins a process like itself; neither ends of its own accord, nor when asked to if so told.
ENDLESS = """
import os, pathlib, signal, subprocess, sys, time
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(f"pid-{sys.argv[1]}.new").write_text(str(os.getpid()))
os.rename(f"pid-{sys.argv[1]}.new", f"pid-{sys.argv[1]}")
if sys.argv[1] == "1":
    subprocess.run([sys.executable, __file__, "2", *sys.argv[2:]])
time.sleep(1000)
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path / "site", tmp_path / "state")
    project.write({"content/a.txt": "a", "endless.py": ENDLESS})
    yield project
    project.close()


def is_running(pid: int) -> bool:
    """Whether a process lives; one that has ended may be there until somebody asks after it."""
    command = ["ps", "-o", "stat=", "-p", str(pid)]
    state = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return bool(state) and not state.startswith("Z")


def pid_in(file: Path) -> int:
    eventually(file.exists)
    return int(file.read_text())


def test_each_of_many_saves_during_builds_is_built(project: Project) -> None:
    project.asked = ("serve", "public")
    # It has read what it builds, and waits until somebody has saved meanwhile.
    copy = "mkdir -p public && cp content/a.txt public/a.txt && cp content/a.txt seen"
    wait = "while cmp -s content/a.txt seen && ! test -e done; do sleep 0.01; done"
    project.start("--watch", "content", "--build", f"{copy} && {wait}")
    saves = [f"save {number}" for number in range(5)]
    source, seen = project.root / "content/a.txt", project.root / "seen"
    for text in saves:
        eventually(seen.exists)
        eventually(lambda: seen.read_text() == source.read_text())
        project.write({"content/a.txt": text})
    eventually(lambda: (project.root / "public/a.txt").read_text() == saves[-1])
    project.write({"done": ""})
    project.wait_for_output("built in", count=len(saves) + 1)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("kind", ["", "stubborn"])
def test_it_does_not_outlive_the_server(project: Project, how: signal.Signals, kind: str) -> None:
    project.asked = ("serve", "public")
    command = f"{sys.executable} endless.py 1 {kind}; echo never"
    project.start("--watch", "content", "--build", command)
    pids = [pid_in(project.root / f"pid-{number}") for number in (1, 2)]
    assert all(map(is_running, pids))
    project.stop(how)
    eventually(lambda: not any(map(is_running, pids)))
    assert "never" not in project.output


def test_what_ends_a_build_is_said_in_the_terminal_with_its_place(project: Project) -> None:
    project.write({"conf.py": "project = 'Made'\nraise ValueError('oops')\n", "index.rst": "Hi\n"})
    project._environment |= {"NO_COLOR": "1"}
    project.asked = ("sphinx", ".")
    project.start()
    project.wait_for_output("there is no site to show yet")
    line = next(line for line in project.lines if "there is no site" in line)
    assert "conf.py:2" in line
    assert "ValueError: oops" in line
    # Of Sphinx, too.
    project.write({"conf.py": "project = 'Made'\n", "index.rst": ".. nonsense::\n"})
    project.wait_for_output("built in")
    assert "index.rst:1: " in project.output
    assert "\x1b" not in project.output


def test_neither_does_a_generator(project: Project) -> None:
    project.asked = ("sphinx", ".")
    text = "import subprocess, sys\nsubprocess.run([sys.executable, 'endless.py', '1'])\n"
    project.write({"conf.py": text, "index.rst": "Hello\n"})
    project.start()
    pids = [pid_in(project.root / f"pid-{number}") for number in (1, 2)]
    assert all(map(is_running, pids))
    project.stop(signal.SIGKILL)
    eventually(lambda: not any(map(is_running, pids)))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("echo first; echo second >&2; exit 3", "it ended with status 3"),
        ("kill -TERM $$", "it was ended by signal 15"),
        ("no-such-command", "it ended with status 127"),
    ],
)
def test_how_it_failed_is_said(command: str, said: str) -> None:
    with pytest.raises(BuildFailedError) as failure:
        CommandBuild(command).run(frozenset(), lambda paths: None)
    (problem,) = failure.value.problems
    assert problem.message == said
    assert problem.owner == command
    if "echo" in command:
        assert problem.frame == "first\nsecond"


def test_what_it_leaves_running_is_left_and_reads_nothing(tmp_path: Path) -> None:
    """A compile server, say, that is there for the next build."""
    left = f"{sys.executable} endless.py 2 >/dev/null 2>&1 &"
    (tmp_path / "endless.py").write_text(ENDLESS)
    CommandBuild(f"{left} cat; true 'quotes' \"too\"", tmp_path).run(
        frozenset(), lambda paths: None
    )
    pid = pid_in(tmp_path / "pid-2")
    assert is_running(pid)
    os.kill(pid, signal.SIGKILL)
