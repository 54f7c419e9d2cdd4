"""The middleware as one of Litestar's own, which are built for each route."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, Router, get
from litestar.exceptions import NotAuthorizedException
from litestar.middleware import DefineMiddleware
from litestar.params import FromPath
from litestar.response import Response
from litestar.static_files import create_static_files_router

from hotreload import HotReload
from hotreload.hosts.asgi.discover import static_mounts
from hotreload.hosts.asgi.host import Host
from tests.asgi.apps import BLOCK, PAGE
from tests.asgi_client import NAVIGATION, ask, http_scope


@get("/", sync_to_thread=False)
def home() -> Response[bytes]:
    return Response(PAGE, media_type="text/html; charset=utf-8")


@get("/deep/{name:str}", sync_to_thread=False)
def deep(name: FromPath[str]) -> Response[bytes]:
    return Response(PAGE.replace(b"text", name.encode()), media_type="text/html; charset=utf-8")


def make(root: Path, middleware: Any, *, debug: bool = True) -> Litestar:
    files = create_static_files_router("/static", [root / "static"])
    return Litestar(
        [home, Router("/below", route_handlers=[deep]), files], middleware=[middleware], debug=debug
    )


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> list[Host]:
    made: list[Host] = []
    init = Host.__init__

    def noted(host: Host, *arguments: Any, **named: Any) -> None:
        made.append(host)
        init(host, *arguments, **named)

    monkeypatch.setattr(Host, "__init__", noted)
    return made


@pytest.mark.parametrize("lifespan", [True, False])
@pytest.mark.parametrize("defined", [True, False])
def test_one_stands_before_the_app(
    root: Path, hosts: list[Host], monkeypatch: pytest.MonkeyPatch, lifespan: bool, defined: bool
) -> None:
    monkeypatch.chdir(root)
    hot: Any = HotReload
    middleware = DefineMiddleware(hot, watch=["templates"]) if defined else hot
    app: Any = make(root, middleware)

    async def answers() -> list[bytes]:
        paths = ["/", "/below/deep/abc", "/@hotreload/client.js", "/static/a.js", "/nothing"]
        return [
            (await ask(app, http_scope(path, headers={**NAVIGATION, **fetched(path)}))).body
            for path in paths
        ]

    async def within() -> list[bytes]:
        if not lifespan:
            return await answers()
        async with app.lifespan():
            # As a page that was open before a restart does: it asks for no page first.
            first = http_scope("/@hotreload/status", headers={"host": "localhost"})
            assert (await ask(app, first)).status == 200
            return await answers()

    page, below, client, script, missing = asyncio.run(within())
    assert BLOCK.sub(b"", page) == PAGE
    assert BLOCK.sub(b"", below) == PAGE.replace(b"text", b"abc")
    assert len(BLOCK.findall(page)) == len(BLOCK.findall(below)) == 1
    assert b"hotreload" in client
    assert b"@hotreload/client.js" in script
    assert b"Not Found" in missing
    assert len(hosts) == 1


def fetched(path: str) -> dict[str, str]:
    if not path.endswith(".js"):
        return {}
    return {"sec-fetch-dest": "script", "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"}


def test_it_is_off_where_debug_is(root: Path, hosts: list[Host]) -> None:
    app: Any = make(root, HotReload, debug=False)
    assert asyncio.run(ask(app, http_scope())).body == PAGE
    assert hosts == []


def test_static_files_that_are_guarded_are_left_alone(root: Path) -> None:
    def guard(*_: Any) -> None:
        raise NotAuthorizedException

    folder = root / "static"
    app = Litestar(
        [
            create_static_files_router("/static", [folder]),
            create_static_files_router("/secret", [folder], guards=[guard]),
        ]
    )
    assert [(m.prefix, m.root) for m in static_mounts(app)] == [("/static/", folder.resolve())]
