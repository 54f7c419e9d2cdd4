"""The plugin: one middleware that makes any ASGI app hot.

Nothing of hotreload is imported here before an app is known to be in development.
"""

import logging
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from hotreload.asgi.host import Host

logger = logging.getLogger("hotreload")

_MARK: Final = "hotreload"


class HotReload:
    """ASGI middleware that keeps the pages of an app up to date with its files.

    Args:
        app: the ASGI app.
        watch: folders and files that pages are rendered from, relative to ``root``; by default
            ``templates`` and ``static`` where they are there.
        static: URL prefix → folder, for what the app serves as files. Starlette's ``StaticFiles``
            are found without it.
        enabled: whether to do anything at all. By default as the app's ``debug`` says (Django:
            ``settings.DEBUG``), and yes where an app has none.
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
        static: Mapping[str, str | os.PathLike[str]] | None = None,
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

    @property
    def app(self) -> "ASGIApp":
        """The app inside."""
        return self._app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if self._enabled is False or _MARK in scope:
            await self._app(scope, receive, send)
            return
        if self._host is None:
            if self._enabled is None and not _is_debug(self._app):
                self._enabled = False
                logger.warning(
                    "hotreload is off, since the app's debug is false: turn debug on, or pass "
                    "enabled=True (enabled=False says nothing)"
                )
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


def _is_debug(app: object) -> bool:
    """What an app, or the first one inside it that knows, says of its being in development."""
    seen = 0
    inner: object | None = app
    while inner is not None and seen < 16:
        debug = getattr(inner, "debug", None)
        if isinstance(debug, bool):
            return debug
        if type(inner).__module__.startswith("django."):
            from django.conf import settings

            return bool(settings.DEBUG)
        inner = next((a for a in (getattr(inner, name, None) for name in INNER) if a), None)
        seen += 1
    return True


# Where wrappers keep the app they wrap: middleware, asgiref's and a2wsgi's adapters.
INNER: Final = ("app", "_app", "wsgi_application", "application", "inner")
