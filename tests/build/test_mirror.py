"""The mirror changes only when it is told to, and only where the output differs."""

import errno
import os
from pathlib import Path

import pytest

from hotreload.hosts.rebuild.mirror import Mirror


@pytest.fixture
def output(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def mirror(tmp_path: Path, output: Path) -> Mirror:
    (tmp_path / "mirror").mkdir()
    return Mirror(output, tmp_path / "mirror")


def names(paths: frozenset[Path]) -> set[str]:
    return {path.name for path in paths}


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_a_missing_output_is_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    assert not Mirror(tmp_path / "nothing", tmp_path / "mirror").take()


def test_only_what_differs_is_taken_over(output: Path, mirror: Mirror) -> None:
    write(output, a_html="a", b_html="b", c_css="c")
    first = mirror.take()
    assert names(first.added) == {"a.html", "b.html", "c.css"}
    # As a generator does it: everything is written, one file differs.
    for file in output.iterdir():
        file.unlink()
    write(output, a_html="a", b_html="B", c_css="c")
    second = mirror.take()
    assert names(second.changed) == {"b.html"}
    assert not second.added
    assert not second.removed
    assert (mirror.root / "b.html").read_text() == "B"
    assert not mirror.take()


def test_a_half_written_output_is_not_seen(output: Path, mirror: Mirror) -> None:
    write(output, a_html="a", b_html="b")
    mirror.take()
    (output / "a.html").unlink()
    write(output, b_html="half")
    assert (mirror.root / "a.html").read_text() == "a"
    assert (mirror.root / "b.html").read_text() == "b"


def test_same_size_and_time_but_other_bytes(output: Path, mirror: Mirror) -> None:
    write(output, a_html="one")
    mirror.take()
    before = (output / "a.html").stat()
    write(output, a_html="two")
    os.utime(output / "a.html", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert names(mirror.take().changed) == {"a.html"}


def test_what_is_gone_is_removed_and_what_was_named_only(output: Path, mirror: Mirror) -> None:
    write(output, a_html="a", b_html="b")
    mirror.take()
    (output / "a.html").unlink()
    (output / "b.html").unlink()
    assert names(mirror.take([output / "a.html"]).removed) == {"a.html"}
    assert (mirror.root / "b.html").exists()
    assert names(mirror.take().removed) == {"b.html"}
    assert not list(mirror.root.glob("*.html"))


def test_folders_can_be_named(output: Path, mirror: Mirror) -> None:
    (output / "sub").mkdir()
    write(output / "sub", a_html="a")
    write(output, b_html="b")
    assert names(mirror.take([output / "sub"]).added) == {"a.html"}
    (output / "sub" / "a.html").unlink()
    (output / "sub").rmdir()
    assert names(mirror.take([output / "sub"]).removed) == {"a.html"}


def test_a_folder_in_the_place_of_a_file_and_back(output: Path, mirror: Mirror) -> None:
    write(output, x="file")
    mirror.take()
    (output / "x").unlink()
    (output / "x").mkdir()
    (output / "x" / "index.html").write_text("inside")
    mirror.take()
    assert (mirror.root / "x" / "index.html").read_text() == "inside"
    (output / "x" / "index.html").unlink()
    (output / "x").rmdir()
    write(output, x="file again")
    mirror.take()
    assert (mirror.root / "x").read_text() == "file again"


def test_neither_hidden_files_nor_links_out_are_copied(
    tmp_path: Path, output: Path, mirror: Mirror
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (output / "out.txt").symlink_to(tmp_path / "secret.txt")
    (output / "in.txt").symlink_to(output / "real.txt")
    (output / ".doctrees").mkdir()
    (output / ".doctrees" / "a.doctree").write_text("x")
    (output / "real.txt").write_text("real")
    assert names(mirror.take().added) == {"real.txt", "in.txt"}
    assert not (mirror.root / "out.txt").exists()


def test_paths_elsewhere_are_left_alone(tmp_path: Path, mirror: Mirror) -> None:
    (tmp_path / "other.html").write_text("x")
    assert not mirror.take([tmp_path / "other.html"])


def test_where_there_is_no_room_it_goes_on_from_there_and_tells_it_all(
    output: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(output, a_css="a", b_css="b", c_html="c")
    mirror.take()
    write(output, a_css="a2", b_css="b2", c_html="c2")
    (output / "gone.css").write_text("")
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if data == b"b2":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        mirror.take([Path("a.css"), Path("b.css"), Path("c.html")])
    monkeypatch.undo()
    (output / "gone.css").unlink()
    # Whatever is named: what was taken over before, and what was not.
    difference = mirror.take([Path("c.html")])
    assert names(difference.changed) == {"a.css", "b.css", "c.html"}
    assert {p.name: p.read_text() for p in mirror.root.iterdir() if p.is_file()} == {
        "a.css": "a2",
        "b.css": "b2",
        "c.html": "c2",
    }
    assert not mirror.take()
