"""The plugin: one middleware that makes any ASGI app hot.

Nothing of hotreload is imported here before an app is known to be in development.
"""

import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import MethodType, ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from hotreload.asgi.discover import Static
    from hotreload.asgi.host import Host

logger = logging.getLogger("hotreload")

_MARK: Final = "hotreload"
_OFF: Final = (
    "hotreload is off, since the app's debug is false: turn debug on, or pass enabled=True "
    "(enabled=False says nothing)"
)
_UNKNOWN: Final = (
    "hotreload is off, since nothing says whether this app is in development: pass "
    "enabled=True there, and only there"
)


class HotReload:
    """ASGI middleware that keeps the pages of an app up to date with its files.

    Args:
        app: the ASGI app.
        watch: folders and files that pages are rendered from, relative to ``root``; by default
            ``templates`` and ``static`` where they are there.
        static: URL prefix → folder, or several, for what the app serves as files. Those of the
            usual frameworks are found without it.
        enabled: whether to do anything at all. By default as the app's ``debug`` says (Django:
            ``settings.DEBUG``), and no where nothing says so.
        root: the project's folder; the current one by default.
        base: the public path under which browsers reach the app; its ``root_path`` by default.
        allow_hosts: host names, beside this machine's own, under which pages may be updated.
        inject: put the runtime into pages; else their templates call ``hotreload.tag()``.
        ignore: glob patterns of paths whose changes don't matter.
        overlay: show what is wrong over the page.
        broker: URL of a Redis through which updates come, where the files that are edited are on
            another machine: see docs/asgi.md.
    """

    def __init__(
        self,
        app: "ASGIApp",
        *,
        watch: Sequence[str | os.PathLike[str]] | None = None,
        static: "Static | None" = None,
        enabled: bool | None = None,
        root: str | os.PathLike[str] | None = None,
        base: str | None = None,
        allow_hosts: Sequence[str] = (),
        inject: bool = True,
        ignore: Sequence[str] = (),
        overlay: bool = True,
        broker: str | None = None,
    ) -> None:
        self._app = app
        self._given: dict[str, Any] = {
            "watch": watch,
            "static": static,
            "root": root,
            "base": base,
            "allow_hosts": allow_hosts,
            "inject": inject,
            "ignore": ignore,
            "overlay": overlay,
            "broker": broker,
        }
        self._enabled = enabled
        self._host: Host | None = None
        # The app whose routes have this as a middleware, each one of its own.
        self._litestar: Any = None
        if enabled is not False and "litestar" in sys.modules:
            from hotreload.asgi.litestar import app_around, stand_before

            self._litestar = app_around(app)
            if self._litestar is not None:
                self._litestar.on_startup.append(partial(stand_before, make=self._anew))

    def _anew(self, app: "ASGIApp") -> "HotReload":
        return HotReload(app, enabled=self._enabled, **self._given)

    @property
    def app(self) -> "ASGIApp":
        """The app inside."""
        return self._app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if self._enabled is False or _MARK in scope:
            await self._app(scope, receive, send)
            return
        if self._litestar is not None:
            if isinstance(self._litestar.asgi_handler, HotReload):
                await self._app(scope, receive, send)
                return
            # No lifespan told of its startup.
            from hotreload.asgi.litestar import stand_before, whole_scope

            await stand_before(self._litestar, self._anew)(whole_scope(scope), receive, send)
            return
        if self._host is None:
            debug = self._enabled or find_debug(self._app, scope.get("app"))
            if not debug:
                self._enabled = False
                logger.warning("%s", _OFF if debug is False else _UNKNOWN)
                await self._app(scope, receive, send)
                return
            from hotreload.asgi.host import Host

            self._host = Host(self._app, scope.get("app"), **self._given)
        # The outer one of two does the work.
        scope[_MARK] = self
        if scope["type"] == "http" and not self._host.concerns(scope):
            await self._app(scope, receive, send)
        else:
            await self._host(scope, receive, send)


