"""What a page's Content-Security-Policy makes of our block. Pure.

Source: Content Security Policy Level 3, 6.7.2 (matching URLs) and 6.8.1 (which directive counts).
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from hotreload.hosts.asgi.headers import Headers

_SCRIPTS = ("script-src-elem", "script-src", "default-src")
_CONNECTIONS = ("connect-src", "default-src")
_NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_=-]+)'")
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?P<name>[^:/]+)(?::[^/]*)?(?:/.*)?", re.I)
# That a page may come by, or a socket.
_SCHEMES = frozenset({"*", "http:", "https:", "ws:", "wss:"})


def script_nonce(headers: Headers) -> str:
    """The nonce with which an answer's policies let a script run, or ""."""
    for policy in _policies(headers):
        found = _NONCE.search(" ".join(_sources(policy, _SCRIPTS) or ()))
        if found is not None:
            return found[1]
    return ""


def what_to_add(headers: Headers, host: str) -> str:
    """What an answer's policies lack for hot reload, as a line that says so; "" if nothing.

    Args:
        headers: of the answer.
        host: the name that the page is asked for under.
    """
    nonce = script_nonce(headers)
    lacking = []
    for policy in _policies(headers):
        scripts, connections = _sources(policy, _SCRIPTS), _sources(policy, _CONNECTIONS)
        if scripts is not None and not _lets_run(scripts, host, nonce):
            lacking.append(f"script-src needs 'self' or a nonce, and has {_shown(scripts)}")
        if connections is not None and not _lets_in(connections, host):
            lacking.append(f"connect-src needs 'self', and has {_shown(connections)}")
    if not lacking:
        return ""
    return f"a page's Content-Security-Policy keeps hot reload out: {'; '.join(lacking)}"


def _policies(headers: Headers) -> Iterator[Mapping[str, str]]:
    for name, value in headers:
        if name.lower() != b"content-security-policy":
            continue
        for policy in value.decode("latin-1").split(","):
            directives: dict[str, str] = {}
            for directive in policy.split(";"):
                key, _, sources = directive.strip().partition(" ")
                directives.setdefault(key.lower(), sources)
            yield directives


def _sources(policy: Mapping[str, str], names: Iterable[str]) -> tuple[str, ...] | None:
    """The sources of the first directive that counts; None where there is none."""
    found = next((policy[name] for name in names if name in policy), None)
    return None if found is None else tuple(found.split())


def _lets_run(sources: tuple[str, ...], host: str, nonce: str) -> bool:
    if nonce and f"'nonce-{nonce}'" in sources:
        return True
    # Then it is only nonces and hashes that count.
    return "'strict-dynamic'" not in map(str.lower, sources) and _lets_in(sources, host)


def _lets_in(sources: tuple[str, ...], host: str) -> bool:
    """Whether addresses of the page's own host are among the sources, as far as can be told."""
    for source in map(str.lower, sources):
        if source == "'self'" or source in _SCHEMES:
            return True
        named = _HOST.fullmatch(source)
        if named is not None and not source.startswith("'") and named["name"] in ("*", host):
            return True
    return False


def _shown(sources: tuple[str, ...]) -> str:
    return _NONCE.sub("'nonce-…'", " ".join(sources)) or "'none'"
