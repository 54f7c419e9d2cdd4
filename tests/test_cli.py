"""The command line, as a user's shell runs it."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import hotreload
from hotreload import cli
from hotreload.hosts.listen import bind
from hotreload.hosts.server import Server
from hotreload.project.settings import Settings, SettingsError
from tests.project import Project

Run = Callable[..., Settings]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder a command is given in, with a site in it."""
    for name in [name for name in os.environ if name.startswith("HOTRELOAD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOTRELOAD_STATE_DIR", str(tmp_path / "state"))
    (tmp_path / "here" / "site").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here" / "site"


@pytest.fixture
def settings_of(site: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``hotreload serve`` up to where the server would start, for its settings."""
    found: list[Settings] = []
    monkeypatch.setattr(Server, "__init__", lambda self, settings, *_, **__: found.append(settings))
    monkeypatch.setattr(Server, "run", lambda self: None)

    def run(*arguments: str) -> Settings:
        result = CliRunner().invoke(cli.cli, ["serve", *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return found[-1]

    return run


def command(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hotreload", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_defaults(settings_of: Run, site: Path) -> None:
    settings = settings_of("site")
    assert settings == Settings(site)
    assert (settings.host, settings.port, settings.open_browser) == ("127.0.0.1", 8000, False)


def test_the_current_folder_is_served_by_default(settings_of: Run, site: Path) -> None:
    assert settings_of().root == site.parent


@pytest.mark.parametrize(
    ("levels", "port"),
    [(0, 8000), (1, 1001), (2, 1002), (3, 1003), (4, 1004)],
)
def test_each_place_wins_over_the_one_before(
    settings_of: Run, site: Path, monkeypatch: pytest.MonkeyPatch, levels: int, port: int
) -> None:
    here = site.parent
    arguments: list[str] = []
    if levels >= 1:
        (here / "pyproject.toml").write_text("[tool.hotreload]\nport = 1001\nspa = true\n")
    if levels >= 2:
        (here / "hotreload.toml").write_text("port = 1002\n")
    if levels >= 3:
        monkeypatch.setenv("HOTRELOAD_PORT", "1003")
    if levels >= 4:
        arguments = ["--port", "1004"]
    settings = settings_of("site", *arguments)
    assert settings.port == port
    assert settings.spa is (levels >= 1)


def test_every_option_can_be_set_everywhere(
    settings_of: Run, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = site.parent / "other"
    other.mkdir()
    expected: dict[str, Any] = {
        "strict_port": True,
        "open_browser": True,
        "watch": (other,),
        "ignore": ("*.log", "tmp"),
        "spa": True,
        "base": "/app/",
        "log_level": "debug",
    }

    def chosen(settings: Settings) -> dict[str, Any]:
        assert [(m.prefix, m.root) for m in settings.mounts] == [("/lib/", other), ("/", site)]
        return {name: getattr(settings, name) for name in expected}

    flags = ["--strict-port", "--open", "--watch", "other", "--ignore", "*.log", "--ignore", "tmp"]
    flags += ["--mount", "/lib=other", "--spa", "--base", "/app", "--log-level", "debug"]
    assert chosen(settings_of("site", *flags)) == expected

    config = site.parent / "hotreload.toml"
    config.write_text(
        'dir = "site"\nstrict-port = true\nopen = true\nwatch = ["other"]\n'
        'ignore = ["*.log", "tmp"]\nmount = ["/lib=other"]\nspa = true\nbase = "/app"\n'
        'log-level = "debug"\n'
    )
    assert chosen(settings_of()) == expected
    config.unlink()

    for name, value in {
        "DIR": "site",
        "STRICT_PORT": "1",
        "OPEN": "true",
        "WATCH": "other",
        "IGNORE": "*.log tmp",
        "MOUNT": "/lib=other",
        "SPA": "yes",
        "BASE": "/app",
        "LOG_LEVEL": "debug",
    }.items():
        monkeypatch.setenv(f"HOTRELOAD_{name}", value)
    assert chosen(settings_of()) == expected


def test_hosts_come_from_flags_and_the_environment_only(
    settings_of: Run, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of("site", "--host", "0.0.0.0", "--allow-host", "a.test")
    assert (settings.host, settings.allow_hosts) == ("0.0.0.0", ("a.test",))
    monkeypatch.setenv("HOTRELOAD_ALLOW_HOST", "b.test")
    assert settings_of("site").allow_hosts == ("b.test",)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["serve", "gone"], "there is no folder gone"),
        (["serve", "file.txt"], "file.txt is not a folder"),
        (["serve", "site", "--port", "x"], "--port"),
        (["serve", "site", "--port", "70000"], "--port"),
        (["serve", "site", "--base", "app"], "base"),
        (["serve", "site", "--mount", "lib"], "/prefix=folder"),
        (["serve", "site", "--mount", "/lib=gone"], "there is no folder gone"),
        (["serve", "site", "--watch", "gone"], "nothing at gone"),
        (["serve", "site", "--log-level", "loud"], "--log-level"),
        (["serve", "site", "more"], "more"),
        (["serve", "site", "--prot", "1"], "--prot"),
        (["sevre"], "sevre"),
        (["serve", "site", "--host", "203.0.113.1"], "203.0.113.1 can't be listened on"),
        (["serve", "site", "--host", "no.such.host.invalid"], "no.such.host.invalid"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(site: Path, arguments: list[str], says: str) -> None:
    (site.parent / "file.txt").touch()
    done = command(*arguments, cwd=site.parent)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("hotreload: ")
    assert says in line


@pytest.mark.parametrize(
    ("text", "says"), [("port =", "is not TOML"), ("prot = 1", "unknown setting 'prot'")]
)
def test_a_broken_file_of_settings_is_one_line_and_status_2(
    site: Path, text: str, says: str
) -> None:
    (site.parent / "hotreload.toml").write_text(text)
    done = command("serve", "site", cwd=site.parent)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert says in line


def test_version_and_help(site: Path) -> None:
    version = command("--version", cwd=site)
    assert (version.returncode, version.stdout) == (0, f"hotreload {hotreload.__version__}\n")
    usage = command("serve", "--help", cwd=site)
    assert usage.returncode == 0
    for option in ("--port", "--mount", "HOTRELOAD_PORT", "default: 127.0.0.1"):
        assert option in re.sub(r"\s+", " ", usage.stdout)


def test_a_port_in_use_is_passed_over_and_that_is_said(project: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        project.start("--port", str(port), "--no-strict-port")
    match = re.search(r"http://127\.0\.0\.1:(\d+)/ \(port (\d+) is in use\)", project.output)
    assert match is not None, project.output
    assert int(match[1]) > port
    assert int(match[2]) == port


def test_a_port_in_use_is_an_error_if_it_must_be_that_one(site: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = command("serve", "site", "--port", port, "--strict-port", cwd=site.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"port {port} is in use" in done.stderr


def test_the_last_port_has_no_next_one(tmp_path: Path) -> None:
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", 65535))
            taken.listen()
        except OSError:
            pass  # another has it
        with pytest.raises(SettingsError, match="port 65535 is in use"):
            bind(Settings(tmp_path, port=65535))


def test_the_url_is_one_line_on_standard_output(project: Project) -> None:
    project.write({"index.html": "x"}).start("--base", "/app")
    (line,) = [line for line in project.output.splitlines() if "http" in line]
    assert line.endswith(f"{project.url}app/")
