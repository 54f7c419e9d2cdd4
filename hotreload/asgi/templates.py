"""Template engines that would go on with what they have read."""

import sys


def forget_templates() -> None:
    """Let the engines that can't tell read their templates again.

    Jinja2 looks at its files itself, in apps with debug on. Django does so only for its own server.
    """
    django = sys.modules.get("django.template.loader")
    if django is not None:
        from django.template.autoreload import reset_loaders

        reset_loaders()
