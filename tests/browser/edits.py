"""Edits that open pages take, and show."""

from playwright.sync_api import Page, expect

from tests.appproject import AppProject
from tests.browser.site import is_marked, mark
from tests.project import Project


def edit_each_kind(app: AppProject, page: Page) -> None:
    """A template, a module and a stylesheet of the app in :mod:`tests.appproject`."""
    app.edit("templates/home.html", "One", "Two")
    expect(page.locator("body h1")).to_have_text("Two")
    app.edit("static/word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")
    app.edit("static/style.css", "1, 1, 1", "2, 2, 2")
    expect(page.locator("body h1")).to_have_css("color", "rgb(2, 2, 2)")


def edit_heading(project: Project, page: Page, name: str, old: str, new: str) -> None:
    """The open page's heading, in a file that holds its text; the page stays."""
    mark(page)
    heading = page.locator("h1")
    expect(heading).to_contain_text(old)
    project.edit(name, old, new)
    expect(heading).to_contain_text(new)
    assert is_marked(page)
