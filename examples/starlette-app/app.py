"""A guest book: templates, static modules and a form, all of them hot.

From this folder: uvicorn app:app --reload
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from hotreload import HotReload

templates = Jinja2Templates("templates")
entries: list[str] = ["Ada was here"]


async def home(request: Request) -> HTMLResponse:
    return templates.TemplateResponse(request, "home.html", {"entries": entries})


async def sign(request: Request) -> Response:
    form = await request.form()
    name = str(form.get("name", "")).strip()
    if not name:
        context = {"entries": entries, "problem": "Tell us your name."}
        return templates.TemplateResponse(request, "home.html", context, status_code=422)
    entries.append(f"{name} was here")
    return RedirectResponse("/", 303)


app = Starlette(
    debug=True,
    routes=[
        Route("/", home),
        Route("/sign", sign, methods=["POST"]),
        Mount("/static", StaticFiles(directory="static"), name="static"),
    ],
    middleware=[Middleware(HotReload, watch=["templates", "static"])],
)
