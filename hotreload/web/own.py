"""The addresses below ``/@hotreload/``, but for a page's connection."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.responses import Response

from hotreload.live.headers import HEADERS
from hotreload.project.mime import media_type
from hotreload.project.options import RuntimeOptions
from hotreload.site.doubts import Doubts
from hotreload.transform.javascript import RUNTIME_URL
from hotreload.web.client import client_response, status_response
from hotreload.web.static import plain

PREFIX = "/@hotreload/"
STATUS_URL = "/@hotreload/status"
BASE_URL = "/@hotreload/base/"
PLACE_URL = "/@hotreload/place"
CHECK_URL = "/@hotreload/check/"
# Nothing is at this address, so a script after it is parsed and never run. The runtime expects it.
_GUARD = 'import "hotreload check";'
_REMEMBERED_PAGES = 64


class Bases:
    """The sources of the last pages, which their runtimes ask for as the base of later morphs."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, bytes] = OrderedDict()

    def put(self, key: str, text: bytes) -> None:
        """Keep a page's source as UTF-8, and forget the oldest of too many."""
        self._texts[key] = text
        self._texts.move_to_end(key)
        while len(self._texts) > _REMEMBERED_PAGES:
            self._texts.popitem(last=False)

    def get(self, key: str) -> bytes | None:
        return self._texts.get(key)


@dataclass(slots=True, eq=False, repr=False)
class OwnAnswers:
    """Answers for what belongs to hotreload itself. Who may ask is decided before.

    Args:
        token: opens the socket.
        doubts: what browsers are to judge.
        options: what the runtime may do.
        env: gives what modules find in ``import.meta.env``.
        workers: gives the shared workers that have changed, with their versions.
        bases: sources of pages.
    """

    token: str
    doubts: Doubts
    options: RuntimeOptions = field(default_factory=RuntimeOptions)
    env: Callable[[], Mapping[str, object]] = dict
    workers: Callable[[], Mapping[str, str]] = dict
    bases: Bases = field(default_factory=Bases)

    def answer(self, url: str, refused: str = "") -> Response:
        """The answer for a URL path below :data:`PREFIX`.

        Args:
            url: without a query.
            refused: why the page that asks would get no socket, and what would allow it.
        """
        if url == RUNTIME_URL:
            return client_response(self.token, self.options, self.env(), self.workers())
        if url == STATUS_URL:
            return status_response(self.token, refused)
        if url.startswith(CHECK_URL):
            doubt = self.doubts.find(url.removeprefix(CHECK_URL))
            if doubt is not None:
                text = (_GUARD + doubt.text).encode("utf-8", "replace")
                return Response(text, headers={**HEADERS, "content-type": media_type(".js")})
        if url.startswith(BASE_URL):
            body = self.bases.get(url.removeprefix(BASE_URL))
            if body is not None:
                return Response(
                    body, headers={**HEADERS, "content-type": "text/plain; charset=utf-8"}
                )
        return plain(404, "404: no such part of hotreload\n")
