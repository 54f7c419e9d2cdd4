"""Plans: which modules run again, who takes them, or why there is no way."""

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotreload.project.graph import Acceptance, ModuleGraph, Node
from hotreload.project.order import leaf_first
from hotreload.project.plan import (
    Boundary,
    DeadEnd,
    HotPlan,
    View,
    ancestors,
    plan,
    unused,
)

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
    assert plan_all(graph, "c") == replace(hot("cba", "aa"), circular=True)


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


sets_of_urls = st.sets(st.sampled_from(URLS))
EXPORTS = ("a", "b")
acceptances = st.builds(
    Acceptance,
    st.booleans(),
    sets_of_urls.map(frozenset),
    st.one_of(st.none(), st.sets(st.sampled_from(EXPORTS)).map(frozenset)),
    st.one_of(st.just(frozenset[str]()), st.sets(st.sampled_from(URLS), max_size=1).map(frozenset)),
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[ModuleGraph, set[str], View]:
    """A graph, what changed in it, and a page: what it holds, loads itself and is told."""
    graph = ModuleGraph()
    for url in URLS:
        static = draw(st.lists(st.sampled_from(URLS), max_size=3, unique=True))
        dynamic = draw(st.lists(st.sampled_from(URLS), max_size=1))
        used = st.one_of(st.none(), st.sets(st.sampled_from(EXPORTS)).map(frozenset))
        uses = {d: None if d in dynamic else draw(used) for d in (*static, *dynamic)}
        imported = st.sets(st.sampled_from([*static, *dynamic]), max_size=2)
        accepted = draw(imported if uses else st.just(set[str]()))
        partly = draw(st.integers(0, 5)) == 0
        accepts = Acceptance(
            draw(st.integers(0, 3)) == 0,
            frozenset(accepted),
            draw(st.sets(st.sampled_from(EXPORTS)).map(frozenset)) if partly else None,
        )
        graph.set(url, Node(tuple(static), tuple(dynamic), accepts, uses, frozenset(EXPORTS)))
    changed = draw(st.sets(st.sampled_from(URLS), min_size=1, max_size=3))
    held = draw(st.one_of(st.just(set(URLS)), sets_of_urls))
    said = draw(st.dictionaries(st.sampled_from(URLS), acceptances, max_size=3))
    roots = draw(st.sets(st.sampled_from(URLS), max_size=2))
    return graph, changed, View(held, said, tuple(sorted(roots & held)))


def acceptance(graph: ModuleGraph, view: View, url: str) -> Acceptance:
    return view.said.get(url, graph[url].acceptance)


def is_taken(graph: ModuleGraph, view: View, importer: str, url: str) -> bool:
    """Whether an importer need not run again for a module: by itself, or by what it uses of it."""
    exports = acceptance(graph, view, url).exports
    used = graph[importer].uses[url]
    content = exports is not None and (used if used is not None else set(EXPORTS)) <= exports
    return content or url in acceptance(graph, view, importer).deps


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


def reaches_itself(graph: ModuleGraph, url: str, within: Collection[str]) -> bool:
    return any(reaches(graph, d, url, within) for d in graph[url].dependencies & set(within))


def runs_of(graph: ModuleGraph, planned: HotPlan) -> list[str]:
    """What runs, as a browser does it: each boundary is imported, and with it what is outdated."""
    new = set(planned.outdated)
    ran: list[str] = []
    entered: set[str] = set()

    def load(url: str) -> None:
        if url in entered or url not in new:
            return
        entered.add(url)
        for dependency in graph[url].static:
            load(dependency)
        ran.append(url)

    for boundary in planned.boundaries:
        load(boundary.accepted)
    # A lazy import is made when the code that runs again makes it.
    for url in ran:
        for dependency in graph[url].dynamic:
            load(dependency)
    return ran


def entered_of(graph: ModuleGraph, starts: list[str], within: Collection[str]) -> list[str]:
    """The order in which a browser comes upon modules."""
    entered: list[str] = []
    queue = list(reversed(starts))
    while queue:
        url = queue.pop()
        if url in within and url not in entered:
            entered.append(url)
            queue += reversed(graph[url].static)
    return entered


@pytest.mark.slow
@settings(max_examples=200)
@given(situations())
def test_what_changed_runs_again_once_or_the_page_reloads_and_nothing_else_runs(
    situation: tuple[ModuleGraph, set[str], View],
) -> None:
    graph, changed, view = situation
    planned = plan(graph, changed, view)
    if isinstance(planned, DeadEnd):
        return
    ran = runs_of(graph, planned)
    assert sorted(ran) == sorted(planned.outdated), "each once, and nothing else"
    assert changed & set(view.held) <= set(ran)
    # Who runs without having changed imports something that does and that it does not accept.
    for url in set(ran) - changed:
        lower = [d for d in graph[url].dependencies if d in ran]
        assert any(not is_taken(graph, view, url, d) for d in lower)


def test_what_a_fresh_load_finds_on_a_way_through_others_begins_first() -> None:
    # `s` comes upon the circle through `y`, which only accepts it, before it imports `/c.js`.
    graph = ModuleGraph()
    graph.set("/s.js", Node(("/y.js", "/c.js"), acceptance=Acceptance(itself=True)))
    graph.set("/y.js", Node(("/a.js",), acceptance=Acceptance(deps=frozenset({"/a.js"}))))
    graph.set("/a.js", Node(("/c.js",)))
    graph.set("/c.js", Node(("/a.js",)))
    planned = plan(graph, {"/a.js", "/c.js"}, View(frozenset(graph), roots=("/s.js",)))
    assert isinstance(planned, HotPlan)
    assert [boundary.accepted for boundary in planned.boundaries] == ["/a.js", "/s.js"]
    assert planned.circular


@pytest.mark.slow
@settings(max_examples=150)
@given(situations(), st.sampled_from(URLS))
def test_a_circle_is_entered_where_a_fresh_load_enters_it(
    situation: tuple[ModuleGraph, set[str], View], root: str
) -> None:
    graph, changed, view = situation
    for url in URLS:
        # When a lazy import is made, only running it can tell.
        graph.set(url, graph[url]._replace(dynamic=()))
    held = graph.static_closure((root,))
    planned = plan(graph, changed, View(held, view.said, (root,)))
    if not isinstance(planned, HotPlan):
        return
    new = planned.outdated
    fresh = entered_of(graph, [root], held)
    entered = entered_of(graph, [boundary.accepted for boundary in planned.boundaries], new)
    circles = {
        frozenset(u for u in new if reaches(graph, url, u, new) and reaches(graph, u, url, new))
        for url in new
    }
    assert planned.circular is any(len(circle) > 1 for circle in circles)
    for circle in circles:
        assert min(circle, key=entered.index) == min(circle, key=fresh.index)


@pytest.mark.slow
@settings(max_examples=200)
@given(situations())
def test_a_plan_keeps_what_pages_say(situation: tuple[ModuleGraph, set[str], View]) -> None:
    graph, changed, view = situation
    held = set(view.held)
    match plan(graph, changed, view):
        case DeadEnd(chain):
            assert chain[0] in changed & held
            assert set(chain) <= held
            for lower, upper in pairwise(chain):
                assert lower in graph[upper].dependencies
                assert not acceptance(graph, view, lower).itself
                declined = acceptance(graph, view, upper).declined
                assert lower in declined or not is_taken(graph, view, upper, lower)
            # At the end is a module of the page itself, one that was declined, one that nothing
            # imports, or a circle of such as import each other.
            above = [chain[-1]]
            for url in above:
                importers = graph.importers(url) & held
                above += [
                    i
                    for i in importers
                    if not is_taken(graph, view, i, url)
                    and not acceptance(graph, view, url).itself
                    and i not in above
                ]
            ends = [
                url
                for url in above
                if url in view.roots
                or url in acceptance(graph, view, url).declined
                or not graph.importers(url) & held
                or any(d in acceptance(graph, view, url).declined for d in graph[url].dependencies)
            ]
            circles = [url for url in above if reaches_itself(graph, url, above)]
            assert ends or circles
        case HotPlan(outdated, boundaries):
            assert len(outdated) == len(set(outdated))
            assert set(outdated) <= ancestors(graph, changed & held) & held
            for url in outdated:
                accepts = acceptance(graph, view, url)
                assert url not in accepts.declined
                if accepts.itself or accepts.exports is not None:
                    assert Boundary(url, url) in boundaries
                if accepts.itself:
                    continue
                assert url not in view.roots or accepts.exports is not None
                for importer in graph.importers(url) & held:
                    assert url not in acceptance(graph, view, importer).declined
                    assert importer in outdated or is_taken(graph, view, importer, url)
            for boundary in boundaries:
                assert boundary.accepted in outdated
                accepts = acceptance(graph, view, boundary.url)
                if boundary.url == boundary.accepted:
                    own = accepts.itself or accepts.exports is not None
                    assert own or boundary.url in accepts.deps
                else:
                    assert boundary.accepted in accepts.deps
            for later, url in enumerate(outdated):
                for earlier in outdated[:later]:
                    if url in graph[earlier].static:
                        assert reaches(graph, url, earlier, outdated), "only a cycle excuses it"


@given(situations())
def test_a_plan_does_not_depend_on_order(situation: tuple[ModuleGraph, set[str], View]) -> None:
    graph, changed, view = situation
    turned = View(sorted(view.held, reverse=True), view.said, view.roots)
    assert plan(graph, sorted(changed), view) == plan(graph, sorted(changed, reverse=True), turned)


@pytest.mark.slow
@settings(max_examples=150)
@given(
    situations(),
    st.dictionaries(st.sampled_from(URLS), st.sets(st.sampled_from(URLS), max_size=2)),
    sets_of_urls,
)
def test_only_what_nothing_leads_to_any_more_is_unused(
    situation: tuple[ModuleGraph, set[str], View], dropped: dict[str, set[str]], current: set[str]
) -> None:
    graph, _, view = situation
    held = set(view.held)
    gone = unused(graph, dropped, current, view)
    coming = set(graph.static_closure(tuple(current & held)))
    assert gone <= held
    assert not gone & set(view.roots)
    for url in gone:
        assert graph.importers(url) & held <= gone, "what stays may not import what goes"
        # Something let go of it, or of what led to it.
        assert any(
            reaches(graph, start, url, held) or any(start in who for who in dropped.values())
            for start in dropped
        )
    for url, importers in dropped.items():
        alone = url in held and not graph.importers(url) & (held | coming)
        if alone and url not in view.roots and importers & current:
            assert url in gone


def test_what_a_module_that_comes_imports_is_used() -> None:
    graph = graph_of(a=node("n"), n=node("x"), x=node())
    gone = unused(graph, {"/x.js": {"/a.js"}}, {"/a.js"}, View({"/a.js", "/x.js"}))
    assert gone == frozenset()
