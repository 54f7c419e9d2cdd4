"""Samples that need no browser: commands, settings, Python, JSON, YAML."""

import ast
import json
import re
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import click
import pytest
import yaml  # type: ignore[import-untyped]
from playwright.sync_api import Page

from hotreload.cli import cli
from hotreload.project.settings import read_config
from tests.browser.site import html
from tests.docs.samples import PAGES, Sample, apply, samples
from tests.project import READY_SECONDS, Project

# Those that test_recipes.py finds in what other tests run, and a form rather than code.
ELSEWHERE = ("frameworks.md", "plugins.md", "protocol.md")
LANGUAGES = {
    *("", "sh", "console", "text", "python", "js", "html", "css", "diff", "toml", "json", "nginx"),
    *("ts", "tsx", "jsx", "jsonc", "scss", "yaml"),
}


def commands(sample: Sample) -> list[list[str]]:
    """The hotreload commands that a sample tells the reader to type."""
    prompt = "$ " if sample.language == "console" else ""
    typed = re.sub(r"\\\n", "", sample.code).splitlines()
    lines = [line.removeprefix(prompt) for line in typed if line.startswith(prompt)]
    return [
        shlex.split(line, comments=True) for line in lines if re.match(r"hotreload(\s|$)", line)
    ]


def inline_commands() -> list[tuple[str, list[str]]]:
    """Commands in running text and tables, where they are whole."""
    found = []
    for page in PAGES:
        for line, text in enumerate(page.read_text("utf-8").splitlines(), 1):
            for command in re.findall(r"`(hotreload (?:serve|sphinx|mkdocs|pelican)[^`]*)`", text):
                # Not those that only name a command, or have names of things to be filled in.
                if command.count(" ") > 1 and not re.search(r"[A-Z]{2}|[\[…]", command):
                    found.append((f"{page.name}:{line}", shlex.split(command)))
    return found


def parse(command: list[str]) -> None:
    """Fails where the command would say that it can't be understood."""
    context = click.Context(cli, info_name="hotreload")
    if command[1].startswith("-"):
        cli.make_context("hotreload", command[1:])
        return
    found = cli.get_command(context, command[1])
    assert found is not None, command
    found.make_context(command[1], command[2:], parent=context)


@pytest.mark.parametrize("sample", samples("sh", "console"), ids=str)
def test_commands_are_understood(sample: Sample) -> None:
    for command in commands(sample):
        parse(command)


def test_commands_in_the_text_are_understood() -> None:
    found = inline_commands()
    assert len(found) > 5
    for place, command in found:
        try:
            parse(command)
        except click.UsageError as error:
            pytest.fail(f"{place}: {shlex.join(command)}: {error.format_message()}")


@pytest.mark.parametrize("sample", samples("toml"), ids=str)
def test_settings_are_understood(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "pyproject.toml" if sample.code.lstrip().startswith("[") else "hotreload.toml"
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(sample.code, "utf-8")
    config = read_config(tmp_path)
    if name == "hotreload.toml" or "tool.hotreload" in sample.code:
        assert config.values
    if "plugins" in config.values or "mount" in config.values:
        return  # what they name has to be there
    cli.get_command(click.Context(cli), "serve").make_context(  # type: ignore[union-attr]
        "serve", [], default_map=dict(config.values)
    )


@pytest.mark.parametrize("sample", samples("json"), ids=str)
def test_json_is_json(sample: Sample) -> None:
    json.loads(sample.code)


@pytest.mark.parametrize("sample", samples("yaml"), ids=str)
def test_yaml_parses(sample: Sample) -> None:
    assert yaml.safe_load(sample.code)


@pytest.mark.parametrize("sample", samples("python"), ids=str)
def test_python_parses(sample: Sample) -> None:
    ast.parse(sample.code)


def test_every_sample_says_its_language() -> None:
    for sample in samples():
        assert sample.language in LANGUAGES, str(sample)


def test_the_library_serves_as_documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sample,) = [s for s in samples("python") if s.title == "serve.py"]
    Project(tmp_path / "site", tmp_path / "state").write({"index.html": "<p>Hello"})
    apply(sample, tmp_path)
    done = subprocess.run(
        [sys.executable, "serve.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", done.stdout), done.stderr


def test_a_build_function_works_as_documented(tmp_path: Path, page: Page) -> None:
    (sample,) = [s for s in samples("python") if s.title == "build.py"]
    apply(sample, tmp_path)
    content = tmp_path / "content.txt"
    content.write_text("one")
    with subprocess.Popen(
        [sys.executable, "-u", "build.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            stopping = threading.Timer(READY_SECONDS, server.kill)
            stopping.start()
            url = server.stdout.readline().strip()
            stopping.cancel()
            page.goto(url)
            paragraph = page.locator("p")
            paragraph.get_by_text("one").wait_for()
            content.write_text("two")
            paragraph.get_by_text("two").wait_for()
            content.write_text("")
            page.locator("hotreload-overlay").get_by_text("it is empty").first.wait_for()
        finally:
            server.kill()


def test_a_logging_handler_works_as_documented(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (sample,) = [s for s in samples("python") if s.title == "log.py"]
    import logging

    from hotreload.live.facts import Updated, say

    logger = logging.getLogger("hotreload")
    monkeypatch.setattr(logger, "handlers", list(logger.handlers))
    # Loggers remember what they let through, which only this makes them forget.
    caplog.set_level(logging.INFO, "hotreload")
    exec(compile(sample.code, "log.py", "exec"), {"__name__": "log"})
    say(Updated(("/a.js",), pages=1, silent=0, ms=5.0))
    say(Updated(("/b.js",), pages=1, silent=0, ms=50.0))
    assert capsys.readouterr().out == "/b.js: 50 ms\n"


# What the samples of a page take for granted.
GIVEN = {
    "morph.md": '<div id="editor"></div><script>var highlightAll = () => {}</script>',
    "README.md": "<button></button>",
}
FILES = {"words.js": "export const describe = String;\n"}
IN_BROWSER = [s for s in samples("js") if s.page.name not in ELSEWHERE and not s.title]


def test_javascript_runs_in_a_page(project: Project, page: Page) -> None:
    """All samples that are whole, each as a module of a page of its own."""
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    project.write(FILES)
    for sample in IN_BROWSER:
        name = f"{sample.page.stem}-{sample.line}"
        body = GIVEN.get(sample.page.name, "")
        project.write({f"{name}.js": sample.code, f"{name}.html": html(body, script=f"{name}.js")})
    project.start()
    assert len(IN_BROWSER) > 4
    for sample in IN_BROWSER:
        page.goto(f"{project.url}{sample.page.stem}-{sample.line}.html")
        page.wait_for_load_state("load")
        assert not failed, f"{sample}: {failed}"
