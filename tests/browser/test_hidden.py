"""Edits while the tab is hidden are made at once: nothing is left to be done when it is seen."""

from pathlib import Path

import pytest

from tests.browser.site import html, runs
from tests.browser.tabs import tabs_of
from tests.project import Project

MAIN = (
    runs("main")
    + "document.querySelector('#out').textContent = 'one';\nimport.meta.hot.accept();\n"
)
HEAD = "<link rel='stylesheet' href='a.css'><style>h2 { color: rgb(255, 0, 0) }</style>"
BODY = "<h1>one</h1><h2>two</h2><img src='a.svg'>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'


def colour(selector: str, wanted: str) -> str:
    return f"getComputedStyle(document.querySelector('{selector}')).color === 'rgb({wanted})'"


@pytest.mark.parametrize("born", ["seen", "hidden"])
def test_a_hidden_tab_takes_every_edit(
    project: Project, whole_chromium_path: Path, tmp_path: Path, born: str
) -> None:
    project.write({"index.html": html(BODY, HEAD), "main.js": MAIN})
    project.write({"a.css": "h1 { color: rgb(255, 0, 0) }", "a.svg": SVG}).start()
    with tabs_of(whole_chromium_path, tmp_path / "profile") as tabs:
        page = tabs.open(project.url if born == "seen" else "about:blank")
        if born == "seen":
            page.wait_for("document.querySelector('#out')?.textContent === 'one'")
        other = tabs.open("about:blank")
        if born == "hidden":
            tabs.send("Page.navigate", page.session, url=project.url)
            page.wait_for("document.querySelector('#out')?.textContent === 'one'")
        page.wait_for("document.visibilityState === 'hidden'")
        page.evaluate("globalThis.marked = true; globalThis.seen = 0")
        page.evaluate("document.addEventListener('visibilitychange', () => seen++)")
        project.edit("main.js", "'one'", "'two'")
        page.wait_for("document.querySelector('#out').textContent === 'two'")
        project.edit("a.css", "255, 0, 0", "0, 0, 255")
        page.wait_for(colour("h1", "0, 0, 255"))
        project.edit("index.html", "<h1>one", "<h1>edited")
        page.wait_for("document.querySelector('h1').textContent === 'edited'")
        project.edit("index.html", "255, 0, 0", "0, 0, 255")
        page.wait_for(colour("h2", "0, 0, 255"))
        project.write({"a.svg": SVG.replace("10", "20")})
        page.wait_for("document.querySelector('img').naturalWidth === 20")
        # A mistake and its end, and a server that was away meanwhile.
        project.edit("main.js", "= 'two'", "= = 'two'")
        page.wait_for("document.querySelector('hotreload-overlay') !== null")
        project.stop()
        project.edit("main.js", "= = 'two'", "= 'three'")
        project.start()
        page.wait_for("document.querySelector('#out').textContent === 'three'")
        page.wait_for("document.querySelector('hotreload-overlay') === null")
        assert page.evaluate("document.visibilityState === 'hidden' && seen === 0 && marked")
        page.show()
        page.wait_for("document.visibilityState === 'visible'")
        assert page.evaluate("marked && JSON.stringify(runs)") == '{"main":3}'
        assert other.evaluate("document.visibilityState") == "hidden"
