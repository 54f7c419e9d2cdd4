"""A project on disk and a real server for it, as a user would run it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

READY_SECONDS = 20


class Project:
    """A folder of files, served by ``hotreload serve`` in a process of its own.

    Args:
        root: the site's folder.
        state: where the server keeps its identity, apart from the user's.

    ``asked`` is what hotreload is asked to do, in the root.
    """

    ready_line = r"https?://\S+/"

    def __init__(self, root: Path, state: Path) -> None:
        self.root = root
        self.asked: tuple[str, ...] = ("serve", str(root))
        self.temporary = state.parent / "temporary"
        self.port = free_port()
        self.lines: list[str] = []
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("HOTRELOAD_")},
            "HOTRELOAD_STATE_DIR": str(state),
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(self.temporary),
        }
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._ready = threading.Event()
        root.mkdir(parents=True, exist_ok=True)
        self.temporary.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def output(self) -> str:
        """What the server has printed so far, both streams."""
        return "".join(self.lines)

    @property
    def pid(self) -> int:
        """Of the server's process, while it runs."""
        assert self._process is not None
        return self._process.pid

    def write(self, files: Mapping[str, str | bytes]) -> Self:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that must be there."""
        path = self.root / name
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new), "utf-8")

    def start(self, *arguments: str) -> Self:
        """Start the server and wait until it says that it answers."""
        self._ready.clear()
        self._process = subprocess.Popen(
            self.command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self._environment,
            cwd=self.root,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        assert self._ready.wait(READY_SECONDS), f"the server did not start: {self.output}"
        assert self._process.poll() is None, self.output
        return self

    def command(self, *arguments: str) -> list[str]:
        """What starts the server."""
        command = [sys.executable, "-m", "hotreload", *self.asked]
        return [*command, "--port", str(self.port), "--strict-port", "--no-open", *arguments]

    def wait_for_output(self, text: str, *, count: int = 1) -> None:
        """Wait until the server has printed a text so many times."""
        deadline = time.monotonic() + READY_SECONDS
        while self.output.count(text) < count:
            assert time.monotonic() < deadline, f"{text!r} is not in {self.output}"
            time.sleep(0.01)

    @contextlib.contextmanager
    def held_up(self) -> Iterator[None]:
        """While this lasts the server sees nothing; then it sees all that happened at once."""
        assert self._process is not None
        self.send_signal(signal.SIGSTOP)
        # Until then one of its threads may still see what comes first.
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)
        try:
            yield
        finally:
            self.send_signal(signal.SIGCONT)

    def send_signal(self, which: signal.Signals) -> None:
        """Send the server a signal."""
        assert self._process is not None
        self._process.send_signal(which)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the server with a signal, and wait until it is gone; returns its exit status."""
        assert self._process is not None
        assert self._reader is not None
        process = self._process
        self.send_signal(how)
        status = process.wait(10)
        self._process = None
        self._reader.join(10)
        assert process.stdout is not None
        process.stdout.close()
        return status

    def close(self) -> None:
        if self._process is not None:
            self.stop(signal.SIGKILL)

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line)
            if re.search(self.ready_line, line):
                self._ready.set()
        # Its output ends a moment before it does, and who waits asks whether it has.
        process.wait()
        self._ready.set()


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
