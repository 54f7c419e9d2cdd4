"""``hotreload serve``: a folder, and perhaps the command that makes it."""

from pathlib import Path

import click

from hotreload.cli.options import Common, common_options, option
from hotreload.cli.serving import run
from hotreload.project.settings import SettingsError, check_folder


@click.command()
@click.argument("dir", default=".", envvar="HOTRELOAD_DIR")
@option("--build", metavar="COMMAND", help="Run this when what is watched changes.")
@option("--watch", multiple=True, metavar="PATH", help="Reload pages, or build, when this changes.")
@option("--ignore", multiple=True, metavar="GLOB", help="Paths whose changes don't matter.")
@option("--quiet-about", multiple=True, metavar="GLOB", help="Built files no page need hear of.")
@option("--spa/--no-spa", default=False, help="Answer unknown addresses with /index.html.")
@option("--listing/--no-listing", default=False, help="Show what a folder without a page holds.")
@common_options
def serve(
    common: Common,
    dir: str,
    build: str | None,
    watch: tuple[str, ...],
    ignore: tuple[str, ...],
    quiet_about: tuple[str, ...],
    spa: bool,
    listing: bool,
) -> None:
    """Serve the folder DIR, and change its open pages as its files change.

    With --build, the folder is the output of a command, which is run whenever what is watched
    changes: only what differs then is sent to the pages.
    """
    for path in watch:
        if not Path(path).exists():
            raise SettingsError(f"there is nothing at {path} to watch")
    watched = tuple(Path(path).resolve() for path in watch)
    if build is None:
        settings = common.settings(
            check_folder(Path(dir)), watch=watched, ignore=ignore, spa=spa, listing=listing
        )
        run(settings, dir)
        return
    # A site that is only served does not need any of it.
    from hotreload.hosts.rebuild.command import CommandBuild
    from hotreload.hosts.rebuild.plan import BuildPlan
    from hotreload.hosts.rebuild.sources import Sources

    root = Path(dir).resolve()
    if not watched:
        raise SettingsError("say what the site is built from: --watch PATH, beside --build")
    plan = BuildPlan(
        output=root,
        sources=Sources(watched, ignore=ignore),
        build=CommandBuild(build),
        quiet=quiet_about,
        others_write=True,
    )
    run(common.settings(root, spa=spa, listing=listing), dir, plan)
