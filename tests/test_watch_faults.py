"""The watcher where file systems tell little, tools write for long, and folders move."""

import errno
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotreload.watch.checkout import find_checkouts
from hotreload.watch.source_inotify import _HEADER, IN_Q_OVERFLOW, InotifySource
from hotreload.watch.source_polling import PollingSource
from hotreload.watch.watched import Source, WatchedTree
from tests.test_watch import Watching

if sys.platform != "linux":
    pytest.skip("inotify is Linux's", allow_module_level=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "lib" / "deep").mkdir(parents=True)
    for name in ("a.js", "lib/b.js", "lib/deep/c.js"):
        (site / name).write_text("old")
    return site


@pytest.fixture
def watch(root: Path) -> Iterator[Callable[[Callable[[WatchedTree], Source]], Watching]]:
    started: list[Watching] = []

    def begin(source: Callable[[WatchedTree], Source]) -> Watching:
        started.append(Watching(root, source))
        return started[-1]

    yield begin
    for watching in started:
        watching.watcher.stop()


Watch = Callable[[Callable[[WatchedTree], Source]], Watching]


def test_polling_sees_a_second_save_within_one_tick_of_the_clock(watch: Watch, root: Path) -> None:
    """As on file systems that keep whole seconds: neither time nor size tells."""
    watching = watch(PollingSource)
    second = int(time.time()) * 10**9
    for text in ("one", "two", "six"):
        descriptor = os.open(root / "a.js", os.O_WRONLY)
        os.write(descriptor, text.encode())
        os.utime(descriptor, ns=(second, second))
        os.close(descriptor)
        begun = time.monotonic()
        watching.until("a.js")
        assert time.monotonic() - begun < 5


def test_polling_sees_bytes_of_which_no_mark_tells(root: Path) -> None:
    """Where even the time of the inode's change is kept in whole seconds."""
    source = PollingSource(WatchedTree((root,)))
    path = str(root / "a.js")
    assert path in source._lately
    since, _ = source._lately[path]
    source._lately[path] = since, "of other bytes"
    deadline = time.monotonic() + 5
    dirty: set[Path] = set()
    while not dirty and time.monotonic() < deadline:
        dirty = source.look(0.2, quick=True)
    assert dirty == {root / "a.js"}


