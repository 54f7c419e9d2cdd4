"""What of a change a page can take while something else is broken. Pure, as the plan is."""

from collections.abc import Collection

from hotreload.project.graph import ModuleGraph
from hotreload.project.plan import DeadEnd, HotPlan, View, plan


def takeable(
    graph: ModuleGraph,
    changed: Collection[str],
    view: View,
    *,
    broken: Collection[str],
    unlinked: Collection[str],
) -> frozenset[str]:
    """The changed modules whose update neither runs nor relies on what is broken.

    A page is never given half of what belongs together: a module waits for all that it imports,
    and an update for every module that would run in it. What has nothing to do with what is broken
    goes on.

    Args:
        graph: who imports whom.
        changed: the modules that the page holds in an older form.
        view: what the page holds, all of it.
        broken: modules that can't be run as they are now.
        unlinked: those of them that import names which are not exported.
    """
    changed = frozenset(url for url in changed if url in graph)
    if not broken:
        return changed
    spoilt = static_ancestors(graph, broken)
    free = changed - spoilt
    waiting = (changed - free).union(broken)

    def fits(some: frozenset[str]) -> bool:
        match plan(graph, some, view):
            case DeadEnd():
                # The page must not be loaded anew into one that can't load.
                return spoilt.isdisjoint(view.held)
            case HotPlan(outdated=outdated):
                importers = {i for url in some for i in graph.importers(url) if i in view.held}
                return waiting.isdisjoint(outdated) and importers.isdisjoint(unlinked)

    free = frozenset(url for url in free if fits(frozenset((url,))))
    return free if fits(free) else frozenset()


def static_ancestors(graph: ModuleGraph, urls: Collection[str]) -> frozenset[str]:
    """The given modules and everything that imports them statically, directly or not."""
    found = set(urls)
    queue = list(urls)
    while queue:
        url = queue.pop()
        for importer in graph.importers(url):
            if importer not in found and url in graph[importer].static:
                found.add(importer)
                queue.append(importer)
    return frozenset(found)
