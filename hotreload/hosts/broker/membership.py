"""Becoming one of the broker's replicas: at once, or when it answers."""

import logging
from collections.abc import Callable, Coroutine

from hotreload.hosts.broker.clients import Client, connect
from hotreload.hosts.broker.replica import Replica
from hotreload.hosts.broker.store import BrokerAwayError, join, shared_identity
from hotreload.project.identity import Identity, load_identity
from hotreload.project.settings import Settings, SettingsError

logger = logging.getLogger("hotreload")


class Membership:
    """Lets the files that are published become a replica's own.

    Args:
        broker: its URL.
        settings: the replica's.
        adopt: called with the identity that all replicas share, and a client of the broker, as soon
            as it answers.
    """

    def __init__(
        self, broker: str, settings: Settings, adopt: Callable[[Identity, Client], None]
    ) -> None:
        self._broker = broker
        self._settings = settings
        self._adopt = adopt

    def begin(self) -> Coroutine[None, None, None]:
        """Join, if the broker answers; what is returned does so later, and then follows it."""
        own = load_identity(self._settings.root)
        try:
            shared = shared_identity(self._broker, own)
        except BrokerAwayError as error:
            logger.warning(
                "the broker does not answer (%s): this replica is on its own until it does", error
            )
            return self._join_late(own)
        return self._follow(shared)

    async def _join_late(self, own: Identity) -> None:
        try:
            shared = await join(self._broker, own)
        except SettingsError as error:
            logger.error("%s", error)
            return
        logger.warning("the broker answers: this replica follows it from now on")
        await self._follow(shared)

    def _follow(self, shared: Identity) -> Coroutine[None, None, None]:
        client = connect(self._broker)
        self._adopt(shared, client)
        settings = self._settings
        folders = (*settings.watch, *(mount.root for mount in settings.mounts))
        return Replica(client, settings.root, folders).run()
