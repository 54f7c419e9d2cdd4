"""What stands before a server: our own, with hot reload, and an eye on the one behind."""

import asyncio
import contextlib
import logging
import shlex
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil
from starlette.types import Receive, Scope, Send

from hotreload.hosts.asgi.failures import KnownFailureError, explain_failure
from hotreload.hosts.asgi.host import Host
from hotreload.hosts.listen import bind, is_loopback, network_urls, notices, shown_url
from hotreload.hosts.run.command import Command
from hotreload.hosts.run.folders import LARGE, static_folders, template_folders
from hotreload.hosts.run.listening import choose, holders, listening, url_of
from hotreload.hosts.run.upstream import Upstream
from hotreload.hosts.server import EndingServer, uvicorn_config
from hotreload.live.facts import Ready, say
from hotreload.live.protocol import ProblemState
from hotreload.project.problems import Problem
from hotreload.project.settings import Settings, SettingsError
from hotreload.web.guard import Guard
from hotreload.web.limits import quiet_uvicorn
from hotreload.web.static import plain

logger = logging.getLogger("hotreload")

_LOOK_SECONDS = 0.1
# Where every process of the machine is looked at.
_LOOK_AROUND_SECONDS = 0.4
# While nobody edits, the processes of the server are looked at this seldom.
_IDLE_SECONDS = 1.0
_LIVELY_SECONDS = 15.0
# A restart that takes longer is told of: one of which it is known why, and any.
_FAILING_SECONDS = 1.0
_QUIET_SECONDS = 6.0
_RESTARTED = "the app, which was restarted,"


