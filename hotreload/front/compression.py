"""Compression for pages that come over a network: to one's own machine it only takes time."""

from ipaddress import ip_address

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

# Source text is hardly smaller at the levels above, and takes several times as long.
_LEVEL = 4
_SMALLEST_BYTES = 1024


class Compression:
    """Compresses what is answered to other machines."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._compressed = GZipMiddleware(app, minimum_size=_SMALLEST_BYTES, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        helps = scope["type"] == "http" and _is_remote(scope) and not _asks_for_part(scope)
        await (self._compressed if helps else self.app)(scope, receive, send)


def _is_remote(scope: Scope) -> bool:
    client = scope.get("client")
    try:
        return client is not None and not ip_address(client[0]).is_loopback
    except ValueError:
        return False


def _asks_for_part(scope: Scope) -> bool:
    """The parts of a body are counted before it is compressed (RFC 9110, 14.4)."""
    return any(name == b"range" for name, _ in scope["headers"])
