"""Sass in a browser, edited."""

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, open_marked, run_counts, runs
from tests.project import Project

LINK = "<link rel='stylesheet' href='styles/main.scss'>"


def test_an_edit_of_a_partial_changes_the_rules_in_place(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html("<em>text</em>", LINK),
            "main.js": runs("main") + "import './own.sass';\n"
            "import styles, { box } from './box.module.scss';\n"
            "document.querySelector('#out').className = styles.box && box;",
            "styles/main.scss": "@use 'colors';\nem { &:not(b) { color: colors.$text } }",
            "styles/_colors.scss": "$text: rgb(1, 1, 1);",
            "own.sass": "@use 'styles/colors'\nem\n  background-color: colors.$text\n",
            "box.module.scss": "@use 'styles/colors';\n"
            ".box { border-left: 1px solid colors.$text }",
        }
    )
    project.start()
    open_marked(project, page)
    em, out = page.locator("em"), page.locator("#out")
    expect(em).to_have_css("color", "rgb(1, 1, 1)")
    expect(em).to_have_css("background-color", "rgb(1, 1, 1)")
    expect(out).to_have_css("border-left-color", "rgb(1, 1, 1)")
    project.edit("styles/_colors.scss", "rgb(1, 1, 1)", "rgb(2, 2, 2)")
    expect(em).to_have_css("color", "rgb(2, 2, 2)")
    expect(em).to_have_css("background-color", "rgb(2, 2, 2)")
    expect(out).to_have_css("border-left-color", "rgb(2, 2, 2)")
    # A mistake in it is shown once for all, and the page stays as it is.
    project.edit("styles/_colors.scss", "rgb(2, 2, 2);", "rgb(2, 2;\n")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/styles/_colors.scss:1:")
    expect(overlay).to_contain_text("$text: rgb(2, 2;")
    expect(em).to_have_css("color", "rgb(2, 2, 2)")
    project.edit("styles/_colors.scss", "rgb(2, 2;\n", "rgb(3, 3, 3);")
    expect(overlay).to_have_count(0)
    expect(em).to_have_css("color", "rgb(3, 3, 3)")
    # One that is not there yet, and then is.
    project.edit("styles/main.scss", "@use 'colors';", "@use 'colors'; @use 'more';")
    expect(overlay).to_contain_text("/styles/main.scss:1:16")
    expect(overlay).to_contain_text("Can't find stylesheet to import")
    project.write({"styles/more/_index.scss": "em { margin-left: 7px }"})
    expect(em).to_have_css("margin-left", "7px")
    expect(overlay).to_have_count(0)
    assert run_counts(page) == {"main": 1}
    assert is_marked(page)
    # A restart finds the page as it is.
    project.stop()
    project.start()
    project.edit("styles/more/_index.scss", "7px", "8px")
    expect(em).to_have_css("margin-left", "8px")
    assert is_marked(page)


def test_a_missing_extra_is_named(project: Project, page: Page, tmp_path: Path) -> None:
    # A module of that name that can't be imported stands for one that isn't there.
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "py_mini_racer.py").write_text("raise ImportError('not installed')")
    project.write({"index.html": html(head=LINK, script=""), "styles/main.scss": ""})
    project._environment["PYTHONPATH"] = os.pathsep.join([str(hidden)])
    project.start()
    page.goto(project.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("pip install 'hotreload-server[sass]'")


def test_other_edits_are_shown_while_a_stylesheet_is_made(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html("<em>text</em>", LINK),
            "main.js": "document.querySelector('#out').textContent = 'edit 0';\n"
            "import.meta.hot.accept();",
            "styles/main.scss": "em { color: rgb(1, 1, 1) }",
        }
    )
    project.start()
    open_marked(project, page)
    em, out = page.locator("em"), page.locator("#out")
    expect(em).to_have_css("color", "rgb(1, 1, 1)")
    project.edit("styles/main.scss", "em {", "@while true {}\nem {")
    for count in range(1, 4):
        project.edit("main.js", f"edit {count - 1}", f"edit {count}")
        expect(out).to_have_text(f"edit {count}")
    expect(em).to_have_css("color", "rgb(1, 1, 1)")
    assert is_marked(page)
