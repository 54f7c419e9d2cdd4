"""What is kept in Redis, and under which keys. One database holds one project.

``files`` and ``bytes`` are hashes, from a file's name to its content's hash and to its bytes;
``removed`` is a set of names; ``changes`` is a stream, the journal of what was published, bounded.
``publisher`` names who publishes, and is gone soon after it; ``whole`` is lost with all the rest.
"""

import asyncio
import contextlib
import json
import logging

from hotreload.hosts.asgi.bases import BaseStore
from hotreload.hosts.broker.clients import Client, connect_blocking
from hotreload.project.identity import Identity
from hotreload.project.settings import SettingsError

logger = logging.getLogger("hotreload")

FILES = "hotreload:files"
BYTES = "hotreload:bytes"
REMOVED = "hotreload:removed"
CHANGES = "hotreload:changes"
IDENTITY = "hotreload:identity"
# Who publishes, as long as it does; and that what is here is all that was published.
PUBLISHER = "hotreload:publisher"
WHOLE = "hotreload:whole"
BASE = "hotreload:base:"
# Of the stream; who missed more compares everything.
JOURNAL = 1024
BASE_SECONDS = 3600
RETRY_SECONDS = 0.25
MOST_SECONDS = 5.0


class BrokerAwayError(Exception):
    """The Redis does not answer; the text says why."""


def shared_identity(url: str, own: Identity) -> Identity:
    """The identity that all replicas have.

    Args:
        url: of the Redis.
        own: what becomes that of all, if this replica is the first one.

    Raises:
        SettingsError: the URL is none, the client is not installed, or the database holds something
            else.
        BrokerAwayError: the Redis does not answer.
    """
    client = connect_blocking(url)
    from redis import RedisError

    try:
        with client:
            client.set(IDENTITY, json.dumps([own.project, own.token]), nx=True)
            found = client.get(IDENTITY)
    except (RedisError, OSError) as error:
        raise BrokerAwayError(str(error)) from None
    try:
        project, token = map(str, json.loads(found))
    except (TypeError, ValueError):
        raise SettingsError(
            f"the broker's {IDENTITY} is none of ours: name another database of it"
        ) from None
    return Identity(project, token)


async def join(url: str, own: Identity) -> Identity:
    """As :func:`shared_identity`, as soon as the Redis answers.

    Raises:
        SettingsError: likewise.
    """
    pause = RETRY_SECONDS
    while True:
        await asyncio.sleep(pause)
        with contextlib.suppress(BrokerAwayError):
            return await asyncio.to_thread(shared_identity, url, own)
        pause = min(2 * pause, MOST_SECONDS)


def heed_cancellation() -> None:
    """Raise the cancellation of the running task, where the client of a Redis has swallowed it.

    On Python 3.11, ``asyncio.wait_for``, by which redis-py writes, may do so.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Outage:
    """Says once that a Redis does not answer, until it answers again."""

    def __init__(self) -> None:
        self._lasts = False

    def go_on(self, error: Exception, consequence: str) -> None:
        """It has not answered; ``consequence`` is what that means meanwhile."""
        if not self._lasts:
            logger.warning("the broker does not answer (%s): %s", error, consequence)
        self._lasts = True

    def end(self) -> None:
        """It has."""
        if self._lasts:
            logger.warning("the broker answers again")
        self._lasts = False


class RedisBases:
    """Keeps the sources of rendered pages where every replica can read them.

    Args:
        client: of the Redis.
        near: keeps this replica's own, too.
    """

    def __init__(self, client: Client, near: BaseStore) -> None:
        self._client = client
        self._near = near
        self._outage = Outage()

    async def put(self, key: str, text: bytes) -> None:
        from redis import RedisError

        await self._near.put(key, text)
        try:
            await self._client.set(BASE + key, text, ex=BASE_SECONDS)
        except (RedisError, OSError) as error:
            self._outage.go_on(error, "other replicas lack the pages of this one")
        else:
            self._outage.end()

    async def get(self, key: str) -> bytes | None:
        from redis import RedisError

        near = await self._near.get(key)
        if near is not None:
            return near
        try:
            found: bytes | None = await self._client.get(BASE + key)
        except (RedisError, OSError) as error:
            self._outage.go_on(error, "this one lacks the pages of other replicas")
            return None
        return found
