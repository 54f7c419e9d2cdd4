"""``hotreload proxy``: before a server that runs already."""

import sys
from typing import Any

import click

from hotreload.cli.before import front_options, parse_upstream, start


@click.command()
@click.argument("url")
@front_options
def proxy(url: str, **given: Any) -> None:
    """Stand before the server at URL, whose files are in the current folder."""
    sys.exit(start(given, upstream=parse_upstream(url)))
