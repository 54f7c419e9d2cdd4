"""The front's options, as users write them."""

import re
from importlib.util import find_spec
from urllib.parse import urlsplit

from hotreload.project.options import ProxyRule
from hotreload.project.settings import SettingsError

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def parse_proxy(text: str) -> ProxyRule:
    """A rule written as ``/prefix=http://host:port``.

    Raises:
        SettingsError: it is not of that form, or the extra ``proxy`` is not installed.
    """
    prefix, _, target = text.partition("=")
    if not prefix.startswith("/") or not is_server(target):
        raise SettingsError(f"a proxy is written /prefix=http://host:port, not {text!r}")
    if find_spec("aiohttp") is None:
        raise SettingsError(
            "a proxy needs a client to ask with: pip install 'hotreload-server[proxy]'"
        )
    if prefix.startswith("/@hotreload"):
        raise SettingsError("/@hotreload is the dev server's own: it can't be passed on")
    return ProxyRule(prefix, target)


def parse_header(text: str) -> tuple[str, str]:
    """A header written as ``Name: value``.

    Raises:
        SettingsError: it is not of that form (RFC 9110, 5.5 and 5.6.2).
    """
    name, colon, value = text.partition(":")
    if not colon or not _TOKEN.fullmatch(name) or not value.strip().isprintable():
        raise SettingsError(f"a header is written 'Name: value', not {text!r}")
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise SettingsError(f"a header's value can't hold {value.strip()!r}") from None
    return name.lower(), value.strip()


def is_server(target: str) -> bool:
    """Whether a text is the URL of a server."""
    try:
        where = urlsplit(target)
        named = where.scheme in ("http", "https") and bool(where.hostname) and where.port != 0
    except ValueError:
        return False
    return named and not (where.query or where.fragment)
