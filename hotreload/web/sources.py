"""Scripts, stylesheets and other files: a source and how it is served."""

from dataclasses import dataclass

from starlette.responses import Response

from hotreload.live.updates import Updates
from hotreload.problems import ProblemError
from hotreload.project.urls import suffix
from hotreload.site import Site
from hotreload.transform.javascript import render_worker
from hotreload.transform.wrap import SCRIPT_SUFFIXES, wrap_query
from hotreload.web.mime import media_type
from hotreload.web.request import Request
from hotreload.web.static import digest, plain, respond, stream_file

_SCRIPT_VARY = "sec-fetch-dest, sec-fetch-mode"
_WORKERS = frozenset({"worker", "sharedworker", "serviceworker"})


@dataclass(frozen=True, slots=True)
class SourceAnswers:
    """Answers for all that is no page.

    Args:
        site: the project.
        updates: told of what turns out to be wrong.
    """

    site: Site
    updates: Updates

    async def answer(self, request: Request) -> Response:
        """The answer for a file.

        Raises:
            FileMissingError, FileDeniedError: there is none that may be served.
        """
        url = request.url
        content = await self.site.files.read_async(url)
        if content.large:
            descriptor = self.site.files.open(url)
            return stream_file(
                descriptor, media_type(suffix(url)), request.headers, head=request.head
            )
        wrapped = request.wrap
        if suffix(url) in SCRIPT_SUFFIXES or wrapped is not None:
            module = f"{url}?{wrapped}" if wrapped is not None else url
            return self._script(module, content.data, request)
        if suffix(url) == ".css":
            text = self.site.documents.render_stylesheet(
                self.site.documents.stylesheet(url)
            ).encode("utf-8")
            return respond(text, media_type(".css"), digest(text), request.headers)
        self.site.known.see(url, content.hash)
        return respond(
            content.data, media_type(suffix(url)), content.hash, request.headers, ranges=True
        )

    def _script(self, module: str, data: bytes, request: Request) -> Response:
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
                data, media_type(".js"), digest(data), request.headers, vary=_SCRIPT_VARY
            )
        try:
            script = self.site.modules.script(module)
        except ProblemError as error:
            self.updates.tell_problems()
            return plain(500, f"500: {error.problem}\n")
        if as_module:
            text = self.site.modules.render_answer(script, request.version)
        else:
            text = render_worker(script, self.site.base[:-1])
        body = text.encode("utf-8")
        return respond(body, media_type(".js"), digest(body), request.headers, vary=_SCRIPT_VARY)
