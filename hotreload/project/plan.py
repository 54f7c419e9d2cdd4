"""What a change means for one page: which modules run again, who takes them, or why it reloads.

Pure: a graph, the changed modules and what the page holds go in; a plan comes out.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from hotreload.project.graph import Acceptance, ModuleGraph
from hotreload.project.order import circles, leaf_first, load_order, start_order


@dataclass(frozen=True, slots=True)
class Boundary:
    """``url`` accepts the new version of ``accepted`` (itself, where the two are equal)."""

    url: str
    accepted: str


@dataclass(frozen=True, slots=True)
class HotPlan:
    """The page can take the change in place.

    Args:
        outdated: modules to run again, dependencies before importers.
        boundaries: who accepts them, in the order in which they are loaded and their callbacks run.
        circular: some of what runs again imports itself, directly or not.
    """

    outdated: tuple[str, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    circular: bool = False


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """Nobody accepts the change: ``chain`` leads from the changed module to the one at its end."""

    chain: tuple[str, ...]


Plan = HotPlan | DeadEnd


@dataclass(frozen=True, slots=True)
class View:
    """One page, as far as a plan needs to know it.

    Args:
        held: URLs of the modules it has loaded.
        said: what running instances accept; for the others their source counts.
        roots: modules that the page loads itself, in their order. Nobody but themselves can accept
            them.
    """

    held: Collection[str]
    said: Mapping[str, Acceptance] = field(default_factory=dict)
    roots: Collection[str] = ()


def plan(graph: ModuleGraph, changed: Collection[str], view: View) -> Plan:
    """Decide what a page does about changed modules.

    Every changed module that the page holds runs again exactly once, with every importer on the
    way up to a boundary; nothing else does. One way that ends without a boundary is a dead end.

    Args:
        graph: the graph after the change.
        changed: URLs of changed modules; those the page doesn't hold are ignored.
        view: the page.
    """
    held = view.held
    outdated: set[str] = set()
    boundaries: dict[Boundary, None] = {}
    came_from: dict[str, str | None] = {}
    queue = [url for url in sorted(changed) if url in held]
    came_from.update(dict.fromkeys(queue))
    for url in queue:
        outdated.add(url)
        accepts = _acceptance(graph, view, url)
        if url in accepts.declined:
            return DeadEnd(_chain(url, came_from))
        if accepts.itself or accepts.exports is not None:
            boundaries[Boundary(url, url)] = None
        if accepts.itself:
            continue
        importers = sorted(i for i in graph.importers(url) if i in held)
        if accepts.exports is None and (not importers or url in view.roots):
            return DeadEnd(_chain(url, came_from))
        for importer in importers:
            wants = _acceptance(graph, view, importer)
            if url in wants.declined:
                return DeadEnd((*_chain(url, came_from), importer))
            if url in wants.deps:
                boundaries[Boundary(importer, url)] = None
            elif importer not in came_from and not _uses_accepted(graph, importer, url, accepts):
                came_from[importer] = url
                queue.append(importer)
    # An importer that runs again takes the new version by importing it: its old callback is moot.
    for boundary in list(boundaries):
        taken_by_import = boundary.accepted in graph[boundary.url].static
        if boundary.url != boundary.accepted and boundary.url in outdated and taken_by_import:
            del boundaries[boundary]
    # Modules that import each other in a circle have importers and yet may lead nowhere.
    lost = outdated - _taken(graph, outdated, boundaries)
    if lost:
        return DeadEnd(_chain(next(url for url in reversed(came_from) if url in lost), came_from))
    order = leaf_first(graph, outdated)
    found = circles(graph, order)
    rank = {url: index for index, url in enumerate(order)}
    if len({boundary.accepted for boundary in boundaries}) > 1:
        above = ancestors(graph, outdated) & frozenset(held)
        rank = start_order(load_order(graph, view.roots, above), outdated, found)
    ordered = sorted(boundaries, key=lambda b: (rank[b.accepted], b.url))
    return HotPlan(order, tuple(ordered), bool(found))


def unused(
    graph: ModuleGraph,
    dropped: Mapping[str, Collection[str]],
    current: Collection[str],
    view: View,
) -> frozenset[str]:
    """What a page holds and nothing in it imports any more.

    Only what an import led to once can lose it: what a page loaded by other ways is not known to
    be needed no more.

    Args:
        graph: the graph after the change.
        dropped: imports that are gone: URL → who imported it once.
        current: modules of the page that are, or are about to be, what the graph says of them.
        view: the page.
    """
    queue = [
        url
        for url, importers in dropped.items()
        if url in view.held and any(importer in current for importer in importers)
    ]
    candidates = set(queue)
    let_go: dict[str, set[str]] = {}
    for url, importers in dropped.items():
        for importer in importers:
            let_go.setdefault(importer, set()).add(url)
    for url in queue:
        node = graph.get(url)
        led_to = (frozenset() if node is None else node.dependencies) | let_go.get(url, set())
        more = [d for d in led_to if d in view.held and d not in candidates]
        candidates.update(more)
        queue += more
    # What comes with the change may import what something else no longer does.
    taking = tuple(url for url in current if url in view.held and url not in candidates)
    coming = frozenset(graph.static_closure(taking))
    needed = [
        url
        for url in candidates
        if url in view.roots
        or any(
            (i in view.held or i in coming) and i not in candidates for i in graph.importers(url)
        )
    ]
    kept = set(needed)
    for url in needed:
        node = graph.get(url)
        more = [] if node is None else list((node.dependencies & candidates) - kept)
        kept.update(more)
        needed += more
    return frozenset(candidates - kept)


def ancestors(graph: ModuleGraph, urls: Collection[str]) -> frozenset[str]:
    """The given modules and everything that imports them, directly or not."""
    found = set(urls)
    queue = list(urls)
    while queue:
        for importer in graph.importers(queue.pop()):
            if importer not in found:
                found.add(importer)
                queue.append(importer)
    return frozenset(found)


def _acceptance(graph: ModuleGraph, view: View, url: str) -> Acceptance:
    said = view.said.get(url)
    if said is not None:
        return said
    node = graph.get(url)
    return Acceptance() if node is None else node.acceptance


def _uses_accepted(graph: ModuleGraph, importer: str, url: str, accepts: Acceptance) -> bool:
    """Whether all that an importer uses of a module is among the exports that this accepts."""
    if accepts.exports is None:
        return False
    used = graph[importer].uses.get(url)
    if used is None:
        node = graph.get(url)
        used = None if node is None else node.exports
    return used is not None and used <= accepts.exports


def _taken(graph: ModuleGraph, outdated: set[str], boundaries: Collection[Boundary]) -> set[str]:
    """What of ``outdated`` runs because a boundary's callback or another that runs imports it."""
    taken = {boundary.accepted for boundary in boundaries}
    queue = list(taken)
    while queue:
        node = graph.get(queue.pop())
        found = set() if node is None else (node.dependencies & outdated) - taken
        taken |= found
        queue += found
    return taken


def _chain(end: str, came_from: Mapping[str, str | None]) -> tuple[str, ...]:
    chain = [end]
    while (previous := came_from[chain[-1]]) is not None:
        chain.append(previous)
    return tuple(reversed(chain))
