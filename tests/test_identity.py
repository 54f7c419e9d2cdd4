"""A project's identity survives restarts, and is nobody else's."""

import json
import logging
import os
import stat
from pathlib import Path

import pytest

from hotreload.project.identity import Identity, load_identity


def test_it_is_the_same_at_every_start_and_another_for_another_folder(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "state"
    first = load_identity(tmp_path / "a", state)
    other = load_identity(tmp_path / "b", state)
    assert load_identity(tmp_path / "a", state) == first
    assert {first.project, first.token}.isdisjoint({other.project, other.token})
    assert len(first.token) >= 32


def test_another_state_folder_is_another_identity(tmp_path: Path) -> None:
    first = load_identity(tmp_path, tmp_path / "1")
    assert load_identity(tmp_path, tmp_path / "2") != first


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    state = tmp_path / "state"
    before = os.umask(0)
    try:
        load_identity(tmp_path, state)
    finally:
        os.umask(before)
    (file,) = state.iterdir()
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "{}", '{"project": "p"}', '{"project": 1, "token": "t"}'),
        *('{"project": "p", "token": ""}', '{"project": "p", "token": null}', "\udcff"),
    ],
)
def test_a_broken_file_is_replaced_with_a_warning(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    state = tmp_path / "state"
    old = load_identity(tmp_path, state)
    (file,) = state.iterdir()
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with caplog.at_level(logging.WARNING):
        new = load_identity(tmp_path, state)
    assert "can't be read" in caplog.text
    assert new.token != old.token
    assert len(new.token) >= 32
    assert json.loads(file.read_text()) == {"project": new.project, "token": new.token}
    assert load_identity(tmp_path, state) == new
    assert list(state.iterdir()) == [file]


def test_without_a_place_to_keep_it_there_is_still_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with caplog.at_level(logging.WARNING):
        assert isinstance(load_identity(tmp_path, blocked / "state"), Identity)
    assert "can't be written" in caplog.text


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTRELOAD_STATE_DIR", str(tmp_path / "named"))
    load_identity(tmp_path)
    assert len(list((tmp_path / "named").iterdir())) == 1


def test_a_folder_whose_name_is_no_text_has_one_too(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"\xff")
    assert load_identity(odd, tmp_path / "s") == load_identity(odd, tmp_path / "s")
