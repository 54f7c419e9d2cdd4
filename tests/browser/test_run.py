"""Servers that know nothing of hotreload, with `hotreload run` before them, in a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import console_of, is_marked, mark
from tests.node import node
from tests.runproject import RunProject

OVERLAY = "hotreload-overlay"
EXAMPLE = Path(__file__).parents[2] / "examples/flask-app"


@pytest.fixture
def run_project(tmp_path: Path) -> Iterator[RunProject]:
    project = RunProject(tmp_path / "app", tmp_path / "state")
    yield project
    project.close()


def open_page(page: Page, project: RunProject, path: str = "") -> list[str]:
    said = console_of(page)
    with page.expect_console_message(lambda message: "connected" in message.text):
        page.goto(project.url + path)
    mark(page)
    return said


def started(project: RunProject) -> list[psutil.Process]:
    return psutil.Process(project.pid).children(recursive=True)


def test_flask_run(page: Page, run_project: RunProject) -> None:
    shutil.copytree(EXAMPLE, run_project.root, dirs_exist_ok=True)
    run_project.words = ("flask", "run", "--debug", "--port", "PORT")
    run_project.start()
    open_page(page, run_project)
    field = page.locator("#text")
    field.fill("abc")
    expect(page.locator("#count")).to_have_text("3 characters")
    run_project.edit("templates/home.html", "<h1>Notes</h1>", "<h1>All notes</h1>")
    expect(page.locator("h1")).to_have_text("All notes")
    run_project.edit("static/count.js", "characters", "letters")
    expect(page.locator("#count")).to_have_text("3 letters")
    run_project.edit("static/style.css", "20, 90, 160", "2, 2, 2")
    expect(page.locator("h1")).to_have_css("color", "rgb(2, 2, 2)")
    # It restarts itself; a note that it had in memory is gone with it, what is typed is not.
    run_project.edit("wsgi.py", "while you type a note", "as you type")
    expect(page.locator("#notes")).to_contain_text("as you type", timeout=20_000)
    expect(field).to_have_value("abc")
    assert is_marked(page)
    run_project.edit("templates/home.html", "{% include", "{% nonsense")
    expect(page.locator(OVERLAY)).to_contain_text("templates/home.html:4")
    run_project.edit("templates/home.html", "{% nonsense", "{% include")
    expect(page.locator(OVERLAY)).to_have_count(0)
    assert is_marked(page)
    # A POST that is answered by a redirect, as without us.
    field.press("Enter")
    expect(page.locator("#notes li").last).to_have_text("abc")
    expect(page).to_have_url(run_project.url)
    children = started(run_project)
    assert children
    run_project.stop()
    assert not [child for child in children if child.is_running()]


MANAGE = """\
import sys
from django.conf import settings
from django.core.management import execute_from_command_line

settings.configure(
    DEBUG=True,
    SECRET_KEY="only for development",
    ROOT_URLCONF="views",
    INSTALLED_APPS=["django.contrib.staticfiles", "shop"],
    STATIC_URL="static/",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
)
execute_from_command_line(sys.argv)
"""
VIEWS = """\
from django.shortcuts import render
from django.urls import path


def home(request):
    return render(request, "home.html", {"who": "all"})


