"""Looks at every file that cost little: which folders are read anew, and that nothing is missed."""

import os
from pathlib import Path

import pytest

from hotreload.watch import source_polling
from hotreload.watch.polled import PolledTree, mark_of
from hotreload.watch.source_polling import PollingSource
from hotreload.watch.watched import WatchedTree
from tests.fake_clock import Clock


class Looking:
    """A tree that is looked at when a test says so.

    ``read`` holds the folders that were read since the last look.
    """

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.tree = PolledTree(WatchedTree((root,)))
        self.read: list[str] = []
        real = os.scandir

        def scandir(path: str) -> object:
            self.read.append(Path(path).relative_to(root).as_posix())
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)
        self.look(0.0)

    def look(self, now: float) -> set[str]:
        self.read.clear()
        found: set[str] = set()
        for moved in self.tree.look([str(self.root)], now, 8):
            for path in moved:
                mark = mark_of(path)
                if mark is None:
                    self.tree.marks.pop(path, None)
                else:
                    self.tree.marks[path] = mark
                found.add(Path(path).relative_to(self.root).as_posix())
        return found


@pytest.fixture
def looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Looking:
    for name in ("a.js", "lib/b.js", "lib/deep/c.js", "node_modules/p.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old")
    return Looking(tmp_path, monkeypatch)


def test_folders_that_stand_still_are_read_every_few_seconds(looking: Looking) -> None:
    assert looking.look(1.0) == set()
    assert looking.look(3.9) == set()
    read = [sorted(looking.read)]
    for now in (4.5, 6.0, 8.5, 9.0):
        assert looking.look(now) == set()
        read.append(sorted(looking.read))
    assert read == [[".", "lib", "lib/deep"], [], [], [], [".", "lib", "lib/deep"]]


def test_files_are_looked_at_each_time(looking: Looking) -> None:
    looking.look(3.9)
    (looking.root / "lib" / "b.js").write_text("newer")
    assert looking.look(5.0) == {"lib/b.js"}
    assert looking.look(5.3) == set()
    assert looking.read == []


def test_what_comes_and_goes_is_seen_by_the_time_of_its_folder(looking: Looking) -> None:
    looking.look(3.9)
    lib = looking.root / "lib"
    (lib / "new.js").write_text("new")
    assert looking.look(5.0) == {"lib/new.js"}
    assert looking.read == ["lib"]
    (lib / "new.js").unlink()
    lib.rename(looking.root / "lib2")
    moved = {"b.js", "deep/c.js"}
    gone = {f"lib/{name}" for name in (*moved, "new.js")}
    assert looking.look(5.3) == gone | {f"lib2/{name}" for name in moved}


def test_within_a_tick_of_the_folders_clock_nothing_is_missed(looking: Looking) -> None:
    looking.look(3.9)
    lib = looking.root / "lib"
    os.utime(lib, (7, 7))
    assert looking.look(5.0) == set()
    for number, now in enumerate((5.3, 7.0, 9.0)):
        (lib / f"{number}.js").write_text("new")
        os.utime(lib, (7, 7))
        assert looking.look(now) == {f"lib/{number}.js"}


def test_where_folders_never_tell_new_files_are_found_all_the_same(looking: Looking) -> None:
    looking.look(3.9)
    (looking.root / "lib" / "new.js").write_text("new")
    os.utime(looking.root / "lib", ns=(0, looking.tree._folders[str(looking.root / "lib")].mtime))
    assert looking.look(5.0) == set()
    assert looking.look(9.6) == {"lib/new.js"}


@pytest.mark.parametrize(
    ("cost", "idle", "lively"),
    [(0.001, 0.3, 0.3), (0.027, 0.45, 0.3), (0.05, 0.6, 0.3), (0.2, 0.8, 0.8)],
)
def test_a_round_takes_a_bounded_share_of_a_processor_and_mostly_less_than_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cost: float, idle: float, lively: float
) -> None:
    clock = Clock()
    monkeypatch.setattr(source_polling, "time", clock)
    monkeypatch.delenv("WATCHFILES_POLL_DELAY_MS", raising=False)
    source = PollingSource(WatchedTree((tmp_path,)))
    source._cost = cost
    assert source._pace(clock.now) == pytest.approx(idle)
    source._last_change = clock.now
    assert source._pace(clock.now) == pytest.approx(lively)
