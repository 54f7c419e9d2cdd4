"""The command line: one module for each command, imported when it is asked for."""

import sys
from importlib import import_module
from pathlib import Path

import click

from hotreload import __version__
from hotreload.project.settings import SettingsError, read_config

_COMMANDS = (
    "mkdocs",
    "pelican",
    "properdocs",
    "proxy",
    "publish",
    "run",
    "serve",
    "sphinx",
    "zensical",
)


def main() -> None:
    """Run the command; ends the process."""
    try:
        cli.main(prog_name="hotreload", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.UsageError as error:
        _fail(error.format_message())
    except SettingsError as error:
        _fail(str(error))


def _fail(message: str) -> None:
    click.echo(f"hotreload: {message}", err=True)
    sys.exit(2)


class _Commands(click.Group):
    """Starting one command should not wait for what only another needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"hotreload.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands)
@click.version_option(__version__, message="hotreload %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """A dev server with hot module replacement."""
    config = read_config(Path.cwd())
    context.default_map = dict.fromkeys(_COMMANDS, config.values)
    context.meta.update({f"hotreload.{name}": file for name, file in config.files.items()})
