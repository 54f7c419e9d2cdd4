"""The inspector's addresses: its page, and the state that the page follows."""

import asyncio
import json
from importlib.resources import files

from starlette.responses import Response

from hotreload.hosts.engine import Engine
from hotreload.hosts.inspector.recent import Recent
from hotreload.hosts.inspector.state import moment, state
from hotreload.live.headers import HEADERS
from hotreload.project.mime import media_type
from hotreload.project.urls import suffix
from hotreload.web.request import Request
from hotreload.web.static import digest, respond

_FILES = {
    "/@hotreload/": "page.html",
    "/@hotreload/inspector.css": "inspector.css",
    "/@hotreload/inspector.js": "inspector.js",
}
_STATE_URL = "/@hotreload/state"
# A page that follows is answered when something has changed, or after so many looks all the same.
_LOOK_SECONDS = 0.2
_LOOKS = 75
# Nothing of the project is markup or script in this page, and nothing leads out of it.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def answer(engine: Engine, recent: Recent, request: Request) -> Response | None:
    """The answer to a request below ``/@hotreload/``, or None where it is not for the inspector."""
    name = _FILES.get(request.url)
    if name is not None:
        body = files("hotreload.hosts.inspector").joinpath(name).read_bytes()
        kind = media_type(suffix(name))
        response = respond(body, kind, digest(body), request.headers)
        response.headers["content-security-policy"] = _POLICY
        return response
    if request.url != _STATE_URL:
        return None
    known = request.parameter("after")
    for _ in range(_LOOKS):
        if moment(engine, recent) != known:
            break
        await asyncio.sleep(_LOOK_SECONDS)
    headers = {**HEADERS, "cache-control": "no-store", "content-type": "application/json"}
    return Response(json.dumps(state(engine, recent).plain()), headers=headers)
