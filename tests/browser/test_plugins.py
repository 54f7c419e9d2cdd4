"""Plugins, as a user meets them: files of other languages that change in place."""

import shutil
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, mark, run_counts, runs
from tests.browser.wait import sync
from tests.project import Project

EXAMPLE = Path(__file__).parents[2] / "examples/markdown"

LANGUAGES = '''
import time
from hotreload.plugins import Claim, HotUpdate, Plugin, PluginError, Reload, Source
from starlette.responses import JSONResponse, PlainTextResponse


class Script(Plugin):
    """JavaScript with `fn` for `function`, in .fn files."""

    claims = (Claim(".fn", "script", stands_for=("", ".js")),)

    def transform(self, code, source):
        if "BUG" in code:
            raise ValueError("a bug")
        return code.replace("fn ", "function ")


class Style(Plugin):
    """CSS with variables of another file, in .sty files."""

    claims = (Claim(".sty", "style"),)

    def transform(self, code, source):
        if "BUG" in code:
            raise PluginError("no bugs here", line=1)
        lines = source.read("./colours.txt").splitlines()
        for name, value in (line.split("=") for line in lines):
            code = code.replace("$" + name, value)
        return code


class Pages(Plugin):
    """Pages of plain text with a head, in .page files."""

    claims = (Claim(".page", "page"),)

    def transform(self, code, source):
        if "BUG" in code:
            raise PluginError("no bugs in pages", line=1)
        return f"<!doctype html><h1>{source.read('head.txt')}</h1><p>{code}</p><input>"


class Data(Plugin):
    """Tells pages of data by an event; reloads them for what is not right."""

    def hot_update(self, update):
        if "/broken.txt" in update.files:
            raise RuntimeError("could not decide")
        if "/all.txt" in update.files:
            return Reload("all is different")
        if "/data.json" not in update.affected:
            return None
        update.send("data", update.project.read("/data.json"))
        return update.affected - {"/data.json"}


class Api(Plugin):
    def serve(self, url, request):
        if url == "/api/echo":
            return self.echo
        if url == "/api/bug":
            raise ValueError("out of order")
        return None

    async def echo(self, scope, receive, send):
        body = (await receive()).get("body", b"")
        answer = JSONResponse({"method": scope["method"], "body": body.decode()})
        await answer(scope, receive, send)
'''


def test_markdown_is_a_module(project: Project, page: Page) -> None:
    shutil.copytree(EXAMPLE / "site", project.root, dirs_exist_ok=True)
    shutil.copy(EXAMPLE / "markdown_plugin.py", project.root)
    project.start("--plugin", "markdown_plugin:Markdown")
    page.goto(project.url)
    mark(page)
    article, field = page.locator("article"), page.locator("input")
    expect(article).to_contain_text("A post, imported as a module.")
    field.fill("kept")
    project.edit("post.md", "# Markdown", "# Marked *down*")
    expect(article.locator("h1 em")).to_have_text("down")
    assert page.title() == "Marked *down*"
    # A file that the module only includes.
    project.edit("footer.md", "by hand", "by a **hand**")
    expect(article.locator("strong")).to_have_text("hand")
    # A mistake is said, and the page stays as it is.
    project.edit("post.md", "# Marked", "Marked")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/post.md:1:1")
    expect(overlay).to_contain_text("plugin Markdown: a post needs a title")
    expect(article.locator("h1 em")).to_have_text("down")
    project.edit("post.md", "Marked", "# Marked")
    expect(overlay).to_have_count(0)
    expect(field).to_have_value("kept")
    assert is_marked(page)


def start(project: Project, *plugins: str) -> None:
    project.write({"languages.py": LANGUAGES})
    project.start(*(flag for name in plugins for flag in ("--plugin", f"languages:{name}")))


def test_another_script_language_is_hot(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(script="main.fn"),
            "main.fn": runs("main") + "import { a } from './a.js';\n"
            "const show = (a) => { document.querySelector('#out').textContent = a() };\n"
            "show(a);\nimport.meta.hot.accept('./a', (next) => show(next.a));",
            "a.fn": "import { b } from './b';\nexport fn a() { return `a ${b()}` }",
            "b.fn": "export fn b() { return 'b1' }",
        }
    )
    start(project, "Script")
    page.goto(project.url)
    mark(page)
    out = page.locator("#out")
    expect(out).to_have_text("a b1")
    project.edit("b.fn", "b1", "b2")
    expect(out).to_have_text("a b2")
    project.edit("b.fn", "export", "// BUG\nexport")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/b.fn")
    expect(overlay).to_contain_text("plugin Script failed in transform: ValueError: a bug")
    # What is made is checked like any other module.
    project.edit("b.fn", "// BUG\nexport fn b", "export fn c")
    expect(overlay).to_contain_text('/b.fn does not export "b", which /a.fn imports')
    project.edit("b.fn", "fn c() { return 'b2'", "fn b() { return 'b3'")
    expect(out).to_have_text("a b3")
    expect(overlay).to_have_count(0)
    assert run_counts(page) == {"main": 1}
    assert is_marked(page)


