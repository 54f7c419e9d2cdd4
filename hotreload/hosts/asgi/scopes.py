"""What a request's scope says of its address. Pure."""

from starlette.types import Scope


def own_path(scope: Scope) -> tuple[str, str]:
    """A request's path below the app's root, as it was sent, and that root."""
    raw = scope.get("raw_path")
    path = raw.decode("latin-1") if raw else scope["path"]
    root = scope.get("root_path", "").rstrip("/")
    if root and path.startswith(f"{root}/"):
        return path[len(root) :], root
    return path, root


def host_name(scope: Scope) -> str:
    """The name a request came in under, in lower case and without a port."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return host.decode("latin-1").partition(":")[0].lower()
