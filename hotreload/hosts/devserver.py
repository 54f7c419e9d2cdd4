"""The dev server as a library: for site generators and scripts that build a site."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from hotreload.hosts.rebuild.function import BuildFunction, FunctionBuild
from hotreload.hosts.rebuild.plan import BuildPlan
from hotreload.hosts.rebuild.sources import Sources
from hotreload.project.files import Mount
from hotreload.project.options import AddressNames
from hotreload.project.settings import (
    Settings,
    SettingsError,
    check_folder,
    parse_base,
    parse_host,
    parse_mount,
)

if TYPE_CHECKING:
    from hotreload.hosts.server import Server

_START_SECONDS = 30


class DevServer:
    """Serves a folder, builds it when its sources change, and puts what differs into open pages.

    Use one of :meth:`run`, :meth:`serve`, or ``with DevServer(…) as server:``, which serves in a
    thread until the block ends.

    Args:
        output: the folder to serve. With ``build`` it may be missing until the first build.
        sources: files and folders whose changes call for a build.
        build: makes the output; plain or async. It gets the set of changed paths, empty for a
            first build, and may return the files that it wrote (or None: the whole output is
            compared). It runs in a thread of its own, one build at a time; what changes meanwhile
            goes into the next one. Where it raises, the last good site stays, and the overlay says
            why.
        host: the address to listen on.
        port: 0 for any free one; the next free one is taken if it is in use.
        strict_port: fail if the port is in use.
        open: open the page in the user's browser.
        at_start: build first even where there is an output.
        ignore: glob patterns of paths whose changes don't matter.
        quiet: glob patterns of output files that open pages are not told of: a search index, say.
        mounts: further folders to serve, by URL prefix.
        spa: answer unknown addresses with ``/index.html``.
        base: the public base path.
        allow_hosts: further host names of this server.
        on_ready: called with the URL as soon as the server answers.

    Raises:
        SettingsError: an argument can't be used.
    """

    def __init__(
        self,
        output: str | PathLike[str],
        sources: Iterable[str | PathLike[str]] = (),
        build: BuildFunction | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 8000,
        strict_port: bool = False,
        open: bool = False,
        at_start: bool = False,
        ignore: Iterable[str] = (),
        quiet: Iterable[str] = (),
        mounts: Mapping[str, str | PathLike[str]] | None = None,
        spa: bool = False,
        base: str = "/",
        allow_hosts: Iterable[str] = (),
        on_ready: Callable[[str], None] | None = None,
    ) -> None:
        paths = tuple(Path(source).resolve() for source in sources)
        if build is not None and not paths:
            raise SettingsError("say what the site is built from: sources=[…], beside build")
        root = Path(output).resolve() if build is not None else check_folder(Path(output))
        ignored = tuple(ignore)
        self._settings = Settings(
            root=root,
            host=host,
            port=port,
            strict_port=strict_port,
            open_browser=open,
            # Without a build there is nothing to do about a change but to show it.
            watch=paths if build is None else (),
            ignore=ignored,
            mounts=(*_mounts(mounts or {}), Mount("/", root)),
            spa=spa,
            base=parse_base(base),
            allow_hosts=tuple(parse_host(name) for name in allow_hosts),
            asked_by=AddressNames('host="0.0.0.0"', "port"),
        )
        self._plan = build and BuildPlan(
            output=root,
            sources=Sources(paths, ignore=ignored),
            build=FunctionBuild(build, root),
            at_start=at_start,
            quiet=tuple(quiet),
            others_write=True,
        )
        self._on_ready = on_ready
        self._answers = threading.Event()
        self._url = ""
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    @property
    def url(self) -> str:
        """Where the site is, once the server answers; ``""`` before."""
        return self._url

    def run(self) -> None:
        """Serve until interrupted.

        Raises:
            SettingsError: the address can't be listened on.
        """
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(self.serve())

    async def serve(self) -> None:
        """As :meth:`run`, in a running event loop; cancelling it stops the server."""
        # Here, so that importing this costs no more than it must.
        from hotreload.hosts.server import Server

        self._server = Server(self._settings, self._ready, self._plan)
        try:
            await self._server.serve()
        finally:
            self._server = None
            self._url = ""

    def stop(self) -> None:
        """End the server, from any thread."""
        if self._server is not None:
            self._server.stop()

    def __enter__(self) -> Self:
        def run() -> None:
            try:
                asyncio.run(self.serve())
            except BaseException as error:
                self._error = error
            finally:
                self._answers.set()

        self._answers.clear()
        self._error = None
        self._thread = threading.Thread(target=run, name="hotreload", daemon=True)
        self._thread.start()
        self._answers.wait(_START_SECONDS)
        if self._error is not None:
            raise self._error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _ready(self, url: str) -> None:
        self._url = url
        self._answers.set()
        if self._on_ready is not None:
            self._on_ready(url)


def _mounts(mounts: Mapping[str, str | PathLike[str]]) -> list[Mount]:
    return [parse_mount(f"{prefix}={Path(folder)}") for prefix, folder in mounts.items()]
