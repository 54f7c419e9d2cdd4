"""Realms: pages with the same import map. In each of them a module's specifiers lead elsewhere."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from hotreload.live.protocol import Held
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
        # The pages of each realm in which something leads nowhere, by the key of its map. While
        # one is loaded anew it is no open page, and what is wrong with it is not mended by that.
        self._broken: dict[str, set[str]] = {}

    def each(self) -> Iterator[list[Session]]:
        """Enter each realm in turn; yields its pages that have said hello.

        There is always one realm, if only one without pages.
        """
        groups = self._groups()
        for key in self._broken.keys() | groups.keys():
            pages = {page for page in self._broken.pop(key, ()) if self._key(page) == key}
            if pages:
                self._broken[key] = pages
                groups.setdefault(key, [])
        if not groups:
            yield []
        for key, group in groups.items():
            self._enter(group)
            for page in self._broken.get(key, ()):
                self._site.documents.enter(page)
            yield group
            if key and self._leads_nowhere():
                self._broken.setdefault(key, set()).update(session.page for session in group)
            else:
                self._broken.pop(key, None)

    def _groups(self) -> dict[str, list[Session]]:
        """The pages of each realm, by the key of its import map."""
        ready = [session for session in self._hub if session.ready]
        if not self._site.sources.resolver.maps:
            return {"": ready}
        groups: dict[str, list[Session]] = {}
        for session in ready:
            groups.setdefault(self._key(session.page), []).append(session)
        return groups

    def _key(self, page: str) -> str:
        return (self._site.documents.map_of(page) or NO_MAP).key

    def _leads_nowhere(self) -> bool:
        modules, problems = self._site.modules, self._site.known.problems.values()
        return bool(modules.broken_links) or any(p.kind == "import" for p in problems)

    def enter_with(
        self, session: Session, modules: Mapping[str, Held], maps: Sequence[str]
    ) -> Mapping[str, Held]:
        """Enter a page's realm, in which it holds further modules, and may have added maps.

        Args:
            session: the page.
            modules: what it holds, by URL.
            maps: texts of its import maps.

        Returns:
            What it holds, as it is known by what the scripts of the page have added.
        """
        documents, linked_hash = self._site.documents, self._site.modules.linked_hash
        if not documents.add_maps(session.page, maps):
            self.enter(session, modules)
            return modules
        # What it was served left to the browser what scripts may add to.
        documents.enter(session.page, (*session.modules, *modules), declared=True)
        self._site.modules.crawl(modules)
        born = {url for url, held in modules.items() if held.hash == linked_hash(url)}
        self.enter(session, modules)
        self._site.modules.crawl(modules)
        return {
            url: replace(held, hash=linked_hash(url) or held.hash) if url in born else held
            for url, held in modules.items()
        }

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
