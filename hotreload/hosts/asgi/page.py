"""One page that the app renders: its answer on the way to the browser."""

import json
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from starlette.types import Message, Send

from hotreload.hosts.asgi.bases import BaseStore
from hotreload.hosts.asgi.headers import (
    REFETCH,
    Headers,
    can_inject,
    is_compressed,
    is_html,
    with_block,
    without_length,
)
from hotreload.hosts.asgi.injector import Injector, is_wide
from hotreload.hosts.asgi.policy import script_nonce, what_to_add
from hotreload.live.protocol import ProblemState
from hotreload.transform.html import decode_html
from hotreload.web.birth import Birth, Rendered, rendered_block

# Longer pages are loaded anew where others are morphed.
MOST_KEPT = 4 * 1024 * 1024

_COMPRESSED = (
    "pages are compressed although that was not asked for, and so are served without hot reload: "
    "compress outside of HotReload, or not in development"
)

# The page that is being rendered, for what is called by its template.
rendering: ContextVar["RenderedPage | None"] = ContextVar("hotreload_page", default=None)


@dataclass(slots=True)
class RenderedPage:
    """A page that is asked for.

    Args:
        base: the public base path.
        url: URL path of its address, below the base.
        method: of the request.
        birth: the server's identity.
        state: of what it is rendered from, before it is.
        host: the name it is asked for under.
        inject: put the block in where its template does not.
        refetch: its runtime asks for it once more.
        slow: see :class:`Rendered`.
    """

    base: str
    url: str
    method: str
    birth: Birth
    state: str
    host: str = ""
    inject: bool = True
    refetch: bool = False
    slow: bool = False
    key: str = ""
    given: str = ""
    # What the app answers with a page of its own, where it tells of that.
    failure: BaseException | None = None

    def __post_init__(self) -> None:
        self.key = f"{self.state}.{secrets.token_urlsafe(18)}"

    def block(self, rendered: Rendered, nonce: str, *, xml: bool = False) -> str:
        return rendered_block(self.base, self.birth, self.url, self.key, rendered, nonce, xml=xml)

    def give(self, nonce: str) -> str:
        """The block, for the page's template to put in; nothing where the page has it already."""
        if not (self.refetch or self.given):
            self.given = self.block(Rendered(self.method, None, slow=self.slow), nonce)
            return self.given
        return ""


@dataclass(slots=True)
class PageSend:
    """An app's ``send`` for one page.

    Args:
        page: the page.
        send: the server's.
        bases: keeps the page as the app rendered it.
        say: called with what keeps hot reload out of the page.
        note: called with the page's source, before the browser has all of it.
        explain: tells what an answer to a failure is about, by its text and what was raised.
    """

    page: RenderedPage
    send: Send
    bases: BaseStore
    say: Callable[[str], None]
    note: Callable[[str], None]
    explain: Callable[[str, BaseException | None], ProblemState | None]
    started: bool = False
    _start: Message | None = None
    _injector: Injector | None = None
    _failed: Message | None = None
    _keep: bool = False
    _size: int = 0
    _type: str = ""
    _body: list[bytes] = field(default_factory=list)

    async def __call__(self, message: Message) -> None:
        self.started = True
        match message["type"]:
            case "http.response.start":
                await self._on_start(message)
            case "http.response.body":
                await self._on_body(message)
            case _:
                await self.send(message)

    async def _on_start(self, message: Message) -> None:
        headers = list(message.get("headers", ()))
        page = self.page
        if page.refetch:
            answer = (REFETCH, page.key.encode("ascii"))
            again = {**message, "headers": [*headers, answer]}
            if message["status"] >= 500 and (page.failure is not None or _is_text(headers)):
                self._failed = again
            else:
                await self.send(again)
            return
        if not can_inject(message["status"], headers):
            if is_compressed(headers):
                self.say(_COMPRESSED)
            await self.send(message)
            return
        self._type = next(v for n, v in headers if n.lower() == b"content-type").decode("latin-1")
        self._keep = page.method == "GET"
        if page.given or page.inject:
            lacking = what_to_add(headers, page.host)
            if lacking:
                self.say(lacking)
        if page.given or not page.inject:
            self._keep = bool(self._keep and page.given)
            await self.send(message)
            return
        rendered = Rendered(page.method, message["status"], slow=page.slow)
        xml = not is_html(self._type)
        block = page.block(rendered, script_nonce(headers), xml=xml).encode("ascii")
        changed = {**message, "headers": with_block(headers, len(block))}
        if page.method == "HEAD":
            await self.send(changed)
            return
        # Only the first bytes tell whether ASCII can be put into this page.
        self._start = {**message, "headers": without_length(headers)} if xml else message
        self._injector = Injector(block, xml=xml)

    async def _on_body(self, message: Message) -> None:
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._failed is not None:
            self._body.append(body)
            if not more:
                await self._send_failure(self._failed)
            return
        if self._start is not None:
            if is_wide(body):
                self._injector, self._keep = None, False
                await self._go_on()
            elif body or not more:
                block_size = self._injector.size if self._injector is not None else 0
                self._start["headers"] = with_block(self._start["headers"], block_size)
                await self._go_on()
        if self._keep:
            await self._remember(body, more=more)
        if self._injector is None:
            await self.send(message)
            return
        out = self._injector.feed(body, last=not more)
        if out or not more:
            await self.send({**message, "body": out})

    async def _send_failure(self, start: Message) -> None:
        """Say in our own words what the app's answer says, where its place is known."""
        body = b"".join(self._body)
        problem = self.explain(body.decode("utf-8", "replace"), self.page.failure)
        if problem is not None:
            body = json.dumps(vars(problem)).encode()
            ours = (b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))
            dropped = {b"content-type", b"content-length", b"content-encoding"}
            kept = [(n, v) for n, v in start["headers"] if n.lower() not in dropped]
            start = {**start, "headers": [*kept, *ours]}
        await self.send(start)
        await self.send({"type": "http.response.body", "body": body})

    async def _go_on(self) -> None:
        start, self._start = self._start, None
        assert start is not None
        await self.send(start)

    async def _remember(self, body: bytes, *, more: bool) -> None:
        self._body.append(body)
        self._size += len(body)
        if self._size > MOST_KEPT:
            self._keep = False
            self._body.clear()
        elif not more:
            text = decode_body(b"".join(self._body), self._type)
            self.note(text)
            await self.bases.put(self.page.key, text.replace(self.page.given, "", 1).encode())


def _is_text(headers: Headers) -> bool:
    types = (value for name, value in headers if name.lower() == b"content-type")
    return next(types, b"").startswith((b"text/plain", b"text/html")) and not is_compressed(headers)


def decode_body(body: bytes, content_type: str) -> str:
    """A page's text as a browser has it: the header's charset comes before the page's own."""
    _, found, charset = content_type.lower().partition("charset=")
    if found and not body.startswith(b"\xef\xbb\xbf"):
        try:
            return body.decode(charset.split(";")[0].strip("\"' "), "replace")
        except LookupError:
            pass
    return decode_html(body)
