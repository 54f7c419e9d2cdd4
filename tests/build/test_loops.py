"""Loops are known by who wrote: nobody who saves, however often, is taken for a build."""

import json
import os
import subprocess
import sys
from pathlib import Path

from hotreload.hosts.rebuild.loops import Look, Loops, Wait

A, B = Path("/a"), Path("/b")
OWN = frozenset({A})


class Disk:
    """Files, each as old as it was last written to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.files: dict[Path, Look] = {}

    def write(self, path: Path) -> None:
        self.now += 1
        self.files[path] = Look(self.now, 1)

    def look(self, path: Path) -> Look | None:
        return self.files.get(path)


def test_somebody_who_saves_during_each_of_many_builds_never_waits() -> None:
    disk = Disk()
    loops = Loops(disk.look)
    for _ in range(50):
        disk.write(A)
        loops.ended(frozenset(), disk.now)
        assert loops.wait(OWN, asked=False) == Wait()


def test_what_a_build_writes_each_time_is_built_once_and_then_ever_less_often() -> None:
    disk = Disk()
    loops = Loops(disk.look)
    waits = []
    for _ in range(12):
        disk.write(A)
        loops.ended(OWN, disk.now)
        waits.append(loops.wait(OWN, asked=False))
    assert [wait.seconds for wait in waits[:4]] == [0, 1, 2, 4]
    assert waits[-1].seconds == 60
    assert [wait.is_loop for wait in waits].index(True) == 2
    # Somebody saves the same file after the build has written it, and then another one.
    for path in (A, B):
        loops.ended(OWN, disk.now)
        disk.write(path)
        assert not loops.may_be_own(path)
        assert loops.wait(frozenset({A, B}), asked=False) == Wait()


def test_where_nobody_knows_who_wrote_a_second_without_a_save_tells() -> None:
    disk = Disk()
    loops = Loops(disk.look)
    for expected in (0, 0, 0, 0, 1, 2):
        disk.write(A)
        loops.ended(None, disk.now)
        # It may be heard of after the build has ended: what counts is when it was written.
        assert loops.may_be_own(A)
        assert loops.wait(OWN, asked=False).seconds == expected
    disk.write(A)
    assert not loops.may_be_own(A)
    assert loops.wait(OWN, asked=True) == Wait()
    assert loops.wait(OWN, asked=False) == Wait()


def test_two_files_that_builds_write_are_one_loop_whichever_is_noticed() -> None:
    disk = Disk()
    loops = Loops(disk.look)
    seconds = []
    for path in (A, B) * 3:
        disk.write(A)
        disk.write(B)
        loops.ended(frozenset({A, B}), disk.now)
        seconds.append(loops.wait(frozenset({path}), asked=False).seconds)
    assert seconds[-1] > 1


_WRITES = """
import json, os, subprocess, sys
from pathlib import Path
from hotreload.hosts.generators.own_writes import OwnWrites
Path("out").mkdir()
Path("read.txt").write_text("x")
Path("moved.txt").write_text("x")
# Notes what this process does for as long as it lives.
writes = OwnWrites([str(Path("out").absolute())])
Path("out/page.html").write_text("x")
Path("read.txt").read_text()
Path("own.txt").write_text("x")
Path("moved.txt").replace("there.txt")
Path("there.txt").unlink()
taken = [writes.take()]
os.truncate("own.txt", 0)
taken.append(writes.take())
subprocess.run([sys.executable, "-c", ""], check=True)
taken += [writes.take(), writes.take()]
print(json.dumps(taken))
"""


def test_what_a_process_writes_is_noted_unless_another_may_have_written_more(
    tmp_path: Path,
) -> None:
    root = tmp_path.resolve()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ran = [sys.executable, "-c", _WRITES]
    said = subprocess.run(ran, cwd=root, env=environment, stdout=subprocess.PIPE, check=True)
    first = [str(root / name) for name in ("moved.txt", "own.txt", "there.txt")]
    assert json.loads(said.stdout) == [first, [str(root / "own.txt")], None, []]