class Behind(NamedTuple):
    """What there is to stand before, and how.

    Args:
        words: the command that runs it; none where it runs already.
        upstream: its URL; "" to find it.
        static: URL prefix → folders that it serves as files; None to find them.
        watch: what else it renders its pages from.
        ignore: glob patterns of paths whose changes don't matter.
    """

    words: tuple[str, ...] = ()
    upstream: str = ""
    static: Mapping[str, Sequence[str]] | None = None
    watch: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What it is, for people."""
        return shlex.join(self.words) if self.words else self.upstream


class Front:
    """Stands before one server until it, or the user, ends.

    Args:
        settings: where to listen, and who may ask.
        behind: what stands behind.
    """

    def __init__(self, settings: Settings, behind: Behind) -> None:
        root = settings.root
        self._settings = settings
        self._behind = behind
        self._command = Command(behind.words) if behind.words else None
        guard = Guard("", settings.host, settings.allow_hosts)
        self._upstream = Upstream(guard, self._explain, self._is_over)
        self._upstream.target = behind.upstream
        static = static_folders(behind.words, root) if behind.static is None else behind.static
        self._host = Host(
            self._upstream,
            None,
            watch=[*template_folders(root), *behind.watch],
            static=static,
            root=root,
            base=None,
            allow_hosts=settings.allow_hosts,
            inject=True,
            ignore=[*behind.ignore, *LARGE],
            overlay=settings.runtime.overlay,
            broker=None,
            sources=(root,),
        )
        self._saved = asyncio.Event()
        self._lively_until = 0.0
        self._pace = _LOOK_SECONDS if behind.words else _LOOK_AROUND_SECONDS
        self._answered = False
        self._status = 0
        self._server: _Server | None = None

    async def run(self) -> int:
        """Serve until interrupted, or until the command ends; its exit status then.

        Raises:
            SettingsError: the address can't be listened on, or the command not be run.
        """
        listeners = bind(self._settings)
        if self._command is not None:
            await self._begin(self._command)
        quiet_uvicorn()
        watching: list[asyncio.Task[None]] = []

        def ready() -> None:
            self._host.start("")
            self._host.engine.on_saved = self._on_saved
            port = listeners[0].getsockname()[1]
            watching.append(asyncio.create_task(self._watch(port)))
            watching[0].add_done_callback(_tell_failure)

        config = uvicorn_config(self, self._settings)
        # The server behind says it.
        config.date_header = False
        self._server = _Server(
            config,
            on_ready=ready,
            on_end=self._host.close_live,
            on_ended=self._host.stop,
        )
        self._server.end = lambda: self._end_all(watching)
        try:
            await self._server.serve(sockets=listeners)
        finally:
            await self._end_all(watching)
        return self._status

    async def _end_all(self, watching: Sequence["asyncio.Task[None]"]) -> None:
        for task in watching:
            task.cancel()
        await self._upstream.close()
        if self._command is not None:
            await self._command.end()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: object) -> None:
            nonlocal started
            started = True
            await send(message)  # type: ignore[arg-type]

        try:
            if scope["type"] == "http" and not self._host.concerns(scope):
                await self._upstream(scope, receive, sending)
            else:
                await self._host(scope, receive, sending)
        except KnownFailureError as error:
            if not started:
                await plain(502, f"502: {error}\n")(scope, receive, send)

    async def _begin(self, command: Command) -> None:
        try:
            await command.start()
        except OSError as error:
            raise SettingsError(
                f"{command.words[0]} can't be run: {error.strerror or error}"
            ) from None

    # The server behind

    async def _watch(self, port: int) -> None:
        """Know where the server is, and when another process has taken its place."""
        ran: frozenset[int] = frozenset()
        away_since: float | None = None
        clock = asyncio.get_running_loop().time
        while True:
            if self._is_over() and self._command is not None:
                await self._end_or_wait(self._command)
                ran = frozenset()
            runs, tree = await asyncio.to_thread(self._running)
            if runs != ran or away_since is not None or not self._answered:
                changed, ran = runs != ran, runs
                if not self._behind.upstream:
                    found = await asyncio.to_thread(listening, tree)
                    place = choose((p for p in found if p[1] != port), self._lines)
                    self._upstream.target = url_of(place) if place else ""
                if not await self._upstream.answers():
                    away_since = clock() if away_since is None else away_since
                    self._tell_of_silence(clock() - away_since)
                elif changed or away_since is not None or not self._answered:
                    away_since = None
                    self._tell(None)
                    self._on_answer(port)
            lively = away_since is not None or not self._answered or clock() < self._lively_until
            with contextlib.suppress(TimeoutError):
                wait = self._pace if lively else _IDLE_SECONDS
                await asyncio.wait_for(self._saved.wait(), wait)
            self._saved.clear()

    def _running(self) -> tuple[frozenset[int], tuple[psutil.Process, ...]]:
        """The processes of the server: their numbers, and what is known of them."""
        if self._command is None:
            where = urlsplit(self._behind.upstream)
            # Of another machine's processes nothing is known.
            near = is_loopback(where.hostname or "")
            default = 443 if where.scheme == "https" else 80
            return holders(where.port or default) if near else frozenset(), ()
        tree = self._command.tree()
        return frozenset(process.pid for process in tree), tree

    def _tell_of_silence(self, seconds: float) -> None:
        if self._answered and seconds > _FAILING_SECONDS:
            problem = self._explain()
            if problem.line is not None or seconds > _QUIET_SECONDS:
                self._tell(problem)

    def _on_answer(self, port: int) -> None:
        if self._answered:
            self._host.engine.rerendered(_RESTARTED)
            return
        self._answered = True
        settings = self._settings
        url = shown_url(settings.host, port, settings.base)
        taken = f"port {settings.port} is in use" if settings.port not in (0, port) else ""
        shown = self._behind.shown
        if self._upstream.target != shown:
            shown = f"{shown} ({self._upstream.target})"
        say(Ready(url, tuple(network_urls(settings, url)), shown, taken))
        for notice in notices(settings, port, {}):
            logger.warning("%s", notice)
        if settings.open_browser:
            import webbrowser

            asyncio.get_running_loop().run_in_executor(None, webbrowser.open, url)

    async def _end_or_wait(self, command: Command) -> None:
        """End with a command that has ended, or start it again once somebody has mended it."""
        await command.ended()
        status = command.status or 0
        if status == 0 or not self._answered:
            self._end(status)
            await asyncio.Future()
        logger.error(
            "%s has ended with status %d: it is started again when a file changes",
            self._behind.shown,
            status,
        )
        self._tell(self._explain())
        self._saved.clear()
        await self._saved.wait()
        await self._begin(command)

    def _end(self, status: int) -> None:
        self._status = status
        if self._server is not None:
            self._server.should_exit = True

    def _on_saved(self, _: frozenset[Path]) -> None:
        self._lively_until = asyncio.get_running_loop().time() + _LIVELY_SECONDS
        self._saved.set()

    def _is_over(self) -> bool:
        return self._command is not None and self._command.status is not None

    @property
    def _lines(self) -> Sequence[str]:
        return tuple(self._command.lines) if self._command is not None else ()

    def _explain(self) -> ProblemState:
        shown = self._behind.shown
        if self._command is None:
            message = "does not answer: is it running?"
        elif self._command.status is not None:
            message = f"has ended with status {self._command.status}"
        else:
            message = "does not answer yet; this is the last that it said"
        text = "\n".join(self._lines)
        known = explain_failure(text, None, root=self._settings.root)
        if known is not None and self._command is not None:
            message = f"{known.message} ({shown} {message.partition(';')[0]})"
            return replace(known, kind="server", message=message)
        return ProblemState(shown, "server", message, None, None, text)

    def _tell(self, problem: ProblemState | None) -> None:
        told: tuple[Problem, ...] = ()
        if problem is not None:
            p = problem
            told = (Problem(p.owner, "build", p.message, p.line, p.column, p.frame),)
        self._host.engine.live.updates.board.set_build_problems(told)


class _Server(EndingServer):
    """Ends the command behind it as well, before uvicorn raises the signal again that ended it."""

    end: Callable[[], Awaitable[None]]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        await self.end()


def _tell_failure(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("the server behind is not watched any more", exc_info=error)


def stand_before(settings: Settings, behind: Behind) -> int:
    """Run a :class:`Front`; returns the exit status of the command behind it, 0 where interrupted.

    Raises:
        SettingsError: the address can't be listened on, or the command not be run.
    """
    with contextlib.suppress(KeyboardInterrupt):
        return asyncio.run(Front(settings, behind).run())
    return 0
