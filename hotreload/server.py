"""The dev server: everything wired together, and run."""

import asyncio
import contextlib
import gc
import logging
import socket
import threading
from collections.abc import Callable
from typing import Any, cast

import uvicorn

from hotreload.engine import Engine
from hotreload.live.protocol import MAX_FRAME_BYTES
from hotreload.settings import Settings, SettingsError
from hotreload.web.app import DevApp
from hotreload.web.client import check_runtime

logger = logging.getLogger("hotreload")

WARM_UP_SECONDS = 0.5
_PORTS_TRIED = 100


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
        listener = bind(self.settings)
        config = uvicorn.Config(
            self.app,
            http="h11",
            ws=cast("type[asyncio.Protocol]", _late_websockets),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=32768,
            ws_max_size=MAX_FRAME_BYTES,
            ws_ping_interval=heartbeat,
            ws_ping_timeout=heartbeat,
            # Compressing a broadcast for each page costs thirty times what sending it does.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=0,
        )
        logging.getLogger("uvicorn.error").addFilter(_is_no_alarm)
        self.engine.start()
        server = _Server(config, lambda: self._ready(listener), self.engine.streams.close)
        try:
            await server.serve(sockets=[listener])
        finally:
            self.engine.stop()

    def _ready(self, listener: socket.socket) -> None:
        host, port = listener.getsockname()[:2]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(
            host, f"[{host}]" if ":" in host else host
        )
        url = f"http://{shown}:{port}{self.settings.base}"
        if self._on_ready is not None:
            self._on_ready(url)
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


def _late_websockets(**settings: Any) -> asyncio.Protocol:
    """Uvicorn's WebSocket protocol, imported when the first page opens a socket."""
    from hotreload.web.socket import SocketProtocol

    return SocketProtocol(**settings)


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


def _is_no_alarm(record: logging.LogRecord) -> bool:
    """Uvicorn reports that it did not wait for open sockets, which is what it was told."""
    return "timeout graceful shutdown exceeded" not in record.getMessage()


def bind(settings: Settings) -> socket.socket:
    """A listening socket on the settings' port, or on the next free one.

    Raises:
        SettingsError: no port is free, or the address is not this machine's.
    """
    tries = 1 if settings.strict_port or settings.port == 0 else _PORTS_TRIED
    for port in range(settings.port, min(settings.port + tries, 65536)):
        try:
            return _listen(settings.host, port)
        except PermissionError:
            raise SettingsError(
                f"port {port} may not be listened on: take one above 1023 (--port)"
            ) from None
        except OSError as error:
            import errno

            if error.errno != errno.EADDRINUSE:
                raise SettingsError(
                    f"{settings.host} can't be listened on: {error.strerror or error}"
                ) from None
    raise SettingsError(
        f"port {settings.port} is in use: stop what uses it, or take another (--port)"
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_REUSEADDR") and not hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            # So that a restart need not wait for the last connections' TIME_WAIT to pass.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except BaseException:
        listener.close()
        raise
    return listener
