"""The ASGI app: one request's way from its raw path to its answer."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from hotreload.live.headers import HEADERS
from hotreload.live.journal import Journal
from hotreload.live.late import Live
from hotreload.project.files import FileDeniedError, FileMissingError, FileUnreachableError
from hotreload.project.options import RuntimeOptions
from hotreload.project.pages import is_drawing, page_file
from hotreload.project.urls import RefusedPathError, parse_path, suffix, to_url
from hotreload.site import Site
from hotreload.web.birth_map import BIRTH_URL, Births
from hotreload.web.connect import POSTED, SOCKET_URL, Connections
from hotreload.web.guard import Guard
from hotreload.web.kept import KEPT_URL, KeptModules
from hotreload.web.opener import OPEN_URL, Opener
from hotreload.web.own import BASE_URL, PLACE_URL, PREFIX, OwnAnswers
from hotreload.web.pages import PageAnswers
from hotreload.web.refusals import Refusals
from hotreload.web.request import Request
from hotreload.web.sources import SourceAnswers
from hotreload.web.static import grant, plain

logger = logging.getLogger("hotreload")

if TYPE_CHECKING:
    from hotreload.web.plugged import PluginAnswers


@dataclass(slots=True, eq=False, repr=False)
class DevApp:
    """Serves a project and its socket.

    Args:
        site: the project.
        guard: who may ask.
        live, journal: the live side.
        spa: unknown addresses are answered by ``/index.html``.
        options: what the runtime may do.
        listing: show what a folder holds where no page stands for it.
        inspect: answers what is the inspector's below ``/@hotreload/``, and None to the rest.
        editor: the command that opens a file, or empty.
        env: gives what modules find in ``import.meta.env``.
    """

    site: Site
    guard: Guard
    live: Live
    journal: Journal
    spa: bool = False
    options: RuntimeOptions = field(default_factory=RuntimeOptions)
    listing: bool = False
    inspect: Callable[[Request], Awaitable[Response | None]] | None = None
    editor: tuple[str, ...] = ()
    env: Callable[[], Mapping[str, object]] = dict
    _refusals: Refusals = field(default_factory=Refusals)
    _opener: Opener = field(init=False)
    _own: OwnAnswers = field(init=False)
    _kept: KeptModules = field(init=False)
    _pages: PageAnswers = field(init=False)
    _sources: SourceAnswers = field(init=False)
    _connections: Connections = field(init=False)
    _plugged: "PluginAnswers | None" = None

    def __post_init__(self) -> None:
        self._opener = Opener(self.editor, self.site.files, self.guard, self._refusals)
        self._own = OwnAnswers(
            self.guard.token,
            self.site.modules.syntax.doubts,
            self.options,
            self.env,
            self.site.workers.changed_shared,
        )
        self._kept = KeptModules(self.site, self.live)
        births = Births(self.site, self._kept)
        self._pages = PageAnswers(
            self.site, self.live, self.journal, self._own.bases, births, self.spa
        )
        self._connections = Connections(self.guard, self._refusals, self.live)
        self._sources = SourceAnswers(self.site, self.live)
        pipeline = self.site.sources.pipeline
        if pipeline is not None and pipeline.serving:
            from hotreload.web.plugged import PluginAnswers

            self._plugged = PluginAnswers(self.site, self.live, pipeline)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                path = self._own_path(scope)
                if scope["method"] == "POST" and path in POSTED:
                    await self._connections.answer_post(path, scope, receive, send)
                    return
                if scope["method"] == "POST" and path == OPEN_URL:
                    opened = await self._opener.answer(HttpRequest(scope, receive))
                    await opened(scope, receive, send)
                    return
                response = await self._answer_safely(scope)
                granted = self.guard.granted(scope["headers"])
                if isinstance(response, Response):  # A plugin's app says itself who may read it.
                    grant(response, granted, varies=bool(self.guard.cors_origins))
                await response(scope, receive, send)
            case "websocket":
                socket = WebSocket(scope, receive, send)
                own = self._own_path(scope) == SOCKET_URL
                await self._connections.answer_socket(socket, own=own)
            case "lifespan":
                await _lifespan(receive, send)
            case other:
                raise ValueError(f"not a scope this server knows: {other!r}")

    def _own_path(self, scope: Scope) -> str:
        """The path as it was sent, without the base; empty where it is not below that."""
        path: str = scope["raw_path"].decode("latin-1")
        base = self.site.base[:-1]
        return path[len(base) :] if path.startswith(base) else ""

    async def _answer_safely(self, scope: Scope) -> ASGIApp:
        """An answer, whatever happens: the server's own would lack our headers."""
        try:
            return await self._answer(scope)
        except Exception:
            logger.exception("hotreload failed to answer a request: please report it")
            return plain(500, "500: hotreload failed; the terminal says how\n")

    async def _answer(self, scope: Scope) -> ASGIApp:
        refusal = self.guard.check_request(scope["method"], scope["headers"])
        if refusal is not None:
            self._refusals.say(refusal)
            return plain(403, f"403: {refusal}\n")
        readable = scope["method"] in ("GET", "HEAD")
        if not readable and self._plugged is None:
            return _not_allowed()
        origin = dict(scope["headers"]).get(b"origin")
        if not readable and origin is not None:
            # What a plugin lets be written is for our own pages, whatever else a browser says.
            refusal = self.guard.check_page(origin.decode("latin-1"), scope["headers"])
            if refusal is not None:
                self._refusals.say(refusal)
                return plain(403, f"403: {refusal}\n")
        try:
            url = to_url(parse_path(scope["raw_path"]))
        except RefusedPathError as error:
            self._refusals.say(f"{scope['raw_path'].decode('latin-1')!r}: {error}")
            return plain(400, f"400: {error}\n")
        base = self.site.base
        if not url.startswith(base):
            if url in ("/", base[:-1]):
                return RedirectResponse(base, 302, HEADERS)
            return plain(404, f"404: this server answers below {base}\n")
        url = url[len(base) - 1 :]
        if self._plugged is not None and not url.startswith(PREFIX):
            app = self._plugged.answer(url, scope)
            if app is not None:
                return app
        if not readable:
            return _not_allowed()
        request = Request.of(scope, url)
        try:
            return await self._route(request)
        except FileDeniedError as error:
            self._refusals.say(error)
            return plain(403, "403: not served\n")
        except FileUnreachableError as error:
            # Not 404: that would be taken for the file's end.
            return plain(503, f"503: can't be read now: {error}\n", {"retry-after": "1"})
        except FileMissingError:
            return await self._pages.missing(request)

    def _refused(self, request: Request) -> str:
        """Why the page that asks would get no socket, "" if it would or didn't say what it is."""
        origin = request.parameter("origin")
        headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in request.headers.items()]
        return str((origin and self.guard.check_page(origin, headers)) or "")

    async def _route(self, request: Request) -> Response:
        url = request.url
        if url.startswith(PREFIX):
            if url.startswith(BASE_URL):
                self._pages.keep_source(url.removeprefix(BASE_URL), request.parameter("page"))
            if url.startswith(KEPT_URL):
                return await self._kept.answer(request)
            if url.startswith(BIRTH_URL):
                key = url.removeprefix(BIRTH_URL).removesuffix(".js")
                return self._pages.birth_script(key)
            if url == PLACE_URL:
                from hotreload.web.places import answer_place  # when there is an error

                source = self._own.bases.get(request.parameter("page"))
                return answer_place(self.site, request, source)
            inspected = None if self.inspect is None else await self.inspect(request)
            return inspected or self._own.answer(request.url, self._refused(request))
        kind = self.site.sources.kind
        page = None
        if (not suffix(url) or kind(url) == "page") and (request.navigates or not request.wrap):
            page = page_file(self.site.files, url)
        if is_drawing(url) and request.navigates and self.site.files.is_file(url):
            return await self._pages.answer(url, request)
        if page is not None and kind(page) == "page":
            return await self._pages.answer(page, request)
        if not url.endswith("/") and self.site.files.is_folder(url):
            name = url.rpartition("/")[2]
            return Response(status_code=307, headers={**HEADERS, "location": f"./{name}/"})
        if url.endswith("/"):
            if self.listing and request.navigates:
                from hotreload.web.listing import listing  # by option only

                return listing(self.site.files, request)
            raise FileMissingError(url)
        return await self._sources.answer(request)


def _not_allowed() -> Response:
    return plain(405, "405: only GET and HEAD\n", {"allow": "GET, HEAD"})


async def _lifespan(
    receive: Callable[[], Awaitable[object]], send: Callable[[dict[str, str]], Awaitable[None]]
) -> None:
    for answer in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
        await receive()
        await send({"type": answer})
