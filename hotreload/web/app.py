"""The ASGI app: one request's way from its raw path to its answer."""

import logging
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from html import escape
from typing import TypeVar
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from hotreload.live.endpoint import serve_session
from hotreload.live.journal import Journal
from hotreload.live.session import Hub
from hotreload.live.updates import Updates
from hotreload.options import RuntimeOptions
from hotreload.problems import ProblemError
from hotreload.project.files import LARGE_BYTES, FileDeniedError, FileMissingError
from hotreload.project.pages import NOT_FOUND_PAGE, page_file
from hotreload.project.urls import RefusedPathError, parse_path, suffix, to_url
from hotreload.site import HTML_SUFFIXES, Site
from hotreload.transform.html import Page, inject
from hotreload.transform.javascript import RUNTIME_URL, render_worker
from hotreload.transform.wrap import SCRIPT_SUFFIXES, WRAP_QUERIES, wrap_query
from hotreload.web.birth import Birth, birth_block, supports_birth_map
from hotreload.web.client import client_response, status_response
from hotreload.web.guard import Guard, Refusal
from hotreload.web.mime import media_type
from hotreload.web.static import HEADERS, respond, stream_file

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

logger = logging.getLogger("hotreload")

PREFIX = "/@hotreload/"
SOCKET_URL = "/@hotreload/ws"
STATUS_URL = "/@hotreload/status"
BASE_URL = "/@hotreload/base/"
_PAGE_VARY = "sec-fetch-dest, sec-ch-ua"
_SCRIPT_VARY = "sec-fetch-dest, sec-fetch-mode"
_WORKERS = frozenset({"worker", "sharedworker", "serviceworker"})
_DOCUMENTS = frozenset({"document", "iframe", "frame", "fencedframe"})
_REMEMBERED_PAGES = 64
_VERSION = re.compile(r"[\w.-]{1,64}")
_MAX_REFUSALS = 50


