"""Plans: which modules run again, who takes them, or why there is no way."""

from collections.abc import Collection
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hotreload.project.graph import Acceptance, ModuleGraph, Node
from hotreload.project.plan import Boundary, DeadEnd, HotPlan, View, ancestors, leaf_first, plan

URLS = [f"/{name}.js" for name in "abcdefgh"]


def node(static: str = "", *, dynamic: str = "", accepts: str = "", own: bool = False) -> Node:
    """A node, with module names of one letter each."""
    return Node(
        tuple(f"/{d}.js" for d in static),
        tuple(f"/{d}.js" for d in dynamic),
        Acceptance(own, frozenset(f"/{d}.js" for d in accepts)),
    )


def graph_of(**nodes: Node) -> ModuleGraph:
    graph = ModuleGraph()
    for name, one in nodes.items():
        graph.set(f"/{name}.js", one)
    return graph


def plan_all(graph: ModuleGraph, changed: str) -> HotPlan | DeadEnd:
    return plan(graph, [f"/{c}.js" for c in changed], View(set(graph)))


def hot(outdated: str, *boundaries: str) -> HotPlan:
    """A plan by its letters; a boundary is written "ab": a accepts b."""
    return HotPlan(
        tuple(f"/{u}.js" for u in outdated),
        tuple(Boundary(f"/{b[0]}.js", f"/{b[1]}.js") for b in boundaries),
    )


def test_a_module_that_accepts_itself_runs_alone() -> None:
    graph = graph_of(a=node("b"), b=node(own=True))
    assert plan_all(graph, "b") == hot("b", "bb")


def test_a_change_goes_up_to_the_module_that_accepts_itself() -> None:
    graph = graph_of(a=node("b"), b=node("c", own=True), c=node("d"), d=node())
    assert plan_all(graph, "d") == hot("dcb", "bb")


def test_an_importer_that_accepts_a_dependency_does_not_run_again() -> None:
    graph = graph_of(a=node("b", accepts="b"), b=node("c"), c=node())
    assert plan_all(graph, "c") == hot("cb", "ab")


def test_a_change_that_nobody_accepts_is_a_dead_end_with_the_way_there() -> None:
    graph = graph_of(a=node("b"), b=node("c"), c=node())
    assert plan_all(graph, "c") == DeadEnd(("/c.js", "/b.js", "/a.js"))


def test_one_way_without_a_boundary_is_a_dead_end() -> None:
    graph = graph_of(a=node("c", accepts="c"), b=node("c"), c=node())
    assert plan_all(graph, "c") == DeadEnd(("/c.js", "/b.js"))


def test_importers_that_the_page_does_not_hold_do_not_count() -> None:
    graph = graph_of(a=node("c", accepts="c"), b=node("c"), c=node())
    assert plan(graph, ["/c.js"], View({"/a.js", "/c.js"})) == hot("c", "ac")


def test_what_the_page_does_not_hold_means_nothing_to_it() -> None:
    graph = graph_of(a=node("b"), b=node())
    assert plan(graph, ["/b.js"], View({"/a.js"})) == HotPlan()


def test_a_diamond_runs_each_module_once_and_dependencies_first() -> None:
    graph = graph_of(a=node("bc", own=True), b=node("d"), c=node("d"), d=node())
    assert plan_all(graph, "d") == hot("dbca", "aa")


def test_a_cycle_with_a_boundary_runs_each_module_once() -> None:
    graph = graph_of(a=node("b", own=True), b=node("c"), c=node("b"))
    assert plan_all(graph, "c") == hot("cba", "aa")


def test_a_cycle_without_a_boundary_runs_nothing() -> None:
    """As where a page's first module is imported by one of its dependencies."""
    graph = graph_of(a=node("b"), b=node("a"))
    assert plan_all(graph, "b") == DeadEnd(("/b.js", "/a.js"))


def test_a_cycle_beside_a_boundary_is_a_dead_end_all_the_same() -> None:
    graph = graph_of(a=node("bd"), b=node("a"), c=node("d", accepts="d"), d=node())
    assert plan_all(graph, "d") == DeadEnd(("/d.js", "/a.js", "/b.js"))


def test_callbacks_run_in_the_order_of_what_they_accept() -> None:
    graph = graph_of(z=node("ab", accepts="ab"), a=node("b"), b=node())
    assert plan_all(graph, "b") == hot("ba", "zb", "za")


def test_an_importer_that_runs_again_itself_does_not_get_the_old_callback() -> None:
    graph = graph_of(a=node("bc", accepts="b", own=True), b=node(), c=node())
    assert plan_all(graph, "bc") == hot("bca", "aa")


