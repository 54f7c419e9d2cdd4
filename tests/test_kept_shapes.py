"""What a long CommonJS module exports is read once, whichever server asks."""

import logging
from pathlib import Path

import pytest

from hotreload.project.files import Mount, ProjectFiles
from hotreload.site import Site
from hotreload.site.kept_shapes import WORTH_KEEPING
from hotreload.transform import commonjs_shape

URL = "/node_modules/long/index.js"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTRELOAD_STATE_DIR", str(tmp_path / "state"))
    root = tmp_path / "site"
    (root / "node_modules/long").mkdir(parents=True)
    (root / "node_modules/long/package.json").write_text('{"name": "long"}')
    return root


def write(root: Path, name: str) -> None:
    text = f"exports.{name} = 1;\nrequire('./other.js');\n" + "// long\n" * (WORTH_KEEPING // 8)
    (root / URL[1:]).write_text(text)


def names(root: Path) -> frozenset[str]:
    shape = Site(ProjectFiles((Mount("/", root),))).modules.commonjs.shape(URL)
    assert shape is not None
    assert shape.required == ("./other.js",)
    return shape.names


def test_it_is_read_once_for_the_same_bytes(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write(root, "one")
    assert names(root) == {"one"}
    read: list[str] = []
    shape_of = commonjs_shape.shape_of

    def reading(source: str) -> commonjs_shape.Shape:
        read.append(source)
        return shape_of(source)

    monkeypatch.setattr(commonjs_shape, "shape_of", reading)
    assert names(root) == {"one"}
    assert not read
    write(root, "two")
    assert names(root) == {"two"}
    assert len(read) == 1
    for file in (tmp_path / "state").rglob("commonjs-*/*.json"):
        file.write_text("[1")
    with caplog.at_level(logging.WARNING):
        assert names(root) == {"two"}
    assert "made anew" in caplog.text
    assert names(root) == {"two"}
    assert len(read) == 2


def test_a_state_folder_that_cannot_be_written_is_named(
    root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").write_text("a file")
    write(root, "one")
    with caplog.at_level(logging.WARNING):
        assert names(root) == {"one"}
        assert names(root) == {"one"}
    assert caplog.text.count("can't be written") == 1
