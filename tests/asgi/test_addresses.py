"""Which requests the middleware answers itself, and which the app."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from hotreload import HotReload
from tests.asgi.apps import BLOCK, PAGE, hot
from tests.asgi_client import NAVIGATION, answering, ask, asked, http_scope

# Static files


def test_static_files_of_an_app_are_found_and_the_app_keeps_the_rest(root: Path) -> None:
    class Guarded(StaticFiles):
        async def get_response(self, path: str, scope: Scope) -> Any:
            return HTMLResponse("guarded")

    deep = [Mount("/deep", routes=[Mount("/files", StaticFiles(directory=root / "static"))])]
    routes = [
        Mount("/static", StaticFiles(directory=root / "static")),
        Mount("/guarded", Guarded(directory=root / "static")),
        *deep,
    ]
    app = Starlette(
        routes=routes, middleware=[Middleware(HotReload, root=root, watch=[], enabled=True)]
    )
    script = {
        "host": "localhost",
        "sec-fetch-site": "same-origin",
        "sec-fetch-mode": "cors",
        "sec-fetch-dest": "script",
    }

    async def texts() -> list[bytes]:
        return [
            (await ask(app, http_scope(path, headers=headers))).body
            for path, headers in [
                ("/static/a.js", script),
                ("/deep/files/a.js", script),
                ("/guarded/a.js", script),
                ("/static/a.js", {**script, "sec-fetch-site": "cross-site"}),
                ("/static/page.html", {**script, "sec-fetch-dest": "empty"}),
                ("/static/none.js", script),
            ]
        ]

    first, second, guarded, foreign, page, missing = asyncio.run(texts())
    assert b"@hotreload/client.js" in first
    assert b"@hotreload/client.js" in second
    assert guarded == b"guarded"
    assert foreign == b"export const a = 1;\n"
    assert page == b"<p>mine"
    assert missing == b"Not Found"


def test_the_hosts_an_app_insists_on_are_allowed(root: Path) -> None:
    async def home(_request: Request) -> HTMLResponse:
        return HTMLResponse(PAGE)

    app = Starlette(
        routes=[Route("/", home)],
        middleware=[
            Middleware(HotReload, root=root, watch=[], enabled=True),
            Middleware(TrustedHostMiddleware, allowed_hosts=["app.test", "*.app.example"]),
        ],
    )
    for host in ("app.test", "x.app.example"):
        answer = asked(app, http_scope(headers={**NAVIGATION, "host": host}))
        assert BLOCK.search(answer.body)


# Our own addresses


@pytest.mark.parametrize(
    ("path", "headers", "method", "status"),
    [
        ("/@hotreload/client.js", {"sec-fetch-site": "same-origin"}, "GET", 200),
        ("/@hotreload/client.js", {"sec-fetch-site": "cross-site"}, "GET", 403),
        ("/@hotreload/client.js", {"sec-fetch-site": "same-site"}, "GET", 403),
        ("/@hotreload/client.js", {"host": "evil.example"}, "GET", 403),
        ("/@hotreload/status", {"host": "evil.example"}, "GET", 403),
        ("/@hotreload/status", {}, "PUT", 405),
        ("/@hotreload/base/nothing", {}, "GET", 404),
        ("/@hotreload/base/..%2fidentity", {}, "GET", 404),
        ("/@hotreload/nothing", {}, "GET", 404),
    ],
)
def test_who_may_have_what_is_ours(
    root: Path, path: str, headers: dict[str, str], method: str, status: int
) -> None:
    app = hot(answering([b"the app's"]), root)
    scope = http_scope(path, method=method, headers={"host": "localhost", **headers})
    answer = asked(app, scope)
    assert answer.status == status
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert b"the app's" not in answer.body


def test_a_page_is_kept_as_the_app_rendered_it(root: Path) -> None:
    app = hot(answering([PAGE[:20], PAGE[20:]]), root)

    async def base() -> tuple[bytes, str]:
        page = await ask(app, http_scope())
        content = re.search(rb"&quot;hash&quot;:&quot;([^&]+)&quot;", page.body)
        assert content is not None
        path = f"/@hotreload/base/{content[1].decode()}"
        kept = await ask(app, http_scope(path, headers={"host": "localhost"}))
        again = {**NAVIGATION, "sec-fetch-dest": "empty", "x-hotreload": "refetch"}
        refetched = await ask(app, http_scope(headers=again))
        assert refetched.body == PAGE
        return kept.body, refetched.headers["x-hotreload"]

    body, digest = asyncio.run(base())
    assert body == PAGE
    assert "." in digest
