"""Small answers that leave at once, also from a socket that somebody else has opened.

asyncio turns Nagle's algorithm off only for sockets that were made with the protocol's number, and
those that uvicorn's ``--reload`` and ``--workers`` hand to their workers were not: the body of each
small answer then waits for the browser's delayed acknowledgement of its head, some 40 ms.
"""

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_OPEN_FILES = Path("/dev/fd")


def send_at_once() -> None:
    """Turn Nagle's algorithm off for what this process's servers will accept.

    Connections inherit it from the socket that accepts them. Sockets that are connected are not
    touched. Does nothing on Windows, which can't list a process's open files.
    """
    for descriptor in _sockets():
        with suppress(OSError):  # closed meanwhile
            copy = socket.socket(fileno=os.dup(descriptor))
            try:
                if _accepts(copy):
                    copy.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            finally:
                copy.close()


def _sockets() -> Iterator[int]:
    if not _OPEN_FILES.is_dir():
        return
    for name in os.listdir(_OPEN_FILES):  # noqa: PTH208 - names, not paths, are wanted
        with suppress(OSError):  # that of the folder itself is closed by now
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                yield int(name)


def _accepts(candidate: socket.socket) -> bool:
    """Whether a socket waits for TCP connections, or will."""
    tcp = candidate.family in (socket.AF_INET, socket.AF_INET6)
    if not tcp or candidate.type != socket.SOCK_STREAM or candidate.getsockname()[1] == 0:
        return False
    try:
        candidate.getpeername()
    except OSError:
        return True
    return False