def test_another_style_language_is_hot(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(
                "<em>em</em>", "<link rel='stylesheet' href='linked.sty'>", "main.js"
            ),
            "main.js": "import './imported.sty'",
            "linked.sty": "p { color: $first } #out { height: 20px }",
            "imported.sty": "em { color: $second }",
            "colours.txt": "first=rgb(1, 1, 1)\nsecond=rgb(2, 2, 2)",
        }
    )
    start(project, "Style")
    page.goto(project.url)
    mark(page)
    out, em = page.locator("#out"), page.locator("em")
    expect(out).to_have_css("color", "rgb(1, 1, 1)")
    expect(em).to_have_css("color", "rgb(2, 2, 2)")
    project.edit("linked.sty", "20px", "30px")
    expect(out).to_have_css("height", "30px")
    project.edit("colours.txt", "rgb(1, 1, 1)", "rgb(3, 3, 3)")
    expect(out).to_have_css("color", "rgb(3, 3, 3)")
    project.edit("colours.txt", "rgb(2, 2, 2)", "rgb(4, 4, 4)")
    expect(em).to_have_css("color", "rgb(4, 4, 4)")
    project.edit("linked.sty", "30px", "BUG")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("plugin Style: no bugs here")
    expect(out).to_have_css("height", "30px")
    project.edit("linked.sty", "BUG", "40px")
    expect(out).to_have_css("height", "40px")
    expect(overlay).to_have_count(0)
    assert is_marked(page)
    # A restart finds the page as it is.
    project.stop()
    project.start("--plugin", "languages:Style")
    project.edit("linked.sty", "40px", "50px")
    expect(out).to_have_css("height", "50px")
    assert is_marked(page)


def test_a_plugin_decides_what_becomes_of_an_edit(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": runs("main")
            + "const show = (text) => { document.querySelector('#out').textContent = text };\n"
            "fetch('./data.json').then((r) => r.text()).then(show);\n"
            "import.meta.hot.on('data', show);\n"
            "import.meta.hot.on('hotreload:ws:connect', () => { globalThis.connected = true });",
            "data.json": "[1]",
            "all.txt": "1",
            "broken.txt": "1",
        }
    )
    start(project, "Data")
    page.goto(project.url)
    mark(page)
    out = page.locator("#out")
    expect(out).to_have_text("[1]")
    page.wait_for_function("globalThis.connected")
    sync(page)
    project.edit("data.json", "1", "2")
    expect(out).to_have_text("[2]")
    project.edit("broken.txt", "1", "2")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("plugin Data failed in hot_update: RuntimeError")
    expect(overlay).to_contain_text("/broken.txt")
    project.edit("data.json", "2", "3")
    expect(out).to_have_text("[3]")
    expect(overlay).to_have_count(0)
    assert is_marked(page)
    with page.expect_navigation():
        project.edit("all.txt", "1", "2")
    assert "reload: all is different" in project.output


def test_a_plugin_answers_requests_behind_the_guard(project: Project) -> None:
    project.write({"index.html": html()})
    start(project, "Api")
    url = f"{project.url}api/echo"
    assert httpx.get(url).json() == {"method": "GET", "body": ""}
    assert httpx.post(url, content="hello").json() == {"method": "POST", "body": "hello"}
    foreign = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert httpx.post(url, content="hello", headers=foreign).status_code == 403
    # A browser that doesn't say where a request comes from says so by its origin.
    other, own = {"origin": "http://other.test"}, {"origin": project.url.rstrip("/")}
    assert httpx.post(url, content="hello", headers=other).status_code == 403
    assert httpx.post(url, content="hello", headers=own).status_code == 200
    assert httpx.post(project.url, content="hello").status_code == 405
    bug = httpx.get(f"{project.url}api/bug")
    assert bug.status_code == 500
    assert "/api/bug: plugin Api failed in serve: ValueError: out of order" in bug.text
    assert httpx.get(project.url).status_code == 200


