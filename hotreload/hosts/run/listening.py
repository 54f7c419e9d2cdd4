"""Where a command's processes listen, and which of that is its server."""

import re
from collections.abc import Iterable, Sequence

import psutil

# As servers say where they are.
_SAID = re.compile(r"https?://(?:[\w.-]+|\[[\da-f:]*\]):(\d{1,5})", re.I)
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}

# An address, and a port.
Place = tuple[str, int]


def listening(processes: Iterable[psutil.Process]) -> set[Place]:
    """Where processes listen for connections, as far as we may know."""
    found: set[Place] = set()
    for process in processes:
        try:
            connections = process.net_connections(kind="tcp")
        except psutil.Error:
            continue
        found.update(
            (str(c.laddr.ip), int(c.laddr.port))
            for c in connections
            if c.status == psutil.CONN_LISTEN and c.laddr
        )
    return found


def holders(port: int) -> frozenset[int]:
    """The processes that listen on a port of this machine, as far as we may know."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.Error:
        return frozenset()  # macOS lets only its administrator ask
    return frozenset(
        c.pid
        for c in connections
        if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == port and c.pid
    )


def choose(places: Iterable[Place], lines: Sequence[str]) -> Place | None:
    """The place at which a server answers browsers: what it says itself, or the lowest port. Pure.

    Args:
        places: where it listens.
        lines: what it has printed.
    """
    known = sorted(places, key=lambda place: (place[1], ":" in place[0]))
    said = [int(port) for line in lines for port in _SAID.findall(line)]
    named = [place for port in said for place in known if place[1] == port]
    return next(iter((*named, *known)), None)


def url_of(place: Place) -> str:
    """The URL at which this machine reaches a place."""
    address = _EVERYWHERE.get(place[0], place[0])
    return f"http://{f'[{address}]' if ':' in address else address}:{place[1]}"
