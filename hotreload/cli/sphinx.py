"""``hotreload sphinx``: documentation that is built with Sphinx."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import click

from hotreload.cli.options import Common, common_options, option
from hotreload.cli.serving import run
from hotreload.project.settings import SettingsError

# A page should not reload, or even hear of it, since each edit changes them.
_QUIET = ("searchindex.js", "objects.inv", "_sources/*")


@click.command()
@click.argument("sourcedir")
@click.argument("outdir", required=False)
@click.option("-b", "--builder", default="html", help="Builder to use.", show_default=True)
@click.option("-a", "--write-all", is_flag=True, help="Write all files at the start.")
@click.option("-E", "--fresh-env", is_flag=True, help="Read all files at the start.")
@click.option("-j", "--jobs", default="1", metavar="N", help="Processes; auto for one per core.")
@click.option("-c", "--conf-dir", metavar="PATH", help="Folder of conf.py.")
@click.option("-d", "--doctree-dir", metavar="PATH", help="Folder of doctrees.")
@click.option("-D", "--define", multiple=True, metavar="SETTING=VALUE", help="Override conf.py.")
@click.option("-A", "--html-define", multiple=True, metavar="NAME=VALUE", help="For templates.")
@click.option("-t", "--tag", multiple=True, metavar="TAG", help="Define a tag.")
@click.option("-n", "--nitpicky", is_flag=True, help="Warn of every missing reference.")
@click.option("-v", "--verbose", count=True, help="Say more; can be repeated.")
@click.option("-q", "--quiet", is_flag=True, help="Print warnings only.")
@click.option("-Q", "--silent", is_flag=True, help="Print nothing.")
@click.option("-W", "--fail-on-warning", is_flag=True, help="Warnings are errors.")
@option("--watch", multiple=True, metavar="PATH", help="Also build when this changes.")
@option("--ignore", multiple=True, metavar="GLOB", help="Paths whose changes don't matter.")
@option("--re-ignore", multiple=True, metavar="REGEX", help="The same, by regular expression.")
@option("--pre-build", multiple=True, metavar="COMMAND", help="Run this before each build.")
@option("--post-build", multiple=True, metavar="COMMAND", help="Run this after each build.")
@click.option("--no-initial", is_flag=True, help="Don't build at the start if there is an output.")
@click.option("--open-browser", is_flag=True, help="The same as --open.")
@common_options
def sphinx(
    common: Common,
    sourcedir: str,
    outdir: str | None,
    watch: tuple[str, ...],
    ignore: tuple[str, ...],
    re_ignore: tuple[str, ...],
    pre_build: tuple[str, ...],
    post_build: tuple[str, ...],
    no_initial: bool,
    open_browser: bool,
    **given: Any,
) -> None:
    """Build the documentation in SOURCEDIR, serve it, and put what is edited into open pages.

    OUTDIR is SOURCEDIR/_build/html by default. The options are those of sphinx-autobuild.
    """
    from hotreload.hosts.generators import require
    from hotreload.hosts.rebuild.plan import BuildPlan
    from hotreload.hosts.rebuild.sources import Sources
    from hotreload.hosts.rebuild.steps import StepsBuild
    from hotreload.hosts.rebuild.worker import WorkerBuild

    require("sphinx", "sphinx")
    source = Path(sourcedir).resolve()
    conf = Path(given["conf_dir"] or source).resolve()
    if not (conf / "conf.py").is_file():
        raise SettingsError(f"there is no conf.py in {conf}: name the folder that holds it")
    output = Path(outdir or source / "_build" / given["builder"]).resolve()
    doctrees = Path(given["doctree_dir"] or output / ".doctrees-hotreload").resolve()
    options = {
        "srcdir": str(source),
        "confdir": str(conf),
        "outdir": str(output),
        "doctreedir": str(doctrees),
        "builder": given["builder"],
        "overrides": _overrides(given),
        "all": given["write_all"],
        "fresh": given["fresh_env"],
        "jobs": _jobs(given["jobs"]),
        "tags": list(given["tag"]),
        "verbosity": given["verbose"],
        "quiet": given["quiet"] or given["silent"],
        "silent": given["silent"],
        "color": sys.stderr.isatty() and not os.environ.get("NO_COLOR"),
        "state": None,
        "made_in": [str(output), str(doctrees)],
        "fail": given["fail_on_warning"],
    }
    made = [source / "_build"] if output.is_relative_to(source / "_build") else []
    plan = BuildPlan(
        output=output,
        sources=Sources(
            (source, conf, *(Path(path).resolve() for path in watch)),
            without=(doctrees, *made),
            ignore=ignore,
            re_ignore=tuple(_pattern(text) for text in re_ignore),
        ),
        build=StepsBuild(pre_build, WorkerBuild("sphinx", options), post_build),
        at_start=not no_initial,
        quiet=_QUIET,
    )
    run(common.settings(output, open=open_browser), sourcedir, plan)


def _overrides(given: dict[str, Any]) -> dict[str, Any]:
    overrides: dict[str, Any] = {}
    for text in given["define"]:
        overrides.update([_pair(text, "-D")])
    for text in given["html_define"]:
        name, value = _pair(text, "-A")
        overrides[f"html_context.{name}"] = value
    if given["nitpicky"]:
        overrides["nitpicky"] = True
    return overrides


def _pair(text: str, flag: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise SettingsError(f"{flag} is written name=value, not {text!r}")
    return name, value


def _jobs(text: str) -> int:

    if text == "auto":
        return os.cpu_count() or 1
    if not text.isdecimal() or text == "0":
        raise SettingsError(f"--jobs is a number from 1, or auto, not {text!r}")
    return int(text)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise SettingsError(f"--re-ignore {text!r} is no regular expression: {error}") from None
