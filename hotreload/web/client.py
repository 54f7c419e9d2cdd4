"""The runtime's file, with the token in it.

The token is here and nowhere else: this is an ES module (a foreign page's classic script can't run
it), never cached, and read by our own origin only.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from starlette.responses import Response

from hotreload.live.headers import HEADERS
from hotreload.project.options import RuntimeOptions

# A reader of resources, for packages in archives, would take longer to import than to use.
_RUNTIME = Path(__file__).with_name("runtime.js")
_CONFIG = "__HOTRELOAD_CONFIG__"


class RuntimeMissingError(Exception):
    """The runtime was not built; the message says how to build it."""


@cache
def _runtime() -> str:
    try:
        return _RUNTIME.read_text("utf-8")
    except FileNotFoundError:
        raise RuntimeMissingError(
            "hotreload/web/runtime.js is missing: run `make setup`, or install the package"
        ) from None


def check_runtime() -> None:
    """Read the runtime, so that a broken installation is found at the start.

    Raises:
        RuntimeMissingError: it is not there.
    """
    _runtime()


def client_response(
    token: str,
    options: RuntimeOptions,
    env: Mapping[str, object],
    workers: Mapping[str, str],
) -> Response:
    """The runtime for a page that may have it.

    Args:
        token: opens the socket.
        options: what the runtime may do.
        env: what modules find in ``import.meta.env``.
        workers: the shared workers that have changed, and the version to ask for each by.
    """
    config = json.dumps(
        {"token": token, "options": options._asdict(), "env": env, "workers": workers}
    )
    headers = {
        **HEADERS,
        "cache-control": "no-store",
        "content-type": "text/javascript; charset=utf-8",
    }
    return Response(_runtime().replace(_CONFIG, config, 1), headers=headers)


def status_response(token: str, refused: str = "") -> Response:
    """The token for a page that was open before the server had this one (same origin only).

    Args:
        token: opens the socket.
        refused: why it would not, all the same; shown in the page's console.
    """
    headers = {**HEADERS, "cache-control": "no-store", "content-type": "application/json"}
    status = {"token": token} | ({"refused": refused} if refused else {})
    return Response(json.dumps(status), headers=headers)
