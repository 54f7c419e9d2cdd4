"""The app that ``runserver`` serves, and the server: uvicorn, where Django would have its own."""

import logging
import socket
from pathlib import Path
from typing import Any

import uvicorn
from django.apps import apps
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.template.autoreload import get_template_directories
from django.utils.module_loading import import_string
from starlette.types import ASGIApp

from hotreload.hosts.asgi.middleware import HotReload

_BACKLOG = 2048


def hot_application(*, static: bool) -> ASGIApp:
    """The project's ASGI app, or else the one that Django makes, with hot reload.

    Args:
        static: serve what Django's finders find.
    """
    named = getattr(settings, "ASGI_APPLICATION", None)
    app: ASGIApp = import_string(named) if named else get_asgi_application()
    if static and apps.is_installed("django.contrib.staticfiles"):
        from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

        app = ASGIStaticFilesHandler(app)
    return HotReload(app, watch=template_folders(Path.cwd()) or None)


def template_folders(root: Path) -> list[Path]:
    """The folders of the project's own templates."""
    found = sorted(Path(folder).resolve() for folder in get_template_directories())
    return [
        folder
        for folder in found
        if folder.is_dir() and folder.is_relative_to(root) and "site-packages" not in folder.parts
    ]


class AsgiServer:
    """Has the methods of ``django.core.servers.basehttp.WSGIServer`` that ``runserver`` calls.

    Args:
        address: host and port to listen on.
        handler: none of ours.
        ipv6: whether the host is of IPv6.

    Raises:
        OSError: the address can't be listened on.
    """

    def __init__(self, address: tuple[str, int], handler: object, *, ipv6: bool = False) -> None:
        family = socket.AF_INET6 if ipv6 else socket.AF_INET
        # Small answers are sent at once only where the protocol is named.
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(address)
        self._socket.listen(_BACKLOG)
        self._app: ASGIApp | None = None

    @property
    def server_port(self) -> int:
        """The port it listens on."""
        port: int = self._socket.getsockname()[1]
        return port

    def set_app(self, app: Any) -> None:
        """Serve an ASGI app."""
        self._app = app

    def serve_forever(self) -> None:
        """Serve until interrupted, or until the process ends."""
        assert self._app is not None
        said = logging.getLogger("uvicorn.access")
        # In the words of uvicorn, where Django says it.
        django = logging.getLogger("django.server")
        said.handlers, said.propagate = django.handlers, django.propagate
        said.setLevel(django.getEffectiveLevel())
        config = uvicorn.Config(
            self._app, lifespan="off", log_config=None, ws_per_message_deflate=False
        )
        uvicorn.Server(config).run(sockets=[self._socket])
