"""The host of an engine inside an app: which request is ours, and when the engine runs."""

import asyncio
import contextlib
import logging
import re
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from hotreload.hosts.asgi.bases import BaseStore, FolderBases, MemoryBases, is_worker
from hotreload.hosts.asgi.discover import (
    Static,
    named_mounts,
    static_mounts,
    trusted_hosts,
    unserved_folders,
    watched_paths,
)
from hotreload.hosts.asgi.door import Door
from hotreload.hosts.asgi.ending import EndSignals
from hotreload.hosts.asgi.endless import PATIENCE_SECONDS, Endless, is_endless
from hotreload.hosts.asgi.failures import answer_failure, explain_failure
from hotreload.hosts.asgi.followed import FollowedSend
from hotreload.hosts.asgi.headers import (
    REFETCH,
    asked_by,
    asked_whole,
    asks_for_html,
    asks_for_page,
    may_bring_html,
)
from hotreload.hosts.asgi.nodelay import send_at_once
from hotreload.hosts.asgi.page import PageSend, RenderedPage, rendering
from hotreload.hosts.asgi.scopes import host_name, own_path
from hotreload.hosts.asgi.servers import hint
from hotreload.hosts.asgi.templates import forget_templates, hear_failures
from hotreload.hosts.broker.clients import Client
from hotreload.hosts.broker.membership import Membership
from hotreload.hosts.broker.store import RedisBases
from hotreload.hosts.engine import Engine
from hotreload.project.files import FileMissingError
from hotreload.project.identity import Identity, state_folder
from hotreload.project.kinds import NATIVE
from hotreload.project.options import RuntimeOptions
from hotreload.project.pages import is_drawing
from hotreload.project.settings import Settings, check_folder, parse_base
from hotreload.project.urls import RefusedPathError, parse_path, suffix, to_url
from hotreload.site.installed import ADMITTED
from hotreload.web.birth import Birth
from hotreload.web.client import check_runtime
from hotreload.web.connect import POSTED, SOCKET_URL, Connections
from hotreload.web.own import BASE_URL, PLACE_URL, PREFIX, OwnAnswers
from hotreload.web.request import Request
from hotreload.web.sources import SourceAnswers
from hotreload.web.static import plain

logger = logging.getLogger("hotreload")

WARM_UP_SECONDS = 0.5
# The first page waits for the watcher to have begun, but not for ever.
BEGIN_SECONDS = 2.0
STREAM_SECONDS = 5.0
_KEY = re.compile(r"[\w.-]{1,64}")


