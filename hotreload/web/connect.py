"""How a page connects: by its socket, or by a stream where no socket can be opened."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from hotreload.live.handshake import SUBPROTOCOL, TOKEN_PREFIX
from hotreload.live.headers import HEADERS
from hotreload.live.late import Live
from hotreload.web.guard import Guard, Refusal
from hotreload.web.refusals import Refusals
from hotreload.web.static import plain

SOCKET_URL = "/@hotreload/ws"
STREAM_URL = "/@hotreload/stream"
FRAMES_URL = "/@hotreload/frames"
POSTED = frozenset({STREAM_URL, FRAMES_URL})


@dataclass(slots=True, eq=False, repr=False)
class Connections:
    """Lets pages in, and serves them until they leave.

    Args:
        guard: who may connect.
        refusals: where it is said who may not.
        live: who answers.
    """

    guard: Guard
    refusals: Refusals
    live: Live

    async def answer_socket(self, socket: WebSocket, *, own: bool) -> None:
        """Serve a page's socket, or refuse it.

        Args:
            socket: not accepted yet.
            own: it was asked for at :data:`SOCKET_URL`.
        """
        if own:
            offered = socket.scope.get("subprotocols", [])
            verdict = self.guard.check_socket(socket.scope["headers"], offered)
        else:
            path = socket.scope["raw_path"].decode("latin-1")
            verdict = Refusal(f"a socket was asked for at {path!r}")
        if isinstance(verdict, Refusal):
            self.refusals.say(verdict)
            await socket.close(1008)
            return
        from hotreload.live.channel import CLOSE_RESTART, SocketChannel
        from hotreload.live.endpoint import close_channel, serve_session

        channel = SocketChannel(socket)
        await channel.accept()
        if self.live.closed:
            await close_channel(channel, CLOSE_RESTART)
            return
        await serve_session(channel, verdict, self.live.updates)

    async def answer_post(self, url: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a page that posts to one of :data:`POSTED`: its stream, or frames for it.

        Args:
            url: which of the two.
            scope, receive, send: the request's.
        """
        headers = dict(scope["headers"])
        token = headers.get(b"x-hotreload-token", b"").decode("latin-1")
        verdict = self.guard.check_request(scope["method"], scope["headers"]) or (
            self.guard.check_socket(scope["headers"], [SUBPROTOCOL, f"{TOKEN_PREFIX}{token}"])
        )
        if isinstance(verdict, Refusal):
            self.refusals.say(verdict)
            await plain(403, f"403: {verdict}\n")(scope, receive, send)
        elif url == STREAM_URL:
            await self.live.streams.serve(verdict, receive, send)
        else:
            name = headers.get(b"x-hotreload-stream", b"").decode("latin-1")
            response = await self._take(name, receive)
            await response(scope, receive, send)

    async def _take(self, name: str, receive: Receive) -> Response:
        from hotreload.live.channel import ChannelClosedError
        from hotreload.live.stream import read_body

        try:
            body = await read_body(receive)
        except ChannelClosedError:
            return plain(400, "400: the request was not sent to its end\n")
        if body is None:
            return plain(413, "413: frames are at most 2 MiB\n")
        frames = [line for line in body.decode("utf-8", "replace").split("\n") if line]
        if not self.live.streams.take(name, frames):
            return plain(410, "410: this stream has ended\n")
        return Response(status_code=204, headers=HEADERS)
