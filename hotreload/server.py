"""The dev server: everything wired together, and run."""

import asyncio
import contextlib
import gc
import logging
import os
import socket
import threading
from collections.abc import Callable

import uvicorn

from hotreload.engine import Engine
from hotreload.listen import bind, notices, shown_url
from hotreload.live.protocol import MAX_FRAME_BYTES
from hotreload.settings import Settings
from hotreload.web.app import DevApp
from hotreload.web.client import check_runtime
from hotreload.web.limits import HTTP_PROTOCOL, WS_PROTOCOL, quiet_uvicorn

logger = logging.getLogger("hotreload")

WARM_UP_SECONDS = 0.5


class DevServer:
    """Serves a folder and keeps the pages that are open on it up to date.

    Args:
        settings: what to serve, and how.
        on_ready: called with the URL as soon as the server answers.
    """

    def __init__(self, settings: Settings, on_ready: Callable[[str], None] | None = None) -> None:
        self.settings = settings
        self.engine = Engine(settings)
        engine = self.engine
        self.app = DevApp(
            engine.site,
            engine.guard,
            engine.updates,
            engine.journal,
            engine.streams,
            settings.spa,
            settings.runtime,
        )
        self._on_ready = on_ready

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
        heartbeat = self.settings.runtime.heartbeat
        listeners = bind(self.settings)
        config = uvicorn.Config(
            self.app,
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
        )
        quiet_uvicorn()
        self.engine.start()
        server = _Server(config, lambda: self._ready(listeners[0]), self.engine.streams.close)
        try:
            await server.serve(sockets=listeners)
        finally:
            self.engine.stop()

    def _ready(self, listener: socket.socket) -> None:
        port = listener.getsockname()[1]
        url = shown_url(self.settings.host, port, self.settings.base)
        if self._on_ready is not None:
            self._on_ready(url)
        for notice in notices(self.settings, port, os.environ):
            logger.warning("%s", notice)
        # The first page should not wait for what the first edit needs.
        asyncio.get_running_loop().call_later(WARM_UP_SECONDS, self._warm_up)
        if self.settings.open_browser:
            import webbrowser

            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    def _warm_up(self) -> None:
        # What was imported is not looked through for garbage, neither now nor later.
        gc.freeze()
        gc.enable()
        self.engine.warm_up()


class _Server(uvicorn.Server):
    """Uvicorn's server, saying when it answers, and ending streams that it would wait for."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], on_end: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_end = on_end

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_end()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()
