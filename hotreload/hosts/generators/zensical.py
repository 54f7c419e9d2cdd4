"""Zensical: each build in a process forked from one that has loaded it.

It knows by itself what is out of date, keeps that in ``.cache``, and removes what it does not make
any more.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import zensical
from zensical.config import get_config

from hotreload.hosts.generators.adapter import Adapter, AdapterError, Channel
from hotreload.hosts.generators.logs import source_problem
from hotreload.hosts.generators.places import place_of
from hotreload.project.problems import Problem

FORKS = True


def make(options: dict[str, Any]) -> "ZensicalAdapter":
    """The adapter; ``options`` are made in :mod:`hotreload.cli.zensical`."""
    return ZensicalAdapter(options)


class ZensicalAdapter(Adapter):
    """One build with Zensical.

    Args:
        options: see :func:`make`.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._file = Path(options["config_file"])
        self._clean = options["clean"] and options["state"] is None
        self.state = {}

    def build(self, changed: frozenset[Path], channel: Channel) -> tuple[Problem, ...]:
        flags = {"clean": self._clean, "strict": self._options["strict"]}
        try:
            zensical.build(str(self._file), flags)
        except (Exception, SystemExit) as error:
            raise AdapterError(self._problem(error)) from error
        return ()

    def sources(self) -> Iterable[Path]:
        yield self._file
        config = get_config()
        if config is None:
            # It could not be read.
            yield self._file.parent / "docs"
            return
        yield self._file.parent / config["docs_dir"]
        for folder in map(Path, config["theme_dirs"]):
            if not folder.resolve().is_relative_to(sys.prefix):
                yield self._file.parent / folder
        yield from (Path(file) for file, _ in config["watched_files"])
        yield from (self._file.parent / path for path in config["watch"])

    def _problem(self, error: BaseException) -> Problem:
        """What ended a build; of what is wrong with pages it says more in the terminal."""
        place = place_of(error)
        if place is not None:
            return source_problem(*place, f"{type(error).__name__}: {error}")
        return source_problem(self._file, getattr(error, "lineno", None), str(error))
