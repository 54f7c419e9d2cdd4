"""The module graph: who imports whom, and who accepts whose updates. Pure data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Whose updates a module takes, as its source says or, better, its running instance.

    Args:
        itself: it takes its own.
        deps: dependencies whose updates it takes.
        exports: its own exports that may change; it takes its own updates as long as nobody uses
            others. None where it says nothing of the kind.
        declined: its own URL, or dependencies, whose change nothing but a reload answers.
    """

    itself: bool = False
    deps: frozenset[str] = frozenset()
    exports: frozenset[str] | None = None
    declined: frozenset[str] = frozenset()


class Node(NamedTuple):
    """What one module says of itself.

    Args:
        static: URLs it imports or re-exports from, in source order.
        dynamic: URLs it imports with a literal ``import()``.
        acceptance: whose updates it takes.
        uses: the exports it uses of what it imports; None, or no entry, stands for all.
        exports: the names it exports, known where it accepts some of them.
    """

    static: tuple[str, ...] = ()
    dynamic: tuple[str, ...] = ()
    acceptance: Acceptance = Acceptance()
    uses: Mapping[str, frozenset[str] | None] = MappingProxyType({})
    exports: frozenset[str] | None = None

    @property
    def dependencies(self) -> frozenset[str]:
        return frozenset(self.static) | frozenset(self.dynamic)


class ModuleGraph:
    """Nodes by URL, with importers kept as the inverse of their dependencies."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._importers: dict[str, set[str]] = {}

    def __contains__(self, url: object) -> bool:
        return url in self._nodes

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, url: str) -> Node:
        return self._nodes[url]

    def get(self, url: str) -> Node | None:
        return self._nodes.get(url)

    def importers(self, url: str) -> frozenset[str]:
        """The modules that import ``url``, statically or dynamically."""
        return frozenset(self._importers.get(url, ()))

    def imported_as(self, file: str) -> tuple[str, ...]:
        """The URLs of a file under which modules import it, with whatever query, in order."""
        found = (url for url in self._importers if url == file or url.startswith(f"{file}?"))
        return tuple(sorted(found))

    def set(self, url: str, node: Node) -> frozenset[str]:
        """Put a module in place of what it was.

        Returns:
            The dependencies it no longer has.
        """
        before = self._nodes.get(url, Node()).dependencies
        self._nodes[url] = node
        for dependency in node.dependencies:
            self._importers.setdefault(dependency, set()).add(url)
        dropped = before - node.dependencies
        for dependency in dropped:
            self._unlink(dependency, url)
        return dropped

    def remove(self, url: str) -> frozenset[str]:
        """Take a module out; who imports it still does. Returns the dependencies it had."""
        node = self._nodes.pop(url, None)
        if node is None:
            return frozenset()
        for dependency in node.dependencies:
            self._unlink(dependency, url)
        return node.dependencies

    def static_closure(self, roots: tuple[str, ...]) -> list[str]:
        """Everything the roots import statically, each once, dependencies before importers.

        The order is that of evaluation (ECMA-262, InnerModuleEvaluation): depth first, in source
        order. A URL that is not in the graph is left out.
        """
        order: list[str] = []
        entered: set[str] = set()
        for root in roots:
            if root in entered or root not in self._nodes:
                continue
            entered.add(root)
            stack = [(root, iter(self._nodes[root].static))]
            while stack:
                url, dependencies = stack[-1]
                for dependency in dependencies:
                    if dependency not in entered and dependency in self._nodes:
                        entered.add(dependency)
                        stack.append((dependency, iter(self._nodes[dependency].static)))
                        break
                else:
                    stack.pop()
                    order.append(url)
        return order

    def _unlink(self, dependency: str, importer: str) -> None:
        importers = self._importers.get(dependency)
        if importers is None:
            return
        importers.discard(importer)
        if not importers:
            del self._importers[dependency]
