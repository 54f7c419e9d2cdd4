"""``hotreload pelican``: a site that is built with Pelican."""

import logging
import tempfile
from pathlib import Path
from typing import Any

import click

from hotreload.cli.options import Common, common_options, option
from hotreload.cli.serving import run
from hotreload.project.settings import SettingsError

# Each edit changes them, and no page shows them.
_QUIET = ("*.atom.xml", "*.rss.xml", "sitemap.xml")


@click.command()
@click.argument("path", required=False)
@click.option("-s", "--settings", metavar="FILE", help="Instead of pelicanconf.py.")
@click.option("-t", "--theme-path", metavar="PATH", help="The theme to use.")
@click.option("-o", "--output", metavar="PATH", help="Where to write; a temporary folder if not.")
@click.option("--relative-urls", is_flag=True, help="Use relative addresses.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@option("--watch", multiple=True, metavar="PATH", help="Also build when this changes.")
@option("--ignore", multiple=True, metavar="GLOB", help="Paths whose changes don't matter.")
@common_options
def pelican(
    common: Common,
    path: str | None,
    settings: str | None,
    theme_path: str | None,
    output: str | None,
    relative_urls: bool,
    verbose: bool,
    quiet: bool,
    watch: tuple[str, ...],
    ignore: tuple[str, ...],
) -> None:
    """Build the site of the content in PATH, serve it, and put what is edited into open pages.

    PATH is what the settings say if it is left out. The options are Pelican's.
    """
    from hotreload.hosts.generators import require
    from hotreload.hosts.rebuild.plan import BuildPlan
    from hotreload.hosts.rebuild.sources import Sources
    from hotreload.hosts.rebuild.worker import WorkerBuild

    require("pelican", "pelican")
    conf = Path(settings or "pelicanconf.py").resolve()
    if not conf.is_file():
        raise SettingsError(
            f"there is no {conf.name} in {conf.parent}: go to its folder, or name it (--settings)"
        )
    named = Path(output or tempfile.mkdtemp(prefix="hotreload-pelican-")).resolve()
    overrides: dict[str, Any] = {"OUTPUT_PATH": str(named)}
    if path is not None:
        overrides["PATH"] = str(Path(path).resolve())
    if theme_path is not None:
        theme = Path(theme_path).resolve()
        overrides["THEME"] = str(theme) if theme.exists() else theme_path
    if relative_urls:
        overrides["RELATIVE_URLS"] = True
    # Removed with the system's temporary files.
    cache = tempfile.mkdtemp(prefix="hotreload-pelican-")
    options = {
        "settings": str(conf),
        "overrides": overrides,
        "cache": cache,
        "made_in": [str(named), str(Path(cache).resolve())],
        "state": None,
        "log_level": (logging.DEBUG if verbose else logging.ERROR if quiet else logging.WARNING),
    }
    plan = BuildPlan(
        output=named,
        # The rest is known when the settings are read.
        sources=Sources((conf, *(Path(more).resolve() for more in watch)), ignore=ignore),
        build=WorkerBuild("pelican", options),
        at_start=True,
        quiet=_QUIET,
        temporary=output is None,
    )
    run(common.settings(conf.parent, output=named), path or conf.name, plan)