def test_polling_takes_no_file_for_gone_that_cannot_be_looked_at(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = PollingSource(WatchedTree((root,)))
    real = os.scandir

    def exhausted(folder: str) -> object:
        if str(folder).endswith("lib"):
            raise OSError(errno.EMFILE, "Too many open files")
        return real(folder)

    monkeypatch.setattr(os, "scandir", exhausted)
    assert source.look(1.0, quick=False) == set()
    monkeypatch.undo()
    (root / "lib" / "b.js").unlink()
    deadline = time.monotonic() + 5
    seen: set[Path] = set()
    while not seen and time.monotonic() < deadline:
        seen = source.look(0.2, quick=False)
    assert seen == {root / "lib" / "b.js"}


@pytest.mark.parametrize("source", [InotifySource, PollingSource])
@pytest.mark.parametrize("name", ["a.js", "new.html"])
def test_a_file_that_grows_while_it_is_held_open_is_one_batch(
    watch: Watch, root: Path, source: Callable[[WatchedTree], Source], name: str
) -> None:
    watching = watch(source)
    pieces, longest = 8, 0.0
    with (root / name).open("wb", buffering=0) as file:
        for _ in range(pieces):
            begun = time.monotonic()
            file.write(b"x" * 4096)
            time.sleep(0.09)
            longest = max(longest, time.monotonic() - begun)
    batches = watching.until(name)
    if longest < 0.14:
        assert batches == [{name}]
        assert (root / name).stat().st_size == pieces * 4096


def test_a_file_that_never_stops_growing_is_handed_over_all_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotreload.watch.source_inotify._UNCLOSED_LONGEST", 0.5)
    watching = Watching(root, InotifySource)
    done = threading.Event()

    def grow() -> None:
        with (root / "a.js").open("ab", buffering=0) as file:
            while not done.wait(0.02):
                file.write(b"x")

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        watching.until("a.js")
    finally:
        done.set()
        thread.join()
        watching.watcher.stop()


@pytest.mark.parametrize("source", [InotifySource, PollingSource])
def test_a_folder_that_is_renamed_is_seen_under_both_names(
    watch: Watch, root: Path, source: Callable[[WatchedTree], Source]
) -> None:
    watching = watch(source)
    (root / "lib").rename(root / "lib2")
    new = ("lib2/b.js", "lib2/deep/c.js")
    old = ("lib",) if source is InotifySource else ("lib/b.js", "lib/deep/c.js")
    watching.until(*new, *old)
    (root / "lib2" / "deep" / "c.js").write_text("later")
    watching.until("lib2/deep/c.js")


def test_a_folder_that_was_moved_out_tells_nothing_more(
    watch: Watch, root: Path, tmp_path: Path
) -> None:
    watching = watch(InotifySource)
    (root / "lib").rename(tmp_path / "elsewhere")
    watching.until("lib")
    (tmp_path / "elsewhere" / "b.js").write_text("not ours")
    assert not {name for name in watching.seen_before() if name.startswith("lib/")}


def test_rights_that_change_are_a_change(watch: Watch, root: Path) -> None:
    watching = watch(InotifySource)
    (root / "a.js").chmod(0)
    watching.until("a.js")
    (root / "a.js").chmod(0o644)
    watching.until("a.js")
    (root / "lib").chmod(0)
    watching.until("lib")
    (root / "lib").chmod(0o755)
    watching.until("lib/b.js", "lib/deep/c.js")


def test_what_was_lost_with_an_overflow_is_found(watch: Watch, root: Path) -> None:
    """Folders that were made meanwhile are watched, and what is gone is looked for."""
    watching = watch(InotifySource)
    source = watching.watcher._source
    assert isinstance(source, InotifySource)
    real = source._read

    def lost() -> set[Path]:
        real()
        return source._heed(_HEADER.pack(-1, IN_Q_OVERFLOW, 0, 0))

    source._read = lost  # type: ignore[method-assign]
    (root / "fresh").mkdir()
    # The root stands for all that was below it.
    watching.until("a.js", ".")
    (root / "fresh" / "d.js").write_text("new")
    watching.until("fresh/d.js")


def test_where_watches_run_out_in_mid_work_files_are_polled_with_one_message(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from hotreload.watch.watcher import open_source

    monkeypatch.delenv("WATCHFILES_FORCE_POLLING", raising=False)
    watching = Watching(root, open_source)
    try:

        def none_left(self: InotifySource, top: Path) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(InotifySource, "_add", none_left)
        (root / "more").mkdir()
        (root / "more" / "d.js").write_text("new")
        watching.until("more/d.js")
        (root / "more" / "d.js").write_text("again")
        watching.until("more/d.js")
    finally:
        watching.watcher.stop()
    said = [record for record in caplog.records if "polling" in record.getMessage()]
    assert len(said) == 1
    assert not any(record.exc_info for record in caplog.records)


def test_a_folder_that_vanishes_during_a_scan_is_passed_over(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def vanishing(folder: Path) -> object:
        if Path(folder).name == "deep" and isinstance(folder, Path):
            raise FileNotFoundError(errno.ENOENT, "gone", str(folder))
        return real(folder)

    monkeypatch.setattr(os, "scandir", vanishing)
    names = {path.name for path in WatchedTree((root,)).files(root)}
    assert names == {"a.js", "b.js"}


def git(folder: Path, *command: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *command],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(root: Path) -> Path:
    git(root, "init", "-q", "-b", "one")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    git(root, "checkout", "-qb", "two")
    for number in range(300):
        (root / f"{number}.js").write_text("two")
    (root / "lib" / "b.js").unlink()
    git(root, "add", "-A")
    git(root, "commit", "-qm", "two")
    return root


@pytest.mark.parametrize("source", [InotifySource, PollingSource])
def test_one_checkout_is_one_batch(
    watch: Watch, repository: Path, source: Callable[[WatchedTree], Source]
) -> None:
    watching = watch(source)
    git(repository, "checkout", "-q", "one")
    batches = watching.until("0.js", "299.js", "lib/b.js")
    assert len(batches) == 1


def test_a_checkout_is_waited_for_however_slowly_it_goes(watch: Watch, repository: Path) -> None:
    watching = watch(InotifySource)
    lock = repository / ".git" / "index.lock"
    lock.touch()
    for number in range(8):
        (repository / f"{number}.js").write_text("slow")
        time.sleep(0.06)
    assert watching.batches.empty()
    (repository / "8.js").write_text("slow")
    lock.unlink()
    assert len(watching.until("0.js", "8.js")) == 1


def test_a_lock_that_was_left_holds_nothing_up(watch: Watch, repository: Path) -> None:
    lock = repository / ".git" / "index.lock"
    lock.touch()
    os.utime(lock, (time.time() - 60,) * 2)
    watching = watch(InotifySource)
    (repository / "a.js").write_text("new")
    begun = time.monotonic()
    watching.until("a.js")
    assert time.monotonic() - begun < 4


def test_the_locks_of_worktrees_and_other_systems_are_found(tmp_path: Path) -> None:
    main, tree = tmp_path / "main", tmp_path / "tree"
    main.mkdir()
    git(main, "init", "-q")
    git(main, "commit", "-qm", "x", "--allow-empty")
    git(main, "worktree", "add", "-q", str(tree))
    (tree / "site").mkdir()
    checkouts = find_checkouts([tree / "site"])
    assert str(main.resolve() / ".git" / "worktrees" / "tree" / "index.lock") in checkouts.locks
    assert not checkouts.under_way()
    Path(checkouts.locks[0]).touch()
    assert checkouts.under_way()
    assert checkouts.pause == 0
    Path(checkouts.steps[0]).mkdir()
    assert checkouts.pause > 0
    hg = tmp_path / "hg"
    (hg / ".hg").mkdir(parents=True)
    (hg / ".hg" / "wlock").symlink_to("host:123")
    assert find_checkouts([hg]).under_way()
    jj = tmp_path / "jj"
    (jj / ".jj" / "working_copy").mkdir(parents=True)
    (jj / ".jj" / "working_copy" / "working_copy.lock").touch()
    assert find_checkouts([jj]).under_way()


def test_out_of_descriptors_a_file_is_unreachable_and_not_missing(root: Path) -> None:
    from hotreload.project.files import FileUnreachableError, Mount, ProjectFiles

    files = ProjectFiles((Mount("/", root.resolve()),))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        with pytest.raises(FileUnreachableError):
            files.look("/a.js")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert files.look("/a.js").content.data == b"old"
