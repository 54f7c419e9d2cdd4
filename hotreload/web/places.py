"""Where an error of a page is in the project's files: asked by the runtime, to show it there."""

import json
from dataclasses import asdict

from starlette.responses import Response

from hotreload.live.headers import HEADERS
from hotreload.project.files import FileMissingError
from hotreload.project.urls import RefusedPathError, parse_path, to_url
from hotreload.site import Site
from hotreload.site.places import Found, Got, find_in_page, find_place
from hotreload.web.request import Request
from hotreload.web.static import plain

_MOST = 10_000_000


def answer_place(site: Site, request: Request, page: bytes | None) -> Response:
    """The answer to ``/@hotreload/place``: a place as JSON, or null where none can be told.

    Args:
        site: the project.
        request: its query has ``path``, ``line`` and ``column``, and of a module ``hash``, ``v``
            and ``origin``, of a page ``page``; see docs/protocol.md.
        page: the source of the page that the query names, if it does and that is known.
    """
    numbers = [request.parameter(name) for name in ("line", "column")]
    if not all(number.isascii() and number.isdigit() for number in numbers):
        return plain(400, "400: line and column have to be numbers\n")
    line, column = (min(max(1, int(number[:9])), _MOST) for number in numbers)
    try:
        url = to_url(parse_path(request.parameter("path").encode("utf-8")))
        found: Found | None
        if request.parameter("page"):
            text = None if page is None else page.decode("utf-8", "replace")
            found = None if text is None else find_in_page(url, text, line, column)
        else:
            names = ("hash", "v", "origin")
            got = Got(url, line, column, *(request.parameter(name) for name in names))
            found = find_place(site, got)
    except RefusedPathError as error:
        return plain(400, f"400: {error}\n")
    except FileMissingError:
        found = None
    body = json.dumps(None if found is None else asdict(found))
    headers = {**HEADERS, "cache-control": "no-store", "content-type": "application/json"}
    return Response(body, headers=headers)
