"""The icon that browsers ask for by themselves, where no link names one."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.browser.site import html
from tests.browser.tabs import tabs_of
from tests.browser.wait import SECONDS
from tests.project import Project

# Tools of the browser don't tell of its requests for icons, so the server does.
NOTES = """
from pathlib import Path
from hotreload.plugins import Plugin


class Notes(Plugin):
    def serve(self, url, request):
        with (Path(__file__).parents[1] / "asked.log").open("a") as file:
            file.write(f"{url}?{request.url.query}\\n")
"""
NAMED = "[...document.querySelectorAll('link[rel=icon]')].map(link => link.getAttribute('href'))"


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_is_asked_for_anew_when_it_changes(
    project: Project, whole_chromium_path: Path, tmp_path: Path
) -> None:
    project.write({"index.html": html("<h1>one</h1>", script=""), "notes.py": NOTES})
    project.write({"favicon.ico": b"one", "own.ico": b"own"}).start("--plugin", "notes:Notes")
    log = project.root.parent / "asked.log"
    log.touch()

    def asked() -> list[str]:
        return [line for line in log.read_text().splitlines() if ".ico" in line]

    def has(count: int) -> bool:
        return len(asked()) == count

    with tabs_of(whole_chromium_path, tmp_path / "profile") as tabs:
        page = tabs.open(project.url)
        wait_until(lambda: asked() == ["/favicon.ico?"])
        page.evaluate("globalThis.marked = true")
        for count in (2, 3):
            project.write({"favicon.ico": b"x" * count})
            wait_until(partial(has, count))
        assert all("?v=" in line for line in asked()[1:])
        assert page.evaluate(f"{NAMED}.length") == 1
        # The edit that names one has the last word.
        project.edit("index.html", "<title>", "<link rel='icon' href='own.ico'><title>")
        page.wait_for(f"{NAMED}.join() === 'own.ico'")
        project.write({"favicon.ico": b"unseen"})
        project.edit("index.html", "<h1>one", "<h1>two")
        page.wait_for("document.querySelector('h1').textContent === 'two'")
        assert page.evaluate(f"{NAMED}.join()") == "own.ico"
        assert page.evaluate("marked")
