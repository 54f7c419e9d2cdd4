"""The commands for generators: their options, and what they refuse."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotreload.cli import cli
from hotreload.hosts.rebuild.plan import BuildPlan
from hotreload.hosts.server import Server
from hotreload.project.settings import Settings, SettingsError

Run = Callable[..., tuple[Settings, BuildPlan]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTRELOAD_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folder = tmp_path / "here"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "conf.py").write_text("")
    (folder / "mkdocs.yml").write_text("site_name: x\n")
    (folder / "pelicanconf.py").write_text("")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(here: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command up to where the server would start."""
    found: list[tuple[Settings, BuildPlan]] = []

    def take(
        self: Server, settings: Settings, ready: object, plan: BuildPlan, **rest: object
    ) -> None:
        found.append((settings, plan))

    monkeypatch.setattr(Server, "__init__", take)
    monkeypatch.setattr(Server, "run", lambda self: None)

    def run(*arguments: str) -> tuple[Settings, BuildPlan]:
        result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return found[-1]

    return run


def test_sphinx_by_default(here: Path, run: Run) -> None:
    settings, plan = run("sphinx", "docs")
    assert plan.output == here / "docs" / "_build" / "html"
    assert settings.root == plan.output
    assert plan.at_start
    # Its own output is no source, however it is laid out.
    assert plan.sources.concern(here / "docs" / "index.rst")
    assert not plan.sources.concern(here / "docs" / "_build" / "doctrees" / "x")


def test_sphinx_with_sphinx_autobuilds_options(here: Path, run: Run) -> None:
    settings, plan = run(
        *("sphinx", "docs", "out", "-b", "dirhtml", "-j", "auto", "--no-initial"),
        *("--watch", "src", "--ignore", "*.tmpl", "--re-ignore", "gen[0-9]"),
        *("--pre-build", "echo 1", "--post-build", "echo 2", "--open-browser"),
        *("--host", "127.0.0.2", "--port", "0", "-D", "language=de", "-A", "a=b", "-W"),
    )
    assert plan.output == here / "out"
    assert settings.open_browser
    assert (settings.host, settings.port) == ("127.0.0.2", 0)
    assert not plan.at_start
    assert plan.sources.concern(here / "src" / "a.py")
    assert not plan.sources.concern(here / "src" / "a.tmpl")
    assert not plan.sources.concern(here / "docs" / "gen7.rst")


def test_mkdocs_and_pelican_leave_the_users_output_alone(here: Path, run: Run) -> None:
    for command, conf in (("mkdocs", "mkdocs.yml"), ("pelican", "pelicanconf.py")):
        settings, plan = run(command)
        assert plan.temporary
        assert not plan.output.is_relative_to(here)
        # By this, a page knows the project again after a restart.
        assert settings.root == here
        assert plan.sources.concern(here / conf)
    _, plan = run("pelican", "-o", "public")
    assert plan.output == here / "public"
    assert not plan.temporary


@pytest.mark.parametrize(
    ("config", "base"),
    [
        ("site_url: https://example.test/some/path", "/some/path/"),
        ("site_url: https://example.test/", "/"),
        ("site_url: ''", "/"),
        ("site_url: !ENV [NOT_SET_ANYWHERE, 'https://example.test/env/']", "/env/"),
        ("INHERIT: base.yml", "/inherited/"),
        ("INHERIT: base.yml\nsite_url: https://example.test/own/", "/own/"),
        ("INHERIT: mkdocs.yml", "/"),
        ("x: !!python/name:a.b\ny: !relative $docs_dir\nsite_url: https://e.test/p/", "/p/"),
        ("site_url: [", "/"),
        ("- a list", "/"),
    ],
)
def test_mkdocs_is_served_at_the_path_of_its_site_url(
    here: Path, run: Run, config: str, base: str
) -> None:
    (here / "base.yml").write_text("site_url: https://example.test/inherited/\n")
    (here / "mkdocs.yml").write_text(f"{config}\n")
    settings, _ = run("mkdocs")
    assert settings.base == base
    settings, _ = run("mkdocs", "--base", "/other")
    assert settings.base == "/other/"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotreload.hosts.generators.find_spec", lambda name: name)


@pytest.mark.usefixtures("installed")
def test_properdocs_and_zensical_read_what_they_are_configured_by(here: Path, run: Run) -> None:
    _, plan = run("properdocs")
    assert plan.sources.concern(here / "mkdocs.yml")
    (here / "properdocs.yml").write_text("site_url: https://example.test/proper/\n")
    settings, plan = run("properdocs", "-s", "--watch", "more")
    assert settings.base == "/proper/"
    assert plan.temporary
    assert not plan.sources.concern(here / "mkdocs.yml")
    assert plan.sources.concern(here / "more" / "x")
    settings, plan = run("zensical")
    assert plan.output == here / "site"
    assert settings.base == "/"
    (here / "zensical.toml").write_text(
        '[project]\nsite_url = "https://example.test/zen/"\nsite_dir = "public/zen"\n'
    )
    settings, plan = run("zensical", "-c")
    assert plan.output == here / "public" / "zen"
    assert settings.base == "/zen/"
    (here / "zensical.toml").write_text("[")
    settings, plan = run("zensical", "--base", "/b")
    assert settings.base == "/b/"
    assert plan.output == here / "site"


def test_serve_with_a_build(here: Path, run: Run) -> None:
    settings, plan = run("serve", "public", "--watch", "docs", "--build", "make html")
    assert plan.output == settings.root == here / "public"
    assert plan.sources.concern(here / "docs" / "a.md")
    assert not plan.in_place
    assert not plan.at_start


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sphinx", "nowhere"], "there is no conf.py"),
        (["sphinx", "docs", "-j", "many"], "--jobs is a number"),
        (["sphinx", "docs", "-D", "language"], "-D is written name=value"),
        (["sphinx", "docs", "--re-ignore", "("], "no regular expression"),
        (["mkdocs", "-f", "other.yml"], "there is no other.yml here"),
        (["pelican", "-s", "other.py"], "there is no other.py"),
        (["properdocs", "-f", "other.yml"], "there is no other.yml here"),
        (["zensical", "-f", "other.toml"], "there is no other.toml here"),
        (["serve", "public", "--build", "make"], "say what the site is built from"),
        (["serve", "mkdocs.yml", "--watch", "docs", "--build", "make"], "is not a folder"),
    ],
)
@pytest.mark.usefixtures("installed")
def test_what_can_only_go_wrong_is_refused(run: Run, arguments: list[str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        run(*arguments)


def test_a_projects_own_file_runs_no_command(here: Path, run: Run) -> None:
    (here / "hotreload.toml").write_text('build = "rm -rf /"\n')
    with pytest.raises(SettingsError, match="HOTRELOAD_BUILD"):
        run("serve", "docs")


def test_a_generator_that_is_missing_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotreload.hosts.generators.find_spec", lambda name: None)
    for command in (["sphinx", "docs"], ["mkdocs"], ["pelican"], ["properdocs"], ["zensical"]):
        with pytest.raises(SettingsError, match="pip install"):
            run(*command)
