"""What a page says it holds beside modules, against what there is: stylesheets, images, data, …"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hotreload.live.changes import Changes
from hotreload.project.files import MISSING, FileMissingError
from hotreload.project.problems import ProblemError
from hotreload.project.urls import suffix
from hotreload.site import Site
from hotreload.site.workers import CLOSURE
from hotreload.transform.wrap import SCRIPT_SUFFIXES

# What a page asked for and did not get.
_NOT_COME = "?"
# It runs as a shared worker, of which no page is told what it is.
_SOME_CLOSURE = f"{CLOSURE}?"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it.

    Args:
        adopted: hashes of what the page holds without knowing them.
        changed: what it holds that is no longer so.
        workers: scripts of workers that are others now, to be looked at before they are taken.
    """

    adopted: Mapping[str, str]
    changed: Changes
    workers: frozenset[str]


def compare(site: Site, held: Mapping[str, str], missed: Collection[str] | None) -> Comparison:
    """Compare a page's resources with the project.

    A hash says what the page was answered (:data:`MISSING` where there was no file). Where it has
    none, the journal decides, and where that doesn't know, a stylesheet counts as changed, since
    giving it the text that it has changes nothing, and anything else as unchanged.

    Args:
        site: the project; it takes note of the files.
        held: path → hash, empty where the page does not know it.
        missed: paths that changed since the page was last told, None where that is not known.
    """
    adopted: dict[str, str] = {}
    styles: dict[str, None] = {}
    assets: dict[str, None] = {}
    workers: set[str] = set()
    for url, digest in held.items():
        current = _current(site, url, digest)
        if current is None or current == digest:
            continue
        if digest in ("", _SOME_CLOSURE) and not _may_have_changed(site, url, missed):
            adopted[url] = current
        elif site.sources.kind(url) == "style":
            styles[url] = None
        elif digest.startswith(CLOSURE) and url in site.modules.graph:
            workers.add(url)
        else:
            assets[url] = None
    if any(_is_shown(url) for url in assets):
        _link_stylesheets(site, held)
    for url in filter(_is_shown, assets):
        if (current := site.current_hash(url)) is not None:
            site.documents.assets[url] = current
            styles.update(dict.fromkeys(site.documents.stylesheets_showing(url)))
    changed = Changes(styles=tuple(styles), assets=tuple(assets))
    return Comparison(adopted, changed, frozenset(workers))


def missed_unseen(
    site: Site, missed: Collection[str], held: Mapping[str, str], modules: Collection[str]
) -> Changes:
    """What of the missed changes a page may hold without having said so: it may be on its way."""
    unseen = [url for url in sorted(missed) if not held.get(url) and url not in modules]
    return Changes(
        styles=tuple(url for url in unseen if site.sources.kind(url) == "style"),
        assets=tuple(url for url in unseen if site.sources.kind(url) not in ("style", "page")),
    )


def _current(site: Site, url: str, digest: str) -> str | None:
    """The hash to compare with; None where there is nothing to be said of the file."""
    if digest.startswith(CLOSURE):
        return site.workers.closure_hash(url)
    if site.sources.is_made(url, "style"):
        return site.documents.hash(url)
    current = site.current_hash(url)
    if not digest:
        # What the page holds may be what was known before a change that is not dealt with yet.
        current = site.known.hash(url) or current
    if current is not None:
        site.known.see(url, current)
    else:
        site.known.miss(url)
    if current is None and digest == _NOT_COME:
        return None
    return current or (MISSING if digest else None)


def _may_have_changed(site: Site, url: str, missed: Collection[str] | None) -> bool:
    if missed is None:
        return site.sources.kind(url) == "style"
    return url in missed or not site.workers.files_of(url).isdisjoint(missed)


def _is_shown(url: str) -> bool:
    return suffix(url) not in SCRIPT_SUFFIXES


def _link_stylesheets(site: Site, held: Collection[str]) -> None:
    """Know what the page's stylesheets show."""
    for url in held:
        if site.sources.kind(url) == "style":
            try:
                site.documents.stylesheet(url)
            except (FileMissingError, ProblemError):
                continue
