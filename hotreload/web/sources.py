"""Scripts, stylesheets and other files: a source and how it is served."""

import json
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from starlette.responses import Response

from hotreload.live.late import Live
from hotreload.project.importmap import NO_MAP
from hotreload.project.look import FileContent
from hotreload.project.mime import media_type
from hotreload.project.pages import is_drawing, page_file
from hotreload.project.problems import ProblemError
from hotreload.project.urls import suffix
from hotreload.site import Site
from hotreload.transform.javascript import WORKER_RUNTIME_URL, render_classic, unversioned
from hotreload.transform.wrap import SCRIPT_SUFFIXES
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
        if content.large and request.wrap is None:
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
        """A module as a module; a script that may be a classic one as it is."""
        mode, destination = request.header("sec-fetch-mode"), request.header("sec-fetch-dest")
        starts_worker = destination in _WORKERS and mode != "cors"
        if mode == "":
            native = suffix(module) in SCRIPT_SUFFIXES and bool(content.data)
            as_module = request.wrap is not None or not native or _is_module(content.data)
        elif starts_worker:
            as_module = self.site.workers.is_module(module)
        else:
            as_module = mode == "cors" and destination in ("script", *_WORKERS)
        if not (as_module or starts_worker):
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
        if as_module or module not in self.site.modules.graph:
            self.site.modules.syntax.note_use(module, worker=not as_module)
        try:
            text, source = self._text(module, request, as_module=as_module), MODULE
        except ProblemError as error:
            self.live.tell()
            if not starts_worker:
                return self._failed(error, request)
            # Pages hear nothing of a worker whose script did not come: then its mending is no news.
            text, source = f"throw new Error({json.dumps(str(error.problem))});", MODULE
        if starts_worker:
            source = self.site.workers.closure_hash(module)
            if destination == "sharedworker":
                self.site.workers.note_shared(module, source)
        elif destination == "script":
            workers = self.site.workers
            if _runs_in_worker(request) or workers.is_one(request.header("referer")):
                workers.note_import(module)
        body = text.encode("utf-8")
        return respond(
            body,
            media_type(".js"),
            digest(body),
            request.headers,
            vary=_SCRIPT_VARY,
            source=source,
        )

    def _enter(self, module: str, request: Request) -> None:
        """Resolve by the import map of the page that asks, where it says that it is one.

        Workers have none (HTML, "resolve a module specifier").
        """
        resolver = self.site.sources.resolver
        if resolver.maps and _is_for_worker(request):
            self.site.modules.adopt((module,), NO_MAP)
        elif resolver.maps:
            address = resolver.here(urlsplit(request.header("referer")).path)
            if address is not None:
                page = page_file(self.site.files, address) or address
                self.site.documents.enter(page, (module,))

    def _text(self, module: str, request: Request, *, as_module: bool) -> str:
        """What a script is served as.

        Raises:
            ProblemError: it can't be read as a module.
        """
        modules = self.site.modules
        if as_module:
            self._enter(module, request)
            script = modules.script(module)
            worker = _is_for_worker(request)
            return modules.render_answer(script, request.version, worker=worker)
        if self.site.workers.is_plain(module):
            return self.site.sources.read(module, "script").data.decode("utf-8", "replace")
        return render_classic(modules.script(module), self.site.base[:-1])


def _is_for_worker(request: Request) -> bool:
    return request.header("sec-fetch-dest") in _WORKERS or _runs_in_worker(request)


def _runs_in_worker(request: Request) -> bool:
    """Whether the runtime of a worker asks, for an ``import(…)``."""
    return request.header("referer").endswith(WORKER_RUNTIME_URL)


def _is_module(data: bytes) -> bool:
    # Here, since its patterns take long to compile.
    from hotreload.transform.link import is_module_source

    return is_module_source(data)
