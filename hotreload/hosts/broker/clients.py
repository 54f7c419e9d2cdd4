"""Clients of a Redis by its URL: one server, or whichever Sentinels say is the one to write to."""

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from hotreload.project.settings import SettingsError

# redis-py's types name all that an answer could be, under any of its settings.
Client = Any

CONNECT_SECONDS = 2.0
# An answer that does not come for so long never will: on a network that has gone dark nothing
# tells. It is longer than a replica lets a question wait.
ANSWER_SECONDS = 5.0

_SENTINEL = "redis+sentinel"
_SENTINEL_PORT = 26379
_OPTIONS = frozenset({"socket_timeout", "socket_connect_timeout"})


class Sentinels(NamedTuple):
    """Who knows which of several Redis servers is the one to write to.

    Args:
        hosts: their addresses.
        service: what they call those servers.
        login: user name and password for them, as redis-py calls these, and the database.
        options: numbers of redis-py's own: see :data:`_OPTIONS`.
    """

    hosts: tuple[tuple[str, int], ...]
    service: str
    login: dict[str, Any]
    options: dict[str, float]


def parse_sentinels(url: str) -> Sentinels | None:
    """What a URL says of Sentinels; None where it is of another kind.

    It is of the form that Python's and Java's clients share:
    ``redis+sentinel://[user:password@]host[:port][,host[:port]…]/service[/database]``.

    Raises:
        ValueError: it lacks a host or the service, or has a number that is none.
    """
    parts = urlsplit(url)
    if parts.scheme != _SENTINEL:
        return None
    login, _, places = parts.netloc.rpartition("@")
    hosts = []
    for place in places.split(","):
        host, _, port = place.rpartition(":") if _has_port(place) else (place, "", "")
        hosts.append((host.strip("[]"), int(port or _SENTINEL_PORT)))
    service, _, database = parts.path.strip("/").partition("/")
    if not service or not all(host for host, _ in hosts):
        raise ValueError(f"{_SENTINEL}://host[:port][,host…]/service[/database]")
    user, _, password = login.partition(":")
    known: dict[str, Any] = {"db": int(database or 0)}
    if user:
        known["username"] = unquote(user)
    if password:
        known["password"] = unquote(password)
    query = {name: float(value) for name, value in parse_qsl(parts.query)}
    if unknown := query.keys() - _OPTIONS:
        raise ValueError(f"no option {min(unknown)!r}; there are {', '.join(sorted(_OPTIONS))}")
    return Sentinels(tuple(hosts), unquote(service), known, query)


def connect(url: str) -> Client:
    """A client of the Redis at a URL; it connects when it is first used.

    Raises:
        SettingsError: the URL is none, or the client is not installed.
    """
    return _client(url, asynchronous=True)


def connect_blocking(url: str) -> Client:
    """As :func:`connect`, for who has no event loop."""
    return _client(url, asynchronous=False)


async def close(client: Client) -> None:
    """Close a client of :func:`connect`, and those by which it asked Sentinels."""
    await client.aclose()
    manager = getattr(client.connection_pool, "sentinel_manager", None)
    for each in manager.sentinels if manager is not None else ():
        await each.aclose()


def _client(url: str, *, asynchronous: bool) -> Client:
    try:
        import redis
        import redis.asyncio
        import redis.asyncio.sentinel
        import redis.sentinel
    except ImportError:
        raise SettingsError(
            "a broker needs the redis package: pip install 'hotreload-server[redis]'"
        ) from None
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": ANSWER_SECONDS if asynchronous else CONNECT_SECONDS,
    }
    kind: Any = redis.asyncio if asynchronous else redis
    try:
        sentinels = parse_sentinels(url)
        if sentinels is None:
            return kind.Redis.from_url(url, **options)
    except ValueError as error:
        raise SettingsError(f"{url!r} is no URL of a Redis: {error}") from None
    options |= sentinels.options
    known = kind.sentinel.Sentinel([*sentinels.hosts], sentinel_kwargs=options, **options)
    return known.master_for(sentinels.service, **sentinels.login)


def _has_port(place: str) -> bool:
    # An IPv6 address has colons of its own, and brackets if a port follows.
    return ":" in place.rpartition("]")[2]
