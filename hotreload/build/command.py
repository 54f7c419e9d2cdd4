"""A build by a command, whose output is the user's to see."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path

from hotreload.build.contract import BuildFailedError, Built, Publish, build_problem

_SHOWN_LINES = 30
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class CommandBuild:
    """Runs a command line in the user's shell.

    Args:
        command: as it would be typed.
        folder: where it runs.
    """

    def __init__(self, command: str, folder: Path | None = None) -> None:
        self._command = command
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._closed = False
        self._lock = threading.Lock()

    def run(self, changed: frozenset[Path], publish: Publish) -> Built:
        """Run the command; what it prints goes to the terminal, and its end into the problem."""
        with self._lock:
            if self._closed:
                raise BuildFailedError()
            self._process = process = subprocess.Popen(
                self._command,
                shell=True,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                # So that it can be ended together with what it has started.
                start_new_session=True,
            )
        last: deque[str] = deque(maxlen=_SHOWN_LINES)
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                sys.stderr.write(line)
                last.append(_COLOUR.sub("", line).rstrip())
        status = process.wait()
        if status != 0:
            how = f"ended with status {status}" if status > 0 else f"was ended by signal {-status}"
            raise BuildFailedError(build_problem(self._command, f"it {how}", "\n".join(last)))
        return Built()

    def hurry(self) -> None:
        """Nothing: a command that is half done helps nobody."""

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._process is not None and self._process.poll() is None:
                _end(self._process)


def _end(process: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/t", "/f", "/pid", str(process.pid)], check=False)
    else:
        os.killpg(process.pid, signal.SIGTERM)
