"""``hotreload properdocs``: documentation that is built with ProperDocs."""

from typing import Any

import click

from hotreload.cli.mkdocs import CONFIG_NAMES, mkdocs_options, run_mkdocs
from hotreload.cli.options import Common, common_options


@click.command()
@mkdocs_options
@common_options
def properdocs(common: Common, **given: Any) -> None:
    """Build the documentation in the current folder, serve it, and put edits into open pages.

    The options are those of properdocs serve.
    """
    run_mkdocs("properdocs", ("properdocs.yml", "properdocs.yaml", *CONFIG_NAMES), common, **given)
