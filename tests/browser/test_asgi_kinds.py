"""Apps of many kinds, under uvicorn, in a browser: where their errors are, and what they serve."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.appproject import FILES, RELOADING, TEMPLATE, AppProject
from tests.browser.site import is_marked
from tests.browser.test_asgi_app import OVERLAY, open_page


def test_an_undefined_name_is_shown_in_its_template(page: Page, app_project: AppProject) -> None:
    """Jinja names files as its folder was named: here it was relative."""
    app_project.write(FILES).start()
    open_page(page, app_project)
    app_project.edit("templates/home.html", "{{ who }}", "{{ who.nothing.at.all }}")
    expect(page.locator(OVERLAY)).to_contain_text("templates/home.html:6")
    app_project.edit("templates/home.html", "{{ who.nothing.at.all }}", "{{ who }}")
    expect(page.locator(OVERLAY)).to_have_count(0)
    assert is_marked(page)


BUSTING = FILES["app.py"].replace(
    'templates = Jinja2Templates("templates")',
    """templates = Jinja2Templates("templates")
templates.env.globals["at"] = lambda name: __import__("os").stat(f"static/{name}").st_mtime_ns""",
)


def test_queries_that_only_bust_caches_are_no_edit(page: Page, app_project: AppProject) -> None:
    """What they are made of was swapped when its file changed."""
    template = TEMPLATE
    for name in ("style.css", "main.js"):
        template = template.replace(f"/static/{name}", f"/static/{name}?v={{{{ at('{name}') }}}}")
    template = template.replace(
        "<h1>", "<img id='dot' src=\"/static/dot.svg?{{ at('dot.svg') }}\"><h1>"
    )
    dot = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"/>'
    app_project.write(
        {
            **FILES,
            "app.py": BUSTING,
            "templates/home.html": template,
            "static/dot.svg": dot.format(10),
            "static/main.js": "import.meta.hot.accept();\n"
            "document.querySelector('#out').textContent = 'first';\n",
        }
    ).start()
    open_page(page, app_project)
    page.locator("#name").fill("what I wrote")
    image = page.locator("#dot").element_handle()
    link = page.locator("link[rel=stylesheet]").element_handle()
    app_project.edit("static/main.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")
    app_project.edit("static/style.css", "1, 1, 1", "2, 2, 2")
    expect(page.locator("body h1")).to_have_css("color", "rgb(2, 2, 2)")
    app_project.edit("static/dot.svg", "10", "20")
    page.wait_for_function("(image) => image.naturalWidth === 20", arg=image)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    app_project.edit("templates/home.html", "One", "Two")
    expect(page.locator("body h1")).to_have_text("Two")
    assert requests == [app_project.url]
    assert link.evaluate("(link) => link.isConnected")
    expect(page.locator("#out")).to_have_text("second")
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)
    # One that says something else is an edit like any other.
    with page.expect_navigation():
        app_project.edit("templates/home.html", "main.js?v=", "main.js?mode=2&v=")


LATE = FILES["app.py"].replace(
    'return templates.TemplateResponse(request, "home.html", {"who": "all"})',
    'import late\n    return templates.TemplateResponse(request, "home.html", {"who": late.who()})',
)


def test_an_edit_of_what_is_imported_late_arrives(page: Page, app_project: AppProject) -> None:
    """Whatever a request has loaded, or read once: each edit, and not the first one only."""
    late = "import pathlib\nWORD = pathlib.Path('word.txt').read_text()\n"
    app_project.write(
        {
            **FILES,
            "app.py": LATE,
            "late.py": f"{late}def who():\n    return WORD\n",
            "word.txt": "a",
        }
    ).start(*RELOADING)
    open_page(page, app_project)
    page.locator("#name").fill("what I wrote")
    expect(page.locator("#who")).to_have_text("a")
    app_project.edit("late.py", "return WORD", "return WORD + 'b'")
    expect(page.locator("#who")).to_have_text("ab", timeout=20_000)
    app_project.edit("late.py", "'b'", "'c'")
    expect(page.locator("#who")).to_have_text("ac", timeout=20_000)
    # What no module tells of: it is read when the restarted process reads it.
    (app_project.root / "word.txt").write_text("d")
    app_project.edit("app.py", "posts = 0", "posts = 00")
    expect(page.locator("#who")).to_have_text("dc", timeout=20_000)
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)


LITESTAR = """\
from litestar import Litestar, get
from litestar.middleware import DefineMiddleware
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig

from hotreload import HotReload


@get("/")
async def home() -> Template:
    return Template("home.html", context={"who": "all"})


app = Litestar(
    [home, create_static_files_router("/static", ["static"])],
    template_config=TemplateConfig(directory="templates", engine=JinjaTemplateEngine),
    middleware=[DefineMiddleware(HotReload, watch=["templates"])],
    debug=True,
)
"""


class LitestarProject(AppProject):
    """Run by Litestar's own command."""

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "litestar", "run", "--port", str(self.port), *arguments]


@pytest.fixture
def litestar_project(tmp_path: Path) -> Iterator[LitestarProject]:
    project = LitestarProject(tmp_path / "app", tmp_path / "state")
    yield project
    project.close()


