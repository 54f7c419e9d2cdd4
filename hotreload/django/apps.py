"""What Django is told of the app."""

from django.apps import AppConfig


class HotReloadConfig(AppConfig):  # type: ignore[misc]
    """It has a command, and nothing else."""

    name = "hotreload.django"
    label = "hotreload"
    verbose_name = "hotreload"
