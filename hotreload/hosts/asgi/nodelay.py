"""Small answers that leave at once, also from a socket that somebody else has opened.

asyncio turns Nagle's algorithm off only for sockets that were made with the protocol's number, and
those that uvicorn's ``--reload`` and ``--workers`` hand to their workers were not: the body of each
small answer then waits for the browser's delayed acknowledgement of its head, some 40 ms.
"""

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

_OPEN_FILES = Path("/dev/fd")
_STREAM = socket.SOCK_STREAM


def send_at_once() -> None:
    """Turn Nagle's algorithm off for what this process's servers accept, and have accepted.

    Connections inherit it from the socket that accepts them. Sockets by which the process has
    connected to somebody else are not touched. Does nothing on Windows, which can't list a
    process's open files.
    """
    with ExitStack() as copies:
        sockets = [copies.enter_context(copy) for copy in _tcp_sockets()]
        ports = {_port(each) for each in sockets if not _is_connected(each)} - {0}
        for each in sockets:
            if _port(each) in ports:
                with suppress(OSError):  # macOS refuses it where the other end has closed
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _tcp_sockets() -> Iterator[socket.socket]:
    """Copies of this process's, which share everything with them but their end."""
    if not _OPEN_FILES.is_dir():
        return
    for name in os.listdir(_OPEN_FILES):  # noqa: PTH208 - names, not paths, are wanted
        with suppress(OSError):  # closed meanwhile, as is that of the folder itself
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                continue
            descriptor = os.dup(int(name))
            try:
                copy = socket.socket(fileno=descriptor)
            except OSError:
                os.close(descriptor)
                continue
            if copy.family in (socket.AF_INET, socket.AF_INET6) and copy.type == _STREAM:
                yield copy
            else:
                copy.close()


def _is_connected(candidate: socket.socket) -> bool:
    try:
        candidate.getpeername()
    except OSError:
        return False
    return True


def _port(candidate: socket.socket) -> int:
    """On this side; 0 for none."""
    try:
        port: int = candidate.getsockname()[1]
    except OSError:
        return 0
    return port
