"""What the inspector shows: everything there is to know of a running engine, as plain data."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from hotreload import __version__
from hotreload.hosts.engine import Engine
from hotreload.hosts.inspector.recent import Recent, Said
from hotreload.live.protocol import ProblemState
from hotreload.project.options import ShownSetting
from hotreload.project.urls import file_url


@dataclass(frozen=True, slots=True)
class PageState:
    """An open page: what the user sees, the file it is, how many modules it holds."""

    address: str
    page: str
    modules: int
    ready: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class ModuleState:
    """A module of the graph.

    Args:
        url: its URL path.
        static, dynamic: URLs of what it imports.
        self_accepting: it takes its own updates.
        accepts: dependencies whose updates it takes.
        version: under which it was last replaced, or empty.
        pages: how many open pages hold it.
        touched: the last update ran it again.
        broken: something is wrong with its file.
    """

    url: str
    static: tuple[str, ...]
    dynamic: tuple[str, ...]
    self_accepting: bool
    accepts: tuple[str, ...]
    version: str
    pages: int
    touched: bool
    broken: bool


@dataclass(frozen=True, slots=True)
class State:
    """All of it. ``moment`` changes whenever anything else may have."""

    moment: str
    release: str
    project: str
    boot: str
    rev: int
    pages: tuple[PageState, ...]
    modules: tuple[ModuleState, ...]
    said: tuple[Said, ...]
    problems: tuple[ProblemState, ...]
    settings: tuple[ShownSetting, ...]

    def plain(self) -> dict[str, Any]:
        """As data that JSON can hold."""
        return asdict(self)


def moment(engine: Engine, recent: Recent) -> str:
    """While this stands still, so does :func:`state`."""
    sessions = (
        (s.address, s.page, len(s.modules), s.ready, bool(s.failed))
        for s in engine.live.updates.hub
    )
    parts = (
        engine.journal.boot,
        engine.journal.rev,
        engine.site.known.generation,
        recent.count,
        hash(tuple(sessions)) & 0xFFFFFFFF,
        hash(engine.live.updates.board.told.problems) & 0xFFFFFFFF,
    )
    return ".".join(str(part) for part in parts)


def state(engine: Engine, recent: Recent) -> State:
    """What there is to know now."""
    journal = engine.journal
    return State(
        moment=moment(engine, recent),
        release=__version__,
        project=engine.journal.project,
        boot=journal.boot,
        rev=journal.rev,
        pages=tuple(
            PageState(s.address, s.page, len(s.modules), s.ready, bool(s.failed))
            for s in engine.live.updates.hub
        ),
        modules=_modules(engine),
        said=tuple(recent.said),
        problems=engine.live.updates.board.told.problems,
        settings=engine.settings.shown,
    )


def _modules(engine: Engine) -> tuple[ModuleState, ...]:
    graph, versions = engine.site.modules.graph, engine.site.modules.versions
    rev = engine.journal.rev
    held = Counter(url for session in engine.live.updates.hub for url in session.modules)
    broken = {problem.owner for problem in engine.live.updates.board.told.problems}
    return tuple(
        ModuleState(
            url=url,
            static=graph[url].static,
            dynamic=graph[url].dynamic,
            self_accepting=graph[url].acceptance.itself,
            accepts=tuple(sorted(graph[url].acceptance.deps)),
            version=versions.get(url, ""),
            pages=held[url],
            touched=(rev, versions.get(url)) == engine.journal.given,
            broken=file_url(url) in broken,
        )
        for url in sorted(graph)
    )
