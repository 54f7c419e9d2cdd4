"""An app with the middleware, under uvicorn as its own documentation starts it: raw bytes to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.appproject import AppProject
from tests.security.fort import DENIED, Fort
from tests.security.wire import MARK, NAVIGATION

APP = """\
import json

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from hotreload import HotReload


async def home(request):
    return HTMLResponse(open("templates/home.html").read())


async def api(request):
    body = await request.body()
    return JSONResponse({"method": request.method, "body": body.decode("latin-1")})


async def echo(socket):
    await socket.accept()
    await socket.send_text(json.dumps(dict(socket.headers)))
    await socket.close()


hot = Middleware(HotReload, watch=["templates"], enabled=True, allow_hosts=["app.test"])
cors = Middleware(CORSMiddleware, allow_origins=["*"])
routes = [
    Route("/", home),
    Route("/api", api, methods=["GET", "POST", "PUT", "DELETE"]),
    WebSocketRoute("/socket", echo),
    Mount("/static", StaticFiles(directory="static")),
]
app = Starlette(routes=routes, middleware=[hot])
within = Starlette(routes=routes, middleware=[hot, cors])
outside = Starlette(routes=routes, middleware=[cors, hot])
"""
PAGE = (
    "<!doctype html><html><head><script type='module' src='/static/main.js'></script></head>"
    "<body><p id='out'></p></body></html>"
)
FILES = {
    "app.py": APP,
    "templates/home.html": PAGE,
    "static/main.js": "import { text } from './dep.js';\n"
    "document.getElementById('out').textContent = text;\nimport.meta.hot?.accept();\n",
    "static/dep.js": "export const text = 'ours';\n",
    "static/theme.css": "body { color: red }",
}


class AppFort(Fort):
    """As the fort of ``serve``, with an app around it."""

    def answers(self) -> None:
        """The app and we are there, or no refusal would mean anything."""
        page = self.ask("/", NAVIGATION)
        assert page.status == 200, self.project.output
        assert "@hotreload/client.js" in page.text
        assert self.ask("/static/dep.js").status == 200


@contextmanager
def build_app(folder: Path, app: str = "app", *arguments: str) -> Iterator[AppFort]:
    """A fort whose app is one of those in ``APP``; at the end nothing has leaked."""
    project = AppProject(folder / "site", folder / "state").write(FILES)
    project.app = f"app:{app}"
    project.write({f"static/{name}": MARK for name in DENIED})
    try:
        project.start("--no-access-log", *arguments)
        fort = AppFort(project)
        fort.answers()
        yield fort
        token = fort.token
        fort.answers()
        project.stop()
        assert token not in project.output
        assert "Traceback" not in project.output, project.output
    finally:
        project.close()
