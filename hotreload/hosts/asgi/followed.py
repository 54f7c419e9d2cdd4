"""HTML that a script of a page has asked for: kept as it came, so that the page can follow it.

The answer goes on as it is, but for one header that only the page's runtime reads: by the browser's
resource timing it learns under which key the text is kept.
"""

import json
import secrets
from dataclasses import dataclass, field

from starlette.types import Message, Send

from hotreload.hosts.asgi.bases import BaseStore
from hotreload.hosts.asgi.headers import can_follow
from hotreload.hosts.asgi.page import MOST_KEPT, decode_body

_TIMING = b'hotreload-html;desc="%s"'


@dataclass(slots=True)
class FollowedSend:
    """An app's ``send`` for an answer that may be HTML.

    Args:
        send: the server's.
        bases: keeps the text.
        state: of what it is rendered from, before it is.
        method: of the request.
        url: the address that was asked for, from the origin on.
        asked: the headers to ask with again, if that is to be answered likewise.
    """

    send: Send
    bases: BaseStore
    state: str
    method: str
    url: str
    asked: dict[str, str]
    _key: str = ""
    _type: str = ""
    _size: int = 0
    _body: list[bytes] = field(default_factory=list)

    async def __call__(self, message: Message) -> None:
        match message["type"]:
            case "http.response.start":
                headers = list(message.get("headers", ()))
                if can_follow(message["status"], headers):
                    self._key = f"{self.state}.{secrets.token_urlsafe(18)}"
                    types = (v for n, v in headers if n.lower() == b"content-type")
                    self._type = next(types).decode("latin-1")
                    told = (b"server-timing", _TIMING % self._key.encode("ascii"))
                    message = {**message, "headers": [*headers, told]}
            case "http.response.body" if self._key:
                await self._remember(message.get("body", b""), message.get("more_body", False))
        await self.send(message)

    async def _remember(self, body: bytes, more: bool) -> None:
        self._body.append(body)
        self._size += len(body)
        if self._size > MOST_KEPT:
            self._key = ""
            self._body.clear()
        elif not more:
            html = decode_body(b"".join(self._body), self._type)
            kept = {"method": self.method, "url": self.url, "asked": self.asked, "html": html}
            await self.bases.put(self._key, json.dumps(kept).encode())
