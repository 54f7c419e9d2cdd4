"""What is kept in Redis, and under which keys. One database holds one project.

``files`` and ``bytes`` are hashes, from a file's name to its content's hash and to its bytes;
``removed`` is a set of names; ``changes`` is a stream, the journal of what was published, bounded.
"""

import json
import logging
import secrets
from typing import Any

from hotreload.identity import Identity
from hotreload.settings import SettingsError
from hotreload.web.own import Bases

logger = logging.getLogger("hotreload")

# redis-py's types name all that an answer could be, under any of its settings.
Client = Any

FILES = "hotreload:files"
BYTES = "hotreload:bytes"
REMOVED = "hotreload:removed"
CHANGES = "hotreload:changes"
IDENTITY = "hotreload:identity"
BASE = "hotreload:base:"
# Of the stream; who missed more compares everything.
JOURNAL = 1024
BASE_SECONDS = 3600
CONNECT_SECONDS = 2.0
RETRY_SECONDS = 0.25


def connect(url: str) -> Client:
    """A client of the Redis at a URL; it connects when it is first used.

    Raises:
        SettingsError: the URL is none, or the client is not installed.
    """
    try:
        from redis.asyncio import Redis
    except ImportError:
        raise SettingsError(
            "a broker needs the redis package: pip install 'hotreload-server[redis]'"
        ) from None
    try:
        return Redis.from_url(url, socket_connect_timeout=CONNECT_SECONDS)
    except ValueError as error:
        raise SettingsError(f"{url!r} is no URL of a Redis: {error}") from None


def shared_identity(url: str) -> Identity:
    """The identity that all replicas have; the first one makes it.

    Raises:
        SettingsError: see :func:`connect`; or the Redis does not answer.
    """
    connect(url)
    from redis import Redis, RedisError

    own = Identity(secrets.token_urlsafe(9), secrets.token_urlsafe(24))
    client: Any = Redis.from_url(
        url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS
    )
    try:
        with client:
            client.set(IDENTITY, json.dumps([own.project, own.token]), nx=True)
            project, token = json.loads(client.get(IDENTITY))
    except (RedisError, OSError) as error:
        raise SettingsError(f"the broker at {url} does not answer: {error}") from None
    return Identity(project, token)


class RedisBases:
    """Keeps the sources of rendered pages where every replica can read them."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._near = Bases()

    async def put(self, key: str, text: bytes) -> None:
        from redis import RedisError

        self._near.put(key, text)
        try:
            await self._client.set(BASE + key, text, ex=BASE_SECONDS)
        except (RedisError, OSError) as error:
            logger.warning("the broker does not answer, so other replicas lack a page: %s", error)

    async def get(self, key: str) -> bytes | None:
        from redis import RedisError

        near = self._near.get(key)
        if near is not None:
            return near
        try:
            found: bytes | None = await self._client.get(BASE + key)
        except (RedisError, OSError) as error:
            logger.warning("the broker does not answer, so a page is not known: %s", error)
            return None
        return found
