"""The programs that tests need and pip doesn't bring.

`python -m tests.tools` makes sure they are there: it installs those that are not where it can, and
otherwise says what to install and fails. `make test` begins with it.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from tests import debian
from tests.chromium import MISSING, SHELL, find_chromium, install_chromium

# The program, and Debian's package of it.
PROGRAMS: Mapping[str, str] = {"nginx": "nginx", "redis-server": "redis-server"}


def find(program: str) -> Path | None:
    """The path of a program, or None; Debian keeps some where only root's PATH looks."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin"))
    found = shutil.which(program, path=path)
    return Path(found) if found is not None else None


def missing() -> list[str]:
    """The programs that are not there."""
    return [program for program in PROGRAMS if find(program) is None]


def say_missing(program: str) -> str:
    return (
        f"{program} was not found, which the tests need: install it "
        f"(Debian, Ubuntu: apt-get install {PROGRAMS[program]})."
    )


def main() -> int:
    """Make sure that there is everything; the exit status says whether there is."""
    wanted = [PROGRAMS[program] for program in missing()]
    lacking = find(SHELL) is None or find_chromium(whole=True) is None
    if lacking and "HOTRELOAD_CHROMIUM" not in os.environ:
        install_chromium(wanted)
    if wanted := [PROGRAMS[program] for program in missing()]:
        debian.install(wanted)
    problems = [say_missing(program) for program in missing()]
    if find_chromium(whole=True) is None:
        problems.append(MISSING)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
