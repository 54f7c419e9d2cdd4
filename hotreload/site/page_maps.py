"""The import maps of pages: what their source declares, and what their scripts add to it."""

from collections.abc import Sequence

from hotreload.project.importmap import NO_MAP, ImportMap, ImportMapError, parse_import_map

# Of how many pages the import map is known; pages that have none count, too.
_MOST_MAPS = 2000


class PageMaps:
    """By which import map each page's specifiers are resolved, by the page's URL path.

    What scripts add is known from a page's hello on. What is served while it loads is resolved by
    what its source declares, since the scripts may add something else this time.
    """

    def __init__(self) -> None:
        self._declared: dict[str, tuple[ImportMap, str]] = {}
        self._added: dict[str, tuple[tuple[str, ...], ImportMap]] = {}
        self._loading: set[str] = set()

    def __contains__(self, url: str) -> bool:
        return url in self._declared

    def declare(self, url: str, import_map: ImportMap, base: str) -> None:
        """Note what a page's source says.

        Args:
            url: URL path of the page.
            import_map: what it declares.
            base: the URL path against which the page's addresses are read.
        """
        self._declared.pop(url, None)
        self._declared[url] = import_map, base
        while len(self._declared) > _MOST_MAPS:
            self._forget(next(iter(self._declared)))

    def load(self, url: str) -> None:
        """A page is loaded anew: its scripts have added nothing yet."""
        if url in self._added:
            self._loading.add(url)

    def add(self, url: str, texts: Sequence[str]) -> bool:
        """Note all import maps that an open page has.

        Returns:
            Whether they say more than the page's source.
        """
        self._loading.discard(url)
        if not texts and url not in self._added:
            return False
        declared, base = self._declared.get(url, (NO_MAP, url))
        known = self._added.get(url)
        if known is None or known[0] != tuple(texts):
            added = NO_MAP
            for text in texts:
                try:
                    added = added.merge(parse_import_map(text, base))
                except ImportMapError:
                    # The browser has said that it is none.
                    continue
            if known is None and declared.merge(added) == declared:
                return False
            self._added[url] = tuple(texts), added
        return True

    def declared(self, url: str) -> ImportMap | None:
        """What a page's source says; None where there is no such page."""
        known = self._declared.get(url)
        if known is None:
            return None
        return known[0]._replace(open=True) if url in self._added else known[0]

    def of(self, url: str) -> ImportMap | None:
        """What counts for a page now; None where there is no such page."""
        declared, added = self.declared(url), self._added.get(url)
        if declared is None or added is None or url in self._loading:
            return declared
        return declared.merge(added[1])

    def _forget(self, url: str) -> None:
        self._declared.pop(url, None)
        self._added.pop(url, None)
        self._loading.discard(url)
