"""What a change means for one page: which modules run again, who takes them, or why it reloads.

Pure: a graph, the changed modules and what the page holds go in; a plan comes out.
"""

from collections.abc import Collection
from dataclasses import dataclass

from hotreload.project.graph import ModuleGraph


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
        boundaries: who accepts them, in the order in which their callbacks run.
    """

    outdated: tuple[str, ...] = ()
    boundaries: tuple[Boundary, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """Nobody accepts the change: ``chain`` leads from the changed module to the one at its end."""

    chain: tuple[str, ...]


Plan = HotPlan | DeadEnd


def plan(graph: ModuleGraph, changed: Collection[str], held: Collection[str]) -> Plan:
    """Decide what a page that holds ``held`` does about ``changed``.

    Every changed module that the page holds runs again exactly once, with every importer on the
    way up to a boundary; nothing else does. One way that ends without a boundary is a dead end.

    Args:
        graph: the graph after the change.
        changed: URLs of changed modules; those the page doesn't hold are ignored.
        held: URLs of the modules the page has loaded.
    """
    outdated: set[str] = set()
    boundaries: dict[Boundary, None] = {}
    came_from: dict[str, str | None] = {}
    queue = [url for url in sorted(changed) if url in held]
    came_from.update(dict.fromkeys(queue))
    while queue:
        url = queue.pop(0)
        outdated.add(url)
        node = graph.get(url)
        if node is not None and node.self_accepting:
            boundaries[Boundary(url, url)] = None
            continue
        importers = sorted(i for i in graph.importers(url) if i in held)
        if not importers:
            return DeadEnd(_chain(url, came_from))
        for importer in importers:
            if url in graph[importer].accepts:
                boundaries[Boundary(importer, url)] = None
            elif importer not in came_from:
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
    rank = {url: index for index, url in enumerate(order)}
    return HotPlan(order, tuple(sorted(boundaries, key=lambda b: (rank[b.accepted], b.url))))


def leaf_first(graph: ModuleGraph, urls: Collection[str]) -> tuple[str, ...]:
    """The given modules, dependencies before importers (cycles broken in favour of the first)."""
    order: list[str] = []
    entered: set[str] = set()
    for root in sorted(urls):
        if root in entered:
            continue
        entered.add(root)
        stack = [(root, iter(_within(graph, root, urls)))]
        while stack:
            url, dependencies = stack[-1]
            for dependency in dependencies:
                if dependency not in entered:
                    entered.add(dependency)
                    stack.append((dependency, iter(_within(graph, dependency, urls))))
                    break
            else:
                stack.pop()
                order.append(url)
    return tuple(order)


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


def _within(graph: ModuleGraph, url: str, urls: Collection[str]) -> list[str]:
    node = graph.get(url)
    return [] if node is None else [d for d in node.static if d in urls]


def _chain(end: str, came_from: dict[str, str | None]) -> tuple[str, ...]:
    chain = [end]
    while (previous := came_from[chain[-1]]) is not None:
        chain.append(previous)
    return tuple(reversed(chain))


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
