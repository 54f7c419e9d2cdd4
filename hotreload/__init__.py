"""A dev server with hot module replacement, in Python."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hotreload.asgi.tag import tag
    from hotreload.devserver import DevServer
    from hotreload.middleware import HotReload

__version__ = "0.1.0"

__all__ = ["DevServer", "HotReload", "__version__", "tag"]


def __getattr__(name: str) -> Any:
    """What the package offers, imported when it is first asked for: the command starts quickly."""
    match name:
        case "DevServer":
            from hotreload.devserver import DevServer

            return DevServer
        case "HotReload":
            from hotreload.middleware import HotReload

            return HotReload
        case "tag":
            from hotreload.asgi.tag import tag

            return tag
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
