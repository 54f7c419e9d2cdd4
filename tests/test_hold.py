"""What a page takes while something is broken: all that has nothing to do with it, and no more."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hotreload.project.graph import Acceptance, ModuleGraph, Node
from hotreload.project.hold import static_ancestors, takeable
from hotreload.project.plan import HotPlan, View, plan
from tests.test_plan import URLS, situations

ACCEPTS = Acceptance(itself=True)


def graph_of(**static: tuple[str, ...]) -> ModuleGraph:
    graph = ModuleGraph()
    for url, dependencies in static.items():
        graph.set(url, Node(dependencies, acceptance=ACCEPTS))
    return graph


def take(graph: ModuleGraph, changed: set[str], broken: set[str], *unlinked: str) -> set[str]:
    view = View(frozenset(graph), {}, ())
    return set(takeable(graph, changed, view, broken=broken, unlinked=unlinked))


def test_a_module_waits_for_what_it_imports() -> None:
    graph = graph_of(a=("b",), b=("c",), c=(), d=())
    assert take(graph, {"a", "d"}, {"c"}) == {"d"}
    assert take(graph, {"c"}, {"a"}) == {"c"}


def test_a_module_waits_for_who_can_t_be_linked_with_it() -> None:
    graph = graph_of(a=("b",), b=())
    assert take(graph, {"b"}, {"a"}, "a") == set()
    assert take(graph, {"b"}, {"a"}) == {"b"}


def test_an_update_waits_for_every_module_that_runs_in_it() -> None:
    graph = ModuleGraph()
    graph.set("main", Node(("leaf", "twin"), acceptance=ACCEPTS))
    graph.set("leaf", Node())
    graph.set("twin", Node(acceptance=ACCEPTS))
    assert take(graph, {"leaf", "twin"}, {"main"}) == {"twin"}
    assert take(graph, {"leaf", "twin"}, {"twin"}) == {"leaf"}


def test_a_page_is_not_loaded_anew_into_one_that_can_t_load() -> None:
    graph = ModuleGraph()
    graph.set("main", Node(("leaf", "twin")))
    graph.set("leaf", Node())
    graph.set("twin", Node(acceptance=ACCEPTS))
    assert take(graph, {"leaf"}, {"twin"}) == set()
    assert take(graph, {"leaf"}, set()) == {"leaf"}


@settings(max_examples=100)
@given(situations(), st.sets(st.sampled_from(URLS)), st.sets(st.sampled_from(URLS)))
def test_nothing_broken_runs_and_nothing_else_waits_for_nothing(
    situation: tuple[ModuleGraph, set[str], View], broken: set[str], unlinked: set[str]
) -> None:
    graph, changed, view = situation
    known = {url for url in changed if url in graph}
    assert takeable(graph, changed, view, broken=(), unlinked=()) == known
    broken |= unlinked
    taken = takeable(graph, changed, view, broken=broken, unlinked=unlinked)
    assert taken <= known - static_ancestors(graph, broken)
    if taken and isinstance(planned := plan(graph, taken, view), HotPlan):
        assert broken.isdisjoint(planned.outdated)
        assert (known - taken).isdisjoint(planned.outdated)
    # Where the page holds nothing that leads to what is broken, it takes all the rest.
    if not static_ancestors(graph, broken) & set(view.held):
        assert known - static_ancestors(graph, broken) == taken
