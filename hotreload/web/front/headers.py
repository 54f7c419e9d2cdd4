"""Further headers for every answer."""

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class FurtherHeaders:
    """Sets headers on every answer of an app, in place of its own of the same name.

    Args:
        app: answers.
        headers: names in lower case, and values.
    """

    def __init__(self, app: ASGIApp, headers: Sequence[tuple[str, str]]) -> None:
        self.app = app
        self.headers = [(name.encode(), value.encode("latin-1")) for name, value in headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        names = {name for name, _ in self.headers}

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name, value) for name, value in message["headers"] if name not in names]
                message = {**message, "headers": [*own, *self.headers]}
            await send(message)

        await self.app(scope, receive, send_with)
