"""A TCP proxy that fails as networks do: it breaks off, refuses, or goes silent without a word."""

import socket
import struct
import threading
from contextlib import suppress
from typing import Self

from tests.project import free_port

# With this, closing sends RST: the connection breaks off instead of ending.
_ABORT = struct.pack("ii", 1, 0)


class Proxy:
    """Passes connections on to a port of this machine.

    Args:
        target: the port.
    """

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self._target = target
        self._lock = threading.Lock()
        self._links: list[_Link] = []
        self._listener: socket.socket | None = None
        self.restore()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def is_up(self) -> bool:
        return self._listener is not None

    def cut(self) -> None:
        """Break every connection off, and refuse new ones."""
        listener, self._listener = self._listener, None
        if listener is not None:
            # Closing alone would leave a thread in accept().
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for link in self._take():
            link.abort()

    def restore(self) -> None:
        """Take connections again."""
        if self._listener is not None:
            return
        listener = socket.create_server(("127.0.0.1", self.port))
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def go_silent(self) -> None:
        """Pass nothing on for those connected now, and tell nobody; new connections work."""
        with self._lock:
            for link in self._links:
                link.flowing.clear()

    def end_silence(self) -> None:
        """Break off those that are silent."""
        with self._lock:
            silent = [link for link in self._links if not link.flowing.is_set()]
            self._links = [link for link in self._links if link not in silent]
        for link in silent:
            link.abort()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def _take(self) -> "list[_Link]":
        with self._lock:
            links, self._links = self._links, []
        return links

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
                client.close()
                continue
            link = _Link(client, server)
            with self._lock:
                self._links.append(link)
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=link.pump, args=(source, sink), daemon=True).start()


class _Link:
    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.flowing = threading.Event()
        self.flowing.set()
        self._ends = (client, server)

    def pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self.flowing.wait()
                sink.sendall(data)
        # An end that nobody may hear of while the line is silent.
        self.flowing.wait()
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def abort(self) -> None:
        self.flowing.set()
        for end in self._ends:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
