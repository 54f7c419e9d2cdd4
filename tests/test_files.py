"""The gate: what may be read, and that what is read is whole."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hotreload.project.deny import DenyList
from hotreload.project.files import (
    LARGE_BYTES,
    FileDeniedError,
    FileMissingError,
    Mount,
    ProjectFiles,
    content_hash,
)
from hotreload.project.look import SETTLE_LIMIT_SECONDS

SECRET = b"the secret"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with a secret beside it and all that must not be served in it."""
    (tmp_path / "secret.txt").write_bytes(SECRET)
    (tmp_path / "site-evil").mkdir()
    (tmp_path / "site-evil" / "secret.txt").write_bytes(SECRET)
    site = tmp_path / "site"
    for name in ("sub", ".git", "node_modules/.pnpm/p", "node_modules/.bin", ".well-known"):
        (site / name).mkdir(parents=True)
    for name in ("main.js", "sub/a.js", ".well-known/x", "node_modules/.pnpm/p/index.js"):
        (site / name).write_bytes(b"served")
    for name in (".env", ".git/config", "sub/.htpasswd", "UPPER.PEM", "id_rsa", "a.sqlite3"):
        (site / name).write_bytes(SECRET)
    (site / "node_modules/.bin/x.js").write_bytes(SECRET)
    (site / "manage.py").write_bytes(SECRET)
    return site


@pytest.fixture
def files(root: Path) -> ProjectFiles:
    return ProjectFiles((Mount("/", root),))


def test_files_are_read_with_the_hash_of_their_bytes(files: ProjectFiles) -> None:
    content = files.read("/main.js")
    assert content.data == b"served"
    assert content.hash == content_hash(b"served")
    assert files.read("/main.js?v=1").data == b"served"
    assert files.is_file("/sub/a.js")
    assert files.is_folder("/sub")
    assert files.is_folder("/sub/")
    assert not files.is_file("/sub")
    assert not files.is_folder("/main.js")


@pytest.mark.parametrize(
    "url",
    [
        *("/.env", "/%2eenv", "/.ENV", "/.git/config", "/.git/", "/.git", "/sub/.htpasswd"),
        *("/UPPER.PEM", "/id_rsa", "/a.sqlite3", "/manage.py", "/node_modules/.bin/x.js"),
        *("/../secret.txt", "/..%2fsecret.txt", "/sub/../../secret.txt", "//secret.txt"),
        *("/../site-evil/secret.txt", "/sub\\..\\..\\secret.txt", "main.js", "", "\u00e9"),
    ],
)
def test_what_is_never_served_is_denied(files: ProjectFiles, url: str) -> None:
    with pytest.raises(FileDeniedError):
        files.read(url)
    assert not files.is_file(url)
    assert not files.is_folder(url)


@pytest.mark.parametrize("url", ["/.well-known/x", "/node_modules/.pnpm/p/index.js"])
def test_dot_names_that_are_meant_to_be_served_are(files: ProjectFiles, url: str) -> None:
    assert files.read(url).data == b"served"


@pytest.mark.parametrize(
    ("segments", "denied"),
    [
        ((".env",), True),
        (("a", ".env"), True),
        (("a", ".well-known", "x"), True),
        (("x", ".pnpm"), True),
        (("node_modules", ".pnpm", ".env"), True),
        (("node_modules", ".cache"), True),
        (("key.js",), False),
        (("a.key",), True),
        (("A.KEY",), True),
        (("python.html",), False),
        (("x.pyc",), True),
        (("__pycache__", "x"), True),
        (("db.html",), False),
        (("a.db",), True),
        (("id_rsa.pub",), True),
        ((), False),
    ],
)
def test_the_deny_list(segments: tuple[str, ...], denied: bool) -> None:
    assert bool(DenyList().denied_by(segments)) is denied


