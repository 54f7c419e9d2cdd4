"""Digests in a page: of what is served in another form than it is written, they would be wrong."""

import base64
import hashlib

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, console_of, is_marked, open_marked
from tests.project import Project

MAIN = f"import {{word}} from './dep.js';\n{SHOW} = word;\nimport.meta.hot.accept();\n"
DEP = "export const word = 'one';\n"
CSS = "#out { color: rgb(1, 1, 1); background: url(x.svg) }\n"
CLASSIC = "globalThis.classic = 1;\n"


def sri(text: str) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(text.encode()).digest()).decode()


def page_of(head: str, script: str = "<script type=module src=main.js></script>") -> str:
    body = "<body><p id=out></p></body>"
    return f"<!doctype html>\n<html><head>\n{head}\n{script}</head>{body}</html>\n"


@pytest.mark.parametrize(
    "html",
    [
        page_of("", f'<script type="module" src="main.js" integrity="{sri(MAIN)}"></script>'),
        page_of("", f"<script src=/main.js\n  INTEGRITY='{sri(MAIN)}' type=module></script>"),
        page_of("", f"<script integrity={sri(MAIN)} type=module src=./main.js></script>"),
        page_of(f'<link rel="modulepreload" href="dep.js" integrity="{sri(DEP)}">'),
        page_of(
            f'<link rel=stylesheet href=a.css integrity="{sri(CSS)}">'
            f'<script src=classic.js integrity="{sri(CLASSIC)}"></script>'
        ),
        page_of(
            '<script type="importmap">{"integrity": {\n'
            f'  "./main.js": "{sri(MAIN)}",\n  "/dep.js" : "{sri(DEP)}"}}}}</script>'
        ),
        page_of(
            '<script type="importmap">{"imports": {"dep": "./dep.js"}, "integrity": '
            f'{{"\\/dep.js": "{sri(DEP)}"}}}}</script>'
        ),
        page_of(
            f'<base href="/sub/"><link rel=modulepreload href="../dep.js" integrity="{sri(DEP)}">',
            f'<script type="module" src="../main.js" integrity="{sri(MAIN)}"></script>',
        ),
    ],
)
def test_a_page_with_right_digests_loads_and_is_hot(
    project: Project, page: Page, html: str
) -> None:
    project.write(
        {
            "index.html": html,
            "main.js": MAIN,
            "dep.js": DEP,
            "a.css": CSS,
            "classic.js": CLASSIC,
            "x.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        }
    ).start()
    lines = console_of(page)
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("one")
    project.edit("dep.js", "one", "two")
    expect(out).to_have_text("two")
    # An edit of the page itself, beside its digests.
    project.edit("index.html", "</body>", "<b>new</b></body>")
    expect(page.locator("b")).to_have_text("new")
    assert is_marked(page)
    if "stylesheet" in html:
        assert page.evaluate("globalThis.classic") == 1
        expect(out).to_have_css("color", "rgb(1, 1, 1)")
        project.edit("x.svg", "/>", " id='a'/>")
        page.evaluate("import('/@hotreload/client.js').then(({sync}) => sync())")
        page.reload()
        expect(out).to_have_css("color", "rgb(1, 1, 1)")
    assert not [line for line in lines if "integrity" in line or "digest" in line]


def test_a_digest_that_is_still_true_is_kept(project: Project, page: Page) -> None:
    html = page_of(f'<script src="classic.js" integrity="{sri("something else")}"></script>', "")
    project.write({"index.html": html, "classic.js": CLASSIC}).start()
    lines = console_of(page)
    page.goto(project.url)
    assert page.evaluate("globalThis.classic") is None
    assert [line for line in lines if "integrity" in line]
