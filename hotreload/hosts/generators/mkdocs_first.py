"""The build that MkDocs makes before it asks plugins for a server."""

import logging
from typing import Any

import click
from mkdocs import utils
from mkdocs.commands import serve
from mkdocs.config.defaults import MkDocsConfig

logger = logging.getLogger("mkdocs.plugins.hotreload")


class FirstBuild:
    """May fail without ending ``mkdocs serve``: our server builds again, and shows why.

    MkDocs has no hook for that: ``on_build_error`` hears of what a build then raises all the same.
    So the command finds another function in the place of ``build``, for one call.
    """

    def __init__(self) -> None:
        self.failed = False

    def forgive(self) -> None:
        """Let the build that comes next fail."""
        command = vars(serve)
        build = command["build"]

        def first(config: MkDocsConfig, **options: Any) -> None:
            command["build"] = build
            try:
                build(config, **options)
            except (Exception, SystemExit):
                logger.debug("the first build failed", exc_info=True)
                self.failed = True
                # What it has left is nobody's to see.
                utils.clean_directory(config.site_dir)

        command["build"] = first


def livereload() -> bool | None:
    """Whether ``mkdocs serve`` will ask plugins for a server.

    None where there is no such command.
    """
    context = click.get_current_context(silent=True)
    if context is None or "livereload" not in context.params:
        return None
    return bool(context.params["livereload"])


def livereload_is_given() -> bool:
    """Whether the user said so."""
    context = click.get_current_context()
    return context.get_parameter_source("livereload") is not click.core.ParameterSource.DEFAULT
