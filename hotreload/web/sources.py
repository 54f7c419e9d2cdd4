"""Scripts, stylesheets and other files: a source and how it is served."""

from dataclasses import dataclass
from functools import partial

from starlette.responses import Response

from hotreload.live.late import Live
from hotreload.problems import ProblemError
from hotreload.project.files import FileContent
from hotreload.project.pages import is_drawing
from hotreload.project.urls import suffix
from hotreload.site import Site
from hotreload.transform.javascript import render_worker, unversioned
from hotreload.transform.wrap import SCRIPT_SUFFIXES, wrap_query
from hotreload.web.mime import media_type
from hotreload.web.request import Request
from hotreload.web.static import MODULE, digest, failure, respond, stream_file

_SCRIPT_VARY = "sec-fetch-dest, sec-fetch-mode"
_WORKERS = frozenset({"worker", "sharedworker", "serviceworker"})


@dataclass(slots=True, eq=False, repr=False)
class SourceAnswers:
    """Answers for all that is no page.

    Args:
        site: the project.
        live: told of what turns out to be wrong.
    """

    site: Site
    live: Live

    async def answer(self, request: Request) -> Response:
        """The answer for a file.

        Raises:
            FileMissingError, FileDeniedError: there is none that may be served.
        """
        url = request.url
        if self._is_made_up(url):
            return await self._made_patiently(url, FileContent(b"", ""), request)
        content = await self.site.files.read_async(url)
        if content.large:
            descriptor = self.site.files.open(url)
            return stream_file(
                descriptor, media_type(suffix(url)), request.headers, head=request.head
            )
        if request.wrap is not None or self.site.sources.kind(url) in ("script", "style"):
            return await self._made_patiently(url, content, request)
        self.site.known.see(url, content.hash)
        self.site.workers.note_request(url, request.header("referer"))
        return respond(
            content.data,
            media_type(suffix(url)),
            content.hash,
            request.headers,
            ranges=True,
            vary="sec-fetch-dest" if is_drawing(url) else "",
            source=content.hash,
        )

    def _module(self, request: Request) -> str:
        """The URL of the module that is asked for.

        A query makes it another module only where some source names it so: one that a script made
        up, against caches perhaps, is not remembered.
        """
        named = unversioned(f"{request.url}?{request.query}")
        graph = self.site.modules.graph
        if named in graph or graph.importers(named):
            return named
        return f"{request.url}?{request.wrap}" if request.wrap is not None else request.url

    async def _made_patiently(self, url: str, content: FileContent, request: Request) -> Response:
        return await self.site.sources.patience.do(partial(self._made, url, content, request))

    def _made(self, url: str, content: FileContent, request: Request) -> Response:
        """What a file becomes."""
        if request.wrap is None and self.site.sources.kind(url) == "style":
            return self._style(url, request)
        return self._script(self._module(request), content, request)

    def _style(self, url: str, request: Request) -> Response:
        try:
            sheet = self.site.documents.stylesheet(url)
        except ProblemError as error:
            self.live.tell()
            return self._failed(error, request)
        if url in self.site.documents.broken_sheets:
            self.live.tell()
        self.site.workers.note_request(url, request.header("referer"))
        text = self.site.documents.render_stylesheet(sheet).encode("utf-8")
        return respond(text, media_type(".css"), digest(text), request.headers, source=sheet.hash)

    def _failed(self, error: ProblemError, request: Request) -> Response:
        return failure(500, f"500: {error.problem}\n", request.header("sec-fetch-dest"))

    def _is_made_up(self, url: str) -> bool:
        """Whether a plugin has it, and not the disk."""
        if self.site.sources.pipeline is None or self.site.files.is_file(url):
            return False
        return self.site.sources.exists(url)

    def _script(self, module: str, content: FileContent, request: Request) -> Response:
        """A module as a module, a worker without the runtime, anything else as it is."""
        from hotreload.transform.link import is_module_source  # see there

        mode, destination = request.header("sec-fetch-mode"), request.header("sec-fetch-dest")
        wrapped = wrap_query(module) is not None
        if mode == "":
            native = suffix(module) in SCRIPT_SUFFIXES and bool(content.data)
            text = content.data.decode("utf-8", "replace")
            as_module = wrapped or not native or is_module_source(text)
        else:
            as_module = mode == "cors" and destination == "script"
        if not as_module and destination not in _WORKERS:
            self.site.known.see(request.url, content.hash)
            self.site.workers.note_request(request.url, request.header("referer"))
            return respond(
                content.data,
                media_type(suffix(module)),
                digest(content.data),
                request.headers,
                vary=_SCRIPT_VARY,
                source=content.hash,
            )
        self.site.modules.note_use(module, worker=not as_module)
        try:
            script = self.site.modules.script(module)
        except ProblemError as error:
            self.live.tell()
            return self._failed(error, request)
        if as_module:
            text, source = self.site.modules.render_answer(script, request.version), MODULE
        else:
            text = render_worker(script, self.site.base[:-1])
            source = self.site.workers.closure_hash(module)
        body = text.encode("utf-8")
        return respond(
            body,
            media_type(".js"),
            digest(body),
            request.headers,
            vary=_SCRIPT_VARY,
            source=source,
        )
