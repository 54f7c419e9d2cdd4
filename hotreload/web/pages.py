"""Pages: a file's text with our block in it."""

import contextlib
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import NamedTuple

from starlette.responses import Response

from hotreload.live.headers import HEADERS
from hotreload.live.journal import Journal
from hotreload.live.late import Live
from hotreload.project.files import (
    MISSING,
    FileDeniedError,
    FileMissingError,
    content_hash,
)
from hotreload.project.kinds import NATIVE
from hotreload.project.look import FileContent
from hotreload.project.mime import media_type
from hotreload.project.pages import NOT_FOUND_PAGE, is_drawing
from hotreload.project.problems import Problem, ProblemError
from hotreload.project.urls import RefusedPathError, parse_path, suffix, to_url
from hotreload.site import Site
from hotreload.transform.html import Page, inject, read_page
from hotreload.web.birth import Birth, birth_block, supports_birth_map
from hotreload.web.birth_map import Births
from hotreload.web.own import Bases
from hotreload.web.request import Request
from hotreload.web.static import (
    FOREVER,
    UNCACHED,
    digest,
    failure,
    respond,
    source_header,
    stream_file,
)

_PAGE_VARY = "accept, sec-fetch-dest, sec-ch-ua"
_RENDERED_PAGES = 64
# For a page of our own, which needs nothing but the runtime.
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; script-src 'self'; connect-src 'self'\">"
)


class _Rendered(NamedTuple):
    """A page as it is served, at a moment of the project."""

    moment: tuple[int, int]
    body: bytes
    etag: str


