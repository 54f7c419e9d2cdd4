"""Where hooks of plugins are called, and what they do about work that takes long."""

import shutil
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, open_marked
from tests.project import Project

EXAMPLE = Path(__file__).parents[2] / "examples/drawings"

SLOW_DOT = """
import sys
import time
from drawings import Drawings

drawing = "import os, sys, time; text = sys.stdin.read()\\n"
drawing += "while not os.path.exists('go'): time.sleep(0.01)\\n"
drawing += "sys.exit('line 2: syntax error') if 'BUG' in text else print('<p>' + text + '</p>')"
slow = Drawings((sys.executable, "-c", drawing))
"""


def test_what_takes_long_is_made_beside_the_server(project: Project, page: Page) -> None:
    shutil.copytree(EXAMPLE / "site", project.root, dirs_exist_ok=True)
    shutil.copy(EXAMPLE / "drawings.py", project.root)
    project.write({"slow.py": SLOW_DOT}).start("--plugin", "slow:slow")
    # The page is not kept waiting.
    open_marked(project, page)
    figure, go = page.locator("figure"), project.root / "go"
    expect(figure).to_be_attached()
    expect(figure).to_have_text("")
    go.touch()
    expect(figure).to_contain_text("save -> screen")
    go.unlink()
    project.edit("plan.dot", "screen", "disk")
    project.edit("index.html", "A plan", "The plan")
    expect(page.locator("h1")).to_have_text("The plan")
    expect(figure).to_contain_text("save -> screen")
    go.touch()
    expect(figure).to_contain_text("save -> disk")
    overlay = page.locator("hotreload-overlay")
    for number in (1, 2):
        project.edit("plan.dot", "disk", f"disk{number} BUG")
        expect(overlay).to_contain_text("line 2: syntax error")
        expect(figure).to_contain_text("save -> disk")
        project.edit("plan.dot", f"disk{number} BUG", "disk")
        expect(overlay).to_have_count(0)
    assert is_marked(page)


HOOKS = """
import asyncio
from hotreload.plugins import Plugin

class Hooks(Plugin):
    suffixes = (".js",)

    def resolve(self, specifier, importer, project):
        self.note("resolve")

    def load(self, source):
        self.note("load")

    def transform(self, code, source):
        self.note("transform")

    def hot_update(self, update):
        self.note("hot_update")

    def hear(self, message):
        self.note("hear")

    def serve(self, url, request):
        self.note("serve")

    def note(self, hook):
        print(hook, "in", "loop" if asyncio.get_running_loop() else "thread")
"""


def test_hooks_are_called_in_the_event_loop(project: Project, page: Page) -> None:
    main = "import './dep.js';\nimport.meta.hot.accept();\nimport.meta.hot.send('said');\n"
    project.write({"hooks.py": HOOKS, "index.html": html(), "main.js": main, "dep.js": "0;"})
    project.start("--plugin", "hooks:Hooks")
    open_marked(project, page)
    project.edit("dep.js", "0", "1")
    for hook in ("resolve", "load", "transform", "hot_update", "hear", "serve"):
        project.wait_for_output(f"{hook} in loop")
    expect(page.locator("hotreload-overlay")).to_have_count(0)
    assert "no running event loop" not in project.output
    assert is_marked(page)
