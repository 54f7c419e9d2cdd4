"""``hotreload mkdocs``: documentation that is built with MkDocs."""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.decorators import FC

from hotreload.cli.options import Common, common_options, is_given, option
from hotreload.cli.serving import run
from hotreload.project.settings import SettingsError, parse_base

# A page fetches the search index when it loads: it should not reload since each edit changes it.
QUIET = ("search/*", "sitemap.xml", "sitemap.xml.gz")


CONFIG_NAMES = ("mkdocs.yml", "mkdocs.yaml")


def mkdocs_options(command: FC) -> FC:
    """The options of ``mkdocs serve``, by its names."""
    for decorate in reversed(_OPTIONS):
        command = decorate(command)
    return command


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("-f", "--config-file", metavar="PATH", help="Instead of mkdocs.yml."),
    click.option("-s", "--strict/--no-strict", default=None, help="Warnings are errors."),
    click.option("-t", "--theme", metavar="NAME", help="The theme to use."),
    click.option(
        "--use-directory-urls/--no-directory-urls", default=None, help="page/ or page.html."
    ),
    click.option("--watch-theme", is_flag=True, help="Also build when an installed theme changes."),
    click.option("-q", "--quiet", is_flag=True, help="Print warnings only."),
    click.option("-v", "--verbose", is_flag=True, help="Say more."),
    option("--watch", multiple=True, metavar="PATH", help="Also build when this changes."),
    option("--ignore", multiple=True, metavar="GLOB", help="Paths whose changes don't matter."),
)


@click.command()
@mkdocs_options
@common_options
def mkdocs(common: Common, **given: Any) -> None:
    """Build the documentation in the current folder, serve it, and put edits into open pages.

    The options are those of mkdocs serve.
    """
    run_mkdocs("mkdocs", CONFIG_NAMES, common, **given)


def run_mkdocs(
    generator: str,
    names: tuple[str, ...],
    common: Common,
    *,
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
    """Build with MkDocs, or what continues it, and serve.

    Args:
        generator: the name of its module, its distribution and its adapter.
        names: of its configuration, the first that is there.

    Raises:
        SettingsError: it can't be served.
    """
    from hotreload.hosts.generators import require
    from hotreload.hosts.rebuild.plan import BuildPlan
    from hotreload.hosts.rebuild.sources import Sources
    from hotreload.hosts.rebuild.worker import WorkerBuild

    require(generator, generator)
    from hotreload.cli.mkdocs_config import site_path  # needs what comes with it

    config = _config((config_file,) if config_file else names)
    if not is_given("base"):
        common = common._replace(base=parse_base(site_path(config)))
    settings_port = common.port or 8000
    output = Path(tempfile.mkdtemp(prefix=f"hotreload-{generator}-")).resolve()
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
        build=WorkerBuild(generator, options),
        at_start=True,
        quiet=QUIET,
        temporary=True,
    )
    run(common.settings(config.parent, output=output), str(config.name), plan)


def _config(names: tuple[str, ...]) -> Path:
    for name in names:
        if Path(name).is_file():
            return Path(name).resolve()
    raise SettingsError(
        f"there is no {names[0]} here: go to its folder, or name it (--config-file)"
    )