@dataclass(slots=True)
class DevApp:
    """Serves a project and its socket.

    Args:
        site: the project.
        guard: who may ask.
        hub, updates, journal: the live side.
        spa: unknown addresses are answered by ``/index.html``.
        options: what the runtime may do.
    """

    site: Site
    guard: Guard
    hub: Hub
    updates: Updates
    journal: Journal
    spa: bool = False
    options: RuntimeOptions = field(default_factory=RuntimeOptions)
    _bases: dict[str, bytes] = field(default_factory=dict)
    _pages: dict[tuple[str, str, str], "_Rendered"] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                response = await self._answer(scope)
                await response(scope, receive, send)
            case "websocket":
                await self._socket(WebSocket(scope, receive, send))
            case "lifespan":
                await _lifespan(receive, send)
            case other:
                raise ValueError(f"not a scope this server knows: {other!r}")

    async def _socket(self, socket: WebSocket) -> None:
        path = socket.scope["raw_path"].decode("latin-1")
        if path != self.site.base[:-1] + SOCKET_URL:
            verdict: Refusal | str = Refusal(f"a socket was asked for at {path!r}")
        else:
            offered = socket.scope.get("subprotocols", [])
            verdict = self.guard.check_socket(socket.scope["headers"], offered)
        if isinstance(verdict, Refusal):
            self._say_refused(verdict)
            await socket.close(1008)
            return
        await serve_session(socket, verdict, self.hub, self.updates)

    async def _answer(self, scope: Scope) -> Response:
        refusal = self.guard.check_request(scope["method"], scope["headers"])
        if refusal is not None:
            self._say_refused(refusal)
            return _plain(403, f"403: {refusal}\n")
        if scope["method"] not in ("GET", "HEAD"):
            return _plain(405, "405: only GET and HEAD\n", {"allow": "GET, HEAD"})
        try:
            url = to_url(parse_path(scope["raw_path"]))
        except RefusedPathError as error:
            return _plain(400, f"400: {error}\n")
        base = self.site.base
        if not url.startswith(base):
            return _plain(404, f"404: this server answers below {base}\n")
        request = _Request(
            scope["method"] == "HEAD",
            url[len(base) - 1 :],
            scope["query_string"].decode("latin-1"),
            {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        )
        try:
            return await self._route(request)
        except FileDeniedError as error:
            self._say_refused(Refusal(str(error)))
            return _plain(403, "403: not served\n")
        except FileMissingError:
            return await self._missing(request)

    async def _route(self, request: "_Request") -> Response:
        url = request.url
        if url.startswith(PREFIX):
            return self._own(request)
        page = page_file(self.site.files, url) if suffix(url) in ("", *HTML_SUFFIXES) else None
        if page is not None and suffix(page) in HTML_SUFFIXES:
            return await self._page(page, request)
        if not url.endswith("/") and self.site.files.is_folder(url):
            name = url.rpartition("/")[2]
            return Response(status_code=307, headers={**HEADERS, "location": f"./{name}/"})
        if url.endswith("/"):
            raise FileMissingError(url)
        return await self._file(request)

    def _own(self, request: "_Request") -> Response:
        if request.url == RUNTIME_URL:
            return client_response(self.guard.token, self.options)
        if request.url == STATUS_URL:
            return status_response(self.guard.token)
        if request.url.startswith(BASE_URL):
            body = self._bases.get(request.url.removeprefix(BASE_URL))
            if body is not None:
                return Response(
                    body, headers={**HEADERS, "content-type": "text/plain; charset=utf-8"}
                )
        return _plain(404, "404: no such part of hotreload\n")

    async def _file(self, request: "_Request") -> Response:
        url = request.url
        if self._is_large(url):
            descriptor = self.site.files.open(url)
            return stream_file(
                descriptor, media_type(suffix(url)), request.headers, head=request.head
            )
        content = await self.site.files.read_async(url)
        wrapped = request.wrap
        if suffix(url) in SCRIPT_SUFFIXES or wrapped is not None:
            module = f"{url}?{wrapped}" if wrapped is not None else url
            return self._script(module, content.data, request)
        if suffix(url) == ".css":
            text = self.site.documents.render_stylesheet(
                self.site.documents.stylesheet(url)
            ).encode("utf-8")
            return respond(text, media_type(".css"), _digest(text), request.headers)
        self.site.known.see(url, content.hash)
        return respond(
            content.data, media_type(suffix(url)), content.hash, request.headers, ranges=True
        )

    def _script(self, module: str, data: bytes, request: "_Request") -> Response:
        """A module as a module, a worker without the runtime, anything else as it is."""
        from hotreload.transform.link import is_module_source  # see there

        mode, destination = request.header("sec-fetch-mode"), request.header("sec-fetch-dest")
        wrapped = wrap_query(module) is not None
        if mode == "":
            as_module = wrapped or is_module_source(data)
        else:
            as_module = mode == "cors" and destination == "script"
        if not as_module and destination not in _WORKERS:
            return respond(
                data, media_type(".js"), _digest(data), request.headers, vary=_SCRIPT_VARY
            )
        try:
            script = self.site.modules.script(module)
        except ProblemError as error:
            self.updates.tell_problems()
            return _plain(500, f"500: {error.problem}\n")
        if as_module:
            text = self.site.modules.render_answer(script, request.version)
        else:
            text = render_worker(script, self.site.base[:-1])
        body = text.encode("utf-8")
        return respond(body, media_type(".js"), _digest(body), request.headers, vary=_SCRIPT_VARY)

    async def _page(self, url: str, request: "_Request", *, status: int = 200) -> Response:
        content = await self.site.files.read_async(url)
        text, digest, page = self.site.documents.page(url)
        kind = media_type(suffix(url))
        if not request.navigates:
            return respond(
                content.data, kind, digest, request.headers, vary=_PAGE_VARY, ranges=True
            )
        origin = self._birth_origin(request)
        key = (url, digest, origin or "")
        rendered = self._pages.get(key)
        if rendered is None or rendered.moment != self._moment():
            self._remember(digest, text.encode("utf-8"))
            block = self._block(url, digest, page, origin)
            self.updates.tell_problems()
            body = inject(text, page.insertion, block).encode("utf-8")
            rendered = _Rendered(self._moment(), body, _digest(body))
            _keep(self._pages, key, rendered)
        body, etag = rendered.body, rendered.etag
        return respond(body, kind, etag, request.headers, status=status, vary=_PAGE_VARY)

    async def _missing(self, request: "_Request") -> Response:
        if not request.navigates:
            return _plain(404, f"404: there is no file {request.url}\n")
        if self.spa and suffix(request.url) == "" and self.site.files.is_file("/index.html"):
            return await self._page("/index.html", request)
        if self.site.files.is_file(NOT_FOUND_PAGE):
            return await self._page(NOT_FOUND_PAGE, request, status=404)
        address = escape(request.url)
        block = self._block(request.url, "", None, None)
        body = (
            f"<!doctype html><html><head>{block}<title>404</title></head><body>"
            f"<h1>404</h1><p>There is no file for <code>{address}</code>. "
            "Make it, and it shows here.</p></body></html>"
        ).encode()
        return respond(body, media_type(".html"), _digest(body), request.headers, status=404)

    def _moment(self) -> tuple[int, int]:
        """While this stands still, so does every page as it would be served."""
        return self.site.known.generation, self.journal.rev

    def _birth_origin(self, request: "_Request") -> str | None:
        supported = supports_birth_map(request.headers)
        return f"http://{request.header('host')}" if supported else None

    def _block(self, url: str, digest: str, page: Page | None, origin: str | None) -> str:
        birth = Birth(self.updates.project, self.journal.boot, self.journal.rev)
        return birth_block(self.site, birth, url, digest, page, origin)

    def _remember(self, digest: str, text: bytes) -> None:
        """Keep a page's source, which its runtime asks for as the base of later morphs."""
        _keep(self._bases, digest, text)

    def _is_large(self, url: str) -> bool:
        descriptor = self.site.files.open(url)
        try:
            return os.fstat(descriptor).st_size > LARGE_BYTES
        finally:
            os.close(descriptor)

    def _say_refused(self, refusal: Refusal) -> None:
        """One line a distinct refusal, and not without end: a stranger chooses the words."""
        text = str(refusal).encode("ascii", "backslashreplace").decode("ascii")
        text = "".join(c if c.isprintable() else "?" for c in text)
        if text not in self._refused and len(self._refused) < _MAX_REFUSALS:
            self._refused.add(text)
            logger.warning("refused: %s", text)


@dataclass(frozen=True, slots=True)
class _Request:
    head: bool
    url: str
    query: str
    headers: Mapping[str, str]

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def wrap(self) -> str | None:
        names = {name for name, _ in parse_qsl(self.query, keep_blank_values=True)}
        return next((name for name in sorted(WRAP_QUERIES) if name in names), None)

    @property
    def version(self) -> str:
        given = dict(parse_qsl(self.query)).get("v", "")
        return given if _VERSION.fullmatch(given) else ""

    @property
    def navigates(self) -> bool:
        """Whether the answer becomes a page of its own, and so gets the runtime."""
        destination = self.headers.get("sec-fetch-dest")
        if destination is not None:
            return destination in _DOCUMENTS
        return "text/html" in self.header("accept")


@dataclass(frozen=True, slots=True)
class _Rendered:
    """A page as it is served, at a moment of the project."""

    moment: tuple[int, int]
    body: bytes
    etag: str


def _keep(store: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Put a value in last place, and take out the oldest of too many."""
    store.pop(key, None)
    store[key] = value
    while len(store) > _REMEMBERED_PAGES:
        del store[next(iter(store))]


def _plain(status: int, text: str, extra: Mapping[str, str] | None = None) -> Response:
    headers = {**HEADERS, "content-type": "text/plain; charset=utf-8", **(extra or {})}
    return Response(text.encode("utf-8", "replace"), status, headers)


def _digest(body: bytes) -> str:
    return blake2b(body, digest_size=12).hexdigest()


async def _lifespan(
    receive: Callable[[], Awaitable[object]], send: Callable[[dict[str, str]], Awaitable[None]]
) -> None:
    for answer in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
        await receive()
        await send({"type": answer})
