"""The watcher, on real files: what is handed over, and in how many batches."""

import queue
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotreload.watch.source_inotify import InotifySource
from hotreload.watch.source_polling import PollingSource
from hotreload.watch.source_watchfiles import WatchfilesSource
from hotreload.watch.watched import Source, WatchedTree
from hotreload.watch.watcher import Batch, Pace, Watcher, open_source

SECONDS = 10.0
# Each source of changes is held to the same, where the system has it.
SOURCES = [WatchfilesSource, PollingSource] + ([InotifySource] if sys.platform == "linux" else [])


class Watching:
    """A watcher that runs, and its batches."""

    def __init__(
        self, root: Path, source: Callable[[WatchedTree], Source], ignore: tuple[str, ...] = ()
    ) -> None:
        self.root = root
        self.batches: queue.Queue[Batch] = queue.Queue()
        self.watcher = Watcher([root], self.batches.put, ignore, source=source)
        self.watcher.start()
        assert self.watcher.ready.wait(SECONDS)

    def until(self, *names: str) -> list[set[str]]:
        """The batches up to the one with which all of ``names`` have been seen."""
        batches: list[set[str]] = []
        missing = set(names)
        deadline = time.monotonic() + SECONDS
        while missing:
            try:
                batch = self.batches.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"{sorted(missing)} not seen, only {batches}")
            batches.append({str(path.relative_to(self.root)) for path in batch})
            missing -= batches[-1]
        return batches

    def seen_before(self, name: str = "sentinel.txt") -> set[str]:
        """What was handed over up to now: a sentinel is written, and waited for."""
        (self.root / name).write_text("x")
        return set().union(*self.until(name)) - {name}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "sub").mkdir(parents=True)
    for name in ("a.js", "b.js", "sub/c.js"):
        (site / name).write_text("old")
    return site


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest) -> Callable[[WatchedTree], Source]:
    opens: Callable[[WatchedTree], Source] = request.param
    return opens


@pytest.fixture
def watch(root: Path, source: Callable[[WatchedTree], Source]) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def begin(**options: tuple[str, ...]) -> Watching:
        started.append(Watching(root, source, **options))
        return started[-1]

    yield begin
    for watching in started:
        watching.watcher.stop()


Watch = Callable[..., Watching]


def truncate_and_write(path: Path) -> None:
    path.write_text("new")


def append(path: Path) -> None:
    with path.open("a") as file:
        file.write("new")


def atomic(path: Path) -> None:
    temporary = path.with_name(f".{path.name}.tmp123")
    temporary.write_text("new")
    temporary.replace(path)


def like_vim(path: Path) -> None:
    """With 'backup': a probe, the old file out of the way, a new one, the backup gone."""
    probe = path.with_name("4913")
    probe.touch()
    probe.unlink()
    backup = path.with_name(path.name + "~")
    path.rename(backup)
    path.write_text("new")
    backup.unlink()


def delete_and_make(path: Path) -> None:
    path.unlink()
    path.write_text("new")


def delete(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    "save", [truncate_and_write, append, atomic, like_vim, delete_and_make, delete]
)
@pytest.mark.parametrize("name", ["a.js", "sub/c.js"])
def test_each_way_to_save_hands_over_the_file_and_nothing_else(
    watch: Watch, root: Path, save: Callable[[Path], None], name: str
) -> None:
    watching = watch()
    save(root / name)
    assert set().union(*watching.until(name)) == {name}
    assert watching.seen_before() <= {name}


def test_the_new_bytes_are_there_when_the_batch_is(watch: Watch, root: Path) -> None:
    """However many batches a save makes, the last one comes after its last byte."""
    watching = watch()
    for number in range(20):
        (root / "a.js").write_text(f"{number}" * 1000)
        watching.until("a.js")
    assert (root / "a.js").read_text() == "19" * 1000


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
def test_a_file_that_is_emptied_is_not_handed_over_before_it_is_filled(root: Path) -> None:
    watching = Watching(root, InotifySource)
    try:
        with (root / "a.js").open("w") as file:
            with pytest.raises(queue.Empty):
                watching.batches.get(timeout=0.3)
            file.write("new")
        assert watching.until("a.js") == [{"a.js"}]
    finally:
        watching.watcher.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
