"""``manage.py runserver``, with hot reload."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands.runserver import Command as Runserver
from starlette.types import ASGIApp

from hotreload.django.server import AsgiServer, hot_application


class Command(Runserver):  # type: ignore[misc]
    """Django's own, but for what it serves and by what."""

    help = "Starts a development server by ASGI, with hot reload."
    server_cls = AsgiServer

    def get_handler(self, *args: Any, **options: Any) -> ASGIApp:
        """The app to serve."""
        serves = settings.DEBUG or options.get("insecure_serving", False)
        return hot_application(static=bool(serves and options.get("use_static_handler", True)))
