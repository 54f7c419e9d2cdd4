"""The Chromium that browser tests and benchmarks drive.

`python -m tests.chromium` makes sure there is one: it installs it where it can, and otherwise says
what to install and fails. `make bench` begins with it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import debian

MISSING = (
    "No working Chromium found: install Chromium or Google Chrome, "
    "or set HOTRELOAD_CHROMIUM to the path of one."
)

# Debian's package of the same engine without what a window has around its page (tabs that can be
# hidden, icons, a cache for going back): a context takes a third of the time.
SHELL = "chromium-headless-shell"
WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing of the browser's own may take part in what is measured.
CHROMIUM_ARGS = [
    "--no-sandbox",  # it can't have one when run by root, as in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium(*, whole: bool = False) -> Path | None:
    """The Chromium to use, or None.

    In order: $HOTRELOAD_CHROMIUM (alone, where it is set), PATH, Playwright's own download.

    Args:
        whole: one with all that a window has.
    """
    if chosen := os.environ.get("HOTRELOAD_CHROMIUM"):
        return Path(chosen) if works(Path(chosen)) else None
    for name in WHOLE if whole else (SHELL, *WHOLE):
        found = shutil.which(name)
        if found and works(Path(found)):
            return Path(found)
    with sync_playwright() as playwright:
        downloaded = Path(playwright.chromium.executable_path)
    return downloaded if works(downloaded) else None


def works(path: Path) -> bool:
    """Whether `path` runs: Ubuntu's `chromium-browser` may be a stub that asks for snap."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def install_chromium(others: Iterable[str] = ()) -> None:
    """Try to install Chromium: from Debian or Ubuntu where allowed, else Playwright's download.

    Args:
        others: Debian packages to install with it, in one go.
    """
    for names in ((SHELL, "chromium"), ("chromium",)):
        if debian.install([*names, *others]) and find_chromium(whole=True) is not None:
            return
    if find_chromium(whole=True) is not None:
        return
    print("Installing Chromium with Playwright …", flush=True)
    allowed = shutil.which("apt-get") is not None and debian.as_root() is not None
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run([*playwright, *(["--with-deps"] if allowed else [])], check=False)


def main() -> int:
    """Make sure that there is a Chromium; the exit status says whether there is."""
    if find_chromium() is not None:
        return 0
    if "HOTRELOAD_CHROMIUM" not in os.environ:
        install_chromium()
        if find_chromium() is not None:
            return 0
    print(MISSING, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
