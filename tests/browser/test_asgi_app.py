"""An app with the middleware, under uvicorn, in a browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.appproject import FILES, RELOADING, TEMPLATE, AppProject
from tests.browser.edits import edit_each_kind
from tests.browser.site import console_of, is_marked, mark
from tests.contexts import context_of
from tests.nginx import Nginx

OVERLAY = "hotreload-overlay"


def open_page(page: Page, project: AppProject, path: str = "") -> list[str]:
    """Open a page, wait until it is connected, and give back what it says."""
    said = console_of(page)
    with page.expect_console_message(lambda message: "connected" in message.text):
        page.goto(project.url + path)
    mark(page)
    return said


def test_templates_scripts_and_styles_change_in_place(page: Page, app_project: AppProject) -> None:
    app_project.write(FILES).start()
    open_page(page, app_project)
    heading, field = page.locator("body h1").element_handle(), page.locator("#name")
    field.fill("what I wrote")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    app_project.edit("templates/home.html", "One", "Two")
    expect(page.locator("body h1")).to_have_text("Two")
    assert heading.text_content() == "Two"
    assert requests == [app_project.url]

    app_project.edit("static/word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")
    app_project.edit("static/style.css", "1, 1, 1", "2, 2, 2")
    expect(page.locator("body h1")).to_have_css("color", "rgb(2, 2, 2)")
    assert requests == [app_project.url]
    expect(field).to_have_value("what I wrote")
    assert is_marked(page)


def test_errors_are_shown_where_they_are(page: Page, app_project: AppProject) -> None:
    fails = "globalThis.{} = () => {{ throw new Error('x'); }};"
    inline = f"<script>{fails.format('inPage')}</script>"
    app_project.write(FILES)
    app_project.edit("static/word.js", "export", f"{fails.format('inFile')} export")
    app_project.edit("templates/home.html", "<h1>", f"{inline}\n<h1>")
    app_project.start()
    open_page(page, app_project)
    lines = (app_project.root / "templates/home.html").read_text().splitlines()
    line = next(i for i, text in enumerate(lines) if "inPage" in text)
    notice = page.locator("hotreload-notices p.text")
    page.evaluate("setTimeout(() => inFile())")
    column = fails.format("inFile").index("new Error") + 1
    expect(notice).to_have_text(f"Error: x · /static/word.js:1:{column}")
    # A page's place is that in what the app rendered.
    page.evaluate("setTimeout(() => inPage())")
    expect(notice).to_have_text(f"Error: x · /:{line + 1}:{lines[line].index('new Error') + 1}")
    page.get_by_role("button", name="Details").click()
    expect(page.locator(OVERLAY).locator("pre .here")).to_have_count(2)


def test_the_page_is_fetched_with_its_own_cookies(page: Page, app_project: AppProject) -> None:
    app = FILES["app.py"].replace('{"who": "all"}', '{"who": request.cookies.get("who", "nobody")}')
    app_project.write({**FILES, "app.py": app}).start()
    page.context.add_cookies([{"name": "who", "value": "me", "url": app_project.url}])
    open_page(page, app_project)
    app_project.edit("templates/home.html", "One", "Two")
    expect(page.locator("body h1")).to_have_text("Two")
    expect(page.locator("#who")).to_have_text("me")


def test_a_python_edit_restarts_the_worker_and_keeps_the_page(
    page: Page, app_project: AppProject
) -> None:
    app_project.write(FILES).start(*RELOADING)
    open_page(page, app_project)
    page.locator("#name").fill("what I wrote")
    app_project.edit("app.py", '"who": "all"', '"who": "you"')
    expect(page.locator("#who")).to_have_text("you", timeout=20_000)
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)
    restarts = app_project.output.count("Started server process")
    app_project.edit("templates/home.html", "One", "Two")
    expect(page.locator("body h1")).to_have_text("Two")
    app_project.edit("static/word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")
    assert app_project.output.count("Started server process") == restarts
    assert is_marked(page)
    assert app_project.stop() == 0


def test_an_exception_becomes_the_overlay_and_clears_itself(
    page: Page, app_project: AppProject
) -> None:
    app_project.write(FILES).start()
    open_page(page, app_project)
    page.locator("#name").fill("what I wrote")
    app_project.edit("templates/home.html", "{{ who }}", "{{ who }")
    expect(page.locator(OVERLAY)).to_contain_text("templates/home.html:6")
    expect(page.locator(OVERLAY)).to_contain_text("TemplateSyntaxError")
    expect(page.locator("body h1")).to_have_text("One")
    app_project.edit("templates/home.html", "{{ who }", "{{ who }}")
    expect(page.locator(OVERLAY)).to_have_count(0)
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)


def test_a_page_that_could_not_be_rendered_shows_why_until_it_can(
    page: Page, app_project: AppProject
) -> None:
    broken = TEMPLATE.replace("{{ who }}", "{{ who.nothing.at.all }}")
    app_project.write({**FILES, "templates/home.html": broken}).start()
    open_page(page, app_project)
    expect(page.locator(OVERLAY)).to_contain_text("UndefinedError")
    app_project.edit("templates/home.html", "{{ who.nothing.at.all }}", "{{ who }}")
    expect(page.locator("#who")).to_have_text("all")
    expect(page.locator(OVERLAY)).to_have_count(0)


def test_the_answer_of_a_post_is_never_asked_for_again(page: Page, app_project: AppProject) -> None:
    app_project.write(FILES).start()
    open_page(page, app_project)
    said = console_of(page)
    with page.expect_console_message(lambda message: "connected" in message.text):
        page.locator("button").click()
    mark(page)
    expect(page.locator("#who")).to_have_text("post 1")
    with page.expect_console_message(lambda message: "never sent twice" in message.text):
        app_project.edit("templates/home.html", "One", "Two")
    # What needs no request goes on.
    app_project.edit("static/style.css", "1, 1, 1", "2, 2, 2")
    expect(page.locator("body h1")).to_have_css("color", "rgb(2, 2, 2)")
    # Nor does what would need a reload.
    app_project.edit("static/main.js", "import.meta.hot?.accept", "import.meta.hot?.accept?.")
    with page.expect_console_message(lambda message: "it is not reloaded" in message.text):
        app_project.edit("static/main.js", "./word.js'", "./word.js?x'")
    expect(page.locator("#who")).to_have_text("post 1")
    assert is_marked(page)
    assert not any("reloading" in line for line in said)


def test_other_answers_are_told_and_the_page_stays(page: Page, app_project: AppProject) -> None:
    app_project.write(FILES).start()
    open_page(page, app_project, "other")
    app_project.write({"mode.txt": "json"})
    with page.expect_console_message(lambda message: "application/json" in message.text):
        app_project.edit("templates/home.html", "One", "Two")
    app_project.write({"mode.txt": "missing"})
    app_project.edit("templates/home.html", "Two", "Three")
    expect(page.locator(OVERLAY)).to_contain_text("404")
    expect(page.locator(OVERLAY)).to_contain_text("Nothing here")
    assert is_marked(page)
    app_project.write({"mode.txt": ""})
    app_project.edit("templates/home.html", "Three", "Four")
    expect(page.locator("body h1")).to_have_text("Four")
    expect(page.locator(OVERLAY)).to_have_count(0)
    assert is_marked(page)
    app_project.write({"mode.txt": "redirect"})
    with page.expect_console_message(lambda message: "redirects to" in message.text):
        app_project.edit("templates/home.html", "Four", "Five")
    expect(page).to_have_url(re.compile(r":\d+/$"))
    expect(page.locator("body h1")).to_have_text("Five")


def test_pages_follow_whichever_worker_they_reach(page: Page, app_project: AppProject) -> None:
    app_project.write(FILES).start("--workers", "2")
    pages = [page, *(page.context.new_page() for _ in range(3))]
    for each in pages:
        open_page(each, app_project)
        each.locator("#name").fill("what I wrote")
    app_project.edit("templates/home.html", "One", "Two")
    app_project.edit("static/word.js", "first", "second")
    for each in pages:
        expect(each.locator("body h1")).to_have_text("Two")
        expect(each.locator("#out")).to_have_text("second")
        expect(each.locator("#name")).to_have_value("what I wrote")
        assert is_marked(each)
    assert app_project.stop() == 0


def test_a_nonce_of_each_answer_s_own_is_no_change(page: Page, app_project: AppProject) -> None:
    """Scripts by nonce only, and a new one each time: the page is morphed all the same."""
    app = FILES["app.py"].replace(
        'return templates.TemplateResponse(request, "home.html", {"who": "all"})',
        """import secrets
    nonce = secrets.token_urlsafe(9)
    context = {"who": "all", "nonce": nonce}
    policy = f"default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; img-src data:"
    headers = {"content-security-policy": policy}
    return templates.TemplateResponse(request, "home.html", context, headers=headers)""",
    )
    inline = "<script nonce='{{ nonce }}'>globalThis.inline = (globalThis.inline ?? 0) + 1</script>"
    template = TEMPLATE.replace("<script ", "<script nonce='{{ nonce }}' ").replace(
        "</head>", f"{inline}</head>"
    )
    app_project.write({**FILES, "app.py": app, "templates/home.html": template}).start()
    open_page(page, app_project)
    assert page.evaluate("inline") == 1
    app_project.edit(
        "templates/home.html", "<h1>One</h1>", f"<h1>Two</h1>{inline.replace('inline', 'added')}"
    )
    expect(page.locator("body h1")).to_have_text("Two")
    assert page.evaluate("[inline, globalThis.added]") == [1, 1]
    app_project.edit("static/word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")
    assert is_marked(page)


def test_a_mounted_app_has_it_below_its_own_path(page: Page, app_project: AppProject) -> None:
    """And without a lifespan, which mounted apps never get."""
    app = FILES["app.py"] + "inner = app\napp = Starlette(routes=[Mount('/sub', inner)])\n"
    template = TEMPLATE.replace("/static/", "/sub/static/")
    app_project.write({**FILES, "app.py": app, "templates/home.html": template}).start()
    open_page(page, app_project, "sub/")
    page.locator("#name").fill("what I wrote")
    app_project.edit("templates/home.html", "One", "Two")
    expect(page.locator("body h1")).to_have_text("Two")
    app_project.edit("static/word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)


@pytest.mark.parametrize("known", ["--root-path", "base"])
def test_behind_nginx_under_a_prefix(
    page: Page, app_project: AppProject, tmp_path: Path, known: str
) -> None:
    """nginx takes the prefix away; the app's server knows of it, or only hotreload does."""
    app = FILES["app.py"].replace('watch=["templates"]', 'watch=["templates"], base="/app/"')
    template = TEMPLATE.replace("/static/", "/app/static/")
    files = {**FILES, "app.py": app if known == "base" else FILES["app.py"]}
    app_project.write({**files, "templates/home.html": template})
    app_project.start(*(["--root-path", "/app"] if known == "--root-path" else []))
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    with Nginx(tmp_path / "nginx", app_project.port, prefix="/app/", strip=True) as nginx:
        with page.expect_console_message(lambda message: "connected" in message.text):
            page.goto(nginx.url)
        mark(page)
        assert page.locator("script[data-hotreload]").get_attribute("src") == (
            "/app/@hotreload/client.js"
        )
        assert sockets == [nginx.url.replace("http", "ws") + "@hotreload/ws"]
        page.locator("#name").fill("what I wrote")
        heading = page.locator("body h1").element_handle()
        edit_each_kind(app_project, page)
        expect(page.locator("#name")).to_have_value("what I wrote")
        assert heading.text_content() == "Two"
        assert is_marked(page)


