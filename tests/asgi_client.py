"""Asks an ASGI app in this process, message by message, with nothing in between."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAVIGATION = {
    "host": "localhost",
    "accept": "text/html",
    "sec-fetch-dest": "document",
    "sec-fetch-mode": "navigate",
    "sec-fetch-site": "none",
}


@dataclass
class Answer:
    """All that an app sent for one request."""

    messages: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        status: int = self.messages[0]["status"]
        return status

    @property
    def headers(self) -> dict[str, str]:
        return {n.decode().lower(): v.decode() for n, v in self.messages[0]["headers"]}

    @property
    def chunks(self) -> list[bytes]:
        return [m.get("body", b"") for m in self.messages if m["type"] == "http.response.body"]

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)


def http_scope(
    path: str = "/",
    *,
    method: str = "GET",
    headers: Mapping[str, str] = NAVIGATION,
    root_path: str = "",
    **more: Any,
) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": root_path,
        "headers": [(n.encode(), v.encode()) for n, v in headers.items()],
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 8000),
        **more,
    }


async def ask(app: ASGIApp, scope: Scope) -> Answer:
    """One request without a body."""
    answer = Answer()

    requests = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        if not requests:
            await asyncio.Future()
        return requests.pop()

    async def send(message: Message) -> None:
        answer.messages.append(message)

    await app(scope, receive, send)
    return answer


def asked(app: ASGIApp, scope: Scope) -> Answer:
    """As :func:`ask`, in a loop of its own."""
    return asyncio.run(ask(app, scope))


def answering(
    chunks: Sequence[bytes],
    *,
    status: int = 200,
    headers: Iterable[tuple[str, str]] = (("content-type", "text/html; charset=utf-8"),),
    seen: Callable[[Scope], Awaitable[None]] | None = None,
) -> ASGIApp:
    """An app that sends these chunks."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if seen is not None:
            await seen(scope)
        raw = [(n.encode(), v.encode()) for n, v in headers]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        for i, chunk in enumerate(chunks):
            more = i < len(chunks) - 1
            await send({"type": "http.response.body", "body": chunk, "more_body": more})

    return app
