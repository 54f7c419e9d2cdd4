"""An app with a server of its own, and ``hotreload run`` before it."""

import os
import signal
import sys
from pathlib import Path

from tests.project import Project, free_port


class RunProject(Project):
    """A folder with an app.

    Args:
        root: the app's folder.
        state: where the server keeps its identity.

    ``words`` is the command that runs the app; "PORT" in it becomes a free port.
    """

    ready_line = r"hotreload serves"

    def __init__(self, root: Path, state: Path) -> None:
        super().__init__(root, state)
        self.words: tuple[str, ...] = ()
        self.upstream_port = free_port()
        # Where the programs are that belong to this Python.
        programs = str(Path(sys.executable).parent)
        # Flask's reloader uses watchdog where it is installed, and looks itself where it is not.
        self.write({".without/watchdog.py": "raise ImportError('not here')"})
        self._environment["PYTHONPATH"] = str(root / ".without")
        self._environment["PATH"] = f"{programs}{os.pathsep}{self._environment['PATH']}"

    def close(self) -> None:
        """Kill the app's processes too, which would outlive whoever started them."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
        super().close()

    def command(self, *arguments: str) -> list[str]:
        words = [word.replace("PORT", str(self.upstream_port)) for word in self.words]
        run = [sys.executable, "-m", "hotreload", "run", "--port", str(self.port)]
        return [*run, "--strict-port", *arguments, "--", *words]
