"""Groups of settings that travel together."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

ReloadPolicy = Literal["auto", "ask", "never"]


class RuntimeOptions(NamedTuple):
    """What the runtime may do in the pages, as its file carries it: the same as in ``options.ts``.

    Args:
        overlay: show what is wrong with the source, over the page.
        errors: show uncaught errors of the page's own scripts, in a corner of it.
        reload: what to do where only a reload helps: reload, ask in the page, or say so and stay.
        console: show what the pages say in their console, in the terminal.
        editor: files named in the overlay can be opened in the user's editor.
        status: show in a corner when the page has lost its server.
        highlight: scroll to what an edit of a page has changed, and mark it for a moment.
        heartbeat: seconds of silence after which each side makes sure of the other.
    """

    overlay: bool = True
    errors: bool = True
    reload: ReloadPolicy = "auto"
    editor: bool = False
    console: bool = False
    status: bool = True
    highlight: bool = False
    # Well below the 60 s after which nginx closes a silent connection.
    heartbeat: float = 20.0


class TlsFiles(NamedTuple):
    """A certificate, in PEM.

    Args:
        certificate: file of the chain.
        key: file of its private key; None where it is in the same file.
        authority: file of an authority of our own making, which browsers may be told to trust.
    """

    certificate: Path
    key: Path | None = None
    authority: Path | None = None


class AddressNames(NamedTuple):
    """How the user says where to listen, for messages that ask for it.

    Args:
        everywhere: what opens the server to the network.
        port: what says the port.
    """

    everywhere: str = "--host"
    port: str = "--port"


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """A setting's value as text, and where it is from: a flag, a variable, a file, or nowhere."""

    name: str
    value: str
    origin: str


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