# Where wrappers keep the app they wrap: middleware, asgiref's and a2wsgi's adapters.
INNER: Final = (
    "app",
    "_app",
    "wsgi_application",
    "application",
    "wrapped",
    "__wrapped__",
    "inner",
    "asgi_app",
    "wsgi_app",
)
_MOST_ASKED = 200
_SIMPLE = (str, bytes, int, float, type, ModuleType, type(None))


def wrapped_in(app: object) -> tuple[object, ...]:
    """What an app hands its requests on to, as far as its parts tell.

    A bound method belongs to its object, a partial to its function; a wrapper keeps the app in one
    of the usual attributes, a router of protocols has one for HTTP.
    """
    if isinstance(app, partial):
        return (app.func,)
    if isinstance(app, MethodType):
        return (app.__self__,)
    if isinstance(app, Mapping):
        return (app.get("http"),)
    named = (_attribute(app, name) for name in (*INNER, "application_mapping"))
    found = [inner for inner in named if not isinstance(inner, _SIMPLE)]
    return (*found, *_enclosed(app))


def _enclosed(app: object) -> Iterator[object]:
    """What a function has kept of whoever made it."""
    for cell in getattr(app, "__closure__", None) or ():
        with suppress(ValueError):  # nothing is in it yet
            if not isinstance(cell.cell_contents, _SIMPLE):
                yield cell.cell_contents


def _known_to(app: object) -> Iterator[object]:
    """All else that an app may know its settings by: its attributes, and what a function names."""
    kept = getattr(app, "__dict__", None)
    for value in (*(kept.values() if isinstance(kept, dict) else ()), *_arguments(app)):
        if isinstance(value, (list, tuple)):
            yield from value
        else:
            yield value
    code, known = getattr(app, "__code__", None), getattr(app, "__globals__", {})
    for name in getattr(code, "co_names", ()):
        yield known.get(name)


def _arguments(app: object) -> tuple[object, ...]:
    return (*app.args, *app.keywords.values()) if isinstance(app, partial) else ()


def _attribute(owner: object, name: str) -> object:
    # Of what stands in for another object any attribute may raise anything.
    try:
        return getattr(owner, name, None)
    except Exception:
        return None


def find_debug(app: object, outer: object = None) -> bool | None:
    """What an app says of its being in development; None where nothing says so.

    Where several apps inside of a wrapper say different things, it is not.

    Args:
        app: the app, however it is wrapped.
        outer: the app that it is part of, if any.
    """
    for follow in (_only_wrapped, _all_known):
        said = tuple(_said(app, follow))
        if said:
            return all(said)
    if outer is not None:
        said = tuple(_said(outer, _only_wrapped))
        if said:
            return all(said)
    return _django_debug() if "django.conf" in sys.modules else None


def _only_wrapped(app: object) -> Iterable[object]:
    return wrapped_in(app)


def _all_known(app: object) -> Iterable[object]:
    return (*wrapped_in(app), *_known_to(app))


def _said(app: object, follow: Callable[[object], Iterable[object]]) -> Iterator[bool]:
    """What apps say, each the first on its way: further in it is about their parts."""
    waiting = [app]
    seen: dict[int, object] = {}
    while waiting and len(seen) < _MOST_ASKED:
        asked = waiting.pop(0)
        # They are kept, since another object could get the same id.
        if isinstance(asked, _SIMPLE) or id(asked) in seen:
            continue
        seen[id(asked)] = asked
        debug = _attribute(asked, "debug")
        if isinstance(debug, int):
            yield bool(debug)
        elif type(asked).__module__.startswith("django.") and _django_debug() is not None:
            yield bool(_django_debug())
        else:
            waiting.extend(follow(asked))


def _django_debug() -> bool | None:
    from django.conf import settings

    return bool(settings.DEBUG) if settings.configured else None
