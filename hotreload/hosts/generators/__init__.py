"""Adapters to site generators. Each is imported in the process that builds, never in the server."""

from importlib.util import find_spec

from hotreload.project.settings import SettingsError


def require(module: str, distribution: str) -> None:
    """Check that a generator is installed beside hotreload.

    Raises:
        SettingsError: it is not.
    """
    if find_spec(module) is None:
        raise SettingsError(
            f"{module} is not installed where hotreload is: pip install {distribution}"
        )
