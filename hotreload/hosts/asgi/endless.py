"""Answers without end, for which servers wait that are to restart."""

import logging
from collections import Counter
from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

logger = logging.getLogger("hotreload")

# A server that restarts has let go of all by then that it does not wait for.
PATIENCE_SECONDS = 1.0


def is_endless(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a page asks for events, which come until somebody ends them."""
    return headers.get(b"accept", b"").startswith(b"text/event-stream")


class Endless:
    """Knows which of an app's answers have not come to their end."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    async def pass_on(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the app answer."""
        path = scope["path"]
        self._open[path] += 1
        try:
            await app(scope, receive, send)
        finally:
            self._open[path] -= 1

    def warn(self) -> None:
        """Say what a server waits for that was asked to end, if it does."""
        for path in sorted(path for path, count in (+self._open).items() if count):
            logger.warning(
                "the server waits for %s, which a page still reads: end such answers when the "
                "client has gone, or start uvicorn with --timeout-graceful-shutdown 1",
                path,
            )
