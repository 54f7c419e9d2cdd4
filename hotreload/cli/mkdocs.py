"""``hotreload mkdocs``: documentation that is built with MkDocs."""

import logging
import tempfile
from pathlib import Path
from typing import Any

import click

from hotreload.cli.options import Common, common_options, is_given, option
from hotreload.cli.run import run
from hotreload.settings import SettingsError, parse_base

# A page fetches the search index when it loads: it should not reload since each edit changes it.
QUIET = ("search/*", "sitemap.xml", "sitemap.xml.gz")


@click.command()
@click.option("-f", "--config-file", metavar="PATH", help="Instead of mkdocs.yml.")
@click.option("-s", "--strict/--no-strict", default=None, help="Warnings are errors.")
@click.option("-t", "--theme", metavar="NAME", help="The theme to use.")
@click.option("--use-directory-urls/--no-directory-urls", default=None, help="page/ or page.html.")
@click.option("--watch-theme", is_flag=True, help="Also build when an installed theme changes.")
@click.option("-q", "--quiet", is_flag=True, help="Print warnings only.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@option("--watch", multiple=True, metavar="PATH", help="Also build when this changes.")
@option("--ignore", multiple=True, metavar="GLOB", help="Paths whose changes don't matter.")
@common_options
def mkdocs(
    common: Common,
    config_file: str | None,
    strict: bool | None,
    theme: str | None,
    use_directory_urls: bool | None,
    watch_theme: bool,
    quiet: bool,
    verbose: bool,
    watch: tuple[str, ...],
    ignore: tuple[str, ...],
) -> None:
    """Build the documentation in the current folder, serve it, and put edits into open pages.

    The options are those of mkdocs serve.
    """
    from hotreload.build.plan import BuildPlan
    from hotreload.build.sources import Sources
    from hotreload.build.worker import WorkerBuild
    from hotreload.integrations import require

    require("mkdocs", "mkdocs")
    from hotreload.cli.mkdocs_config import site_path  # needs what comes with it

    config = _config(config_file)
    if not is_given("base"):
        common = common._replace(base=parse_base(site_path(config)))
    settings_port = common.port or 8000
    output = Path(tempfile.mkdtemp(prefix="hotreload-mkdocs-")).resolve()
    overrides: dict[str, Any] = {
        "site_dir": str(output),
        "site_url": f"http://{common.host}:{settings_port}{parse_base(common.base)}",
    }
    given = {"strict": strict, "use_directory_urls": use_directory_urls, "theme": theme}
    overrides.update({name: value for name, value in given.items() if value is not None})
    options = {
        "config_file": str(config),
        "overrides": overrides,
        "made_in": [str(output)],
        "watch_theme": watch_theme,
        "log_level": (logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO),
    }
    plan = BuildPlan(
        output=output,
        # The rest is known when the configuration is read.
        sources=Sources((config, *(Path(path).resolve() for path in watch)), ignore=ignore),
        build=WorkerBuild("mkdocs", options),
        at_start=True,
        quiet=QUIET,
        temporary=True,
    )
    run(common.settings(config.parent, output=output), str(config.name), plan)


def _config(given: str | None) -> Path:
    names = [given] if given else ["mkdocs.yml", "mkdocs.yaml"]
    for name in names:
        if Path(name).is_file():
            return Path(name).resolve()
    raise SettingsError(
        f"there is no {names[0]} here: go to its folder, or name it (--config-file)"
    )