def test_litestars_own_command(page: Page, litestar_project: LitestarProject) -> None:
    project = litestar_project
    project.write({**FILES, "app.py": LITESTAR}).start("--reload", "--reload-dir", ".")
    open_page(page, project)
    page.locator("#name").fill("what I wrote")
    project.edit("templates/home.html", "One", "Two")
    expect(page.locator("body h1")).to_have_text("Two")
    project.edit("static/word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")
    project.edit("static/style.css", "1, 1, 1", "2, 2, 2")
    expect(page.locator("body h1")).to_have_css("color", "rgb(2, 2, 2)")
    project.edit("app.py", '"who": "all"', '"who": "you"')
    expect(page.locator("#who")).to_have_text("you", timeout=20_000)
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)


GUARDED = FILES["app.py"].replace(
    'templates = Jinja2Templates("templates")',
    """class Guarded(StaticFiles):
    async def get_response(self, path, scope):
        return await super().get_response(path, scope)


templates = Jinja2Templates("templates")""",
)


@pytest.mark.parametrize("folder", ["static", "shop/files"])
def test_files_that_the_app_serves_itself_are_asked_for_anew(
    page: Page, app_project: AppProject, folder: str
) -> None:
    app = GUARDED.replace('StaticFiles(directory="static")', f'Guarded(directory="{folder}")')
    dot = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"/>'
    files = {name.replace("static/", f"{folder}/"): text for name, text in FILES.items()}
    template = TEMPLATE.replace("<h1>", '<img id="dot" src="/static/dot.svg"><h1>')
    app_project.write(
        {
            **files,
            "app.py": app,
            "templates/home.html": template,
            f"{folder}/dot.svg": dot.format(10),
            f"{folder}/unused.js": "",
        }
    ).start()
    open_page(page, app_project)
    page.locator("#name").fill("what I wrote")
    image = page.locator("#dot").element_handle()
    app_project.edit(f"{folder}/style.css", "1, 1, 1", "2, 2, 2")
    expect(page.locator("body h1")).to_have_css("color", "rgb(2, 2, 2)")
    app_project.edit(f"{folder}/dot.svg", "10", "20")
    page.wait_for_function("(image) => image.naturalWidth === 20", arg=image)
    (app_project.root / folder / "unused.js").write_text("1")
    app_project.edit("templates/home.html", "One", "Two")
    expect(page.locator("body h1")).to_have_text("Two")
    expect(page.locator("body h1")).to_have_css("color", "rgb(2, 2, 2)")
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)
    with page.expect_console_message(lambda said: "the app serves it" in said.text):
        app_project.edit(f"{folder}/word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")


DJANGO = """\
from django.conf import settings

settings.configure(
    DEBUG=True,
    SECRET_KEY="only for development",
    ROOT_URLCONF="views",
    INSTALLED_APPS=["django.contrib.staticfiles"],
    STATIC_URL="/static/",
    STATICFILES_DIRS=["static", ("shop", "shop/files")],
    TEMPLATES=[
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["templates"]}
    ],
)

from django.core.asgi import get_asgi_application

from hotreload import HotReload

app = HotReload(get_asgi_application(), watch=["templates"])
"""
VIEWS = """\
from django.shortcuts import render
from django.urls import path


def home(request):
    return render(request, "home.html", {"who": "all"})


urlpatterns = [path("", home)]
"""


def test_django_with_the_folders_of_its_finders(page: Page, app_project: AppProject) -> None:
    """Its views are imported by the first request, and its errors are pages of its own."""
    template = TEMPLATE.replace(
        "<h1>", '<link rel="stylesheet" href="/static/shop/more.css"><h1>'
    ).replace("<title>", "{% load static %}<title>")
    app_project.write(
        {
            **FILES,
            "app.py": DJANGO,
            "views.py": VIEWS,
            "templates/home.html": template,
            "shop/files/more.css": "h1 { padding-left: 1px }",
        }
    ).start(*RELOADING)
    open_page(page, app_project)
    page.locator("#name").fill("what I wrote")
    expect(page.locator("#out")).to_have_text("first")
    app_project.edit("static/word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")
    app_project.edit("shop/files/more.css", "1px", "2px")
    expect(page.locator("body h1")).to_have_css("padding-left", "2px")
    app_project.edit("templates/home.html", "{{ who }}", "{% nonsense %}")
    overlay = page.locator(OVERLAY)
    expect(overlay).to_contain_text("templates/home.html:6")
    expect(overlay).to_contain_text("TemplateSyntaxError")
    app_project.edit("templates/home.html", "{% nonsense %}", "{{ who }}")
    expect(overlay).to_have_count(0)
    for before, after in (("all", "you"), ("you", "they"), ("they", "us")):
        app_project.edit("views.py", f'"{before}"', f'"{after}"')
        expect(page.locator("#who")).to_have_text(after, timeout=20_000)
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)


def test_litestar_tells_where_a_template_is_wrong(page: Page, app_project: AppProject) -> None:
    app_project.write({**FILES, "app.py": LITESTAR}).start()
    open_page(page, app_project)
    app_project.edit("templates/home.html", "{{ who }}", "{% nonsense %}")
    expect(page.locator(OVERLAY)).to_contain_text("templates/home.html:6")
    app_project.edit("templates/home.html", "{% nonsense %}", "{{ who }}")
    expect(page.locator(OVERLAY)).to_have_count(0)
    assert is_marked(page)
