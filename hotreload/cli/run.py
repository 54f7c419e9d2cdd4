"""``hotreload run``: any server's command, with hot reload before it."""

import sys
from typing import Any

import click

from hotreload.cli.before import front_options, parse_upstream, start
from hotreload.cli.options import option


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@option("--upstream", metavar="URL", help="Where the server answers; it is found without.")
@front_options
def run(command: tuple[str, ...], upstream: str | None, **given: Any) -> None:
    """Run COMMAND, which starts a server, and stand before it: its pages become hot.

    \b
    hotreload run -- flask run --debug
    hotreload run -- python manage.py runserver
    hotreload run -- php -S localhost:8000
    """
    target = parse_upstream(upstream) if upstream else ""
    sys.exit(start(given, words=command, upstream=target))
