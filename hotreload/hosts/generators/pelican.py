"""Pelican: each build in a process that is as good as new, what was edited first.

Pelican writes every page in each build. Here its readers' cache is used, templates stay compiled,
and the pages of edited sources are written, and shown, before all others. If something is edited
while the rest is written, that comes first.
"""

import logging
import re
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemBytecodeCache
from pelican.settings import read_settings

from hotreload.hosts.generators.adapter import Adapter, AdapterError, Channel
from hotreload.hosts.generators.logs import Collector, source_problem
from hotreload.hosts.generators.own_modules import own_modules
from hotreload.hosts.generators.pelican_reads import Reads
from hotreload.hosts.generators.pelican_writes import Writes
from hotreload.project.problems import Problem

if TYPE_CHECKING:
    from pelican import Pelican

FORKS = True


def make(options: dict[str, Any]) -> "PelicanAdapter":
    """The adapter; ``options`` are made in :mod:`hotreload.cli.pelican`."""
    return PelicanAdapter(options)


class PelicanAdapter(Adapter):
    """One build with Pelican.

    Args:
        options: see :func:`make`. ``state`` is what the build before has left, None at the first:
            ``reads``, the files that articles were read with; ``names``, what was written;
            ``reading``, the files that nothing that was read before is good after.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._before: dict[str, Any] | None = options["state"]
        self.state = self._before
        self._collector = Collector()
        root = logging.getLogger()
        root.addHandler(self._collector)
        printer = logging.StreamHandler(sys.stderr)
        printer.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
        root.addHandler(printer)
        root.setLevel(options["log_level"])
        self._settings = self._read_settings()
        self._reads = Reads(dict(self._before["reads"]) if self._before else {})

    def build(self, changed: frozenset[Path], channel: Channel) -> tuple[Problem, ...]:
        before = self._before
        self._reads.changed = changed
        settings = dict(self._settings)
        heeded = set(before["reading"]) if before else set()
        settings["LOAD_CONTENT_CACHE"] = before is not None and not heeded & set(map(str, changed))
        kind = settings["PELICAN_CLASS"]
        if isinstance(kind, str):
            module, _, name = kind.rpartition(".")
            kind = getattr(import_module(module), name)
        pelican: Pelican = kind(settings)
        writes = Writes(changed, channel)
        writes.take_over(pelican)
        pelican.run()
        problems = self.problems()
        # What could not be read keeps its page as it was: the last good one is better than none.
        wrong = {str(Path(problem.owner).resolve()) for problem in problems}
        names: dict[str, str | None] = dict(writes.names)
        for name, source in (before["names"] if before else {}).items():
            if name in names:
                continue
            if source in wrong:
                names[name] = source
            else:
                _remove(Path(settings["OUTPUT_PATH"], name))
        reading = [str(path) for path in own_modules()]
        if self._options["settings"]:
            reading.append(self._options["settings"])
        self.state = {"reads": self._reads.known, "names": names, "reading": reading}
        if problems and not any(True for _ in writes.names):
            raise AdapterError(*problems, whole=True)
        return problems

    def problems(self) -> tuple[Problem, ...]:
        errors = [r for r in self._collector.records if r.levelno >= logging.ERROR]
        content = Path(self._settings["PATH"])
        return tuple(dict.fromkeys(_problem(record, content) for record in errors))

    def sources(self) -> Iterable[Path]:
        settings = self._settings
        if self._options["settings"]:
            yield Path(self._options["settings"])
        yield Path(settings["PATH"])
        folders = [settings["THEME"], *settings["THEME_TEMPLATES_OVERRIDES"]]
        for folder in map(Path, folders):
            if not folder.resolve().is_relative_to(sys.prefix):
                yield folder
        output = Path(settings["OUTPUT_PATH"])
        yield from (path for path in self._reads.files() if not path.is_relative_to(output))

    def _read_settings(self) -> dict[str, Any]:
        cache = Path(self._options["cache"])
        settings: dict[str, Any] = read_settings(
            self._options["settings"], override=self._options["overrides"]
        )
        settings.update(
            CACHE_CONTENT=True,
            CONTENT_CACHING_LAYER="reader",
            CACHE_PATH=str(cache),
            GZIP_CACHE=False,
        )
        environment = dict(settings["JINJA_ENVIRONMENT"])
        environment.setdefault("bytecode_cache", FileSystemBytecodeCache(str(cache)))
        settings["JINJA_ENVIRONMENT"] = environment
        return settings


def _remove(left: Path) -> None:
    if not left.is_dir():
        left.unlink(missing_ok=True)


def _problem(record: logging.LogRecord, content: Path) -> Problem:
    """What Pelican logged, with the file it is about, which it names from the content on."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", record.getMessage())
    for argument in record.args if isinstance(record.args, tuple) else ():
        if isinstance(argument, str) and (content / argument).is_file():
            return source_problem((content / argument).resolve(), None, text)
    return Problem("pelican", "build", text)
