"""Pelican: one process that reads only what changed, and writes first what was edited.

Pelican writes every page in each build. Here its readers' cache is used, templates stay compiled,
and the pages of edited sources are written, and shown, before all others. If something is edited
while the rest is written, that comes first.
"""

import logging
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache
from pelican import Pelican
from pelican.settings import read_settings
from pelican.writers import Writer

from hotreload.integrations.adapter import AdapterError, Channel
from hotreload.integrations.logs import Collector, source_problem
from hotreload.problems import Problem


def make(options: dict[str, Any]) -> "PelicanAdapter":
    """The adapter; ``options`` are made in :mod:`hotreload.cli.pelican`."""
    return PelicanAdapter(options)


class PelicanAdapter:
    """Builds with Pelican.

    Args:
        options: see :func:`make`.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._collector = Collector()
        root = logging.getLogger()
        root.addHandler(self._collector)
        printer = logging.StreamHandler(sys.stderr)
        printer.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
        root.addHandler(printer)
        root.setLevel(options["log_level"])
        # Removed when this process ends, or with the system's temporary files.
        self._cache = tempfile.TemporaryDirectory(prefix="hotreload-pelican-")
        self._settings = self._read_settings()

    def build(self, changed: frozenset[Path], channel: Channel) -> tuple[Problem, ...]:
        self._collector.take()
        settings = dict(self._settings)
        if self._options["own_output"] and not all(path.exists() for path in changed):
            # Pelican leaves the pages of removed sources where they are.
            settings["DELETE_OUTPUT_DIRECTORY"] = True
        site = settings["PELICAN_CLASS"]
        pelican: Pelican = (site if isinstance(site, type) else Pelican)(settings)
        rest = _EditedFirst(changed, channel)
        get_writer, get_generators = pelican._get_writer, pelican._get_generator_classes
        pelican._get_writer = lambda: rest.take_over(get_writer())
        pelican._get_generator_classes = lambda: [*get_generators(), rest.generator]
        pelican.run()
        errors = [r for r in self._collector.take() if r.levelno >= logging.ERROR]
        if errors:
            # Pelican leaves out what it can't read: the last good page is better than none.
            raise AdapterError(*map(_problem, errors))
        self._settings["LOAD_CONTENT_CACHE"] = True
        return ()

    def is_stale(self, changed: frozenset[Path]) -> bool:
        return Path(self._options["settings"] or "") in changed

    def sources(self) -> Iterable[Path]:
        settings = self._settings
        if self._options["settings"]:
            yield Path(self._options["settings"])
        yield Path(settings["PATH"])
        folders = [settings["THEME"], *settings["THEME_TEMPLATES_OVERRIDES"]]
        for folder in map(Path, folders):
            if not folder.resolve().is_relative_to(sys.prefix):
                yield folder

    def _read_settings(self) -> dict[str, Any]:
        cache = Path(self._cache.name)
        settings: dict[str, Any] = read_settings(
            self._options["settings"], override=self._options["overrides"]
        )
        settings.update(
            CACHE_CONTENT=True,
            # Made with these settings, in this process.
            LOAD_CONTENT_CACHE=False,
            CONTENT_CACHING_LAYER="reader",
            CACHE_PATH=str(cache),
            GZIP_CACHE=False,
        )
        environment = dict(settings["JINJA_ENVIRONMENT"])
        environment.setdefault("bytecode_cache", FileSystemBytecodeCache(str(cache)))
        settings["JINJA_ENVIRONMENT"] = environment
        return settings


class _EditedFirst:
    """Takes over writing: pages of edited sources come first, the rest last.

    Args:
        edited: the sources.
        channel: where what is written is shown.
    """

    def __init__(self, edited: frozenset[Path], channel: Channel) -> None:
        self._edited = edited
        self._channel = channel
        self._later: list[Callable[[], None]] = []
        self._written: list[Path] = []

    def take_over(self, writer: Writer) -> Writer:
        write_file = writer.write_file

        def write(name: Any, template: Any, context: Any, *rest: Any, **named: Any) -> None:
            item = named.get("article") or named.get("page")
            source = getattr(item, "source_path", None)
            if source and Path(source).resolve() in self._edited:
                write_file(name, template, context, *rest, **named)
                self._written.append(Path(writer.output_path, name))
            else:
                self._later.append(lambda: write_file(name, template, context, *rest, **named))

        writer.write_file = write
        return writer

    def generator(self, **settings: Any) -> "_EditedFirst":
        """Stands where Pelican has its generators, after all of them."""
        return self

    def generate_output(self, writer: Writer) -> None:
        """Write what others have put off."""
        shown = bool(self._written)
        if shown:
            self._channel.written(self._written)
        for write in self._later:
            if shown:
                self._channel.check()
            write()


def _problem(record: logging.LogRecord) -> Problem:
    """What Pelican logged, with the file it is about."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", record.getMessage())
    for argument in record.args if isinstance(record.args, tuple) else ():
        if isinstance(argument, str) and Path(argument).is_file():
            return source_problem(Path(argument).resolve(), None, text)
    return Problem("pelican", "build", text)
