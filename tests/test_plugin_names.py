"""How plugins are found by their names, and whose code runs for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from hotreload.plugins import Claim, Plugin
from hotreload.plugins.names import load_plugins
from hotreload.project.settings import SettingsError
from tests.test_plugins import Shout, Typed


def test_plugins_are_found_by_name() -> None:
    (plugin,) = load_plugins(["tests.test_plugins:Shout"])
    assert isinstance(plugin, Shout)


def test_one_name_may_lead_to_several() -> None:
    assert len(load_plugins(["tests.test_plugin_names:two_plugins"])) == 2


def two_plugins() -> list[Plugin]:
    return [Shout(), Typed()]


class Greedy(Plugin):
    claims = (Claim(".css", "script"),)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere:plugin", "'nowhere:plugin' can't be loaded: No module named 'nowhere'"),
        ("tests.test_plugin_names:nothing", "can't be loaded: AttributeError"),
        ("tests.test_plugins:Made", "not a hotreload.plugins.Plugin|can't be loaded"),
        ("tests.test_plugin_names:Greedy", r"claims \.css, which needs no plugin"),
        ("nothing-installed", "there is no plugin 'nothing-installed'; installed are: "),
    ],
)
def test_a_plugin_that_can_not_be_loaded_is_said(name: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_plugins([name])


def test_an_installed_plugin_is_found_by_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = tmp_path / "shouting-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(
        "[hotreload.plugins]\nshout = tests.test_plugins:Shout\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    (plugin,) = load_plugins(["shout"])
    assert isinstance(plugin, Shout)
    with pytest.raises(SettingsError, match="installed are: shout"):
        load_plugins(["whisper"])


def test_a_projects_own_code_runs_only_if_the_user_says_so(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "print('it ran')\nfrom hotreload.plugins import Plugin\nplugin = Plugin()\n"
    )
    (tmp_path / "hotreload.toml").write_text('plugins = ["own:plugin"]\n')
    command = [sys.executable, "-P", "-m", "hotreload", "serve", "--host", "no.such.host.test"]
    refused = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode == 2
    assert "it ran" not in refused.stdout
    assert "allow it by --plugin own:plugin" in refused.stderr
    allowed = subprocess.run(
        [*command, "--plugin", "own:plugin"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "it ran" in allowed.stdout
