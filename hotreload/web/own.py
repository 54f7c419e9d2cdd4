"""The addresses below ``/@hotreload/``, and the socket."""

from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.websockets import WebSocket

from hotreload.live.endpoint import serve_session
from hotreload.live.session import Hub
from hotreload.live.updates import Updates
from hotreload.options import RuntimeOptions
from hotreload.transform.javascript import RUNTIME_URL
from hotreload.web.client import client_response, status_response
from hotreload.web.guard import Guard, Refusal
from hotreload.web.refusals import Refusals
from hotreload.web.static import HEADERS, plain

PREFIX = "/@hotreload/"
SOCKET_URL = "/@hotreload/ws"
STATUS_URL = "/@hotreload/status"
BASE_URL = "/@hotreload/base/"
_REMEMBERED_PAGES = 64


class Bases:
    """The sources of the last pages, which their runtimes ask for as the base of later morphs."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, bytes] = OrderedDict()

    def put(self, key: str, text: bytes) -> None:
        """Keep a page's source as UTF-8, and forget the oldest of too many."""
        self._texts[key] = text
        self._texts.move_to_end(key)
        while len(self._texts) > _REMEMBERED_PAGES:
            self._texts.popitem(last=False)

    def get(self, key: str) -> bytes | None:
        return self._texts.get(key)


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """Answers for what belongs to hotreload itself. Who may ask is decided before.

    Args:
        token: opens the socket.
        options: what the runtime may do.
        bases: sources of pages.
    """

    token: str
    options: RuntimeOptions = field(default_factory=RuntimeOptions)
    bases: Bases = field(default_factory=Bases)

    def answer(self, url: str) -> Response:
        """The answer for a URL path below :data:`PREFIX`."""
        if url == RUNTIME_URL:
            return client_response(self.token, self.options)
        if url == STATUS_URL:
            return status_response(self.token)
        if url.startswith(BASE_URL):
            body = self.bases.get(url.removeprefix(BASE_URL))
            if body is not None:
                return Response(
                    body, headers={**HEADERS, "content-type": "text/plain; charset=utf-8"}
                )
        return plain(404, "404: no such part of hotreload\n")


async def answer_socket(
    socket: WebSocket, *, own: bool, guard: Guard, refusals: Refusals, hub: Hub, updates: Updates
) -> None:
    """Serve a page's socket, or refuse it.

    Args:
        socket: not accepted yet.
        own: it was asked for at :data:`SOCKET_URL`.
        guard: who may have one.
        refusals: where it is said who may not.
        hub, updates: the live side.
    """
    if not own:
        path = socket.scope["raw_path"].decode("latin-1")
        verdict: Refusal | str = Refusal(f"a socket was asked for at {path!r}")
    else:
        offered = socket.scope.get("subprotocols", [])
        verdict = guard.check_socket(socket.scope["headers"], offered)
    if isinstance(verdict, Refusal):
        refusals.say(verdict)
        await socket.close(1008)
        return
    await serve_session(socket, verdict, hub, updates)
