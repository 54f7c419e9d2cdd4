"""A site that is built: what differs after a build changes in place, and nothing else does."""

import shutil
import sys

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.site import console_of, frames_of, is_marked, mark
from tests.browser.wait import sync, wait_until
from tests.project import Project

SHOWN = """() => [document.querySelector('p').textContent,
  getComputedStyle(document.querySelector('p')).color, document.styleSheets.length]"""

# As unkind as a generator can be: it empties its output first, and takes its time.
GENERATOR = """
import pathlib, shutil, sys, time
content, public = pathlib.Path('content'), pathlib.Path('public')
files = [(file, file.read_text()) for file in sorted(content.glob('*.txt'))]
style = pathlib.Path('style.css').read_text()
shutil.rmtree(public, ignore_errors=True)
public.mkdir()
count = pathlib.Path('builds')
count.write_text(str(int(count.read_text()) + 1) if count.exists() else '1')
hold = pathlib.Path('hold')
while hold.exists():
    time.sleep(0.01)
for file, text in files:
    if 'broken' in text:
        print(f'{file}: it is broken')
        sys.exit(3)
    html = '<!doctype html><html><head><meta charset=utf-8><title>t</title>'
    html += '<link rel=stylesheet href=style.css></head><body><input id=name>'
    (public / f'{file.stem}.html').write_text(f'{html}<p>{text}</p></body></html>')
(public / 'style.css').write_text(style)
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
    start(project)
    return project


def start(project: Project) -> None:
    project.start(
        *("--watch", "content", "--watch", "style.css"),
        *("--build", f"{sys.executable} make.py"),
    )


def builds(project: Project) -> int:
    # Empty while it is written.
    return int((project.root / "builds").read_text() or 0)


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
    frames = frames_of(page)
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
    assert ": it ended with status 3; the last good site is shown" in built.output
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


def test_a_first_build_that_fails_is_shown_where_the_page_will_be(
    built: Project, page: Page
) -> None:
    built.wait_for_output("built in")
    built.stop()
    shutil.rmtree(built.root / "public")
    built.edit("content/index.txt", "one", "broken")
    start(built)
    page.goto(built.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("content/index.txt: it is broken")
    built.edit("content/index.txt", "broken", "mended")
    expect(page.locator("body > p")).to_have_text("mended")
    expect(overlay).to_have_count(0)


def test_a_page_that_vanished_says_so_and_comes_back(built: Project, page: Page) -> None:
    said = console_of(page)
    page.goto(f"{built.url}other.html")
    expect(page.locator("body > p")).to_have_text("other")
    (built.root / "content" / "other.txt").unlink()
    expect(page.locator("h1")).to_have_text("404")
    assert any("/other.html is gone" in line for line in said)
    built.write({"content/other.txt": "back"})
    expect(page.locator("body > p")).to_have_text("back")


def test_a_page_that_vanished_before_it_was_connected_says_so(built: Project, page: Page) -> None:
    said = console_of(page)
    held: list[Route] = []
    page.route("**/@hotreload/client.js", lambda route: held.append(route), times=1)
    page.goto(f"{built.url}other.html", wait_until="commit")
    wait_until(page, lambda: held)
    (built.root / "content" / "other.txt").unlink()
    built.wait_for_output("built in", count=2)
    held[0].continue_()
    expect(page.locator("h1")).to_have_text("404")
    assert any("/other.html is gone" in line for line in said)


def test_what_is_edited_and_opened_during_a_build_ends_as_it_would_be_loaded(
    built: Project, page: Page
) -> None:
    page.goto(built.url)
    sync(page)
    mark(page)
    paragraph = page.locator("body > p").element_handle()
    assert paragraph is not None
    built.write({"hold": ""})
    built.edit("content/index.txt", "one", "two")
    # The build has read its sources, and emptied its output.
    wait_until(page, lambda: builds(built) == 2)
    wait_until(page, lambda: not (built.root / "public" / "index.html").exists())
    built.edit("content/index.txt", "two", "three")
    built.edit("content/other.txt", "other", "another")
    built.edit("style.css", "rgb(1, 1, 1)", "rgb(3, 3, 3)")
    during = page.context.new_page()
    during.goto(f"{built.url}other.html")
    expect(during.locator("body > p")).to_have_text("other")
    expect(during.locator("body > p")).to_have_css("color", "rgb(1, 1, 1)")
    mark(during)
    (built.root / "hold").unlink()
    for opened, text in ((page, "three"), (during, "another")):
        expect(opened.locator("body > p")).to_have_text(text)
        expect(opened.locator("body > p")).to_have_css("color", "rgb(3, 3, 3)")
        sync(opened)
        assert is_marked(opened)
        with page.context.new_page() as fresh:
            fresh.goto(opened.url)
            assert fresh.evaluate(SHOWN) == opened.evaluate(SHOWN)
    assert paragraph.evaluate("p => p.textContent") == "three"


def test_a_page_waits_for_the_first_build_of_a_server_that_has_nothing_to_show(
    built: Project, page: Page
) -> None:
    page.goto(built.url)
    sync(page)
    mark(page)
    built.stop()
    shutil.rmtree(built.root / "public")
    built.write({"hold": ""})
    built.edit("content/index.txt", "one", "two")
    before = len(built.output)
    start(built)
    assert "built in" not in built.output[before:]
    # Longer than what a page is given that answers nothing, and than a file that is being replaced.
    page.wait_for_timeout(6_500)
    expect(page.locator("body > p")).to_have_text("one")
    expect(page.locator("body > p")).to_have_css("color", "rgb(1, 1, 1)")
    (built.root / "hold").unlink()
    expect(page.locator("body > p")).to_have_text("two", timeout=15_000)
    sync(page)
    assert is_marked(page)


def test_a_server_that_ends_leaves_nothing_behind(built: Project) -> None:
    mirrors = list(built.temporary.glob("hotreload-*"))
    assert len(mirrors) == 1
    built.stop()
    assert not mirrors[0].exists()
