"""``hotreload zensical``: documentation that is built with Zensical."""

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from hotreload.cli.options import Common, common_options, is_given, option
from hotreload.cli.serving import run
from hotreload.project.settings import SettingsError, parse_base

# A page fetches the search index when it loads: it should not reload since each edit changes it.
_QUIET = ("search.json", "sitemap.xml")
_NAMES = ("zensical.toml", "mkdocs.yml", "mkdocs.yaml")


@click.command()
@click.option("-f", "--config-file", metavar="PATH", help="Instead of zensical.toml.")
@click.option("-c", "--clean", is_flag=True, help="Forget what was built before.")
@click.option("-s", "--strict", is_flag=True, help="Warnings are errors.")
@option("--watch", multiple=True, metavar="PATH", help="Also build when this changes.")
@option("--ignore", multiple=True, metavar="GLOB", help="Paths whose changes don't matter.")
@common_options
def zensical(
    common: Common,
    config_file: str | None,
    clean: bool,
    strict: bool,
    watch: tuple[str, ...],
    ignore: tuple[str, ...],
) -> None:
    """Build the documentation in the current folder, serve it, and put edits into open pages.

    The options are those of zensical build. It writes to its site_dir.
    """
    from hotreload.hosts.generators import require
    from hotreload.hosts.rebuild.plan import BuildPlan
    from hotreload.hosts.rebuild.sources import Sources
    from hotreload.hosts.rebuild.worker import WorkerBuild

    require("zensical", "zensical")
    names = (config_file,) if config_file else _NAMES
    config = next((Path(name).resolve() for name in names if Path(name).is_file()), None)
    if config is None:
        raise SettingsError(
            f"there is no {names[0]} here: go to its folder, or name it (--config-file)"
        )
    said = _said(config)
    if not is_given("base"):
        common = common._replace(base=parse_base(_path(said.get("site_url"))))
    output = (config.parent / str(said.get("site_dir") or "site")).resolve()
    options = {
        "config_file": str(config),
        "clean": clean,
        "strict": strict,
        "made_in": [str(output)],
        "state": None,
    }
    plan = BuildPlan(
        output=output,
        # The rest is known when the configuration is read.
        sources=Sources((config, *(Path(path).resolve() for path in watch)), ignore=ignore),
        build=WorkerBuild("zensical", options),
        at_start=True,
        quiet=_QUIET,
    )
    run(common.settings(config.parent, output=output), str(config.name), plan)


def _said(config: Path) -> dict[str, Any]:
    """What has to be known before Zensical has read it; what can't be read it tells of itself."""
    if config.suffix != ".toml":
        from hotreload.cli.mkdocs_config import read_config

        return read_config(config)
    try:
        said = tomllib.loads(config.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    project = said.get("project", said)
    return project if isinstance(project, dict) else {}


def _path(url: object) -> str:
    return urlsplit(url).path or "/" if isinstance(url, str) else "/"
