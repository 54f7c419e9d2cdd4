"""What someone in the server's place can make the runtime do: nothing beyond its page."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.site import console_of, html
from tests.project import Project

MARKUP = (
    '<img src=x onerror="globalThis.hit=1"></style><script>globalThis.hit=1</script></template>'
)
SITE = {
    "index.html": html("<h1 id='title'>ours</h1>", '<link rel="stylesheet" href="theme.css">'),
    "main.js": "import.meta.hot?.accept();\ndocument.getElementById('out').textContent = 'ours';\n",
    "theme.css": "#title { color: rgb(1, 2, 3) }\n",
}
Send = Callable[[Any], None]


@pytest.fixture
def inject(page: Page, project: Project) -> Send:
    """A page of ours, and a way to put frames of another's into its socket."""
    routes: list[WebSocketRoute] = []

    def intercept(route: WebSocketRoute) -> None:
        route.connect_to_server()
        routes.append(route)

    page.route_web_socket("**/@hotreload/ws", intercept)
    project.write(SITE).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("ours")
    page.evaluate("globalThis.kept = true")

    def send(frame: Any) -> None:
        routes[-1].send(frame if isinstance(frame, str) else json.dumps(frame))

    return send


def update(**changes: Any) -> dict[str, Any]:
    return {
        "type": "update",
        "rev": 1000,
        "modules": [],
        "fresh": [],
        "boundaries": [],
        "pruned": [],
        "aliases": {},
        "styles": [],
        "pages": [],
        "assets": [],
        "reload": None,
        **changes,
    }


def still_works(page: Page, project: Project) -> None:
    """The same page, that takes the next edit."""
    colour = "rgb(9, 8, 7)"
    project.write({"theme.css": f"#title {{ color: {colour} }}\n"})
    expect(page.locator("#title")).to_have_css("color", colour)
    assert page.evaluate("globalThis.hit") is None
    assert page.evaluate("({}).polluted") is None


@pytest.mark.parametrize(
    "path", ["__proto__", "/__proto__", "/constructor", "/toString", "/x/../y"]
)
def test_no_path_reaches_a_prototype(page: Page, project: Project, inject: Send, path: str) -> None:
    inject(
        f'{{"type":"update","__proto__":{{"polluted":1}},"rev":1,"aliases":{{"{path}":"{path}"}}}}'
    )
    inject(update(modules=[{"path": path, "v": "1", "hash": "x", "code": "globalThis.hit=1"}]))
    inject(update(pruned=[path], assets=[{"path": path, "hash": "1"}]))
    inject({"type": "welcome", "resources": {path: "1"}, "__proto__": {"polluted": 1}})
    # What can't be an update may make the page load anew, and that is all.
    page.wait_for_function("() => ({}).polluted === undefined && globalThis.hit === undefined")
    expect(page.locator("#out")).to_have_text("ours")


@pytest.mark.parametrize(
    "path",
    [
        *("//evil.example/x.js", "https://evil.example/x.js", "data:text/javascript,hit=1"),
        *(
            "\\\\evil.example\\x",
            "/@hotreload/../x.js",
            "blob:x",
            "javascript:hit=1",
            "/\\evil.example",
        ),
        *("/%2e%2e/x.js", "x.js", "", "/\tx.js"),
    ],
)
def test_an_update_leads_to_no_other_server(
    page: Page, project: Project, inject: Send, path: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    module = {"path": path, "v": "1", "hash": "x", "code": "globalThis.hit = 1"}
    boundary = {"path": path, "accepted": path}
    inject(update(modules=[module], boundaries=[boundary]))
    inject(update(styles=[{"path": path, "hash": "1", "css": None, "imported": False}]))
    inject(update(assets=[{"path": path, "hash": "1"}], aliases={path: path}))
    inject(update(pages=[{"path": path, "hash": "1", "html": None}]))
    # What comes after it is applied after it.
    still_works(page, project)
    assert page.evaluate("globalThis.kept")
    # The runtime asks whether the server answers from a worker, which is a blob of its own origin.
    own = (project.url, f"blob:{project.url}")
    assert [url for url in asked if "evil" in url or not url.startswith(own)] == []
    assert page.evaluate("globalThis.hit") is None


def test_problems_are_text(page: Page, project: Project, inject: Send) -> None:
    problem = {
        "owner": f"/{MARKUP}",
        "kind": MARKUP,
        "message": MARKUP,
        "line": 3,
        "column": 1,
        "frame": f"> 3 | {MARKUP}",
    }
    links = ["javascript:globalThis.hit=1//a.py", "data:text/html,x", "\\\\host\\share"]
    more = [{**problem, "owner": link, "message": link} for link in links]
    inject({"type": "problems", "problems": [problem, *more]})
    expect(page.locator("hotreload-overlay")).to_have_count(1)
    found = page.locator("hotreload-overlay").evaluate(
        """(host) => host.shadowRoot === null ? 'closed' : {
          text: host.shadowRoot.textContent,
          odd: host.shadowRoot.querySelectorAll('img, script, svg, iframe, a[href^="j"]').length,
        }"""
    )
    if found != "closed":
        assert "onerror" in found["text"]
        assert found["odd"] == 0
    inject({"type": "problems", "problems": []})
    expect(page.locator("hotreload-overlay")).to_have_count(0)
    still_works(page, project)


def test_a_stylesheet_is_rules_only(page: Page, project: Project, inject: Send) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    css = "</style><script>globalThis.hit=1</script> #title { margin: 1px }"
    inject(update(styles=[{"path": "/theme.css", "hash": "1", "css": css, "imported": False}]))
    still_works(page, project)
    assert page.evaluate("document.querySelectorAll('script:not([src])').length") == 0


def test_frames_that_are_none_are_ignored(page: Page, project: Project, inject: Send) -> None:
    lines = console_of(page)
    odd = ["[]", "1", "null", '"x"', "{", "", '{"type":"eval","code":"globalThis.hit=1"}']
    for text in (*odd, '{"type":"full-reload"}', '{"type":{"a":1}}', "x" * 1_000_000):
        inject(text)
    for _ in range(500):
        inject('{"type":"noise"}')
    still_works(page, project)
    assert page.evaluate("globalThis.kept") is True
    assert [line for line in lines if "ignored" in line]


def test_what_the_page_puts_in_the_way_is_not_used(page: Page, project: Project) -> None:
    """It hooks what the runtime uses and names elements like what it looks for."""
    hooks = (
        "<form id='hotreload' name='token'><input name='querySelector'></form>"
        "<img name='head'><img name='body'><img name='currentScript'>"
        "<script>window.seen = []; const Native = WebSocket;"
        "window.WebSocket = class extends Native {"
        " constructor(...given) { super(...given); seen.push(given.flat().join(' ')); } };</script>"
    )
    project.write({**SITE, "index.html": html(hooks + "<h1 id='title'>ours</h1>")}).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("ours")
    project.edit("main.js", "= 'ours'", "= 'edited'")
    expect(page.locator("#out")).to_have_text("edited")
    token = page.evaluate("fetch('/@hotreload/status').then((r) => r.json()).then((s) => s.token)")
    page_text = page.evaluate("document.documentElement.outerHTML + document.cookie")
    assert token not in page_text
    assert page.evaluate("JSON.stringify([localStorage, sessionStorage])").find(token) == -1


def test_a_strict_policy_of_the_page_is_kept(page: Page, project: Project) -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">'
    project.write({**SITE, "index.html": html("", policy)}).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("ours")
    project.edit("main.js", "= 'ours'", "= 'edited'")
    expect(page.locator("#out")).to_have_text("edited")
