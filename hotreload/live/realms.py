"""Realms: pages with the same import map. In each of them a module's specifiers lead elsewhere."""

from collections.abc import Collection, Iterator

from hotreload.live.session import Hub, Session
from hotreload.project.importmap import NO_MAP
from hotreload.site import Site


class Realms:
    """The open pages by their import maps.

    The graph, and what is wrong with imports, is that of the realm that was entered last.

    Args:
        site: the project.
        hub: the open sessions.
    """

    def __init__(self, site: Site, hub: Hub) -> None:
        self._site = site
        self._hub = hub

    def each(self) -> Iterator[list[Session]]:
        """Enter each realm in turn; yields its pages that have said hello.

        There is always one realm, if only one without pages.
        """
        for group in self.groups() or [[]]:
            self._enter(group)
            yield group

    def groups(self) -> list[list[Session]]:
        """The pages of each realm."""
        ready = [session for session in self._hub if session.ready]
        if not self._site.sources.resolver.maps:
            return [ready]
        groups: dict[str, list[Session]] = {}
        for session in ready:
            import_map = self._site.documents.map_of(session.page) or NO_MAP
            groups.setdefault(import_map.key, []).append(session)
        return list(groups.values())

    def enter(self, session: Session, more: Collection[str] = ()) -> None:
        """Enter a page's realm, in which it holds further modules by now."""
        self._site.documents.enter(session.page, (*session.modules, *more))

    def _enter(self, group: Collection[Session]) -> None:
        if not self._site.sources.resolver.maps:
            return
        # Each page has modules of its own.
        pages: dict[str, set[str]] = {}
        for session in group:
            pages.setdefault(session.page, set()).update(session.modules)
        for page, modules in pages.items():
            self._site.documents.enter(page, modules)
