"""What the tables of docs/migration.md say that we have, we have."""

import inspect
import re

import click
import pytest
from mkdocs.__main__ import serve_command
from sphinx.cmd.build import get_parser

from hotreload import livereload
from hotreload.cli import cli
from tests.docs.samples import DOCS
from tests.docs.test_reference import codes, rows

PAGE = "migration.md"
COMMANDS = {
    "Vite": "serve",
    "live-server": "serve",
    "Browsersync": "serve",
    "python-livereload": "serve",
    "sphinx-autobuild": "sphinx",
    "`mkdocs serve`, `pelican --listen`": "mkdocs",
}


def flags(cell: str) -> set[str]:
    """The options that are named in code, without their values."""
    words = [word for code in codes(cell) for word in code.split()]
    found = (re.match(r"--?[A-Za-z][\w-]*", word) for word in words)
    return {match[0] for match in found if match}


def ours(command: str) -> set[str]:
    found = cli.get_command(click.Context(cli), command)
    assert found is not None
    options = [option for option in found.params if isinstance(option, click.Option)]
    return {name for option in options for name in (*option.opts, *option.secondary_opts)}


def table(heading: str) -> list[tuple[str, str]]:
    """What is theirs, and what is ours."""
    return [(theirs, own) for theirs, own in rows(PAGE, heading)[1:]]


def test_every_server_has_its_table() -> None:
    headings = re.findall(r"^## (.+)$", (DOCS / PAGE).read_text("utf-8"), re.M)
    assert headings == list(COMMANDS)


@pytest.mark.parametrize("heading", COMMANDS)
def test_our_options_exist(heading: str) -> None:
    have = ours(COMMANDS[heading])
    for theirs, own in table(heading):
        named = flags(own) | (flags(theirs) if own.startswith("the same") else set())
        assert named <= have, theirs


def test_sphinx_s_options_are_all_there_and_no_others() -> None:
    cells = [theirs for theirs, _ in table("sphinx-autobuild")]
    named = {flag for cell in cells if cell.startswith("sphinx-build") for flag in flags(cell)}
    actions = [action for action in get_parser()._actions if action.option_strings]
    known = {name for action in actions for name in action.option_strings}
    assert named <= known | {"-M"}
    for action in actions:
        if not {"--help", "--version"} & set(action.option_strings):
            assert named & set(action.option_strings), action.option_strings


def test_mkdocs_s_options_are_all_there_and_no_others() -> None:
    cells = [theirs for theirs, _ in table("`mkdocs serve`, `pelican --listen`")]
    named = {flag for cell in cells for flag in flags(cell)}
    options = [o for o in serve_command.params if isinstance(o, click.Option)]
    known = {name for option in options for name in (*option.opts, *option.secondary_opts)}
    assert named <= known
    for option in options:
        if not option.hidden:
            assert named & {*option.opts, *option.secondary_opts}, option.name


def test_livereload_s_arguments_are_taken() -> None:
    checked = 0
    for theirs, own in table("python-livereload"):
        for call in codes(theirs):
            found = re.fullmatch(r"(?:Server\(\)\.)?(\w+)\((.*)\)", call)
            if found is None or not own.startswith("the same"):
                continue
            owner = livereload.Server if call.startswith("Server") else livereload
            taken = inspect.signature(getattr(owner, found[1])).parameters
            assert {name.removesuffix("=…") for name in found[2].split(", ")} <= set(taken), call
            checked += 1
    assert checked == 3
