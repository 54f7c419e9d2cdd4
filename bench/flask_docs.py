"""Flask's own documentation, of its source distribution on PyPI: a Sphinx project as they are."""

import subprocess
import sys
import tarfile
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

from tests.generated import paragraph

VERSION = "3.1.2"
# What its conf.py wants, besides the development tools.
PACKAGES = Path(__file__).parent / "flask-docs.txt"
_KEPT = Path.home() / ".cache" / "hotreload-bench"


def write_flask(root: Path, pages: int) -> None:
    """``docs/`` of Flask, and a paragraph in ``quickstart.rst`` to edit.

    Args:
        root: where to.
        pages: has as many as it has.

    Raises:
        RuntimeError: it could not be had; carries what pip printed.
    """
    source = _KEPT / f"flask-{VERSION}"
    if not source.is_dir():
        _fetch(_KEPT)
    # Others' inventories are fetched from the network.
    copytree(source / "docs", root, dirs_exist_ok=True, ignore=ignore_patterns("_build"))
    for name in ("CHANGES.rst", "LICENSE.txt", "README.md"):
        if (source / name).is_file():
            (root.parent / name).write_bytes((source / name).read_bytes())
    if (source / "examples").is_dir():
        copytree(source / "examples", root.parent / "examples", dirs_exist_ok=True)
    with (root / "conf.py").open("a") as conf:
        conf.write("\nintersphinx_mapping = {}\n")
    with (root / "quickstart.rst").open("a") as page:
        page.write(f"\n{paragraph(0)}\n")


def _fetch(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as aside:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "download"]
        asked = ["--no-deps", "--no-binary", "flask", "-d", aside, f"flask=={VERSION}"]
        done = subprocess.run([*pip, *asked], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"pip could not fetch Flask's source:\n{done.stderr}")
        with tarfile.open(next(Path(aside).glob("*.tar.gz"))) as archive:
            archive.extractall(folder, filter="data")
