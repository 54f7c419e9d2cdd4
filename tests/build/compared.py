"""A project that is built both ways: as it is edited, and clean; what they show is compared."""

import logging
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotreload.hosts.rebuild.contract import BuildFailedError
from hotreload.hosts.rebuild.mirror import Mirror
from hotreload.hosts.rebuild.worker import WorkerBuild
from tests.build.clean import SITE_URL, Clean
from tests.build.edits import Files

if TYPE_CHECKING:
    from hotreload.project.problems import Problem

# Stamps of time, and what numbers themselves anew in each process.
_VOLATILE = re.compile(
    r'<meta name="generator"[^>]*>|Documentation built with.*|<!--.*?-->|'
    r"Build Date UTC.*|\?v=[0-9a-f]+|"
    # A word that is in no document any more stays in Sphinx's search index.
    r',"[^"]+":\[\]|"[^"]+":\[\],?',
)


class DifferenceError(AssertionError):
    """What is shown is not what a clean build makes."""


class Compared:
    """One project of a generator, and both ways to build it.

    Args:
        generator: its name.
        folder: an empty one.
        clean: builds the other way.
        more: options of the adapter's that are not as usual.

    ``problems`` is what was wrong by the last build, ``failed`` whether it has failed, and
    ``was_early`` whether it has shown something before its end. ``old_times`` are given to files,
    by their names, when they are written.
    """

    def __init__(self, generator: str, folder: Path, clean: Clean, **more: Any) -> None:
        self.generator = generator
        self._folder = folder.resolve()
        self.root = self._folder / "site"
        self.problems: tuple[Problem, ...] = ()
        self.failed = False
        self.was_early = False
        self.old_times: dict[str, tuple[int, int]] = {}
        self.sources: frozenset[Path] = frozenset()
        self._clean = clean
        self._output = self._folder / "out"
        mirror = self._folder / "mirror"
        mirror.mkdir()
        self._mirror = Mirror(self._output, mirror)
        self._build = WorkerBuild(generator, {**self._options(), **more})
        self._published: dict[str, list[str]] = {}
        self._unbuilt: set[Path] = set()
        self._before: Files = {}
        self.shown: Files = {}

    def close(self) -> None:
        self._build.close()

    def step(self, files: Files) -> None:
        """Write what differs, and build.

        Raises:
            DifferenceError: what is shown then is not what a clean build makes.
        """
        self._unbuilt |= self._write(files)
        self._published = {}
        self.was_early = False
        try:
            built = self._build.run(frozenset(self._unbuilt), self._publish)
        except BuildFailedError as error:
            self.failed, self.problems, whole = True, error.problems, error.whole
            self.sources |= error.sources
        else:
            self.failed, self.problems, whole = False, built.problems, built.whole
            self.sources |= built.sources
            self._mirror.take(built.written)
        if whole:
            self._unbuilt = set()
        target = self._folder / "clean"
        good = self._clean.build(self.root, target)
        if self.failed or not good:
            # What is shown is the last good site; nothing is owed but that the next one be right.
            if not self.failed:
                raise DifferenceError("it built what a clean build does not")
            if good:
                raise DifferenceError(f"it did not build what a clean build does: {self.problems}")
            return
        expected, shown = _pages(target), _pages(self._mirror.root)
        self._compare(expected, shown)
        for name, texts in self._published.items():
            for text in texts:
                if text not in (expected.get(name), self.shown.get(name)):
                    raise DifferenceError(_where(name, expected.get(name, ""), text, "early"))
        self.shown = shown

    def _compare(self, expected: Files, shown: Files) -> None:
        for name in sorted(expected.keys() | shown.keys()):
            if name not in shown:
                raise DifferenceError(f"{name} is not shown")
            if name not in expected:
                raise DifferenceError(f"{name} is shown, and is no more")
            if shown[name] != expected[name]:
                raise DifferenceError(_where(name, expected[name], shown[name], "shown"))

    def _publish(self, paths: Iterable[Path]) -> None:
        self.was_early = True
        self._mirror.take(paths)
        for name, text in _pages(self._mirror.root).items():
            if text != self.shown.get(name):
                self._published.setdefault(name, []).append(text)

    def _write(self, files: Files) -> set[Path]:
        """Write what differs; returns the paths of that."""
        changed = set()
        for name in self._before.keys() | files.keys():
            path = self.root / name
            if self._before.get(name) == files.get(name):
                continue
            changed.add(path)
            if name in files:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(files[name])
                if name in self.old_times:
                    os.utime(path, ns=self.old_times[name])
            else:
                path.unlink()
        self._before = dict(files)
        return changed

    def _options(self) -> dict[str, Any]:
        root, out = str(self.root), str(self._output)
        match self.generator:
            case "sphinx":
                quiet: dict[str, Any] = {"quiet": True, "silent": True, "color": False}
                numbers = {"jobs": 1, "tags": [], "verbosity": 0}
                flags: dict[str, Any] = {"all": False, "fresh": False, "fail": False, "state": None}
                flags["made_in"] = [out, str(self._folder / "doctrees")]
                folders = {"srcdir": root, "confdir": root, "outdir": out}
                doctrees = str(self._folder / "doctrees")
                made = {"doctreedir": doctrees, "builder": "html", "overrides": {}}
                return {**folders, **made, **quiet, **numbers, **flags}
            case "mkdocs":
                overrides = {"site_dir": out, "site_url": SITE_URL}
                at = {"config_file": f"{root}/mkdocs.yml", "overrides": overrides}
                flags = {"watch_theme": False, "made_in": [out]}
                return {**at, **flags, "log_level": logging.CRITICAL}
            case _:
                overrides = {"OUTPUT_PATH": out, "PATH": f"{root}/content"}
                at = {"settings": f"{root}/pelicanconf.py", "overrides": overrides}
                cache = {"cache": str(self._folder / "cache"), "state": None}
                return {**at, **cache, "made_in": [out], "log_level": logging.ERROR}


def _pages(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): _VOLATILE.sub("", path.read_text())
        for path in sorted(folder.rglob("*"))
        if (path.suffix in (".html", ".css") or path.name == "searchindex.js")
        and not path.is_relative_to(folder / ".doctrees")
    }


def _where(name: str, expected: str, shown: str, when: str) -> str:
    lines = list(zip(expected.splitlines(), shown.splitlines(), strict=False))
    pair = next((pair for pair in lines if pair[0] != pair[1]), ("", "(shorter or longer)"))
    return f"{name}, {when}: expected {pair[0].strip()[:300]!r}, is {pair[1].strip()[:300]!r}"
