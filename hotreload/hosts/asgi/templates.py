"""Template engines that would go on with what they have read, or keep errors to themselves."""

import sys

from hotreload.hosts.asgi.page import rendering


def forget_templates() -> None:
    """Let the engines that can't tell read their templates again.

    Jinja2 looks at its files itself, in apps with debug on. Django does so only for its own server.
    """
    django = sys.modules.get("django.template.loader")
    if django is None:
        return
    from django.conf import settings

    # Somebody may only have imported it.
    if settings.configured:
        from django.template.autoreload import reset_loaders

        reset_loaders()


def hear_failures() -> None:
    """Hear of what Django answers itself, by a page for people."""
    if "django.core.signals" in sys.modules:
        from django.core.signals import got_request_exception

        got_request_exception.connect(_note, dispatch_uid="hotreload")


def _note(**_: object) -> None:
    page = rendering.get()
    if page is not None:
        page.failure = sys.exception()
