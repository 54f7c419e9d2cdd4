"""A dev server with hot module replacement, in Python."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hotreload.hosts.asgi.middleware import HotReload
    from hotreload.hosts.asgi.tag import tag
    from hotreload.hosts.devserver import DevServer
    from hotreload.hosts.rebuild.contract import BuildFailedError, build_problem
    from hotreload.project.settings import SettingsError

__version__ = "0.1.0"

__all__ = [
    "BuildFailedError",
    "DevServer",
    "HotReload",
    "SettingsError",
    "__version__",
    "build_problem",
    "tag",
]

_MODULES = {
    "BuildFailedError": "hotreload.hosts.rebuild.contract",
    "DevServer": "hotreload.hosts.devserver",
    "HotReload": "hotreload.hosts.asgi.middleware",
    "SettingsError": "hotreload.project.settings",
    "build_problem": "hotreload.hosts.rebuild.contract",
    "tag": "hotreload.hosts.asgi.tag",
}


def __getattr__(name: str) -> Any:
    """What the package offers, imported when it is first asked for: the command starts quickly."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(module), name)
