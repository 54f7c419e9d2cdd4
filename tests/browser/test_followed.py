"""What scripts show: another page in place of the one that was loaded, and parts of a page."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.appproject import AppProject
from tests.browser.site import console_of, is_marked
from tests.browser.test_asgi_app import open_page
from tests.packages import node_modules

APP = """\
import pathlib

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from hotreload import HotReload

templates = Jinja2Templates("templates")


async def page(request):
    name = request.path_params["name"]
    torn = pathlib.Path("torn")
    if torn.exists():
        torn.unlink()
        return HTMLResponse("")
    return templates.TemplateResponse(request, f"{name}.html", {"name": name})


app = Starlette(
    debug=True,
    routes=[
        Mount("/packages", StaticFiles(directory="PACKAGES")),
        Route("/{name}", page, methods=["GET", "POST"]),
    ],
    middleware=[Middleware(HotReload, watch=["templates"], static={})],
)
"""

BASE = """\
<!doctype html><html><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<link rel="icon" href="data:,">SCRIPTS</head>
<body><nav><a id="to-a" href="/a">a</a> <a id="to-b" href="/b">b</a> menu</nav>
<main>{% block main %}{% endblock %}</main></body></html>
"""
PAGE = """\
{% extends "base.html" %}{% block title %}Page NAME{% endblock %}
{% block main %}<h1>NAME one</h1><p>text of NAME</p><input id="field-NAME">{% endblock %}
"""

ROUTER = """<script>
globalThis.visit = async (path, push = true) => {
  const text = await (await fetch(path, { headers: { accept: 'text/html' } })).text();
  const next = new DOMParser().parseFromString(text, 'text/html');
  document.querySelector('main').replaceWith(document.adoptNode(next.querySelector('main')));
  document.title = next.title;
  if (push) history.pushState({}, '', path);
};
</script>"""


def files(scripts: str, packages: Path | str = ".", **more: str) -> dict[str, str]:
    return {
        "app.py": APP.replace("PACKAGES", str(packages)),
        "templates/base.html": BASE.replace("SCRIPTS", scripts),
        "templates/a.html": PAGE.replace("NAME", "a"),
        "templates/b.html": PAGE.replace("NAME", "b"),
        **{f"templates/{name}.html": text for name, text in more.items()},
    }


def follow_pages(page: Page, project: AppProject, said: list[str]) -> None:
    """Page b is shown after a was loaded: each edit is that of what is shown."""
    heading, field = page.locator("h1"), page.locator("#field-b")
    expect(heading).to_have_text("b one")
    field.fill("what I wrote")
    project.edit("templates/b.html", "b one", "b two")
    expect(heading).to_have_text("b two")
    # Another page's edit is none of this one's.
    project.edit("templates/a.html", "a one", "a two")
    project.edit("templates/base.html", "menu", "the menu")
    expect(page.locator("nav")).to_contain_text("the menu")
    expect(heading).to_have_text("b two")
    expect(page).to_have_title("Page b")
    project.edit("templates/b.html", "Page b", "The page b")
    expect(page).to_have_title("The page b")
    project.edit("templates/b.html", "text of b", "more of b")
    expect(page.locator("p")).to_have_text("more of b")
    expect(field).to_have_value("what I wrote")
    assert is_marked(page), said


def test_a_router_of_the_apps_own(page: Page, app_project: AppProject) -> None:
    app_project.write(files(ROUTER)).start()
    said = open_page(page, app_project, "a")
    page.evaluate("visit('/b')")
    follow_pages(page, app_project, said)
    # Back on the first, with what its edits have made of it meanwhile.
    page.evaluate("visit('/a')")
    expect(page.locator("h1")).to_have_text("a two")
    app_project.edit("templates/a.html", "a two", "a three")
    expect(page.locator("h1")).to_have_text("a three")
    assert is_marked(page), said
    # The same page under an address that a script has made.
    page.evaluate("history.replaceState({}, '', '/a?tab=2')")
    app_project.edit("templates/a.html", "a three", "a four")
    expect(page.locator("h1")).to_have_text("a four")
    assert is_marked(page), said
    assert not any("reload" in line for line in said if "connected" not in line), said
    # What came in a way that nobody can follow is loaded anew, and says so.
    page.evaluate(
        "history.pushState({}, '', '/b?x'); document.querySelector('h1').textContent = 'b made'"
    )
    with page.expect_navigation():
        app_project.edit("templates/b.html", "b two", "b three")
    expect(page.locator("h1")).to_have_text("b three")
    assert any("nobody can tell from what" in line for line in said)


@pytest.fixture(scope="session")
def packages() -> Path:
    return node_modules()


def test_turbo(page: Page, app_project: AppProject, packages: Path) -> None:
    turbo = '<script src="/packages/@hotwired/turbo/dist/turbo.es2017-umd.js"></script>'
    frame = '<turbo-frame id="box"><p>box one</p><input id="in-box"></turbo-frame>'
    app_project.write(files(turbo, packages, box=frame))
    app_project.edit(
        "templates/b.html", "<input", '<turbo-frame id="box" src="/box"></turbo-frame><input'
    )
    app_project.start()
    said = open_page(page, app_project, "a")
    page.locator("#to-b").click()
    expect(page.locator("#box p")).to_have_text("box one")
    page.locator("#in-box").fill("in the box")
    app_project.edit("templates/box.html", "box one", "box two")
    expect(page.locator("#box p")).to_have_text("box two")
    expect(page.locator("#in-box")).to_have_value("in the box")
    app_project.edit("templates/b.html", "text of b", "more of b")
    expect(page.locator("main > p")).to_have_text("more of b")
    app_project.edit("templates/b.html", "more of b", "text of b")
    app_project.edit("templates/b.html", '<turbo-frame id="box" src="/box"></turbo-frame>', "")
    expect(page.locator("#box")).to_have_count(0)
    follow_pages(page, app_project, said)
    # Turbo shows what it has kept of the first page, which is out of date by now.
    page.go_back()
    expect(page.locator("h1")).to_have_text("a two")
    expect(page.locator("nav")).to_contain_text("the menu")
    app_project.edit("templates/a.html", "a two", "a three")
    expect(page.locator("h1")).to_have_text("a three")
    assert is_marked(page), said


ROWS = """\
<tr><td>row {{ request.query_params.get("n") }} old</td><td><input></td></tr>
"""
PART = """\
<p>part one</p><input id="in-part"><button id="send" hx-post="/posted" hx-target="#posted">send
</button>
"""


@pytest.mark.parametrize("version", ["htmx.org", "htmx4"])
def test_htmx(page: Page, app_project: AppProject, packages: Path, version: str) -> None:
    htmx = f'<script src="/packages/{version}/dist/htmx.min.js"></script>'
    app_project.write(
        files(
            htmx, packages, part=PART, rows=ROWS, posted="<em>posted one</em>", c="<h1>c one</h1>"
        )
    )
    parts = (
        '<button id="load" hx-get="/part" hx-target="#here">load</button><div id="here"></div>'
        '<button id="push" hx-get="/c" hx-target="#there" hx-push-url="true">c</button>'
        '<div id="there"></div><div id="posted"></div>'
        '<table><tbody id="rows"><tr><td>none</td></tr></tbody></table>'
        '<button class="row" hx-get="/rows?n=1" hx-target="#rows" hx-swap="beforeend">1</button>'
        '<button class="row" hx-get="/rows?n=2" hx-target="#rows" hx-swap="beforeend">2</button>'
    )
    app_project.edit("templates/b.html", "<input", f"{parts}<input")
    # Since htmx 4, an attribute says itself that others inherit it.
    boost = "hx-boost:inherited" if version == "htmx4" else "hx-boost"
    app_project.edit("templates/base.html", "<nav>", f'<nav {boost}="true">')
    app_project.start()
    said = console_of(page)
    open_page(page, app_project, "a")
    page.locator("#to-b").click()
    expect(page.locator("h1")).to_have_text("b one")
    page.locator("#load").click()
    page.locator("#in-part").fill("in the part")
    app_project.edit("templates/part.html", "part one", "part two")
    expect(page.locator("#here p")).to_have_text("part two")
    for row in page.locator(".row").all():
        row.click()
    expect(page.locator("#rows tr")).to_have_count(3)
    page.locator("#rows input").first.fill("in a row")
    app_project.edit("templates/rows.html", "old", "new")
    expect(page.locator("#rows")).to_contain_text("row 1 new")
    expect(page.locator("#rows")).to_contain_text("row 2 new")
    expect(page.locator("#rows input").first).to_have_value("in a row")
    # What an edit adds is htmx's, too; what a POST has brought is not asked for again.
    app_project.edit("templates/part.html", "<p>", '<b hx-get="/rows?n=3">more</b><p>')
    page.get_by_text("more", exact=True).click()
    expect(page.locator("#here b")).to_contain_text("row 3 new")
    page.locator("#send").click()
    expect(page.locator("#posted")).to_have_text("posted one")
    with page.expect_console_message(lambda line: "POST /posted: which is never" in line.text):
        app_project.edit("templates/posted.html", "one", "two")
    expect(page.locator("#posted")).to_have_text("posted one")
    expect(page.locator("#in-part")).to_have_value("in the part")
    assert is_marked(page), said
    app_project.edit("templates/b.html", parts, "")
    expect(page.locator("#load")).to_have_count(0)
    follow_pages(page, app_project, said)
    assert not any("reloading" in line for line in said), said


def test_a_part_that_has_an_address(page: Page, app_project: AppProject, packages: Path) -> None:
    """With hx-push-url, what htmx shows is a part of the page that its address is."""
    htmx = '<script src="/packages/htmx.org/dist/htmx.min.js"></script>'
    part = '{% extends ("part" if request.headers.get("hx-request") else "base") ~ ".html" %}'
    links = '<nav><button id="push" hx-get="/b" hx-target="main" hx-push-url="true">b</button> menu'
    app_project.write(files(htmx, packages, part="{% block main %}{% endblock %}"))
    for name in ("a", "b"):
        app_project.edit(f"templates/{name}.html", '{% extends "base.html" %}', part)
    app_project.edit("templates/base.html", "<nav>", f"{links}</nav><nav>")
    app_project.start()
    said = open_page(page, app_project, "a")
    page.locator("#push").click()
    expect(page.locator("h1")).to_have_text("b one")
    field = page.locator("#field-b")
    field.fill("what I wrote")
    # Nobody but the runtime asks for the whole of it.
    page.wait_for_function(
        "performance.getEntriesByType('resource').filter(e => e.name === location.href)[1]",
        polling=20,
    )
    app_project.edit("templates/b.html", "b one", "b two")
    expect(page.locator("h1")).to_have_text("b two")
    app_project.edit("templates/a.html", "a one", "a two")
    app_project.edit("templates/base.html", "menu", "the menu")
    expect(page.locator("nav").first).to_contain_text("the menu")
    expect(page.locator("h1")).to_have_text("b two")
    expect(field).to_have_value("what I wrote")
    assert is_marked(page), said


def test_unpoly(page: Page, app_project: AppProject, packages: Path) -> None:
    unpoly = '<script src="/packages/unpoly/unpoly.js"></script>'
    part = '<section id="part"><p>part one</p><input id="in-part"></section>'
    app_project.write(files(unpoly, packages, part=part))
    app_project.edit("templates/base.html", 'id="to-b"', 'id="to-b" up-follow up-target="main"')
    app_project.edit(
        "templates/b.html",
        "<input",
        '<a id="load" href="/part" up-follow up-target="#part" up-history="false">load</a>'
        '<section id="part"></section><input',
    )
    app_project.start()
    said = open_page(page, app_project, "a")
    page.locator("#to-b").click()
    expect(page.locator("h1")).to_have_text("b one")
    page.locator("#load").click()
    page.locator("#in-part").fill("in the part")
    app_project.edit("templates/part.html", "part one", "part two")
    expect(page.locator("#part p")).to_have_text("part two")
    app_project.edit("templates/b.html", "b one", "b two")
    expect(page.locator("h1")).to_have_text("b two")
    expect(page.locator("#in-part")).to_have_value("in the part")
    assert is_marked(page), said
