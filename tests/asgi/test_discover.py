"""What an app says of itself, however it is wrapped: whether it is in development, its files."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware as Adapter
from flask import Blueprint, Flask
from quart import Quart
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from hotreload import HotReload
from hotreload.hosts.asgi.debug import find_debug
from hotreload.hosts.asgi.discover import static_mounts
from tests.asgi.apps import BLOCK, PAGE
from tests.asgi_client import answering, ask, asked, http_scope

WSGI: Any = Adapter


class Around:
    """A middleware that keeps its app by any name."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        setattr(self, name, app)
        self.name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await getattr(self, self.name)(scope, receive, send)

    async def dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self(scope, receive, send)


def enclosed(app: ASGIApp) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)

    return answer


async def _call(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


def by_settings(app: Starlette) -> ASGIApp:
    """An app that keeps its settings, and nothing that says so itself."""
    settings = SimpleNamespace(debug=app.debug)
    plain = answering([PAGE])

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        assert settings is not None
        await plain(scope, receive, send)

    return answer


WRAPPERS: dict[str, Callable[[Starlette], Any]] = {
    "itself": lambda app: app,
    "bound method": lambda app: app.__call__,
    "any name": lambda app: Around(app, "downstream"),
    "method of a middleware": lambda app: Around(app, "app").dispatch,
    "closure": enclosed,
    "closures": lambda app: enclosed(enclosed(Around(app, "app"))),
    "partial": lambda app: partial(_call, app),
    "protocols": lambda app: SimpleNamespace(application_mapping={"http": app}),
    "settings": by_settings,
    "router": lambda app: Starlette(debug=app.debug, routes=[Mount("/", app)]).router,
}


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_debug_is_found_through_wrappers(wrapper: str, debug: bool) -> None:
    assert find_debug(WRAPPERS[wrapper](Starlette(debug=debug))) is debug


def test_of_apps_that_say_different_things_none_is_in_development() -> None:
    dispatching = SimpleNamespace(a=Starlette(debug=True), b=Starlette(debug=False))
    assert find_debug(dispatching) is False


def test_where_nothing_says_so_it_is_off_and_says_that(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = HotReload(answering([PAGE]), root=root)
    assert asked(app, http_scope()).body == PAGE
    assert asked(app, http_scope()).body == PAGE
    assert [r.message.partition(",")[0] for r in caplog.records] == ["hotreload is off"]
    assert "enabled=True" in caplog.text


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("kind", ["quart", "flask"])
def test_an_app_that_has_the_middleware_as_its_own_part(root: Path, kind: str, debug: bool) -> None:
    site: Any = (Quart if kind == "quart" else Flask)("project", root_path=str(root))
    site.debug = debug

    @site.get("/")  # type: ignore[untyped-decorator]
    def home() -> str:
        return PAGE.decode()

    if kind == "quart":
        site.asgi_app = HotReload(site.asgi_app, root=root)
        app = site
    else:
        app = HotReload(WSGI(site.wsgi_app), root=root)
    answer = asked(app, http_scope())
    assert bool(BLOCK.search(answer.body)) is debug
    script = asked(app, http_scope("/static/a.js", headers={"host": "localhost"}))
    assert (b"@hotreload/client.js" in script.body) is debug


@pytest.mark.parametrize("wrap", [lambda app: app, enclosed, lambda app: app.__call__])
def test_static_folders_are_found_through_wrappers(root: Path, wrap: Any) -> None:
    app = Starlette(routes=[Mount("/static", StaticFiles(directory=root / "static"))])
    mounts = static_mounts(wrap(app))
    assert [(m.prefix, m.root) for m in mounts] == [("/static/", (root / "static").resolve())]


def test_blueprints_have_static_folders_too(root: Path) -> None:
    site = Flask("project", root_path=str(root))
    shop = Blueprint("shop", "shop", root_path=str(root), static_folder="templates")
    site.register_blueprint(shop, url_prefix="/shop")
    found = {m.prefix: m.root.name for m in static_mounts(WSGI(site))}
    assert found == {"/static/": "static", "/shop/templates/": "templates"}


def test_a_prefix_may_have_several_folders(root: Path) -> None:
    """The first that has a file serves it, whichever came first."""
    (root / "more").mkdir()
    (root / "more/b.css").write_text("second")
    folders: Any = {"/static": ["static", Path("more")]}
    app = HotReload(answering([b"none"]), root=root, watch=[], enabled=True, static=folders)
    headers = {"host": "localhost"}

    async def texts() -> list[bytes]:
        found = [(await ask(app, http_scope("/static/b.css", headers=headers))).body]
        (root / "static/b.css").write_text("first")
        found.append((await ask(app, http_scope("/static/b.css", headers=headers))).body)
        (root / "static/b.css").unlink()
        found.append((await ask(app, http_scope("/static/b.css", headers=headers))).body)
        found.append((await ask(app, http_scope("/static/c.css", headers=headers))).body)
        return found

    assert asyncio.run(texts()) == [b"second", b"first", b"second", b"none"]
