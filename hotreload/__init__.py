"""A dev server with hot module replacement, in Python."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hotreload.devserver import DevServer

__version__ = "0.1.0"

__all__ = ["DevServer", "__version__"]


def __getattr__(name: str) -> Any:
    """What the package offers, imported when it is first asked for: the command starts quickly."""
    if name == "DevServer":
        from hotreload.devserver import DevServer

        return DevServer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
