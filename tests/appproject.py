"""An ASGI app on disk, and uvicorn that runs it, as a developer would."""

import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Self

from tests.project import READY_SECONDS, Project

APP = """\
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from hotreload import HotReload

templates = Jinja2Templates("templates")
mode = "page"
posts = 0


async def home(request):
    return templates.TemplateResponse(request, "home.html", {"who": "all"})


async def form(request):
    global posts
    posts += 1
    return templates.TemplateResponse(request, "home.html", {"who": f"post {posts}"})


async def other(request):
    answers = {
        "redirect": lambda: RedirectResponse("/"),
        "json": lambda: JSONResponse({}),
        "missing": lambda: HTMLResponse("<h1>Nothing here</h1>", 404),
    }
    if mode := open("mode.txt").read().strip():
        return answers[mode]()
    return templates.TemplateResponse(request, "home.html", {"who": "other"})


app = Starlette(
    debug=True,
    routes=[
        Route("/", home),
        Route("/form", form, methods=["POST"]),
        Route("/other", other),
        Mount("/static", StaticFiles(directory="static")),
    ],
    middleware=[Middleware(HotReload, watch=["templates"])],
)
"""

TEMPLATE = """\
<!doctype html>
<html><head><meta charset="utf-8"><title>Test</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/style.css">
<script type="module" src="/static/main.js"></script></head>
<body><h1>One</h1><p id="who">{{ who }}</p><input id="name">
<form method="post" action="/form"><button>Send</button></form><p id="out"></p></body></html>
"""

FILES = {
    "app.py": APP,
    "mode.txt": "",
    "templates/home.html": TEMPLATE,
    "static/style.css": "h1 { color: rgb(1, 1, 1) }",
    "static/main.js": (
        "import { word } from './word.js';\n"
        "document.querySelector('#out').textContent = word;\n"
        "import.meta.hot?.accept('./word.js', (m) => {\n"
        "  document.querySelector('#out').textContent = m.word;\n});\n"
    ),
    "static/word.js": "export const word = 'first';\n",
}

# Uvicorn begins to watch only after its delay, by default a quarter of a second.
RELOADING = ("--reload", "--reload-delay", "0")


class AppProject(Project):
    """A folder with an ``app.py``, run by uvicorn in a process of its own."""

    ready_line = r"Application startup complete"

    def __init__(self, root: Path, state: Path) -> None:
        super().__init__(root, state)
        self.app = "app:app"

    def command(self, *arguments: str) -> list[str]:
        command = [sys.executable, "-m", "uvicorn", self.app, "--host", "127.0.0.1"]
        return [*command, "--port", str(self.port), *arguments]

    def start(self, *arguments: str) -> Self:
        """As for any project; what uvicorn says comes before it listens."""
        super().start(*arguments)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            time.sleep(0.01)
        raise AssertionError(f"uvicorn does not listen: {self.output}")

    def close(self) -> None:
        """Kill the workers too, which would outlive whoever started them."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
        super().close()
