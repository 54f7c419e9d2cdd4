"""Tables of the reference are those of the code."""

import importlib
import inspect
import re
from pathlib import Path
from typing import get_args

import click
import pytest

import hotreload
from hotreload import DevServer, HotReload, plugins
from hotreload.cli import cli
from hotreload.cli.terminal import console
from hotreload.live import facts
from hotreload.project import settings
from tests.docs.samples import DOCS


def rows(page: str, heading: str = "") -> list[list[str]]:
    """The cells of the tables below a heading, or of all tables of a page; code loses its marks."""
    text = (DOCS / page).read_text("utf-8")
    if heading:
        match = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,3}} |\Z)", text, re.M | re.S)
        assert match is not None, f"{page} has no heading {heading}"
        text = match[2]
    lines = re.findall(r"^\| .*\|$", text, re.M)
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture(scope="module")
def options() -> dict[str, click.Parameter]:
    """What `hotreload serve` can be told, by environment variable."""
    command = cli.get_command(click.Context(cli), "serve")
    assert command is not None
    found = {}
    for parameter in command.params:
        variables = parameter.envvar
        assert isinstance(variables, str), parameter.name
        found[variables] = parameter
    return found


def test_every_setting_is_documented_as_it_is(options: dict[str, click.Parameter]) -> None:
    documented = {}
    for key, flags, variables, _, default in rows("configuration.md", "Settings"):
        for variable in codes(variables):
            documented[variable] = (codes(key), codes(flags), default)
    assert sorted(documented) == sorted(options)
    for variable, (in_files, names, default) in documented.items():
        option = options[variable]
        if isinstance(option, click.Option):
            assert names == [*option.opts, *option.secondary_opts], variable
        shown = default.strip("`|").strip()
        actual = option.default
        if isinstance(actual, bool):
            assert shown == str(actual).lower(), variable
        elif isinstance(actual, str | int | float):
            assert shown == f"{actual:g}" if isinstance(actual, float) else str(actual), variable
        else:
            assert shown == "none", variable
        # What a project's file may set, and by which name.
        refused = settings._NOT_FROM_PROJECT | settings._RUNS_COMMANDS
        may = option.name in settings._KEYS and option.name not in refused
        assert in_files == ([(option.name or "").replace("_", "-")] if may else []), variable


def test_every_command_is_documented() -> None:
    text = (DOCS / "cli.md").read_text("utf-8")
    commands = cli.list_commands(click.Context(cli))
    assert sorted(re.findall(r"<!-- options: (\w+) -->", text)) == sorted([*commands, "every"])
    assert set(re.findall(r"^## (\w+)$", text, re.M)) == set(commands)


@pytest.mark.parametrize(
    ("page", "heading", "of"),
    [("python.md", "DevServer", DevServer), ("asgi.md", "Options", HotReload)],
)
def test_every_argument_is_documented(page: str, heading: str, of: type) -> None:
    table = {codes(row[0])[0]: row for row in rows(page, heading) if codes(row[0])}
    arguments = dict(inspect.signature(of).parameters)
    arguments.pop("app", None)
    for name, argument in arguments.items():
        assert name in table, f"{of.__name__}: {name}"
        if page == "python.md" and argument.default is not inspect.Parameter.empty:
            default = repr(argument.default).replace("'", '"')
            assert codes(table[name][1]) == [default], name


def test_every_public_name_is_documented_and_explained() -> None:
    text = (DOCS / "python.md").read_text("utf-8")
    for name in hotreload.__all__:
        assert f"`hotreload.{name}`" in text
        value = getattr(hotreload, name)
        assert name == "__version__" or inspect.getdoc(value)


@pytest.mark.parametrize(
    "module", ["plugins", "livereload", "hosts.devserver", "hosts.asgi.middleware", "live.facts"]
)
def test_public_classes_and_functions_say_what_they_do(module: str) -> None:
    loaded = importlib.import_module(f"hotreload.{module}")
    for name, value in vars(loaded).items():
        own = getattr(value, "__module__", None) == loaded.__name__
        if name.startswith("_") or not own or not (inspect.isclass(value) or callable(value)):
            continue
        assert inspect.getdoc(value), f"{module}.{name}"
        for member, method in vars(value).items() if inspect.isclass(value) else ():
            if inspect.isfunction(method) and not member.startswith("_"):
                assert inspect.getdoc(method), f"{module}.{name}.{member}"


def test_what_plugins_are_given_is_documented() -> None:
    text = (DOCS / "python.md").read_text("utf-8")
    for name, value in vars(plugins).items():
        if inspect.isclass(value) and value.__module__ == plugins.__name__:
            assert f"`{name}`" in text, name


def test_every_fact_is_documented() -> None:
    table = {
        codes(row[0])[0]: set(codes(row[1])) for row in rows("terminal.md", "JSON for tools")[1:]
    }
    kinds = {fact._make([()] * len(fact._fields)).kind: fact for fact in get_args(facts.Fact)}
    assert set(kinds) <= set(table)
    for kind, fact in kinds.items():
        assert set(fact._fields) <= table[kind], kind
    names = (DOCS / "python.md").read_text("utf-8")
    for fact in kinds.values():
        assert f"`{fact.__name__}`" in names


def test_every_key_is_documented() -> None:
    source = Path(inspect.getfile(console)).read_text("utf-8")
    keys = re.findall(r'"(\w)": Shortcut\("([^"]+)"', source)
    assert len(keys) > 4
    table = [
        (codes(row[0])[0], row[1].strip("| "))
        for row in rows("terminal.md", "Keys")[1:]
        if codes(row[0])
    ]
    assert table == keys
