"""What stands before the app, as settings say it."""

from typing import NamedTuple
from urllib.parse import urlsplit


class ProxyRule(NamedTuple):
    """What begins with ``prefix`` is answered by the server at ``target``.

    Args:
        prefix: a URL path that begins with a slash.
        target: an ``http`` or ``https`` URL; the whole path is put behind its own.
        keeps_host: the server is asked under the browser's name for it, not under its own.
    """

    prefix: str
    target: str
    keeps_host: bool = True

    def fits(self, path: str) -> bool:
        """Whether a raw request path is below the prefix, or is it."""
        prefix = self.prefix.rstrip("/")
        return path == prefix or path.startswith(f"{prefix}/")

    def own_location(self, location: bytes) -> bytes:
        """Where a redirect leads; one to the server itself, here, if all of it is here."""
        if self.prefix != "/":
            return location
        where = urlsplit(self.target)
        origin = f"{where.scheme}://{where.netloc}".encode("latin-1")
        rest = location.removeprefix(origin)
        return rest if rest != location and rest.startswith(b"/") else location

    def url(self, path: str, query: str) -> str:
        """Where a raw request path and query are asked for."""
        return f"{self.target.rstrip('/')}{path}{f'?{query}' if query else ''}"


class FrontOptions(NamedTuple):
    """What is done with requests before the app sees them, and with its answers.

    Args:
        proxy: what other servers answer.
        headers: for every answer: names in lower case, and values.
        compress: compress what goes to other machines.
    """

    proxy: tuple[ProxyRule, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    compress: bool = True
