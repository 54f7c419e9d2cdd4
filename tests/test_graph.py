"""The module graph keeps importers as the inverse of dependencies."""

from hypothesis import given
from hypothesis import strategies as st

from hotreload.project.graph import ModuleGraph, Node

URLS = [f"/{name}.js" for name in "abcdef"]
urls = st.sampled_from(URLS)
nodes = st.builds(
    Node,
    static=st.lists(urls, max_size=3, unique=True).map(tuple),
    dynamic=st.lists(urls, max_size=2, unique=True).map(tuple),
)
steps = st.lists(st.tuples(urls, st.one_of(st.none(), nodes)), max_size=20)


def graph_of(**static: str) -> ModuleGraph:
    """A graph from the names of what each module imports: ``a="bc"``."""
    graph = ModuleGraph()
    for name, dependencies in static.items():
        graph.set(f"/{name}.js", Node(tuple(f"/{d}.js" for d in dependencies)))
    return graph


@given(steps)
def test_importers_are_the_inverse_of_dependencies_whatever_happened(
    steps: list[tuple[str, Node | None]],
) -> None:
    graph = ModuleGraph()
    model: dict[str, Node] = {}
    for url, node in steps:
        before = model.pop(url, Node()).dependencies
        if node is None:
            dropped = graph.remove(url)
        else:
            model[url] = node
            dropped = graph.set(url, node)
        assert dropped == before - (frozenset() if node is None else node.dependencies)
    assert set(graph) == set(model)
    assert len(graph) == len(model)
    for url in URLS:
        expected = {importer for importer, node in model.items() if url in node.dependencies}
        assert graph.importers(url) == expected
        assert (url in graph) == (url in model)
        assert graph.get(url) == model.get(url)


@given(steps, st.lists(urls, max_size=3).map(tuple))
def test_the_static_closure_is_complete_and_without_doubles(
    steps: list[tuple[str, Node | None]], roots: tuple[str, ...]
) -> None:
    graph = ModuleGraph()
    for url, node in steps:
        if node is not None:
            graph.set(url, node)
    closure = graph.static_closure(roots)
    assert len(closure) == len(set(closure))
    expected: set[str] = set()
    queue = [root for root in roots if root in graph]
    while queue:
        url = queue.pop()
        if url not in expected:
            expected.add(url)
            queue += [d for d in graph[url].static if d in graph]
    assert set(closure) == expected


def test_the_static_closure_has_the_order_of_evaluation() -> None:
    graph = graph_of(a="bc", b="d", c="d", d="")
    assert graph.static_closure(("/a.js",)) == ["/d.js", "/b.js", "/c.js", "/a.js"]
    assert graph.static_closure(("/c.js", "/a.js")) == ["/d.js", "/c.js", "/b.js", "/a.js"]


def test_a_cycle_ends_where_it_was_entered() -> None:
    graph = graph_of(a="b", b="a")
    assert graph.static_closure(("/a.js",)) == ["/b.js", "/a.js"]
    assert graph.static_closure(("/b.js",)) == ["/a.js", "/b.js"]


def test_dynamic_imports_are_no_part_of_the_static_closure() -> None:
    graph = graph_of(b="")
    graph.set("/a.js", Node(dynamic=("/b.js",)))
    assert graph.static_closure(("/a.js",)) == ["/a.js"]
    assert graph.importers("/b.js") == {"/a.js"}


def test_a_dependency_that_moved_from_static_to_dynamic_is_not_dropped() -> None:
    graph = graph_of(a="b", b="")
    assert graph.set("/a.js", Node(dynamic=("/b.js",))) == frozenset()
    assert graph.set("/a.js", Node()) == {"/b.js"}


def test_a_chain_of_ten_thousand_modules_does_not_exhaust_the_stack() -> None:
    graph = ModuleGraph()
    for number in range(10_000):
        graph.set(f"/{number}.js", Node((f"/{number + 1}.js",)))
    assert graph.static_closure(("/0.js",))[0] == "/9999.js"
