"""The live side of an engine, imported when somebody is there to be told something.

The first page need not wait for what its socket takes.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from hotreload.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotreload.live.stream import Streams
    from hotreload.live.updates import Updates


class Live:
    """Who tells open pages what changes, and what is wrong.

    Args:
        site: the project.
        make: makes it.
        heartbeat: seconds between two signs of life of a stream.
    """

    def __init__(self, site: Site, make: "Callable[[], Updates]", heartbeat: float) -> None:
        self._site = site
        self._make = make
        self._heartbeat = heartbeat
        self.closed = False

    @cached_property
    def updates(self) -> "Updates":
        return self._make()

    @cached_property
    def streams(self) -> "Streams":
        from hotreload.live.stream import Streams

        streams = Streams(self.updates, self._heartbeat)
        if self.closed:
            streams.close()
        return streams

    def tell(self) -> None:
        """Tell what is wrong now, if that is not what was told."""
        if "updates" in vars(self) or self._site.is_faulty:
            self.updates.board.tell()

    def close(self) -> None:
        """End every stream, and from now on close whatever a page opens.

        A server that ends closes the sockets that it has. A page that connects a moment later (sent
        away by another worker, or just before the server stopped listening) would otherwise keep it
        waiting for ever.
        """
        self.closed = True
        if "streams" in vars(self):
            self.streams.close()
