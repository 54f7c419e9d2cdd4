"""A build by a command, whose output is the user's to see."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path

from hotreload.hosts.rebuild.contract import BuildFailedError, Built, Publish, build_problem

_SHOWN_LINES = 30
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

# Runs a command for as long as somebody holds the other end of its standard input: if the server is
# killed, what it has started must not go on. Whoever waits for that ignores the signal that it
# sends to the whole group, so that it can send the one that can't be ignored.
_SUPERVISED = """
exec 3<&0 </dev/null
(trap '' TERM; read _ <&3; kill -TERM 0; sleep 2; kill -KILL 0) >/dev/null 2>&1 &
exec 3<&-
/bin/sh -c "$1"
status=$?
exec 2>/dev/null
kill -KILL $!
exit $status
"""
# What a shell adds to a signal's number to make it a status.
_BY_SIGNAL = 128


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
                _supervised(self._command),
                shell=sys.platform == "win32",
                cwd=self._folder,
                stdin=subprocess.PIPE,
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
        assert process.stdin is not None
        process.stdin.close()
        if status != 0:
            how = f"it {_ending(status)}"
            raise BuildFailedError(build_problem(self._command, how, "\n".join(last)))
        return Built()

    def hurry(self) -> None:
        """Nothing: a command that is half done helps nobody."""

    def give_up(self) -> None:
        """Nothing: nobody knows how long a command may take, and what it leaves."""

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._process is not None and self._process.poll() is None:
                end_tree(self._process)


def _supervised(command: str) -> str | list[str]:
    if sys.platform == "win32":
        return command
    return ["/bin/sh", "-c", _SUPERVISED, "hotreload", command]


def _ending(status: int) -> str:
    """How a command has ended, by the status of the shell that ran it."""
    number = -status if status < 0 else status - _BY_SIGNAL
    if sys.platform != "win32" and number in set(signal.Signals):
        return f"was ended by signal {number}"
    return f"ended with status {status}"


def end_tree(process: subprocess.Popen[str]) -> None:
    """Ask a process that began a session to end, and all that it has started."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/t", "/f", "/pid", str(process.pid)], check=False)
    else:
        # What has ended by itself need not be.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
