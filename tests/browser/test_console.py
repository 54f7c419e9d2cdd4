"""What a page says in its console, shown in the terminal on request."""

import re
from functools import partial

from playwright.sync_api import Page

from tests.browser.site import html
from tests.build.waiting import eventually
from tests.project import Project

SAYS = """\
console.log('plain', { a: [1] }, new Map([['k', 2]]));
console.warn('%cstyled %s', 'color: red', 'text');
console.error(new TypeError('made'));
const circle = {}; circle.self = circle;
console.log(circle, 'forged\\nhmr /a.js · 9 pages');
setTimeout(() => { throw new RangeError('thrown'); });
Promise.reject(new Error('rejected'));
"""


def shows(project: Project, pattern: str) -> bool:
    return re.search(pattern, project.output) is not None


def test_what_a_page_says_is_shown_with_where(project: Project, page: Page) -> None:
    project.write({"index.html": html(), "main.js": f"\n{SAYS}"}).start("--console")
    page.goto(project.url)
    for expected in (
        r"console\.log /main\.js:2:9 · plain \{\"a\":\[1\]\} \[\[\"k\",2\]\]",
        r"console\.warn /main\.js:3:9 · styled text",
        r"console\.error /main\.js:4:9 · TypeError: made\n        at  \(/main\.js:4:15\)",
        r"console\.log /main\.js:6:9 · \[object Object\] forged\n    hmr /a\.js",
        r"console\.error /main\.js:7:26 · Uncaught RangeError: thrown",
        r"console\.error .* · Uncaught \(in promise\) Error: rejected",
    ):
        eventually(partial(shows, project, expected))


def test_a_page_that_talks_without_end_is_counted(project: Project, page: Page) -> None:
    talk = "for (let i = 0; i < 500; i++) console.log(`line ${i}.`);\n"
    project.write({"index.html": html(), "main.js": talk}).start("--console")
    page.goto(project.url)
    eventually(lambda: "and 450 more within a second" in project.output)
    assert "line 49." in project.output
    assert "line 50." not in project.output


def test_nothing_is_told_unasked(project: Project, page: Page) -> None:
    project.write({"index.html": html(), "main.js": SAYS}).start()
    page.goto(project.url)
    page.evaluate("globalThis.hotreloadReady = true")
    project.edit("main.js", "plain", "plainer")
    eventually(lambda: "/main.js" in project.output)
    assert "console." not in project.output