class Host:
    """Runs an engine for an app, and answers what is asked of hotreload.

    Args:
        app: the app inside.
        outer: the app that has this middleware, if there is one and it says so.
        watch, static, root, base, allow_hosts, inject, ignore, overlay, broker: see
            :class:`hotreload.HotReload`.
        sources: see :class:`hotreload.project.settings.Settings`.

    Raises:
        SettingsError: one of them can't be used.
    """

    def __init__(
        self,
        app: ASGIApp,
        outer: object,
        *,
        watch: Sequence[str | PathLike[str]] | None,
        static: Static | None,
        root: str | PathLike[str] | None,
        base: str | None,
        allow_hosts: Sequence[str],
        inject: bool,
        ignore: Sequence[str],
        overlay: bool,
        broker: str | None,
        sources: tuple[Path, ...] = (),
    ) -> None:
        check_runtime()
        self._app = app
        self._inject = inject
        self._base = parse_base(base) if base is not None else None
        folder = check_folder(Path(root) if root is not None else Path.cwd())
        mounts = static_mounts(app) if static is None else named_mounts(static, folder)
        self._settings = Settings(
            folder,
            mounts=mounts,
            rendered=True,
            watch=(*watched_paths(watch, folder), *unserved_folders(app, folder, mounts)),
            sources=sources,
            ignore=tuple(ignore),
            allow_hosts=(*allow_hosts, *trusted_hosts(outer)),
            runtime=RuntimeOptions(overlay=overlay),
        )
        self._prefixes = (PREFIX, ADMITTED, *(mount.prefix for mount in self._settings.mounts))
        self._door = Door(lambda: self.engine.guard)
        self._endless = Endless()
        self._broker = broker
        self._replica: asyncio.Task[None] | None = None
        self._root = ""
        self._state = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end_signals = EndSignals(self._end_live)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "websocket":
                await self._websocket(scope, receive, send)
            case "lifespan":
                await self._lifespan(scope, receive, send)
            case _:
                await self._app(scope, receive, send)

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                self.stop()
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                self.start("")
            await send(message)

        await self._app(scope, receiving, sending)

    def start(self, root: str) -> None:
        """Run an engine in the current loop, for an app below ``root``."""
        self.stop()
        self._root = root
        base = self._base or parse_base(f"{root}/")
        self.engine = Engine(replace(self._settings, base=base))
        # The app's server waits for streams before it tells of its shutdown, so none lasts, even
        # where no signal tells of it.
        self.engine.live.streams.lifetime = STREAM_SECONDS
        self._end_signals.hear()
        send_at_once()
        self._sources = SourceAnswers(self.engine.site, self.engine.live)
        self._bases = self._new_bases()
        self._identify()
        self._asked = False
        self._loop = asyncio.get_running_loop()
        if self._broker is not None:
            member = Membership(self._broker, self._settings, self._adopt)
            self._replica = self._loop.create_task(member.begin())
        self.engine.start()
        self._loop.call_later(WARM_UP_SECONDS, self.engine.warm_up)
        prefixes = ", ".join(mount.prefix for mount in self._settings.mounts)
        if known := hint(sys.modules, sys.argv):
            self._door.say_once(known)
        logger.info("hot reload is on: %s", prefixes or "no static files")

    def stop(self) -> None:
        """Stop the engine, if one runs; its watcher ends by itself."""
        if self._loop is not None:
            self._end_signals.forget()
            if self._replica is not None and not self._loop.is_closed():
                self._replica.cancel()
            self._loop = None
            threading.Thread(target=self.engine.stop, name="hotreload-stop", daemon=True).start()

    def close_live(self) -> None:
        """Let go of the pages: the server is about to wait for all that is open."""
        self.engine.live.close()

    def _end_live(self) -> None:
        """In the middle of anything: the process was asked to end."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.engine.live.close)
            self._loop.call_soon_threadsafe(
                self._loop.call_later, PATIENCE_SECONDS, self._endless.warn
            )

    def _serves(self, root: str) -> bool:
        """Whether the engine answers for an app below ``root``; starts it if it does not run."""
        if self._loop is not asyncio.get_running_loop():
            # No lifespan told of a start, or of the end of another loop.
            self.start(root)
        elif root != self._root and self._base is None:
            if self._asked:
                self._door.refusals.say(
                    f"the app is mounted at {root or '/'!r} too: only the pages below "
                    f"{self._root or '/'!r} are kept up to date"
                )
                return False
            self.start(root)
        if not self._asked:
            self._asked = True
            # Also what came before the start, where no lifespan told of it.
            send_at_once()
        return True

    def _identify(self) -> None:
        """Answer with the engine's token."""
        self._own = OwnAnswers(
            self.engine.guard.token,
            self.engine.site.modules.syntax.doubts,
            self._settings.runtime,
            self.engine.environment.give,
            self.engine.site.workers.changed_shared,
        )
        self._door.renew()

    def _adopt(self, shared: Identity, client: Client) -> None:
        """Be one of the broker's replicas from now on."""
        self.engine.adopt(shared)
        self._identify()
        self._bases = RedisBases(client, self._bases)

    def _new_bases(self) -> BaseStore:
        if is_worker():
            return FolderBases(state_folder() / "pages" / self.engine.journal.project)
        return MemoryBases()

    def concerns(self, scope: Scope) -> bool:
        """Whether an HTTP request may be for us: all that the app's other requests wait for."""
        path, headers = scope["path"], dict(scope["headers"])
        brings = asks_for_page(headers) or may_bring_html(headers)
        return brings or is_endless(headers) or any(p in path for p in self._prefixes)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, root = own_path(scope)
        headers = dict(scope["headers"])
        if path.startswith(PREFIX):
            if self._serves(root):
                await self._answer_own(path, scope, receive, send)
                return
        elif (
            self._is_static(path, scope["method"])
            and self._serves(root)
            and await self._answer_source(path, scope, receive, send)
        ):
            return
        elif asks_for_page(headers) and self._serves(root) and self._door.lets_in(scope):
            await self._answer_page(path, scope, receive, send)
            return
        elif may_bring_html(headers) and self._serves(root) and self._door.lets_in(scope):
            await self._answer_script(path, scope, receive, send)
            return
        elif is_endless(headers):
            await self._endless.pass_on(self._app, scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _answer_script(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the app answer a script, and keep what it puts into its page."""
        query = scope["query_string"].decode("latin-1")
        sending = FollowedSend(
            send,
            self._bases,
            self.engine.live.updates.rendered_state(),
            scope["method"],
            f"{self.engine.site.base[:-1]}{path}{f'?{query}' if query else ''}",
            asked_by(scope["headers"]),
        )
        # Else what is a script's own, an answer that nothing has changed, stays its own.
        fresh = asks_for_html(dict(scope["headers"]))
        asked = {**scope, "headers": asked_whole(scope["headers"], fresh=fresh)}
        await self._app(asked, receive, sending)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, root = own_path(scope)
        if path != SOCKET_URL or not self._serves(root):
            await self._app(scope, receive, send)
            return
        await self._connections(scope).answer_socket(WebSocket(scope, receive, send), own=True)

    async def _answer_own(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST" and path in POSTED:
            await self._connections(scope).answer_post(path, scope, receive, send)
            return
        guard = self._door.guard(scope)
        refusal = guard.check_own(scope["method"], scope["headers"])
        if refusal is not None:
            self._door.refusals.say(refusal)
            response = plain(403, f"403: {refusal}\n")
        elif scope["method"] not in ("GET", "HEAD"):
            response = plain(405, "405: only GET and HEAD\n", {"allow": "GET, HEAD"})
        elif path == PLACE_URL:
            from hotreload.web.places import answer_place  # when there is an error

            asked = Request.of(scope, path)
            page = await self._base_of(asked.parameter("page"))
            response = answer_place(self.engine.site, asked, page)
        elif path.startswith(BASE_URL):
            text = await self._base_of(path.removeprefix(BASE_URL))
            response = plain(404, "404: this page is not kept any more\n")
            if text is not None:
                response = plain(200, text.decode("utf-8", "replace"))
        else:
            origin = Request.of(scope, path).parameter("origin")
            refused = guard.check_page(origin, scope["headers"]) if origin else None
            response = self._own.answer(path, str(refused or ""))
        if self.engine.live.closed:
            # The server would wait for whoever came too late to be asked to leave.
            response.headers["connection"] = "close"
        await response(scope, receive, send)

    async def _base_of(self, key: str) -> bytes | None:
        """The source of a page that was served, if it is still kept."""
        return await self._bases.get(key) if _KEY.fullmatch(key) else None

    def _is_static(self, path: str, method: str) -> bool:
        prefixes = (ADMITTED, *(mount.prefix for mount in self._settings.mounts))
        return method in ("GET", "HEAD") and path.startswith(prefixes)

    async def _answer_source(self, path: str, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer with a static file; False where that is better left to the app."""
        if self._door.guard(scope).check_request(scope["method"], scope["headers"]) is not None:
            return False
        try:
            url = to_url(parse_path(path.encode("latin-1")))
            request = Request.of(scope, url)
            opened = is_drawing(url) and request.navigates
            if url.endswith("/") or NATIVE.get(suffix(url)) == "page" or opened:
                return False
            response = await self._sources.answer(request)
        except (RefusedPathError, FileMissingError):
            return False
        await response(scope, receive, send)
        return True

    async def _answer_page(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.engine.begun.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.engine.begun.wait(), BEGIN_SECONDS)
        journal = self.engine.journal
        state = self.engine.live.updates.rendered_state()
        if state != self._state:
            self._state = state
            forget_templates()
            hear_failures()
        page = RenderedPage(
            self.engine.site.base,
            path,
            scope["method"],
            Birth(journal.project, journal.boot, journal.rev),
            state,
            host_name(scope),
            inject=self._inject,
            refetch=any(name == REFETCH for name, _ in scope["headers"]),
            slow=bool(self._settings.sources),
        )
        note = partial(self.engine.site.documents.note_rendered, page.url)
        explain = partial(explain_failure, root=self._settings.root)
        sending = PageSend(page, send, self._bases, self._door.say_once, note, explain)
        # Files are sent as chunks, not by their path: a block has to go in.
        extensions = scope.get("extensions") or {}
        known = {
            k: v for k, v in extensions.items() if not k.endswith((".pathsend", ".zerocopysend"))
        }
        asked = {**scope, "headers": asked_whole(scope["headers"]), "extensions": known}
        token = rendering.set(page)
        try:
            await self._app(asked, receive, sending)
        except Exception as error:
            if not sending.started:
                response = answer_failure(error, page, self._settings.root)
                await response(scope, receive, send)
            raise
        finally:
            rendering.reset(token)

    def _connections(self, scope: Scope) -> Connections:
        engine = self.engine
        return Connections(self._door.guard(scope), self._door.refusals, engine.live)
