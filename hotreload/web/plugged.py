"""Requests that plugins answer: the ``serve`` hook."""

import logging
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotreload.live.late import Live
from hotreload.plugins import Plugin, name_of
from hotreload.plugins.call import call
from hotreload.project.problems import Problem, ProblemError
from hotreload.site import Site
from hotreload.site.pipeline import Pipeline
from hotreload.web.static import plain

logger = logging.getLogger("hotreload")

# A key that is no file's, so that no file's being fine takes the problem away.
_PROBLEM = "serve of {}"


@dataclass(frozen=True, slots=True)
class PluginAnswers:
    """Answers by plugins.

    Args:
        site: the project.
        live: told of what goes wrong.
        pipeline: the plugins.
    """

    site: Site
    live: Live
    pipeline: Pipeline

    def answer(self, url: str, scope: Scope) -> ASGIApp | None:
        """The app of the first plugin that answers, or None.

        Args:
            url: URL path below the base.
            scope: the request's; it has passed the guard.
        """
        for plugin in self.pipeline.serving:
            try:
                app = call(
                    plugin,
                    "serve",
                    url,
                    partial(plugin.serve, url, Request(scope)),
                    (object,),
                    self.site.files,
                )
            except ProblemError as error:
                self._note(plugin, error.problem)
                return plain(500, f"500: {error.problem}\n")
            if app is not None:
                return partial(self._run, plugin, app, url)
            self._fine(plugin)
        return None

    async def _run(
        self, plugin: Plugin, app: ASGIApp, url: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await app(scope, receive, watched)
        except Exception as error:
            logger.debug("plugin %s at %s", name_of(plugin), url, exc_info=True)
            said = f"{type(error).__name__}: {error}"
            problem = Problem(url, "plugin", f"plugin {name_of(plugin)} failed to answer: {said}")
            self._note(plugin, problem)
            if begun:
                raise
            await plain(500, f"500: {problem}\n")(scope, receive, send)
        else:
            self._fine(plugin)

    def _note(self, plugin: Plugin, problem: Problem) -> None:
        self.site.known.problems[_PROBLEM.format(id(plugin))] = problem
        self.live.tell()

    def _fine(self, plugin: Plugin) -> None:
        if self.site.known.problems.pop(_PROBLEM.format(id(plugin)), None) is not None:
            self.live.tell()
