"""The server behind, as an ASGI app: who asks while it restarts waits, and gets no error."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.types import Message, Receive, Scope, Send

from hotreload.hosts.asgi.failures import KnownFailureError
from hotreload.hosts.listen import is_loopback
from hotreload.live.protocol import ProblemState
from hotreload.project.options import ProxyRule
from hotreload.web.front.proxy import Proxy, UnreachableError
from hotreload.web.guard import Guard
from hotreload.web.own import PREFIX
from hotreload.web.static import plain

logger = logging.getLogger("hotreload")

# Shorter than a page's runtime waits for an answer, and than people do.
PATIENCE_SECONDS = 8.0
_LOOK_SECONDS = 0.05
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Upstream:
    """Passes everything on to the server behind.

    Args:
        guard: who may ask.
        explain: says why it does not answer.
        given_up: whether it is known that it won't.
    """

    def __init__(
        self,
        guard: Guard,
        explain: Callable[[], ProblemState],
        given_up: Callable[[], bool] = lambda: False,
    ) -> None:
        self._guard = guard
        self._explain = explain
        self._given_up = given_up
        self._proxy = Proxy(self, (), guard)
        self._rule: ProxyRule | None = None

    @property
    def target(self) -> str:
        """The server's URL, or "" where it is not known."""
        return self._rule.target if self._rule is not None else ""

    @target.setter
    def target(self, url: str) -> None:
        own = is_loopback(urlsplit(url).hostname or "")
        self._rule = ProxyRule("/", url, keeps_host=own) if url else None

    async def close(self) -> None:
        await self._proxy.close()

    async def answers(self) -> bool:
        """Whether somebody takes connections there."""
        where = urlsplit(self.target)
        if not where.hostname:
            return False
        port = where.port or (443 if where.scheme == "https" else 80)
        with suppress(OSError, TimeoutError):
            connecting = asyncio.open_connection(where.hostname, port)
            _, writer = await asyncio.wait_for(connecting, 1)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            return True
        return False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "websocket":
                await self._socket(scope, receive, send)
            case _:
                pass

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._guard.check_request("GET", scope["headers"])
        if refusal is not None or PREFIX in scope["raw_path"].decode("latin-1"):
            reason = str(refusal or "this path is hotreload's own")
            await plain(403, f"403: {reason}\n")(scope, receive, send)
            return
        asked = False

        async def receiving() -> Message:
            nonlocal asked
            asked = True
            return await receive()

        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            rule = self._rule
            try:
                if rule is not None:
                    await self._proxy.pass_on(rule, scope, receiving, send)
                    return
            except UnreachableError as error:
                # What may have been begun there is not sent twice.
                if scope["method"] not in _SAFE and (asked or error.begun):
                    raise KnownFailureError(self._explain()) from error
            if self._given_up() or time.monotonic() > deadline:
                raise KnownFailureError(self._explain())
            await asyncio.sleep(_LOOK_SECONDS)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._rule is None or PREFIX in scope["raw_path"].decode("latin-1"):
            await receive()
            await send({"type": "websocket.close", "code": 1013})
            return
        await self._proxy.join(self._rule, scope, receive, send)
