"""Modules under addresses that name their content, which browsers keep and never ask for again."""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial

from starlette.responses import Response

from hotreload.live.headers import HEADERS
from hotreload.live.late import Live
from hotreload.project.files import FileMissingError
from hotreload.project.mime import media_type
from hotreload.project.problems import ProblemError
from hotreload.site import Site
from hotreload.transform.javascript import Script
from hotreload.web.request import Request
from hotreload.web.static import FOREVER, UNCACHED, digest, failure

KEPT_URL = "/@hotreload/kept/"
_REMEMBERED = 20_000


def pushed_text(site: Site, script: Script, origin: str) -> str:
    """A module as it is run under another address than its own, which developer tools show.

    Args:
        site: the project.
        script: the module.
        origin: the page's.
    """
    address = f"{origin}{site.base[:-1]}{script.url}"
    return f"{site.modules.render(script, origin)}\n//# sourceURL={address}"


@dataclass(slots=True, eq=False, repr=False)
class KeptModules:
    """Gives addresses, and answers for them.

    Args:
        site: the project.
        live: told of what turns out to be wrong.
    """

    site: Site
    live: Live
    _pages: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def address(self, text: str, url: str, page: str) -> str:
        """The address of a module, below the base.

        Args:
            text: see :func:`pushed_text`.
            url: module URL.
            page: URL path of the page that imports it.
        """
        key = digest(text.encode("utf-8"))
        self._pages[key] = page
        self._pages.move_to_end(key)
        while len(self._pages) > _REMEMBERED:
            self._pages.popitem(last=False)
        return f"{KEPT_URL}{key}{url}"

    async def answer(self, request: Request) -> Response:
        """The answer for an address below :data:`KEPT_URL`.

        Raises:
            FileMissingError, FileDeniedError: there is no such module that may be served.
        """
        key, _, path = request.url.removeprefix(KEPT_URL).partition("/")
        url = f"/{path}?{request.query}" if request.query else f"/{path}"
        if not self.site.modules.is_module(url):
            raise FileMissingError(url)
        return await self.site.sources.patience.do(partial(self._made, key, url, request))

    def _made(self, key: str, url: str, request: Request) -> Response:
        page = self._pages.get(key)
        if page is not None and self.site.sources.resolver.maps:
            self.site.documents.enter(page)
        try:
            script = self.site.modules.script(url)
        except ProblemError as error:
            self.live.tell()
            return failure(500, f"500: {error.problem}\n", request.header("sec-fetch-dest"))
        origin = f"{request.scheme}://{request.header('host')}"
        body = pushed_text(self.site, script, origin).encode("utf-8")
        # Of a file that has changed since, what it is now; it says itself what that is.
        caching = FOREVER if digest(body) == key else UNCACHED
        return Response(body, headers={**HEADERS, **caching, "content-type": media_type(".js")})
