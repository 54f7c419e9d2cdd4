"""Who may ask: Host, Origin, token and fetch metadata.

A stranger's page, open in the same browser, can send requests here but can't choose these headers.
Everything is refused that is not understood.
"""

import hmac
import re
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from hotreload.live.handshake import SUBPROTOCOL, TOKEN_PREFIX

Headers = Sequence[tuple[bytes, bytes]]

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::(\d{1,5}))?")
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?")
_NAVIGATIONS = frozenset({"document", "iframe", "frame", "fencedframe"})


class Refusal(NamedTuple):
    """Why a request is refused, and what would allow it."""

    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.reason}{f' ({self.hint})' if self.hint else ''}"


class Guard(NamedTuple):
    """The rules for one server.

    Args:
        token: opens the socket.
        bind: the address the server listens on.
        allow_hosts: further host names, exact, or ".example.test" for a domain and all below it;
            "*" for any, which lets every website read what is served.
        cors_origins: other origins whose pages may load what is served, exact.
        host_hint, origin_hint: what would allow a host or an origin, with "{}" for it; empty for
            nothing that could.
    """

    token: str
    bind: str = "127.0.0.1"
    allow_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    host_hint: str = "--allow-host {}"
    origin_hint: str = "--cors-origin {}"

    def check_request(self, method: str, headers: Headers) -> Refusal | None:
        """Whether a request may be answered at all; None if so."""
        host = self._host(headers)
        if isinstance(host, Refusal):
            return host
        if _is_foreign(headers) and self.granted(headers) is None:
            mode, destination = _only(headers, b"sec-fetch-mode"), _only(headers, b"sec-fetch-dest")
            navigates = mode == "navigate" and destination in _NAVIGATIONS
            if not (navigates and method in ("GET", "HEAD")):
                origin = _only(headers, b"origin")
                named = f" ({origin!r})" if origin is not None else ""
                hint = self.origin_hint.format(origin) if _ORIGIN.fullmatch(origin or "") else ""
                return Refusal(f"a page of another origin{named} asked for a file", hint)
        return None

    def check_own(self, method: str, headers: Headers) -> Refusal | None:
        """As :meth:`check_request`, for what opens the socket.

        A header that a CORS middleware adds to our answers doesn't give it away: who wants to read
        an answer of another origin has to say its own, also where browsers say nothing of sites.
        """
        refusal = self.check_request(method, headers)
        names = {name for name, _ in headers}
        if refusal is None and b"origin" in names and b"sec-fetch-site" not in names:
            return self.check_page(_only(headers, b"origin") or "", headers)
        return refusal

    def granted(self, headers: Headers) -> str | None:
        """The other origin that asks, if it may read the answer."""
        origin = _only(headers, b"origin")
        return origin if origin in self.cors_origins else None

    def check_page(self, origin: str, headers: Headers) -> Refusal | None:
        """Whether a page of an origin would be given a socket, so far as its origin goes.

        Args:
            origin: as the page itself says it, since a browser doesn't with a plain request.
            headers: those of the page's request.
        """
        host = self._host(headers)
        if isinstance(host, Refusal):
            return host
        if origin in self.cors_origins or self._same_origin(origin, host):
            return None
        return self._refused_origin(origin)

    def check_socket(self, headers: Headers, subprotocols: Iterable[str]) -> Refusal | str:
        """Whether a socket may be opened.

        Returns:
            The origin that the page's modules have, or the refusal.
        """
        host = self._host(headers)
        if isinstance(host, Refusal):
            return host
        offered = list(subprotocols)
        tokens = [p[len(TOKEN_PREFIX) :] for p in offered if p.startswith(TOKEN_PREFIX)]
        expected = self.token.encode("utf-8")
        if SUBPROTOCOL not in offered or len(tokens) != 1:
            return Refusal("a socket was asked for without the token")
        if not hmac.compare_digest(tokens[0].encode("utf-8", "replace"), expected):
            return Refusal("a socket was asked for with a wrong token")
        granted = self.granted(headers)
        if granted is not None:
            # What it loads, it loads from here.
            return f"{granted.partition(':')[0]}://{host}"
        if _is_foreign(headers):
            return Refusal("a page of another origin asked for the socket")
        if not any(name == b"origin" for name, _ in headers):
            return f"http://{host}"
        origin = _only(headers, b"origin")
        if origin is None or not self._same_origin(origin, host):
            return self._refused_origin(origin)
        return origin

    def _same_origin(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
            port = parts.port
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or f"{parts.scheme}://{parts.netloc}" != origin:
            return False
        match = _HOST.fullmatch(parts.netloc)
        if match is None:
            return False
        if parts.netloc == host:
            return True
        name = _name(match[1])
        if self._named(name):
            return True
        own = _HOST.fullmatch(host)
        assert own is not None
        default = 443 if parts.scheme == "https" else 80
        same_port = (port or default) == int(own[2] or default)
        return same_port and _is_loopback(name) and _is_loopback(_name(own[1]))

    def _host(self, headers: Headers) -> Refusal | str:
        values = [value for name, value in headers if name == b"host"]
        text = values[0].decode("latin-1") if len(values) == 1 else ""
        match = _HOST.fullmatch(text)
        if match is None or int(match[2] or 0) > 65535:
            return Refusal(f"a request came for the host {text!r}")
        name = _name(match[1])
        if _is_loopback(name) or self._named(name) or name == self.bind.lower():
            return text.lower()
        if not _is_loopback(self.bind) and _is_address(name) and not _is_unspecified(name):
            return text.lower()
        return Refusal(f"a request came for the host {text!r}", self.host_hint.format(name))

    def _refused_origin(self, origin: str | None) -> Refusal:
        match = _HOST.fullmatch((origin or "").partition("://")[2])
        hint = self.host_hint.format(_name(match[1])) if match else ""
        return Refusal(f"a page at {origin!r} asked for the socket", hint)

    def _named(self, name: str) -> bool:
        return any(
            allowed in (name, "*")
            or (allowed.startswith(".") and (name.endswith(allowed) or name == allowed[1:]))
            for allowed in map(str.lower, self.allow_hosts)
        )


def _only(headers: Headers, wanted: bytes) -> str | None:
    values = [value for name, value in headers if name == wanted]
    return values[0].decode("latin-1") if len(values) == 1 else None


def _is_foreign(headers: Headers) -> bool:
    sites = {value for name, value in headers if name == b"sec-fetch-site"}
    return not sites <= {b"same-origin", b"none"}


def _name(host: str) -> str:
    return host.lower().removesuffix(".").strip("[]")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_unspecified(name: str) -> bool:
    return _is_address(name) and ip_address(name).is_unspecified


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return _is_address(name) and ip_address(name).is_loopback
