"""A site that is built: what differs after a build changes in place, and nothing else does."""

import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import console_of, is_marked, mark
from tests.project import Project

# As unkind as a generator can be: it empties its output first, and takes its time.
GENERATOR = """
import pathlib, shutil, sys, time
content, public = pathlib.Path('content'), pathlib.Path('public')
shutil.rmtree(public, ignore_errors=True)
public.mkdir()
count = pathlib.Path('builds')
count.write_text(str(int(count.read_text()) + 1) if count.exists() else '1')
for file in sorted(content.glob('*.txt')):
    text = file.read_text()
    if 'broken' in text:
        print(f'{file}: it is broken')
        sys.exit(3)
    html = '<!doctype html><html><head><meta charset=utf-8><title>t</title>'
    html += '<link rel=stylesheet href=style.css></head><body><input id=name>'
    (public / f'{file.stem}.html').write_text(f'{html}<p>{text}</p></body></html>')
shutil.copy('style.css', public)
"""


@pytest.fixture
def built(project: Project) -> Project:
    project.write(
        {
            "make.py": GENERATOR,
            "style.css": "p { color: rgb(1, 1, 1) }",
            "content/index.txt": "one",
            "content/other.txt": "other",
        }
    )
    project.asked = ("serve", "public")
    project.start(
        *("--watch", "content", "--watch", "style.css"),
        *("--build", f"{sys.executable} make.py"),
    )
    return project


def builds(project: Project) -> int:
    return int((project.root / "builds").read_text())


def test_an_edit_is_built_and_the_open_page_changes_in_place(built: Project, page: Page) -> None:
    page.goto(built.url)
    mark(page)
    page.fill("#name", "typed")
    paragraph = page.locator("body > p").element_handle()
    assert paragraph is not None
    built.edit("content/index.txt", "one", "two")
    expect(page.locator("body > p")).to_have_text("two")
    built.edit("style.css", "rgb(1, 1, 1)", "rgb(2, 2, 2)")
    expect(page.locator("body > p")).to_have_css("color", "rgb(2, 2, 2)")
    assert paragraph.evaluate("p => p.textContent") == "two"
    assert page.input_value("#name") == "typed"
    assert is_marked(page)
    assert builds(built) == 3
    assert "built in" in built.output


def test_a_page_that_did_not_change_hears_of_nothing(built: Project, page: Page) -> None:
    frames: list[str] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))),
    )
    page.goto(f"{built.url}other.html")
    expect(page.locator("body > p")).to_have_text("other")
    mark(page)
    built.edit("content/index.txt", "one", "two")
    built.edit("content/other.txt", "other", "another")
    expect(page.locator("body > p")).to_have_text("another")
    assert not [frame for frame in frames if "index.html" in frame]
    assert is_marked(page)


def test_a_failed_build_shows_why_over_the_last_good_page(built: Project, page: Page) -> None:
    page.goto(built.url)
    mark(page)
    overlay = page.locator("hotreload-overlay")
    built.edit("content/index.txt", "one", "broken")
    expect(overlay).to_contain_text("content/index.txt: it is broken")
    expect(overlay).to_contain_text("it ended with status 3")
    expect(page.locator("body > p")).to_have_text("one")
    assert "the last good site is shown" in built.output
    # Who comes meanwhile gets the last good page, and hears of it too.
    other = page.context.new_page()
    other.goto(f"{built.url}other.html")
    expect(other.locator("body > p")).to_have_text("other")
    expect(other.locator("hotreload-overlay")).to_contain_text("it is broken")
    built.edit("content/index.txt", "broken", "mended")
    expect(page.locator("body > p")).to_have_text("mended")
    expect(overlay).to_have_count(0)
    expect(other.locator("hotreload-overlay")).to_have_count(0)
    assert is_marked(page)


def test_a_page_that_vanished_says_so_and_comes_back(built: Project, page: Page) -> None:
    said = console_of(page)
    page.goto(f"{built.url}other.html")
    expect(page.locator("body > p")).to_have_text("other")
    (built.root / "content" / "other.txt").unlink()
    expect(page.locator("h1")).to_have_text("404")
    assert any("/other.html is gone" in line for line in said)
    built.write({"content/other.txt": "back"})
    expect(page.locator("body > p")).to_have_text("back")


def test_a_server_that_ends_leaves_nothing_behind(built: Project) -> None:
    mirrors = list(built.temporary.glob("hotreload-*"))
    assert len(mirrors) == 1
    built.stop()
    assert not mirrors[0].exists()
