"""Litestar builds its middleware anew for each route, and only for what it has a route to.

What is asked of hotreload has none, so the first of its routes' middlewares stands before the whole
app instead, from its startup on, and the others let everything pass.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Scope

from hotreload.hosts.asgi.debug import wrapped_in

_DEEPEST = 16


def app_around(inner: object) -> Any:
    """The Litestar app that a route's handler belongs to; None where there is none.

    Args:
        inner: what a middleware is built around.
    """
    from litestar import Litestar
    from litestar.routes import BaseRoute

    for route in _inwards(inner, 0):
        for handler in handlers_of(route) if isinstance(route, BaseRoute) else ():
            owner = handler
            while owner is not None and not isinstance(owner, Litestar):
                owner = getattr(owner, "owner", None)
            if owner is not None:
                return owner
    return None


def handlers_of(route: object) -> tuple[Any, ...]:
    """The handlers of one of an app's routes."""
    one = getattr(route, "route_handler", None)
    return (one,) if one is not None else tuple(getattr(route, "route_handlers", ()))


def stand_before(app: Any, kind: type[ASGIApp], make: Callable[[Any], ASGIApp]) -> ASGIApp:
    """Put a middleware before the whole app, if there is none yet; returns the one that is there.

    Args:
        app: the Litestar app.
        kind: the middleware's class.
        make: makes the middleware around what it is given.
    """
    if not isinstance(app.asgi_handler, kind):
        app.asgi_handler = make(app.asgi_handler)
    standing: ASGIApp = app.asgi_handler
    return standing


def whole_scope(scope: Scope) -> Scope:
    """A request as it came to the app, before it was led to one of its routes."""
    raw = scope.get("raw_path")
    path = unquote(raw.decode("latin-1")) if raw else scope["path"]
    return {**scope, "path": path, "path_params": {}}


def _inwards(inner: object, depth: int) -> Iterator[object]:
    yield inner
    if depth < _DEEPEST:
        for wrapped in wrapped_in(inner):
            yield from _inwards(wrapped, depth + 1)
