"""Python packages that the development tools can't be installed with, or that few need."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

HERE = Path(__file__).parent / "packages"


def python_packages(listed: Path) -> Path:
    """A folder for ``PYTHONPATH`` that holds the packages of a list; installs them if it changed.

    Args:
        listed: a file as for ``pip install -r``, with all that the development tools lack: what
            these bring is found there.

    Raises:
        RuntimeError: pip failed; carries what it printed.
    """
    # Hidden, so that neither linters nor tests are looked for in it.
    folder = listed.with_name(f".{listed.stem}")
    if _has(folder, listed.read_bytes()):
        return folder
    print(f"Installing what {listed.name} lists …", file=sys.stderr, flush=True)
    # Aside first, so that tests in another process never see half of it.
    aside = Path(mkdtemp(prefix=".installing-", dir=listed.parent))
    try:
        _install(listed, aside)
        (aside / ".installed.txt").write_bytes(listed.read_bytes())
        shutil.rmtree(folder, ignore_errors=True)
        try:
            aside.replace(folder)
        except OSError:
            # Another process was quicker.
            if not _has(folder, listed.read_bytes()):
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def _has(folder: Path, wanted: bytes) -> bool:
    installed = folder / ".installed.txt"
    return installed.is_file() and installed.read_bytes() == wanted


def _install(listed: Path, folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "install"]
    options = ["--no-deps", "--target", str(folder), "-r", str(listed)]
    done = subprocess.run([*pip, *options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"pip could not install what {listed} lists:\n{done.stderr}")
