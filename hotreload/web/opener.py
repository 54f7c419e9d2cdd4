"""Opening a file in the user's editor, when a page asks for it. Off unless an editor is named.

The page has to know the token and to be of our own origin, as for the socket; the file has to be
one that the server would serve.
"""

import json
import logging
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Scope

from hotreload.live.handshake import SUBPROTOCOL, TOKEN_PREFIX
from hotreload.live.headers import HEADERS
from hotreload.project.files import FileMissingError, ProjectFiles
from hotreload.web.guard import Guard, Refusal
from hotreload.web.refusals import Refusals
from hotreload.web.static import plain

logger = logging.getLogger("hotreload")

OPEN_URL = "/@hotreload/open"
MAX_BODY_BYTES = 4096
_MAX_NUMBER = 10_000_000


class _BadRequestError(Exception):
    """What was asked for can't be read; the message says why."""


@dataclass(slots=True, eq=False, repr=False)
class Opener:
    """Opens files in an editor.

    Args:
        editor: the command, as from :func:`hotreload.web.editor.parse_editor`; empty for none.
        files: the gate to the project's files.
        guard: who may ask.
        refusals: where it is said who may not.
    """

    editor: tuple[str, ...]
    files: ProjectFiles
    guard: Guard
    refusals: Refusals

    async def answer(self, request: Request) -> Response:
        """Open the file that a request names; what is wrong otherwise is in the answer."""
        verdict = self._verdict(request.scope)
        if isinstance(verdict, Refusal):
            self.refusals.say(verdict)
            return plain(403, f"403: {verdict}\n")
        if not self.editor:
            return plain(404, "404: no editor is set: start the server with --editor COMMAND\n")
        try:
            path, line, column = _read(await _body(request))
            self._open(path, line, column)
        except _BadRequestError as error:
            return plain(400, f"400: {error}\n")
        except FileMissingError:
            return plain(404, "404: there is no such file\n")
        return Response(status_code=204, headers=HEADERS)

    def _verdict(self, scope: Scope) -> Refusal | str:
        headers = scope["headers"]
        given = [value for name, value in headers if name == b"x-hotreload-token"]
        tokens = [TOKEN_PREFIX + value.decode("latin-1") for value in given]
        return self.guard.check_request(scope["method"], headers) or self.guard.check_socket(
            headers, [SUBPROTOCOL, *tokens]
        )

    def _open(self, path: str, line: int, column: int) -> None:
        from hotreload.web.editor import EditorError, editor_command, launch

        if not self.files.is_file(path):
            raise FileMissingError(path)
        try:
            launch(editor_command(self.editor, self.files.resolve(path), line, column))
        except EditorError as error:
            logger.warning("%s", error)
            raise _BadRequestError("the editor can't be run: see the terminal") from None


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise _BadRequestError(f"more than {MAX_BODY_BYTES} bytes")
    except ClientDisconnect:
        raise _BadRequestError("the request was not sent to its end") from None
    return body


def _read(body: bytes) -> tuple[str, int, int]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise _BadRequestError("not JSON") from None
    match data:
        case {"path": str(path), "line": int(line), "column": int(column)}:
            numbers = (line, column)
        case _:
            raise _BadRequestError("not {path, line, column}")
    sensible = all(not isinstance(n, bool) and 0 < n < _MAX_NUMBER for n in numbers)
    if not path.startswith("/") or not sensible:
        raise _BadRequestError("not a URL path, or not a place in a file")
    return path, line, column