def test_another_page_language_is_morphed(project: Project, page: Page) -> None:
    project.write({"a.page": "text", "head.txt": "Head"})
    start(project, "Pages")
    page.goto(f"{project.url}a.page")
    mark(page)
    head, text, field = (page.locator(f"body > {name}") for name in ("h1", "p", "input"))
    expect(text).to_have_text("text")
    field.fill("kept")
    project.edit("a.page", "text", "changed")
    expect(text).to_have_text("changed")
    project.edit("head.txt", "Head", "Title")
    expect(head).to_have_text("Title")
    expect(field).to_have_value("kept")
    project.edit("a.page", "changed", "BUG")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("plugin Pages: no bugs in pages")
    expect(text).to_have_text("changed")
    assert is_marked(page)
    answer = page.reload()
    assert answer is not None
    assert answer.status == 500
    expect(page.locator("body > pre")).to_contain_text("plugin Pages: no bugs in pages")
    project.edit("a.page", "BUG", "mended")
    expect(text).to_have_text("mended")
    expect(overlay).to_have_count(0)


TALKS = """
from hotreload.plugins import Message, Plugin


class Deaf(Plugin):
    def hear(self, message: Message) -> None:
        raise ValueError("a bug")


class Listener(Plugin):
    def hear(self, message: Message) -> None:
        match message.event:
            case "ask":
                message.reply("answer", {"heard": message.data, "page": message.page})
            case "shout":
                message.send("echo", message.data)
"""


def test_plugins_hear_what_pages_send_and_answer_one_or_all(project: Project, page: Page) -> None:
    hears = (
        "globalThis.heard = [];\n"
        "for (const name of ['answer', 'echo'])\n"
        "  import.meta.hot.on(name, (data) => heard.push([name, data]));\n"
        "globalThis.send = (...words) => import.meta.hot.send(...words);\n"
    )
    project.write({"index.html": html(), "main.js": hears, "talks.py": TALKS})
    project.start("--plugin", "talks:Deaf", "--plugin", "talks:Listener")
    other = page.context.new_page()
    for opened in (page, other):
        opened.goto(project.url)
        opened.wait_for_function("globalThis.send !== undefined")
    page.evaluate("send('ask', { n: 1 })")
    page.wait_for_function("heard.length === 1")
    assert page.evaluate("heard") == [["answer", {"heard": {"n": 1}, "page": "/"}]]
    page.evaluate("send('shout', 'all')")
    for opened in (page, other):
        opened.wait_for_function("heard.at(-1)?.[0] === 'echo'")
    assert other.evaluate("heard") == [["echo", "all"]]
    assert "plugin Deaf failed in hear: ValueError: a bug" in project.output


VIRTUAL = """
from hotreload.plugins import Plugin


class Virtual(Plugin):
    suffixes = (".js",)

    def resolve(self, specifier, importer, project):
        return f"/@{specifier[8:]}.js" if specifier.startswith("virtual:") else None

    def load(self, source):
        match source.url:
            case "/@list.js":
                return f"export const list = {source.read('/list.txt').split()};"
            case "/@vain.js":
                accepts = "import.meta.hot.accept(() => import.meta.hot.invalidate());"
                return f"export const vain = {source.read('/vain.txt')}; {accepts}"
"""


def test_a_module_that_is_no_file_is_accepted_and_passed_on(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": (
                runs("main") + 'import { list } from "virtual:list";\nimport "./middle.js";\n'
                "out.textContent = list;\n"
                'import.meta.hot.accept("virtual:list", (m) => { out.textContent = m.list; });\n'
            ),
            "middle.js": (
                runs("middle") + 'import { vain } from "virtual:vain";\n'
                "globalThis.vain = vain;\nimport.meta.hot.accept();\n"
            ),
            "list.txt": "a b",
            "vain.txt": "1",
            "virtual.py": VIRTUAL,
        }
    )
    project.start("--plugin", "virtual:Virtual")
    page.goto(project.url)
    out = page.locator("#out")
    expect(out).to_have_text("a,b")
    mark(page)
    project.write({"list.txt": "a b c"})
    expect(out).to_have_text("a,b,c")
    assert run_counts(page) == {"main": 1, "middle": 1}
    project.write({"vain.txt": "2"})
    page.wait_for_function("vain === 2")
    assert run_counts(page) == {"main": 1, "middle": 2}
    assert is_marked(page)
