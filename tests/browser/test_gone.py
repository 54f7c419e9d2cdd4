"""A page whose own file is deleted: it ends where a fresh load would, and says why."""

import shutil

from playwright.sync_api import Page, Route, expect

from tests.browser.site import console_of, html, is_marked, mark
from tests.browser.wait import sync, wait_until
from tests.project import Project

INDEX = html("<h1>one</h1>", script="")
OTHER = INDEX.replace("<h1>one", "<h1>other")


def open_other(project: Project, page: Page) -> list[str]:
    project.write({"index.html": INDEX, "other.html": OTHER}).start()
    said = console_of(page)
    page.goto(f"{project.url}other.html")
    sync(page)
    mark(page)
    return said


def expect_gone(page: Page, said: list[str]) -> None:
    expect(page.locator("h1")).to_have_text("404")
    wait_until(page, lambda: any("reloaded: /other.html is gone" in line for line in said))


def test_a_page_whose_file_is_deleted_says_so_and_comes_back(project: Project, page: Page) -> None:
    said = open_other(project, page)
    (project.root / "other.html").unlink()
    expect_gone(page, said)
    sync(page)
    project.write({"other.html": OTHER.replace("other", "back")})
    expect(page.locator("h1")).to_have_text("back")


def test_a_page_whose_file_is_deleted_while_the_server_is_down_says_so(
    project: Project, page: Page
) -> None:
    said = open_other(project, page)
    project.stop()
    (project.root / "other.html").unlink()
    project.start()
    expect_gone(page, said)


def test_a_page_whose_file_is_deleted_before_it_is_connected_says_so(
    project: Project, page: Page
) -> None:
    project.write({"index.html": INDEX, "other.html": OTHER}).start()
    said = console_of(page)
    held: list[Route] = []
    page.route("**/@hotreload/client.js", lambda route: held.append(route), times=1)
    page.goto(f"{project.url}other.html", wait_until="commit")
    wait_until(page, lambda: held)
    with page.context.new_page() as witness:
        witness.goto(project.url)
        sync(witness)
        (project.root / "other.html").unlink()
        sync(witness)
    held[0].continue_()
    expect_gone(page, said)


def test_a_folder_that_is_written_anew_keeps_its_pages(project: Project, page: Page) -> None:
    """As generators do that empty their output first."""
    open_other(project, page)
    heading = page.locator("h1").element_handle()
    assert heading is not None
    shutil.rmtree(project.root)
    project.root.mkdir()
    # For longer than it takes to see that the file is not there.
    page.wait_for_timeout(300)
    project.write({"index.html": INDEX, "other.html": OTHER.replace("<h1>other", "<h1>anew")})
    expect(page.locator("h1")).to_have_text("anew")
    assert heading.text_content() == "anew"
    # And no word of it comes later.
    page.wait_for_timeout(1_200)
    assert is_marked(page)


def test_the_page_for_what_is_missing_takes_the_place_of_a_page(
    project: Project, page: Page
) -> None:
    said = open_other(project, page)
    project.write({"404.html": INDEX.replace("one", "nothing here")})
    sync(page)
    (project.root / "other.html").unlink()
    expect(page.locator("h1")).to_have_text("nothing here")
    wait_until(page, lambda: any("reloaded: /other.html is gone" in line for line in said))
