"""Random edits, and after each what is shown compared with a clean build.

``python -m tests.build.differential sphinx --steps 1000 --seed 7`` runs as many as wanted.
"""

import argparse
import logging
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hotreload.build.contract import BuildFailedError
from hotreload.build.mirror import Mirror
from hotreload.build.worker import WorkerBuild
from tests.build import edits
from tests.build.clean import SITE_URL, Clean
from tests.build.edits import Files

_VARIANTS: dict[str, tuple[str, ...]] = {
    "sphinx": ("alabaster", "furo", "sphinx_rtd_theme"),
    "mkdocs": ("", "  - tags\n", "  - autorefs\n  - tags\n"),
    "pelican": ("notmyidea", "simple"),
}
# Stamps of time, and what numbers themselves anew in each process.
_VOLATILE = re.compile(
    r'<meta name="generator"[^>]*>|Documentation built with.*|<!--.*?-->|'
    r"Build Date UTC.*|\?v=[0-9a-f]+",
)


class DifferenceError(AssertionError):
    """What is shown is not what a clean build makes."""


class Run:
    """One project of a generator, and both ways to build it.

    Args:
        generator: its name.
        seed: of all that is random.
        folder: an empty one.
        clean: builds the other way.
    """

    def __init__(self, generator: str, seed: int, folder: Path, clean: Clean) -> None:
        self.generator = generator
        self._rng = random.Random(seed)
        variant = self._rng.choice(_VARIANTS[generator])
        self.name = f"{generator} {variant.strip()!r} seed {seed}"
        self._folder = folder.resolve()
        self.root = self._folder / "site"
        self._clean = clean
        self._output = self._folder / "out"
        mirror = self._folder / "mirror"
        mirror.mkdir()
        self._mirror = Mirror(self._output, mirror)
        self._build = WorkerBuild(generator, self._options())
        self._published: dict[str, list[str]] = {}
        self._before: Files = {}
        self._shown: Files = {}
        make = getattr(edits, f"{generator}_project")
        self.files: Files = make(variant)
        self._steps = edits.steps(self._rng, self.files, getattr(edits, generator.upper()))

    def run(self, count: int) -> None:
        """So many steps, after a first build.

        Raises:
            DifferenceError: it says after what.
        """
        done = ["start"]
        try:
            self._step(self.files)
            for _ in range(count):
                name, files = next(self._steps)
                done.append(name)
                self._step(files)
        except DifferenceError as error:
            raise DifferenceError(f"{self.name}, after {done[-6:]}: {error}") from None
        finally:
            self._build.close()

    def _step(self, files: Files) -> None:
        changed = self._write(files)
        self._published = {}
        failed = False
        try:
            built = self._build.run(frozenset(changed), self._publish)
        except BuildFailedError:
            failed = True
        else:
            self._mirror.take(built.written)
        target = self._folder / "clean"
        good = self._clean.build(self.root, target)
        if failed or not good:
            # What is shown is the last good site; nothing is owed but that the next one be right.
            if good and not failed:
                raise DifferenceError("it built what a clean build does not")
            if failed and good:
                raise DifferenceError("it did not build what a clean build does")
            return
        expected, shown = _pages(target), _pages(self._mirror.root)
        self._compare(expected, shown)
        for name, texts in self._published.items():
            for text in texts:
                if text not in (expected.get(name), self._shown.get(name)):
                    raise DifferenceError(_where(name, expected.get(name, ""), text, "early"))
        self._shown = shown

    def _compare(self, expected: Files, shown: Files) -> None:
        for name in sorted(expected.keys() | shown.keys()):
            if name not in shown:
                raise DifferenceError(f"{name} is not shown")
            if name not in expected:
                raise DifferenceError(f"{name} is shown, and is no more")
            if shown[name] != expected[name]:
                raise DifferenceError(_where(name, expected[name], shown[name], "shown"))

    def _publish(self, paths: Iterable[Path]) -> None:
        self._mirror.take(paths)
        for name, text in _pages(self._mirror.root).items():
            if text != self._shown.get(name):
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
                flags = {"all": False, "fresh": False, "fail": False, "state": None}
                folders = {"srcdir": root, "confdir": root, "outdir": out}
                doctrees = str(self._folder / "doctrees")
                made = {"doctreedir": doctrees, "builder": "html", "overrides": {}}
                return {**folders, **made, **quiet, **numbers, **flags}
            case "mkdocs":
                overrides = {"site_dir": out, "site_url": SITE_URL}
                at = {"config_file": f"{root}/mkdocs.yml", "overrides": overrides}
                return {**at, "watch_theme": False, "log_level": logging.CRITICAL}
            case _:
                overrides = {"OUTPUT_PATH": out, "PATH": f"{root}/content"}
                at = {"settings": f"{root}/pelicanconf.py", "overrides": overrides}
                cache = {"cache": str(self._folder / "cache"), "state": None}
                return {**at, **cache, "log_level": logging.CRITICAL}


def _pages(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): _VOLATILE.sub("", path.read_text())
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".html", ".css") and not path.is_relative_to(folder / ".doctrees")
    }


def _where(name: str, expected: str, shown: str, when: str) -> str:
    lines = list(zip(expected.splitlines(), shown.splitlines(), strict=False))
    pair = next((pair for pair in lines if pair[0] != pair[1]), ("", "(shorter or longer)"))
    return f"{name}, {when}: expected {pair[0].strip()[:300]!r}, is {pair[1].strip()[:300]!r}"


def run_seeds(generator: str, seeds: Iterable[int], count: int) -> list[str]:
    """What differed, of one run for each seed."""
    found = []
    clean = Clean(generator)
    try:
        for seed in seeds:
            folder = Path(tempfile.mkdtemp(prefix="differential-"))
            try:
                Run(generator, seed, folder, clean).run(count)
            except DifferenceError as error:
                found.append(str(error))
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        clean.close()
    return found


def _main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("generator", choices=sorted(_VARIANTS))
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--runs", type=int, default=1, help="how many seeds")
    parser.add_argument("--steps", type=int, default=30, help="of each")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.runs)
    found = run_seeds(given.generator, seeds, given.steps)
    print(f"{given.runs * given.steps} steps from seed {given.seed}: {len(found)} differ")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(_main())