PIXEL = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"/>'


def test_images_change_in_place(page: Page, app_project: AppProject) -> None:
    """Of the page, and of a stylesheet; nothing else is fetched for it."""
    body = "<img id='dot' src='/static/dot.svg'><h1>"
    app_project.write(
        {
            **FILES,
            "templates/home.html": TEMPLATE.replace("<h1>", body),
            "static/dot.svg": PIXEL.format(10),
            "static/back.svg": PIXEL.format(10),
            "static/style.css": "h1 { background: url(back.svg) }",
        }
    ).start()
    open_page(page, app_project)
    page.locator("#name").fill("what I wrote")
    image = page.locator("#dot").element_handle()
    assert image.evaluate("(image) => image.naturalWidth") == 10
    app_project.edit("static/dot.svg", "10", "20")
    page.wait_for_function("(image) => image.naturalWidth === 20", arg=image)
    with page.expect_response(lambda answer: "back.svg" in answer.url) as found:
        app_project.edit("static/back.svg", "10", "30")
    assert found.value.text() == PIXEL.format(30)
    style = "getComputedStyle(document.querySelector('h1')).backgroundImage"
    page.wait_for_function(f"(url) => {style}.includes(url)", arg=found.value.url)
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)


def test_a_rendered_page_has_the_modules_of_its_own_import_map(
    page: Page, app_project: AppProject
) -> None:
    lib = "export const word = '{}';\n"
    app = (
        FILES["app.py"]
        .replace(
            'return templates.TemplateResponse(request, "home.html", {"who": "all"})',
            'return templates.TemplateResponse(request, "home.html", {"who": "all", "lib": "one"})',
        )
        .replace('{"who": "other"}', '{"who": "other", "lib": "two"}')
    )
    template = TEMPLATE.replace(
        '<link rel="stylesheet"',
        '<script type="importmap">{"imports": {"lib": "/static/{{ lib }}.js"}}</script>'
        '<link rel="stylesheet"',
        1,
    )
    main = FILES["static/main.js"].replace("./word.js", "lib")
    app_project.write(
        {
            **FILES,
            "app.py": app,
            "templates/home.html": template,
            "static/main.js": main,
            "static/one.js": lib.format("one"),
            "static/two.js": lib.format("two"),
        }
    ).start()
    open_page(page, app_project)
    expect(page.locator("#out")).to_have_text("one")
    with context_of(page.context.browser) as context:  # type: ignore[arg-type]
        other = context.new_page()
        other.goto(f"{app_project.url}other")
        expect(other.locator("#out")).to_have_text("two")
        app_project.edit("static/one.js", "'one'", "'ONE'")
        expect(page.locator("#out")).to_have_text("ONE")
        app_project.edit("static/two.js", "'two'", "'TWO'")
        expect(other.locator("#out")).to_have_text("TWO")
    assert is_marked(page)