@pytest.mark.parametrize("text", ["", "more"])
def test_a_file_that_is_held_open_is_handed_over_all_the_same(root: Path, text: str) -> None:
    watching = Watching(root, InotifySource)
    try:
        with (root / "a.js").open("w") as file:
            file.write(text)
            file.flush()
            assert watching.until("a.js")
    finally:
        watching.watcher.stop()


def test_a_file_made_with_its_folder_is_seen(watch: Watch, root: Path) -> None:
    watching = watch()
    for number in range(10):
        folder = root / f"new{number}" / "deep"
        folder.mkdir(parents=True)
        (folder / "x.js").write_text("new")
        watching.until(f"new{number}/deep/x.js")


def test_a_folder_moved_in_is_seen_with_its_files(watch: Watch, root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside" / "deep").mkdir(parents=True)
    (tmp_path / "outside" / "deep" / "x.js").write_text("new")
    (tmp_path / "outside" / ".hidden.js").write_text("new")
    watching = watch()
    (tmp_path / "outside").rename(root / "inside")
    assert set().union(*watching.until("inside/deep/x.js")) == {"inside/deep/x.js"}


def test_sixty_files_at_once_are_one_batch(watch: Watch, root: Path) -> None:
    watching = watch()
    names = [f"{number}.js" for number in range(60)]
    pace, first = Pace(), time.monotonic()
    pauses = 0
    for name in names:
        begun = time.monotonic()
        (root / name).write_text("new")
        # A busy system may stop the writer for so long that what follows is another batch.
        pauses += time.monotonic() - begun > pace.quiet / 2
    pauses += int((time.monotonic() - first) / pace.cap)
    batches = watching.until(*names)
    # The first may come alone, since a single save is not kept waiting; the rest come together.
    assert len(batches) <= 2 + pauses
    assert set().union(*batches) == set(names)


@pytest.mark.parametrize("inside", [False, True])
def test_a_root_that_was_deleted_and_made_again_is_watched_again(
    watch: Watch, root: Path, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    if inside:
        # A folder that somebody is in lives on, and nothing tells that it has no name any more.
        monkeypatch.chdir(root)
    watching = watch()
    shutil.rmtree(root)
    root.mkdir()
    (root / "a.js").write_text("anew")
    watching.until("a.js")
    deadline = time.monotonic() + SECONDS
    seen = False
    while not seen and time.monotonic() < deadline:
        # Always as long: what grows is waited for.
        (root / "later.js").write_text(f"{time.monotonic():.9f}")
        try:
            seen = root / "later.js" in watching.batches.get(timeout=0.2)
        except queue.Empty:
            continue
    assert seen


def test_a_root_that_is_gone_for_long_is_watched_once_it_is_there(watch: Watch, root: Path) -> None:
    watching = watch()
    shutil.rmtree(root)
    watching.until("sub/c.js")
    deadline = time.monotonic() + SECONDS
    while watching.watcher.ready.is_set() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert watching.watcher.ready.wait(SECONDS), "it goes on without the root"
    root.mkdir()
    (root / "a.js").write_text("anew")
    watching.until("a.js")


def test_a_folder_that_was_deleted_and_made_again_is_watched_again(
    watch: Watch, root: Path
) -> None:
    watching = watch()
    shutil.rmtree(root / "sub")
    watching.until("sub/c.js")
    (root / "sub").mkdir()
    (root / "sub" / "c.js").write_text("anew")
    watching.until("sub/c.js")


@pytest.mark.parametrize(
    "name",
    [
        *(".hidden", ".git/index", "a.js~", ".a.js.swp", "4913", "x.tmp", "a.pyc"),
        *("node_modules/p/index.js", "__pycache__/a.js", "sub/.idea/x.xml", "a.js___jb_tmp___"),
    ],
)
def test_what_editors_and_tools_leave_is_ignored(watch: Watch, root: Path, name: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    watching = watch()
    (root / name).write_text("new")
    assert watching.seen_before() == set()


def test_what_the_user_ignores_is_ignored(watch: Watch, root: Path) -> None:
    (root / "dist").mkdir()
    watching = watch(ignore=("dist", "*.log", "sub/*.txt"))
    for name in ("dist/a.js", "x.log", "sub/y.log", "sub/z.txt"):
        (root / name).write_text("new")
    assert watching.seen_before() == set()
    (root / "z.js").write_text("new")
    watching.until("z.js")


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("a.js", True),
        (".well-known/x", True),
        (".x/a.js", False),
        ("node_modules/a.js", False),
        ("my_node_modules/a.js", True),
        ("49130", True),
    ],
)
def test_only_names_below_the_root_count(tmp_path: Path, path: str, wanted: bool) -> None:
    root = tmp_path / ".hidden" / "node_modules" / "site"
    tree = WatchedTree((root,))
    assert tree.wanted(root / path) is wanted
    assert not tree.wanted(tmp_path / path)


def test_a_callback_that_throws_does_not_end_the_watching(root: Path) -> None:
    calls: queue.Queue[Batch] = queue.Queue()

    def throw(batch: Batch) -> None:
        calls.put(batch)
        raise RuntimeError("a bug")

    watcher = Watcher([root], throw)
    watcher.start()
    try:
        assert watcher.ready.wait(SECONDS)
        deadline = time.monotonic() + SECONDS
        while calls.qsize() < 2 and time.monotonic() < deadline:
            (root / "a.js").write_text(str(time.monotonic()))
            watcher.ready.wait(0.01)
        assert calls.qsize() >= 2
    finally:
        watcher.stop()


def test_stopping_ends_the_thread_at_once(root: Path) -> None:
    watching = Watching(root, open_source)
    begin = time.monotonic()
    watching.watcher.stop()
    assert time.monotonic() - begin < 1
    assert not watching.watcher._thread.is_alive()


def test_a_storm_is_handed_over_although_it_does_not_end(root: Path) -> None:
    batches: queue.Queue[Batch] = queue.Queue()
    watcher = Watcher([root], batches.put, pace=Pace(cap=0.1))
    watcher.start()
    try:
        assert watcher.ready.wait(SECONDS)
        deadline = time.monotonic() + SECONDS
        while batches.qsize() < 3 and time.monotonic() < deadline:
            (root / "a.js").write_text("new")
        assert batches.qsize() >= 3
    finally:
        watcher.stop()


def test_it_says_when_it_has_begun_so_that_nothing_before_is_lost(root: Path) -> None:
    begun: queue.Queue[bool] = queue.Queue()
    batches: queue.Queue[Batch] = queue.Queue()
    watcher = Watcher([root], batches.put, on_watching=lambda: begun.put(True))
    watcher.start()
    try:
        assert begun.get(timeout=SECONDS)
        (root / "a.js").write_text("new")
        assert batches.get(timeout=SECONDS) == {root / "a.js"}
    finally:
        watcher.stop()


def test_what_gets_dirty_is_told_before_its_batch(root: Path) -> None:
    told: queue.Queue[tuple[str, Batch]] = queue.Queue()
    watcher = Watcher(
        [root],
        lambda batch: told.put(("batch", batch)),
        on_dirty=lambda dirty: told.put(("dirty", dirty)),
    )
    watcher.start()
    try:
        assert watcher.ready.wait(SECONDS)
        for name in ("a.js", *(f"storm{number}.js" for number in range(20))):
            (root / name).write_text("new")
        last = root / "storm19.js"
        unread: set[Path] = set()
        seen: set[Path] = set()
        while last not in seen:
            kind, paths = told.get(timeout=SECONDS)
            if kind == "dirty":
                unread |= paths
            else:
                assert paths <= unread
                unread.clear()
                seen |= paths
        assert len(seen) == 21
    finally:
        watcher.stop()
