"""What tools do to whole folders, and to a file for long, as an open page sees it."""

import json
import subprocess
import time
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.site import console_of, frames_of, html, is_marked, mark
from tests.browser.wait import sync
from tests.http_site import ask
from tests.project import Project

SITE: dict[str, str | bytes] = {
    "index.html": html("<h1>one</h1>", '<link rel="stylesheet" href="a.css">'),
    "a.css": "h1 { color: rgb(0, 0, 1) }\n",
    "main.js": "import { text } from './lib/b.js';\n"
    "document.getElementById('out').textContent = text;\nimport.meta.hot.accept();\n",
    "lib/b.js": "import { text as c } from './deep/c.js';\nexport const text = `b ${c}`;\n",
    "lib/deep/c.js": "export const text = 'one';\n",
}


def git(project: Project, *command: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *command],
        cwd=project.root,
        check=True,
        capture_output=True,
    )


def of(frames: list[str], kind: str) -> list[dict[str, Any]]:
    """The frames of a kind that were sent until now, which are forgotten."""
    found = [json.loads(frame) for frame in frames]
    frames.clear()
    return [frame for frame in found if frame["type"] == kind]


def test_a_page_goes_along_with_whatever_is_done_to_its_files(project: Project, page: Page) -> None:
    project.write(SITE)
    git(project, "init", "-q", "-b", "one")
    project.start()
    said, frames = console_of(page), frames_of(page)
    page.goto(project.url)
    sync(page)
    mark(page)
    out, overlay = page.locator("#out"), page.locator("hotreload-overlay")
    library, moved = project.root / "lib", project.root / "lib2"

    # A folder is moved away, and its files edited there: what imported them says so.
    library.rename(moved)
    expect(overlay).to_contain_text("there is no file /lib/b.js")
    (moved / "deep" / "c.js").write_text("export const text = 'two';\n")
    expect(out).to_have_text("b one")
    moved.rename(library)
    expect(out).to_have_text("b two")
    expect(overlay).to_have_count(0)

    # As tools do that make a folder anew beside the old one: nobody sees that there was none.
    frames.clear()
    for name in ("b.js", "deep/c.js"):
        text = (library / name).read_text().replace("two", "three").replace("`b", "`B")
        project.write({f"lib.new/{name}": text})
    library.rename(project.root / "lib.old")
    (project.root / "lib.new").rename(library)
    expect(out).to_have_text("B three")
    sync(page)
    assert [f["problems"] for f in of(frames, "problems") if f["problems"]] == []

    # A checkout that takes its time, some files gone in between: one update, no problem.
    lock = project.root / ".git" / "index.lock"
    lock.touch()
    (library / "b.js").unlink()
    time.sleep(0.15)
    project.write({"lib/deep/c.js": "export const text = 'four';\n"})
    project.edit("index.html", "<h1>one", "<h1>two")
    time.sleep(0.15)
    project.write({"lib/b.js": str(SITE["lib/b.js"]), "a.css": "h1 { color: rgb(0, 0, 2) }\n"})
    assert of(frames, "update") == []
    lock.unlink()
    expect(out).to_have_text("b four")
    sync(page)
    told = [json.loads(frame) for frame in frames]
    assert [f for f in told if f["type"] == "problems" and f["problems"]] == []
    (update,) = of(frames, "update")
    assert [m["path"] for m in update["modules"]] == ["/lib/deep/c.js", "/lib/b.js", "/main.js"]
    assert len(update["styles"]) == len(update["pages"]) == 1

    # A file in pieces, held open, none of which parses but the last: likewise.
    text = f"export const text = '{'x' * 16_000}';\n"
    with (library / "deep" / "c.js").open("wb", buffering=0) as file:
        for start in range(0, len(text), 4096):
            file.write(text[start : start + 4096].encode())
            time.sleep(0.05)
    expect(out).to_contain_text("b xxx")
    sync(page)
    told = [json.loads(frame) for frame in frames]
    assert [f for f in told if f["type"] == "problems" and f["problems"]] == []
    assert len(of(frames, "update")) == 1

    # A file that comes back and is read before the watcher has told of it.
    (library / "deep" / "c.js").unlink()
    expect(overlay).to_contain_text("there is no file /lib/deep/c.js")
    with (library / "deep" / "c.js").open("w") as file:
        file.write("export const text = 'back';\n")
        file.flush()
        assert ask(project, "/lib/deep/c.js").status == 200
    expect(out).to_have_text("b back")
    expect(overlay).to_have_count(0)
    assert is_marked(page)
    assert not [line for line in said if "reloaded" in line]
