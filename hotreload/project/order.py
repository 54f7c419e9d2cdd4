"""In which order modules run: in a fresh load of a page, and in an update of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from hotreload.project.graph import ModuleGraph, Node


class LoadOrder(NamedTuple):
    """What a fresh load of a page does.

    Args:
        entered: each module it comes upon, in this order → the one whose import led there; "" for
            the page.
        ran: the same modules in the order in which they run.
    """

    entered: Mapping[str, str]
    ran: tuple[str, ...]


def load_order(graph: ModuleGraph, roots: Iterable[str], within: Collection[str]) -> LoadOrder:
    """What a fresh load of a page does (ECMAScript, "InnerModuleEvaluation").

    Args:
        graph: the graph.
        roots: the modules that the page loads itself, in their order.
        within: the modules to order; ways that lead through others are left out.
    """
    entered: dict[str, str] = {}
    ran: list[str] = []
    lazy: list[str] = []
    tops = [url for url in sorted(within) if graph.importers(url).isdisjoint(within)]
    for starts in ([*roots, *tops], lazy, sorted(within)):
        for start in starts:
            stack: list[tuple[str, Iterator[str]]] = [("", iter([start]))]
            while stack:
                for url in stack[-1][1]:
                    if url in within and url not in entered:
                        entered[url] = stack[-1][0]
                        node = graph.get(url) or Node()
                        lazy.extend(node.dynamic)
                        stack.append((url, iter(node.static)))
                        break
                else:
                    ran.append(stack.pop()[0])
            ran.pop()  # what stands for the page
    return LoadOrder(entered, tuple(ran))


def start_order(
    load: LoadOrder, outdated: Collection[str], found: Iterable[Collection[str]]
) -> dict[str, int]:
    """The place of each module among those with which an update of a page begins.

    What a circle's modules find of each other depends on which of them is entered first. An update
    enters a circle where a fresh load does, if it begins there, or with what leads there through
    nothing but modules that run again. All else begins in the order in which it runs.

    Args:
        load: what a fresh load does.
        outdated: the modules that run again.
        found: the circles among them.
    """
    place = {url: index for index, url in enumerate(load.entered)}
    order: dict[str, None] = {}
    firsts = (min(circle, key=place.__getitem__) for circle in found)
    for start in sorted(firsts, key=place.__getitem__):
        while load.entered[start] in outdated:
            start = load.entered[start]
        order[start] = None
    order.update(dict.fromkeys(load.ran))
    return {url: index for index, url in enumerate(order)}


def circles(graph: ModuleGraph, leaf_first: Collection[str]) -> list[frozenset[str]]:
    """The modules that import each other, of those given (Kosaraju's algorithm).

    Args:
        graph: the graph.
        leaf_first: modules, in the order of :func:`leaf_first`.
    """
    found: list[frozenset[str]] = []
    left = dict.fromkeys(leaf_first)
    while left:
        circle = [left.popitem()[0]]
        for url in circle:
            importers = [i for i in graph.importers(url) if i in left and url in graph[i].static]
            for importer in importers:
                del left[importer]
            circle += importers
        if len(circle) > 1:
            found.append(frozenset(circle))
    return found


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


def _within(graph: ModuleGraph, url: str, urls: Collection[str]) -> list[str]:
    node = graph.get(url)
    return [] if node is None else [d for d in node.static if d in urls]
