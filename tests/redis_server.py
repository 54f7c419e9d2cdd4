"""A Redis for tests."""

import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from tests.project import READY_SECONDS, free_port
from tests.tools import find


class Redis:
    """A real redis-server that keeps nothing on disk.

    Args:
        folder: its own.
        program: the server's program; redis-server by default.
        options: further ones of its command line.
    """

    def __init__(self, folder: Path, program: Path | None = None, *options: str) -> None:
        self._program = program or find("redis-server")
        self._options = options
        folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert self._program is not None
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(
            [self._program, *options, "--dir", str(self._folder), *self._options],
            stdout=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self) -> None:
        """Until it listens, so that nobody takes its port for free."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.01)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


class Sentinel(Redis):
    """Watches a server, and makes one of its replicas what it was when it is gone."""

    def __init__(self, folder: Path, service: str, watched: Redis) -> None:
        super().__init__(folder)
        self.url = f"redis+sentinel://127.0.0.1:{self.port}/{service}/0"
        self._settings = folder / "sentinel.conf"
        self._settings.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {folder}\n"
            f"sentinel monitor {service} 127.0.0.1 {watched.port} 1\n"
            f"sentinel down-after-milliseconds {service} 300\n"
            f"sentinel failover-timeout {service} 2000\n"
        )

    def start(self) -> None:
        assert self._program is not None
        self._process = subprocess.Popen(
            [self._program, str(self._settings), "--sentinel"], stdout=subprocess.DEVNULL
        )
        self._wait()
