"""After random edits, what is shown is what a clean build makes: a few of those of
``python -m tests.build.differential``, from another seed in each run of the tests.
"""

import random

import pytest

from tests.build.differential import run_seeds


@pytest.mark.parametrize("generator", ["sphinx", "mkdocs", "pelican"])
@pytest.mark.timeout(300)
def test_after_random_edits_all_is_as_a_clean_build_makes_it(generator: str) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"python -m tests.build.differential {generator} --seed {seed} --steps 8")
    assert list(run_seeds(generator, [seed], 8)) == []
