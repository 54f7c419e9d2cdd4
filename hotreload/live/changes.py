"""A batch, sorted by what can be done about each file."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from hotreload.project.kinds import Output
from hotreload.project.urls import file_url, suffix
from hotreload.site import Site
from hotreload.transform.wrap import SCRIPT_SUFFIXES, wrap_query


@dataclass(frozen=True, slots=True)
class Changes:
    """A batch, sorted by what can be done about it. All are URL paths.

    But for ``refetch``: names, for people, of what changed of that which pages are rendered from.
    ``again`` are those of the modules that run again whether or not they are different.
    """

    modules: frozenset[str] = frozenset()
    styles: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    refetch: tuple[str, ...] = ()
    again: frozenset[str] = frozenset()

    @property
    def paths(self) -> frozenset[str]:
        return frozenset((*map(file_url, self.modules), *self.styles, *self.pages, *self.assets))

    def union(self, other: "Changes") -> "Changes":
        """These changes and those, each path once."""
        return Changes(
            self.modules | other.modules,
            tuple(dict.fromkeys((*self.styles, *other.styles))),
            tuple(dict.fromkeys((*self.pages, *other.pages))),
            tuple(dict.fromkeys((*self.assets, *other.assets))),
            tuple(dict.fromkeys((*self.refetch, *other.refetch))),
            self.again | other.again,
        )


def sort_changes(
    site: Site,
    urls: Collection[str],
    held_of: Callable[[str], set[str]],
    made_of: Collection[Output] = (),
) -> Changes:
    """What a batch changes; files whose bytes are what they were are no change.

    Args:
        site: the project; it takes note of the files' new bytes.
        urls: URL paths of files that may have changed.
        held_of: what pages hold of a file that could not be linked since the server started.
        made_of: what plugins made of files that may have changed, besides their own.
    """
    modules: set[str] = set()
    styles: dict[str, None] = {}
    pages: dict[str, None] = {}
    assets: dict[str, None] = {}
    appeared: set[str] = set()
    for url in sorted(urls):
        kind = site.sources.kind(url)
        digest = site.current_hash(url)
        known = site.known.hash(url)
        # A module may have been linked to a file that nobody has asked for yet.
        lost = digest is None and site.sources.was_found(url)
        if not (lost or site.known.is_news(url, digest)):
            continue
        assets.update(dict.fromkeys(sorted(site.workers.importing(url))))
        if digest is None:
            if kind == "style":
                styles[url] = None
            elif kind == "page":
                pages[url] = None
            else:
                assets[url] = None
            modules |= _removed(site, url)
            continue
        made_of_it = set(site.modules.modules_of(url)) or held_of(url)
        if url in site.known.problems and site.modules.is_module(url):
            made_of_it.add(url)
        if known is None:
            appeared.add(url)
        site.known.note(url, digest)
        if kind == "style":
            if site.restyled(url):
                styles[url] = None
            # Whoever has its rules is told them as such, and who imports it later runs it as it is.
            made_of_it.discard(f"{url}?import")
            site.modules.forget(f"{url}?import")
        elif kind == "page":
            if site.repaged(url):
                pages[url] = None
        elif suffix(url) not in SCRIPT_SUFFIXES:
            assets[url] = None
            if url in site.documents.drawings:
                pages[url] = None
            site.documents.assets[url] = digest
            styles.update(dict.fromkeys(site.documents.stylesheets_showing(url)))
        elif all(map(wrap_query, made_of_it)):
            # It may run as a script or as a worker that is none of the modules.
            assets[url] = None
        if url.endswith("/package.json"):
            modules |= site.modules.repackaged()
        modules |= made_of_it
    for url, kind in sorted(made_of):
        match kind:
            case "style" if site.restyled(url):
                styles[url] = None
                inner = site.modules.modules_of(url)
                modules |= {m for m in inner if wrap_query(m) in ("inline", "names")}
            case "page" if site.sources.renew(url, kind) and site.repaged(url):
                pages[url] = None
            case "script" if site.sources.renew(url, kind):
                modules.add(url)
    modules |= site.modules.globbing(urls)
    if appeared:
        modules |= _healed(site) | site.modules.rewired(appeared)
    return Changes(frozenset(modules), tuple(styles), tuple(pages), tuple(assets))


def _removed(site: Site, url: str) -> set[str]:
    """Forget a file; what imports it can't be linked any more, which the next look finds."""
    made_of_it = {*site.modules.modules_of(url), *site.modules.module_urls(url)}
    importers = {i for m in made_of_it for i in site.modules.graph.importers(m)}
    site.drop(url)
    for importer in importers:
        site.modules.forget(importer)
    return importers


def _healed(site: Site) -> set[str]:
    """Modules whose imports led nowhere, and may now."""
    return {
        owner
        for owner, problem in site.known.problems.items()
        if problem.kind == "import" and site.modules.is_module(owner)
    }
