"""Random edits, and after each what is shown compared with a clean build.

``python -m tests.build.differential sphinx --steps 1000 --seed 7`` runs as many as wanted.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.build import edits, mkdocs_edits, pelican_edits, sphinx_edits
from tests.build.clean import Clean
from tests.build.compared import Compared, DifferenceError

_EDITS = {"sphinx": sphinx_edits, "mkdocs": mkdocs_edits, "pelican": pelican_edits}
_VARIANTS: dict[str, tuple[str, ...]] = {
    "sphinx": ("alabaster", "furo", "sphinx_rtd_theme"),
    "mkdocs": ("", "  - tags\n", "  - autorefs\n  - tags\n", "  - blog\n"),
    "pelican": ("notmyidea", "simple"),
}


class Run:
    """Random edits of one project.

    Args:
        generator: its name.
        seed: of all that is random.
        folder: an empty one.
        clean: builds the other way.
    """

    def __init__(self, generator: str, seed: int, folder: Path, clean: Clean) -> None:
        rng = random.Random(seed)
        variant = rng.choice(_VARIANTS[generator])
        self.name = f"{generator} {variant.strip()!r} seed {seed}"
        self._compared = Compared(generator, folder, clean)
        made = _EDITS[generator]
        self._files = made.project(variant)
        self._steps = edits.steps(rng, self._files, made.EDITS)

    def run(self, count: int) -> None:
        """So many steps, after a first build.

        Raises:
            DifferenceError: it says after what.
        """
        done = ["start"]
        try:
            self._compared.step(self._files)
            for _ in range(count):
                name, files = next(self._steps)
                done.append(name)
                self._compared.step(files)
        except DifferenceError as error:
            raise DifferenceError(f"{self.name}, after {done[-6:]}: {error}") from None
        finally:
            self._compared.close()


def run_seeds(generator: str, seeds: Iterable[int], count: int) -> Iterator[str]:
    """What differed, of one run for each seed, as it is found."""
    clean = Clean(generator)
    try:
        for seed in seeds:
            folder = Path(tempfile.mkdtemp(prefix="differential-"))
            try:
                Run(generator, seed, folder, clean).run(count)
            except DifferenceError as error:
                yield str(error)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        clean.close()


def _main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("generator", choices=sorted(_VARIANTS))
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--runs", type=int, default=1, help="how many seeds")
    parser.add_argument("--steps", type=int, default=30, help="of each")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.runs)
    found = 0
    for text in run_seeds(given.generator, seeds, given.steps):
        print(text, flush=True)
        found += 1
    print(f"{given.runs} runs of {given.steps} steps from seed {given.seed}: {found} differ")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(_main())