def test_a_dynamic_importer_that_accepts_is_a_boundary() -> None:
    graph = graph_of(a=node(dynamic="b", accepts="b"), b=node())
    assert plan_all(graph, "b") == hot("b", "ab")


def test_leaf_first_of_some_modules() -> None:
    graph = graph_of(a=node("b"), b=node("c"), c=node())
    assert leaf_first(graph, {"/a.js", "/b.js", "/c.js"}) == ("/c.js", "/b.js", "/a.js")
    assert leaf_first(graph, {"/x.js"}) == ("/x.js",)


def test_a_chain_of_ten_thousand_modules_does_not_exhaust_the_stack() -> None:
    graph = ModuleGraph()
    for number in range(10_000):
        graph.set(f"/{number}.js", Node((f"/{number + 1}.js",), (), Acceptance(number == 0)))
    graph.set("/10000.js", Node())
    planned = plan(graph, ["/10000.js"], View(set(graph)))
    assert isinstance(planned, HotPlan)
    assert planned.outdated[0] == "/10000.js"
    assert planned.outdated[-1] == "/0.js"


@st.composite
def situations(draw: st.DrawFn) -> tuple[ModuleGraph, set[str], set[str]]:
    """A graph, what changed in it, and what the page holds."""
    graph = ModuleGraph()
    for url in URLS:
        static = draw(st.lists(st.sampled_from(URLS), max_size=3, unique=True))
        dynamic = draw(st.lists(st.sampled_from(URLS), max_size=1))
        accepted = draw(
            st.sets(st.sampled_from([*static, *dynamic]), max_size=2)
            if static or dynamic
            else st.just(set())
        )
        own = draw(st.integers(0, 3)) == 0
        graph.set(url, Node(tuple(static), tuple(dynamic), Acceptance(own, frozenset(accepted))))
    changed = draw(st.sets(st.sampled_from(URLS), min_size=1, max_size=3))
    held = draw(st.one_of(st.just(set(URLS)), st.sets(st.sampled_from(URLS))))
    return graph, changed, held


def reaches(graph: ModuleGraph, start: str, goal: str, within: Collection[str]) -> bool:
    """Whether ``start`` imports ``goal``, directly or not, through modules of ``within``."""
    seen = {start}
    queue = [start]
    while queue:
        url = queue.pop()
        if url == goal:
            return True
        fresh = (graph[url].dependencies & set(within)) - seen
        seen |= fresh
        queue += fresh
    return False


@given(situations())
def test_a_plan_runs_what_it_must_and_nothing_else(
    situation: tuple[ModuleGraph, set[str], set[str]],
) -> None:
    graph, changed, held = situation
    match plan(graph, changed, View(held)):
        case DeadEnd(chain):
            assert chain[0] in changed & held
            assert set(chain) <= held
            for lower, upper in pairwise(chain):
                assert lower in graph[upper].dependencies
                assert lower not in graph[upper].acceptance.deps
                assert not graph[lower].acceptance.itself
            # At the end there is no importer, or only such as lead round in circles.
            above = [chain[-1]]
            for url in above:
                assert not graph[url].acceptance.itself
                importers = graph.importers(url) & held
                above += [
                    i for i in importers if url not in graph[i].acceptance.deps and i not in above
                ]
        case HotPlan(outdated, boundaries):
            assert changed & held <= set(outdated)
            assert len(outdated) == len(set(outdated))
            assert set(outdated) <= ancestors(graph, changed & held) & held
            for url in outdated:
                if graph[url].acceptance.itself:
                    assert Boundary(url, url) in boundaries
                    continue
                for importer in graph.importers(url) & held:
                    accepting = url in graph[importer].acceptance.deps
                    assert importer in outdated or (
                        accepting and Boundary(importer, url) in boundaries
                    )
            taken = {boundary.accepted for boundary in boundaries}
            for url in outdated:
                runs = any(reaches(graph, first, url, outdated) for first in taken)
                assert runs, f"nothing imports {url} anew"
            for boundary in boundaries:
                assert boundary.accepted in outdated
                if boundary.url == boundary.accepted:
                    assert graph[boundary.url].acceptance.itself or (
                        boundary.accepted in graph[boundary.url].acceptance.deps
                    )
                else:
                    assert boundary.accepted in graph[boundary.url].acceptance.deps
            for later, url in enumerate(outdated):
                for earlier in outdated[:later]:
                    if url in graph[earlier].static:
                        assert reaches(graph, url, earlier, outdated), "only a cycle excuses it"


@given(situations())
def test_a_plan_does_not_depend_on_order(
    situation: tuple[ModuleGraph, set[str], set[str]],
) -> None:
    graph, changed, held = situation
    assert plan(graph, sorted(changed), View(sorted(held))) == plan(
        graph, sorted(changed, reverse=True), View(sorted(held, reverse=True))
    )