pieces = st.sampled_from(
    [
        *("..", ".", "", "%2e%2e", "%2e", "sub", "main.js", "secret.txt", "site", "site-evil"),
        *("%2f", "/", "\\", "%5c", "%00", "\u2025", "leak", "..;", "...", "C:", "@fs", "~1"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(pieces, max_size=8).map("/".join), st.booleans())
@example("..//secret.txt", True)
def test_no_spelling_leads_out_of_the_root(
    root: Path, files: ProjectFiles, spelling: str, escaped: bool
) -> None:
    url = "/" + (quote(spelling) if escaped else spelling)
    try:
        path = files.resolve(url)
    except FileMissingError:
        return
    assert path.is_relative_to(root)
    if path.is_file():
        assert files.read(url).data == b"served"


def test_a_link_that_stays_inside_is_followed(root: Path, files: ProjectFiles) -> None:
    (root / "link.js").symlink_to("main.js")
    (root / "linked").symlink_to("sub")
    assert files.read("/link.js").data == b"served"
    assert files.read("/linked/a.js").data == b"served"


@pytest.mark.parametrize(
    ("target", "below"),
    [
        ("../secret.txt", ""),
        ("../site-evil", "/secret.txt"),
        ("..", "/secret.txt"),
        (".env", ""),
        (".git", "/config"),
        ("id_rsa", ""),
        ("/dev/zero", ""),
    ],
)
def test_a_link_that_leads_elsewhere_is_denied(
    root: Path, files: ProjectFiles, target: str, below: str
) -> None:
    (root / "leak").symlink_to(target)
    with pytest.raises(FileDeniedError):
        files.read(f"/leak{below}")


def test_links_in_a_circle_and_to_nothing_are_missing(root: Path, files: ProjectFiles) -> None:
    (root / "loop.js").symlink_to("loop.js")
    (root / "gone.js").symlink_to("nothing.js")
    for url in ("/loop.js", "/gone.js"):
        with pytest.raises(FileMissingError):
            files.read(url)


def test_a_fifo_or_folder_is_missing_at_once(root: Path, files: ProjectFiles) -> None:
    os.mkfifo(root / "pipe.js")
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(files.is_file("/pipe.js")), daemon=True)
    thread.start()
    thread.join(5)
    assert found == [False]
    for url in ("/pipe.js", "/sub", "/sub/", "/"):
        with pytest.raises(FileMissingError):
            files.open(url)


def test_the_longest_mount_wins(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "deep").mkdir(parents=True)
    (other / "main.js").write_bytes(b"other")
    (other / ".env").write_bytes(SECRET)
    mounts = (Mount("/", root), Mount("/lib/", other), Mount("/lib/deep/", root / "sub"))
    files = ProjectFiles(mounts)
    assert files.read("/main.js").data == b"served"
    assert files.read("/lib/main.js").data == b"other"
    assert files.read("/lib/deep/a.js").data == b"served"
    with pytest.raises(FileDeniedError):
        files.read("/lib/.env")
    with pytest.raises(FileMissingError):
        files.read("/library/main.js")
    assert set(files.urls_of(root / "sub" / "a.js")) == {"/sub/a.js", "/lib/deep/a.js"}
    assert files.urls_of(other / "main.js") == ("/lib/main.js",)


def test_without_a_mount_at_the_root_there_is_nothing_there(root: Path) -> None:
    files = ProjectFiles((Mount("/app/", root),))
    assert files.read("/app/main.js").data == b"served"
    with pytest.raises(FileMissingError):
        files.read("/main.js")


def test_a_store_of_linked_packages_can_be_mounted_as_node_modules(root: Path) -> None:
    (root / "node_modules" / "p").symlink_to(".pnpm/p")
    files = ProjectFiles((Mount("/node_modules/", root / "node_modules"),))
    assert files.read("/node_modules/p/index.js").data == b"served"
    assert files.urls_of(root / "node_modules/.pnpm/p/index.js") == (
        "/node_modules/.pnpm/p/index.js",
        "/node_modules/p/index.js",
    )


def test_urls_of_what_is_not_served(root: Path, files: ProjectFiles, tmp_path: Path) -> None:
    assert files.urls_of(root / ".env") == ()
    assert files.urls_of(tmp_path / "secret.txt") == ()
    assert files.urls_of(root / "\u00e9 #?.js") == ("/%C3%A9%20%23%3F.js",)


def test_a_name_that_is_no_text_has_no_url(root: Path, files: ProjectFiles) -> None:
    assert files.urls_of(root / os.fsdecode(b"\xff.js")) == ()


def test_a_new_version_is_seen_and_a_deleted_file_is_missing(
    root: Path, files: ProjectFiles
) -> None:
    first = files.read("/main.js")
    (root / "main.js").write_bytes(b"second")
    files.read_changed("/main.js")
    second = files.read("/main.js")
    assert second.data == b"second"
    assert second.hash != first.hash
    (root / "main.js").unlink()
    files.read_changed("/main.js")
    with pytest.raises(FileMissingError):
        files.read("/main.js")


def test_bytes_of_the_same_size_and_time_are_told_apart_once_seen_to_change(
    root: Path, files: ProjectFiles
) -> None:
    path = root / "main.js"
    files.read("/main.js")
    before = path.stat()
    path.write_bytes(b"SERVED")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    files.read_changed("/main.js")
    assert files.read("/main.js").data == b"SERVED"


def test_a_large_file_is_told_apart_without_being_read(root: Path, files: ProjectFiles) -> None:
    path = root / "film.mp4"
    with path.open("wb") as file:
        file.truncate(LARGE_BYTES + 1)
    first = files.read("/film.mp4")
    assert first.data == b""
    assert files.read("/film.mp4") == first
    with path.open("ab") as file:
        file.write(b"more")
    assert files.read("/film.mp4").hash != first.hash


def test_an_empty_file_is_read_as_empty(root: Path, files: ProjectFiles) -> None:
    path = root / "empty.js"
    path.touch()
    assert files.read("/empty.js").data == b""
    os.utime(path, (1, 1))
    assert files.read("/empty.js").data == b""


def test_a_file_that_its_writer_has_emptied_is_what_it_was_until_it_is_filled(
    root: Path, files: ProjectFiles
) -> None:
    path = root / "main.js"
    assert files.read("/main.js").data == b"served"
    path.write_bytes(b"")
    # Longer ago than any other write is waited for: its writer is held up.
    os.utime(path, times := (time.time() - 2 * SETTLE_LIMIT_SECONDS,) * 2)
    assert files.read("/main.js").data == b"served"
    assert asyncio.run(files.read_async("/main.js")).data == b"served"
    path.write_bytes(b"filled")
    os.utime(path, times)
    files.read_changed("/main.js")
    assert files.read("/main.js").data == b"filled"


def test_a_file_that_stays_empty_is_seen_to_be(root: Path, files: ProjectFiles) -> None:
    assert files.read("/main.js").data == b"served"
    (root / "main.js").write_bytes(b"")
    files.read_changed("/main.js")
    assert files.read("/main.js").data == b""


def test_what_was_read_in_the_middle_of_a_write_is_not_trusted_later(
    root: Path, files: ProjectFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotreload.project.look.SETTLE_SECONDS", 60)
    (root / "main.js").write_bytes(b"half")
    for _ in range(2):
        assert not files.look("/main.js").settled
        assert not files.look("/main.js", trusting=True).settled


def test_what_the_watcher_saw_is_pushed_at_once_but_not_answered_with(
    root: Path, files: ProjectFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotreload.project.look.SETTLE_SECONDS", 60)
    (root / "main.js").write_bytes(b"new")
    files.read_changed("/main.js")
    assert files.look("/main.js", trusting=True).settled
    assert not files.look("/main.js").settled


WRITER = """
import pathlib, sys, time
path, way = pathlib.Path(sys.argv[1]), sys.argv[2]
longest = 0
for number in range(1, 40):
    data = str(number % 10).encode() * (4000 + number % 3)
    begun = time.monotonic()
    if way == "rename":
        temporary = path.with_name("main.js~")
        temporary.write_bytes(data)
        temporary.replace(path)
    else:
        with path.open("wb", buffering=0) as file:
            if way == "truncate and pause":
                time.sleep(0.004)
            file.write(data)
    longest = max(longest, time.monotonic() - begun)
    time.sleep(0.02)  # a person's next save: an endless storm can't be waited out
print(longest)
"""


@pytest.mark.parametrize("way", ["truncate", "truncate and pause", "rename"])
def test_no_read_is_torn_or_empty_while_a_writer_rewrites(
    root: Path, files: ProjectFiles, way: str
) -> None:
    """Each version is one digit, many times: a mixture or a short one is a torn read."""
    path = root / "main.js"
    path.write_bytes(b"0" * 4000)
    # A process of its own: its pauses must not be made longer by ours.
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), way], stdout=subprocess.PIPE, text=True
    )
    torn: list[str] = []
    seen: set[str] = set()

    def note(data: bytes) -> None:
        seen.add(content_hash(data))
        if len(data) < 4000 or len(set(data)) != 1:
            torn.append(f"{len(data)} bytes of {set(data)!r}")

    def read() -> None:
        while writer.poll() is None:
            note(files.read("/main.js").data)

    async def read_async() -> None:
        while writer.poll() is None:
            note((await files.read_async("/main.js")).data)

    reader = threading.Thread(target=read)
    reader.start()
    asyncio.run(read_async())
    reader.join()
    longest, _ = writer.communicate()
    assert writer.returncode == 0
    # A writer that the system held up for longer than anyone waits proves nothing.
    assert torn == [] or float(longest) > SETTLE_LIMIT_SECONDS / 2
    assert len(seen) > 5
