"""Getting what the tests need: nothing is started by it, and what can't be had is said."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import debian, tools


def test_while_packages_are_installed_services_are_told_to_stay_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy-rc.d"
    monkeypatch.setattr(debian, "POLICY", policy)
    with debian.services_stay_off([]):
        assert subprocess.run([policy, "nginx", "start"], check=False).returncode == 101
    assert not policy.exists()


def test_a_policy_of_the_machine_s_own_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("mine")
    monkeypatch.setattr(debian, "POLICY", policy)
    with debian.services_stay_off([]):
        assert policy.read_text() == "mine"
    assert policy.read_text() == "mine"


def test_what_cannot_be_had_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(tools, "PROGRAMS", {"no-such-program": "no-such-package"})
    monkeypatch.setenv("HOTRELOAD_CHROMIUM", sys.executable)
    monkeypatch.setattr(tools, "find_chromium", lambda **_: Path(sys.executable))
    monkeypatch.setattr(debian, "install", asked.extend)
    assert tools.main() == 1
    assert asked == ["no-such-package"]
    assert "apt-get install no-such-package" in capsys.readouterr().err
