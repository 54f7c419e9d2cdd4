"""Plugins: everything that one can do, and is given. docs/plugins.md says how they are used.

A plugin's code is trusted like the server's own. What it raises is shown as a problem of the file
that it was working on; the server goes on.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hotreload.project.kinds import Kind

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from hotreload.transform.sourcemap import SourceMap

    Map = str | Mapping[str, object] | SourceMap


@dataclass(frozen=True, slots=True)
class Claim:
    """What files with a suffix become in the browser.

    Args:
        suffix: lower case, with its dot.
        kind: ``"script"``: a JavaScript module where it is imported; ``"style"``: a stylesheet,
            linked or imported; ``"page"``: an HTML page where it is navigated to.
        stands_for: suffixes that an import may have in place of the claimed one, if no file has
            that name: with ``(".js",)`` for ``.ts``, ``./a.js`` finds ``a.ts``. ``""`` means none
            at all: ``./a`` finds ``a.ts``, and ``./folder`` finds ``folder/index.ts``.
    """

    suffix: str
    kind: Kind
    stands_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transformed:
    """Transformed code.

    Args:
        code: the whole text.
        map: a source map (ECMA-426, version 3) from ``code`` to the text that was transformed, as
            JSON or parsed. Maps of several transforms are joined, and added to what is served.
        exact: gives a map that is better than ``map`` and takes longer to make, one that knows
            columns for instance. It is called when an error of the page is to be located.
    """

    code: str
    map: "Map | None" = None
    exact: "Callable[[], Map] | None" = None


@dataclass(frozen=True, slots=True)
class Reload:
    """A hot update is not possible: every page reloads, and says this reason."""

    reason: str


class PluginError(Exception):
    """Something is wrong with a file, at a place that the plugin knows.

    Args:
        message: what is wrong and what to do.
        line: 1-based, or None if it is not known.
        column: 1-based, in UTF-16 units; None likewise.
        file: URL path of the file that has to change, if it is not the one being worked on.
    """

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        file: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.file = file


class Project(Protocol):
    """What a plugin may ask of the project. URLs are paths that begin with a slash."""

    def is_file(self, url: str) -> bool:
        """Whether a file that may be served is at a URL path."""
        ...

    def read(self, url: str) -> str:
        """A file's text (UTF-8), as it is on the disk.

        Raises:
            PluginError: there is no such file, or it may not be served.
        """
        ...

    def read_bytes(self, url: str) -> bytes:
        """As :meth:`read`, undecoded."""
        ...

    def path(self, url: str) -> Path:
        """Where a URL path is on the disk, whether or not anything is there.

        Raises:
            PluginError: nothing may be served there.
        """
        ...

    def resolve(self, specifier: str, importer: str) -> str | None:
        """The URL to which an import leads, by the rules for all modules; None if nowhere.

        In a plugin's own ``resolve`` hook no plugin is asked.
        """
        ...


class Source(Project, Protocol):
    """As :class:`Project`, for the file that is being loaded or transformed.

    URLs may be relative to it. What is read by it counts as depended on.
    """

    @property
    def url(self) -> str:
        """Its URL, with the query it is imported with."""
        ...

    @property
    def kind(self) -> Kind:
        """What it becomes."""
        ...

    def depends_on(self, file: str | Path) -> None:
        """Load and transform it again when another file changes, too.

        Args:
            file: a URL, relative or not, or a path on the disk. It need not exist. A folder
                changes when a name in it comes or goes. Below the served folders and what
                ``watch`` names, changes are noticed; elsewhere a warning is printed.
        """
        ...


@dataclass(frozen=True, slots=True)
class HotUpdate:
    """Files were saved together; this is what is about to be sent.

    Args:
        files: URL paths of the files that changed.
        affected: URLs of the modules, stylesheets, pages and assets that are to be updated.
        project: for questions.
        send: sends an event to every page: its name and JSON-serialisable data. There,
            ``import.meta.hot.on(name, callback)`` gets them.
    """

    files: frozenset[str]
    affected: frozenset[str]
    project: Project
    send: Callable[[str, object], None]


@dataclass(frozen=True, slots=True)
class Message:
    """What a page sent by ``import.meta.hot.send(event, data)``.

    Args:
        event: its name.
        data: what JSON can hold.
        page: URL path of the page, as its user sees it.
        reply: sends an event to that page alone; name and JSON-serialisable data.
        send: sends an event to every page.
    """

    event: str
    data: object
    page: str
    reply: Callable[[str, object], None]
    send: Callable[[str, object], None]


class Plugin:
    """A plugin. Every hook is optional; those that aren't overridden are never called.

    Plugins are asked in the order in which they are configured.

    Attributes:
        name: what messages call it; by default the name of its class.
        claims: what files of other languages become. The first plugin to claim a suffix has it.
            ``.js``, ``.mjs``, ``.css`` and ``.html`` are taken.
        suffixes: those for which :meth:`load` and :meth:`transform` are called; None for the
            claimed ones, or for all scripts, stylesheets and pages if there are none.
    """

    name: str = ""
    claims: Collection[Claim] = ()
    suffixes: Collection[str] | None = None

    def resolve(self, specifier: str, importer: str, project: Project) -> str | None:
        """Say where an import leads; the first plugin that does is heeded.

        Args:
            specifier: as written.
            importer: URL of the module it stands in.
            project: for questions.

        Returns:
            A URL path of a file, or one that :meth:`load` has the source of (with a suffix that
            says what it is: ``/@icons/home.js``); an absolute URL, which is left to the browser;
            or None.
        """
        return None

    def load(self, source: Source) -> str | None:
        """Give a file's text in place of the disk; the first plugin that does is heeded.

        Args:
            source: which file, and for questions and dependencies.
        """
        return None

    def transform(self, code: str, source: Source) -> str | Transformed | None:
        """Make of a file's text what the browser is to get, or None if it stays as it is.

        It is called again only when the text or something it depends on has changed.

        Args:
            code: the text, as the plugin before left it.
            source: which file, and for questions and dependencies.
        """
        return None

    def hot_update(self, update: HotUpdate) -> Collection[str] | Reload | None:
        """Decide what becomes of files that were saved.

        Returns:
            The URLs to update instead of ``update.affected``: fewer, none (the plugin deals with it
            by an event), or others: a module that did not change runs again. Or a reload. None
            leaves it as it is.
        """
        return None

    def hear(self, message: Message) -> None:
        """Hear what a page says; every plugin does."""

    def serve(self, url: str, request: "Request") -> "ASGIApp | None":
        """Answer a request; the first plugin that does is heeded. Foreign pages are kept out.

        Args:
            url: URL path below the base.
            request: Starlette's; any method.

        Returns:
            An ASGI app, such as a Starlette ``Response``, or None.
        """
        return None


def name_of(plugin: Plugin) -> str:
    """What messages call a plugin."""
    return plugin.name or type(plugin).__name__


def overrides(plugin: Plugin, hook: str) -> bool:
    """Whether a plugin has a hook of its own."""
    return getattr(type(plugin), hook) is not getattr(Plugin, hook)
