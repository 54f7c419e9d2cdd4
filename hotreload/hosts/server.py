"""The dev server: everything wired together, and run."""

import asyncio
import contextlib
import gc
import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from hotreload.hosts.engine import Engine
from hotreload.hosts.inspector.recent import Recent
from hotreload.hosts.listen import bind, is_loopback, notices, shown_url
from hotreload.hosts.uvicorn_parts import Config
from hotreload.hosts.uvicorn_parts import Server as UvicornServer
from hotreload.live.handshake import MAX_FRAME_BYTES
from hotreload.project.files import EXHAUSTED
from hotreload.project.settings import Settings
from hotreload.web.app import DevApp
from hotreload.web.client import check_runtime
from hotreload.web.front import put_before
from hotreload.web.limits import HTTP_PROTOCOL, WS_PROTOCOL, quiet_uvicorn
from hotreload.web.request import Request

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from hotreload.hosts.rebuild.host import BuiltSite
    from hotreload.hosts.rebuild.plan import BuildPlan

logger = logging.getLogger("hotreload")

WARM_UP_SECONDS = 0.5
TICK_SECONDS = 1.0
# A browser that is started now asks no sooner, and a page that somebody waited for is answered.
AHEAD_SECONDS = 0.1


class Server:
    """Serves a folder and keeps the pages that are open on it up to date.

    Args:
        settings: what to serve, and how.
        on_ready: called with the URL as soon as the server answers.
        plan: how the folder is made, if it is to be made anew when its sources change.
        on_ended: called when it answers no more.
    """

    def __init__(
        self,
        settings: Settings,
        on_ready: Callable[[str], None] | None = None,
        plan: "BuildPlan | None" = None,
        on_ended: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings
        self._built = _built(settings, plan) if plan is not None else None
        self.engine = self._built.engine if self._built is not None else Engine(settings)
        engine = self.engine
        self._recent = Recent()
        app = DevApp(
            engine.site,
            engine.guard,
            engine.live,
            engine.journal,
            settings.spa,
            settings.runtime,
            settings.listing,
            self._inspect,
            settings.editor,
            engine.environment.give,
        )
        inner: ASGIApp = app if self._built is None else self._built.wrap(app)
        self.app = put_before(inner, settings.front, engine.guard, local=is_loopback(settings.host))
        self._on_ready = on_ready
        self._on_ended = on_ended
        self._server: EndingServer | None = None
        self._ahead: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Serve until interrupted.

        Raises:
            SettingsError: the address can't be listened on.
            RuntimeMissingError: the installation lacks the runtime.
        """
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(self.serve())

    async def serve(self) -> None:
        """As :meth:`run`, in a running event loop."""
        check_runtime()
        listeners = bind(self.settings)
        config = uvicorn_config(self.app, self.settings)
        quiet_uvicorn()
        logger.addHandler(self._recent)
        if self._built is not None:
            self._built.start()
        else:
            self.engine.start(after_first_page=True)
        asyncio.get_running_loop().set_exception_handler(_say_shortly)
        self._server = EndingServer(
            config,
            on_ready=lambda: self._ready(listeners[0]),
            on_end=self.engine.live.close,
            on_ended=self._stop,
        )
        try:
            await self._server.serve(sockets=listeners)
        finally:
            self._server = None
            if self._ahead is not None:
                self._ahead.cancel()
            self._stop()

    def stop(self) -> None:
        """End serving, from any thread."""
        if self._server is not None:
            self._server.should_exit = True

    def _stop(self) -> None:
        """Let go of everything; once or twice, for a signal may end the process in between."""
        (self._built or self.engine).stop()
        logger.removeHandler(self._recent)
        self._on_ended()

    def _ready(self, listener: socket.socket) -> None:
        port = listener.getsockname()[1]
        scheme = "https" if self.settings.tls else "http"
        url = shown_url(self.settings.host, port, self.settings.base, scheme)
        if self._on_ready is not None:
            self._on_ready(url)
        for notice in notices(self.settings, port, os.environ):
            logger.warning("%s", notice)
        # The first page should not wait for what the first edit needs.
        loop = asyncio.get_running_loop()
        loop.call_later(WARM_UP_SECONDS, self._warm_up)
        loop.call_later(AHEAD_SECONDS, self._look_ahead)
        if self.settings.open_browser:
            import webbrowser

            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    async def _inspect(self, request: Request) -> Response | None:
        # A start need not wait for what is seldom looked at.
        from hotreload.hosts.inspector.answers import answer

        return await answer(self.engine, self._recent, request)

    def _look_ahead(self) -> None:
        # Kept, or nothing would hold the task.
        self._ahead = asyncio.get_running_loop().create_task(self.engine.look_ahead())

    def _warm_up(self) -> None:
        # What was imported is not looked through for garbage, neither now nor later.
        gc.freeze()
        gc.enable()
        self.engine.warm_up()


def uvicorn_config(app: "ASGIApp", settings: Settings) -> Config:
    """How uvicorn is to serve an app: strictly, quietly, and ending at once when it is asked to."""
    heartbeat, tls = settings.runtime.heartbeat, settings.tls
    return Config(
        app,
        http=HTTP_PROTOCOL,
        ws=WS_PROTOCOL,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=MAX_FRAME_BYTES,
        ws_ping_interval=heartbeat,
        ws_ping_timeout=heartbeat,
        # Compressing a broadcast for each page costs thirty times what sending it does.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=0,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )


def _say_shortly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """In place of a traceback, a line where the system has nothing left for another connection.

    asyncio stops listening for a second then, and goes on.
    """
    error = context.get("exception")
    if isinstance(error, OSError) and error.errno in EXHAUSTED:
        logger.warning("no connection can be taken: %s (ulimit -n says how many)", error.strerror)
    else:
        loop.default_exception_handler(context)


def _built(settings: Settings, plan: "BuildPlan") -> "BuiltSite":
    # Most sites are served as they are.
    from hotreload.hosts.rebuild.host import BuiltSite

    return BuiltSite(settings, plan)


class EndingServer(UvicornServer):
    """Uvicorn's server, saying when it answers, when it ends, and when it has.

    It ends streams itself that uvicorn would wait for, and tells of the end before uvicorn returns:
    that raises the signal that ended it once more, after which nothing runs.
    """

    def __init__(
        self,
        config: Config,
        on_ready: Callable[[], None],
        on_end: Callable[[], None],
        on_ended: Callable[[], None],
    ) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._exits = False
        self._woken = asyncio.Event()
        super().__init__(config)
        self._on_ready = on_ready
        self._on_end = on_end
        self._on_ended = on_ended

    @property
    def should_exit(self) -> bool:
        """Whether it is to end; may be set in any thread, and by a signal."""
        return self._exits

    @should_exit.setter
    def should_exit(self, value: bool) -> None:
        self._exits = value
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def main_loop(self) -> None:
        """Wait for the end; uvicorn's own looks for it, and is woken, ten times a second."""
        while not await self.on_tick(0):
            # All that is left to do is the date in the headers.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), TICK_SECONDS)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_end()
        await super().shutdown(sockets)
        self._on_ended()