@dataclass(slots=True, eq=False, repr=False)
class PageAnswers:
    """Answers for pages.

    Args:
        site: the project.
        live, journal: the live side.
        bases: keeps the sources of what was served.
        births: gives birth maps.
        spa: unknown addresses are answered by ``/index.html``.
    """

    site: Site
    live: Live
    journal: Journal
    bases: Bases
    births: Births
    spa: bool = False
    _pages: OrderedDict[tuple[str, str, str], _Rendered] = field(default_factory=OrderedDict)

    async def answer(self, url: str, request: Request, *, status: int = 200) -> Response:
        """The answer for the page in a file.

        Raises:
            FileMissingError, FileDeniedError: there is none that may be served.
        """
        content = await self.site.files.read_async(url)
        if content.large:
            # A page of that size is data: it is streamed as it is.
            descriptor = self.site.files.open(url)
            kind = media_type(suffix(url))
            return stream_file(descriptor, kind, request.headers, head=request.head)
        if not request.navigates:
            return self._unopened(url, content, request)
        return await self.site.sources.patience.do(partial(self._opened, url, request, status))

    def _opened(self, url: str, request: Request, status: int) -> Response:
        """The answer for a page that is opened."""
        try:
            text, source, page = self.site.documents.page(url)
        except ProblemError as error:
            self.live.tell()
            return self._broken(url, error.problem)
        self.site.documents.load(url)
        # Whatever language it is written in, a plugin made HTML of it.
        kind = media_type(suffix(url) if suffix(url) in NATIVE or is_drawing(url) else ".html")
        origin = self._birth_origin(request)
        key = (url, source, origin or "")
        rendered = self._pages.get(key)
        if rendered is None or rendered.moment != self._moment():
            self.bases.put(source, text.encode("utf-8"))
            block = self._block(url, source, page, origin)
            self.live.tell()
            body = inject(text, page.insertion, block).encode("utf-8")
            rendered = _Rendered(self._moment(), body, digest(body))
            self._keep(key, rendered)
        body, etag = rendered.body, rendered.etag
        return respond(body, kind, etag, request.headers, status=status, vary=_PAGE_VARY)

    def _unopened(self, url: str, content: FileContent, request: Request) -> Response:
        """The answer for a page that is read, not opened: as it is written."""
        kind = media_type(suffix(url))
        self.site.sources.see(url, content)
        self.site.workers.note_request(url, request.header("referer"))
        return respond(
            content.data,
            kind,
            content.hash,
            request.headers,
            vary=_PAGE_VARY,
            ranges=True,
            source=content.hash,
            file="" if url == request.url else url,
        )

    def _broken(self, url: str, problem: Problem) -> Response:
        """A page in place of one that could not be made; it becomes that as soon as it can be."""
        text = (
            "<!doctype html><html><head><title>500</title></head><body>"
            f"<h1>500</h1><pre>{escape(str(problem))}</pre></body></html>"
        )
        source = content_hash(text.encode("utf-8"))
        self.bases.put(source, text.encode("utf-8"))
        page = read_page(text, self.site.base[:-1] + url)
        body = inject(text, page.insertion, self._block(url, source, page, None)).encode("utf-8")
        return Response(body, 500, {**HEADERS, "content-type": media_type(".html")})

    def birth_script(self, key: str) -> Response:
        """The answer for a script of a birth map.

        Args:
            key: its hash.
        """
        body = self.births.script(key)
        if body is None:
            # Another one by now: what the page imports is fetched.
            return failure(404, "404: this birth map is no more", "script", UNCACHED)
        return Response(body, headers={**HEADERS, **FOREVER, "content-type": media_type(".js")})

    def keep_source(self, key: str, name: str) -> None:
        """See that the source of a page that another life of the server has served is there again.

        Args:
            key: its hash.
            name: URL path of its file. Unless that still has this hash, nothing is done.
        """
        if self.bases.get(key) is not None:
            return
        with contextlib.suppress(RefusedPathError, FileMissingError, FileDeniedError, ProblemError):
            url = to_url(parse_path(name.encode("utf-8")))
            if self.site.sources.kind(url) == "page" or is_drawing(url):
                text, source, _ = self.site.documents.page(url)
                self.bases.put(source, text.encode("utf-8"))

    async def missing(self, request: Request) -> Response:
        """The answer where there is no file."""
        self.site.known.miss(request.url)
        if request.url.endswith("/"):
            # A page may be known that is away for a moment: its coming back is news then.
            self.site.known.miss(f"{request.url}index.html")
        if not request.navigates:
            text = f"404: there is no file {request.url}\n"
            wanted = request.header("sec-fetch-dest")
            return failure(404, text, wanted, source_header(MISSING))
        if self.spa and suffix(request.url) == "" and self.site.files.is_file("/index.html"):
            return await self.answer("/index.html", request)
        if self.site.files.is_file(NOT_FOUND_PAGE):
            return await self.answer(NOT_FOUND_PAGE, request, status=404)
        address = escape(request.url)
        block = self._block(request.url, "", None, None)
        body = (
            f"<!doctype html><html><head>{_POLICY}{block}<title>404</title></head><body>"
            f"<h1>404</h1><p>There is no file for <code>{address}</code>. "
            "Make it, and it shows here.</p></body></html>"
        ).encode()
        response = respond(body, media_type(".html"), digest(body), request.headers, status=404)
        # A policy in the page itself can't say this.
        response.headers["content-security-policy"] = "frame-ancestors 'self'"
        return response

    def _moment(self) -> tuple[int, int]:
        """While this stands still, so does every page as it would be served."""
        return self.site.known.generation, self.journal.rev

    def _birth_origin(self, request: Request) -> str | None:
        supported = supports_birth_map(request.headers)
        return f"{request.scheme}://{request.header('host')}" if supported else None

    def _block(self, url: str, digest: str, page: Page | None, origin: str | None) -> str:
        birth = Birth(self.journal.project, self.journal.boot, self.journal.rev)
        return birth_block(self.site, birth, url, digest, page, origin, self.births)

    def _keep(self, key: tuple[str, str, str], page: _Rendered) -> None:
        self._pages[key] = page
        self._pages.move_to_end(key)
        while len(self._pages) > _RENDERED_PAGES:
            self._pages.popitem(last=False)
