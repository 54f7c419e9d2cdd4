"""Who may ask an app for what is hotreload's own, by the address at which a request came in."""

import logging
from collections.abc import Callable

from starlette.types import Scope

from hotreload.web.guard import Guard
from hotreload.web.refusals import Refusals

logger = logging.getLogger("hotreload")

_MOST_SAID = 50


class Door:
    """Lets requests in, and says once of each kind why not.

    Args:
        guard: gives the engine's rules.
    """

    def __init__(self, guard: Callable[[], Guard]) -> None:
        self.refusals = Refusals()
        self._guard = guard
        self._guards: dict[str, Guard] = {}
        self._said: set[str] = set()

    def renew(self) -> None:
        """The engine has other rules."""
        self._guards.clear()

    def guard(self, scope: Scope) -> Guard:
        """The rules for the address at which a request came in."""
        server = scope.get("server")
        bind = str(server[0]) if server else ""
        guard = self._guards.get(bind)
        if guard is None:
            guard = self._guards[bind] = self._guard()._replace(
                bind=bind, host_hint='allow_hosts=["{}"]', origin_hint=""
            )
        return guard

    def lets_in(self, scope: Scope) -> bool:
        """Whether the page that is asked for may be kept up to date."""
        refusal = self.guard(scope).check_request("GET", scope["headers"])
        if refusal is not None:
            self.refusals.say(f"{refusal}: the page is served without hot reload")
        return refusal is None

    def say_once(self, text: str) -> None:
        """Warn of something, if nobody has."""
        if text not in self._said and len(self._said) < _MOST_SAID:
            self._said.add(text)
            logger.warning("%s", text)