urlpatterns = [path("", home)]
"""
HOME = """\
<!doctype html>{% load static %}
<html><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="{% static 'shop.css' %}"></head>
<body><h1>One</h1><p id="who">{{ who }}</p><input id="name"></body></html>
"""
SHOP = {
    "manage.py": MANAGE,
    "views.py": VIEWS,
    "shop/__init__.py": "",
    "shop/templates/home.html": HOME,
    "shop/static/shop.css": "h1 { color: rgb(1, 1, 1) }",
}


def test_django_runserver(page: Page, run_project: RunProject) -> None:
    run_project.write(SHOP)
    run_project.words = ("python", "manage.py", "runserver", "PORT")
    run_project.start()
    open_page(page, run_project)
    page.locator("#name").fill("what I wrote")
    run_project.edit("shop/templates/home.html", "One", "Two")
    expect(page.locator("h1")).to_have_text("Two")
    run_project.edit("shop/static/shop.css", "1, 1, 1", "2, 2, 2")
    expect(page.locator("h1")).to_have_css("color", "rgb(2, 2, 2)")
    run_project.edit("views.py", '"all"', '"you"')
    expect(page.locator("#who")).to_have_text("you", timeout=20_000)
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)
    # While it can't start, the page says why.
    run_project.edit("views.py", "def home", "def home(:")
    expect(page.locator(OVERLAY)).to_contain_text("views.py:5", timeout=20_000)
    expect(page.locator(OVERLAY)).to_contain_text("SyntaxError")
    assert is_marked(page)


SERVER = """\
const http = require('http');
const fs = require('fs');
const word = 'first';
http.createServer((request, response) => {
  if (request.url === '/crash') throw new Error('what went wrong');
  if (request.url === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: one\\n\\n');
    return;
  }
  if (request.url === '/echo') {
    let size = 0;
    request.on('data', (data) => { size += data.length; });
    request.on('end', () => response.end(String(size)));
    return;
  }
  if (request.url === '/away') {
    const there = `http://127.0.0.1:${process.argv[2]}/`;
    response.writeHead(302, { location: there, 'set-cookie': ['a=1', 'b=2'] });
    response.end();
    return;
  }
  if (request.url === '/gone') response.statusCode = 410;
  response.setHeader('content-type', 'text/html');
  const page = fs.readFileSync('views/home.mustache', 'utf-8');
  response.end(page.replace('{{word}}', word).replace('{{cookie}}', request.headers.cookie ?? ''));
}).listen(process.argv[2], '127.0.0.1');
"""
VIEW = """\
<!doctype html><html><head><title>Node</title><link rel="icon" href="data:,"></head>
<body><h1>One</h1><p id="word">{{word}}</p><p id="cookie">{{cookie}}</p><input id="name"></body>
</html>
"""


def test_a_server_of_node(page: Page, run_project: RunProject) -> None:
    run_project.write({"server.js": SERVER, "views/home.mustache": VIEW})
    run_project.words = (str(node()), "server.js", "PORT")
    run_project.start()
    said = open_page(page, run_project, "away")
    # Redirects stay with us, and cookies are the page's.
    expect(page).to_have_url(run_project.url)
    expect(page.locator("#cookie")).to_have_text("a=1; b=2")
    page.locator("#name").fill("what I wrote")
    run_project.edit("views/home.mustache", "One", "Two")
    expect(page.locator("h1")).to_have_text("Two")
    size = "fetch('/echo', { method: 'POST', body: 'x'.repeat(3e6) }).then((r) => r.text())"
    assert page.evaluate(size) == "3000000"
    assert page.evaluate("fetch('/gone').then((r) => r.status)") == 410
    event = "new Promise((r) => { new EventSource('/events').onmessage = (e) => r(e.data); })"
    assert page.evaluate(event) == "one"
    # It crashes, which the page shows, and is started again when somebody has mended it.
    page.evaluate("void fetch('/crash').catch(() => 0)")
    expect(page.locator(OVERLAY)).to_contain_text("Error: what went wrong")
    expect(page.locator(OVERLAY)).to_contain_text("has ended with status")
    run_project.edit("server.js", "'first'", "'second'")
    expect(page.locator("#word")).to_have_text("second", timeout=20_000)
    expect(page.locator(OVERLAY)).to_have_count(0, timeout=20_000)
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page), said


class DjangoProject(RunProject):
    """Run by ``manage.py runserver``, with our app among the installed ones."""

    ready_line = r"Starting development server"

    def command(self, *arguments: str) -> list[str]:
        return ["python", "manage.py", "runserver", str(self.port), *arguments]


@pytest.fixture
def django_project(tmp_path: Path) -> Iterator[DjangoProject]:
    project = DjangoProject(tmp_path / "app", tmp_path / "state")
    yield project
    project.close()


def test_django_with_our_app(page: Page, django_project: DjangoProject) -> None:
    django_project.write(SHOP)
    django_project.edit("manage.py", 'INSTALLED_APPS=["', 'INSTALLED_APPS=["hotreload.django", "')
    django_project.start()
    open_page(page, django_project)
    page.locator("#name").fill("what I wrote")
    django_project.edit("shop/templates/home.html", "One", "Two")
    expect(page.locator("h1")).to_have_text("Two")
    django_project.edit("shop/static/shop.css", "1, 1, 1", "2, 2, 2")
    expect(page.locator("h1")).to_have_css("color", "rgb(2, 2, 2)")
    django_project.edit("shop/templates/home.html", "{{ who }}", "{% nonsense %}")
    expect(page.locator(OVERLAY)).to_contain_text("shop/templates/home.html:4")
    django_project.edit("shop/templates/home.html", "{% nonsense %}", "{{ who }}")
    expect(page.locator(OVERLAY)).to_have_count(0)
    django_project.edit("views.py", '"all"', '"you"')
    expect(page.locator("#who")).to_have_text("you", timeout=20_000)
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)
    assert '"GET / HTTP/1.1" 200' in django_project.output
