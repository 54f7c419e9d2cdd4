"""The plugin: one middleware that makes any ASGI app hot.

Nothing else of hotreload is imported before an app is known to be in development.
"""

import logging
import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from hotreload.hosts.asgi.debug import find_debug

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from hotreload.hosts.asgi.discover import Static
    from hotreload.hosts.asgi.host import Host

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
            from hotreload.hosts.asgi.litestar import app_around, stand_before

            self._litestar = app_around(app)
            if self._litestar is not None:
                self._litestar.on_startup.append(
                    partial(stand_before, kind=HotReload, make=self._anew)
                )

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
            from hotreload.hosts.asgi.litestar import stand_before, whole_scope

            await stand_before(self._litestar, HotReload, self._anew)(
                whole_scope(scope), receive, send
            )
            return
        if self._host is None:
            debug = self._enabled or find_debug(self._app, scope.get("app"))
            if not debug:
                self._enabled = False
                logger.warning("%s", _OFF if debug is False else _UNKNOWN)
                await self._app(scope, receive, send)
                return
            from hotreload.hosts.asgi.host import Host

            self._host = Host(self._app, scope.get("app"), **self._given)
        # The outer one of two does the work.
        scope[_MARK] = self
        if scope["type"] == "http" and not self._host.concerns(scope):
            await self._app(scope, receive, send)
        else:
            await self._host(scope, receive, send)
