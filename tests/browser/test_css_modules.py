"""CSS modules in a browser, edited."""

from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, open_marked, run_counts, runs
from tests.project import Project


def test_names_are_own_and_edits_are_hot(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html("<em class='card'>not its</em>"),
            "main.js": runs("main") + "import styles, { card } from './card.module.css';\n"
            "const out = document.querySelector('#out');\n"
            "out.className = styles.title ?? card;\n"
            "out.textContent = Object.keys(styles);\n"
            "import.meta.hot.accept();",
            "card.module.css": "@import './base.css';\n"
            ".card { color: rgb(1, 1, 1); composes: wide from './wide.module.css' }",
            "wide.module.css": ".wide { margin-left: 9px }",
            "base.css": "em { color: rgb(3, 3, 3) }",
        }
    )
    project.start()
    open_marked(project, page)
    out, em = page.locator("#out"), page.locator("em")
    expect(out).to_have_css("color", "rgb(1, 1, 1)")
    expect(out).to_have_css("margin-left", "9px")
    expect(em).to_have_css("color", "rgb(3, 3, 3)")
    # The same names: only the rules change.
    project.edit("card.module.css", "rgb(1, 1, 1)", "rgb(2, 2, 2)")
    expect(out).to_have_css("color", "rgb(2, 2, 2)")
    project.edit("wide.module.css", "9px", "8px")
    expect(out).to_have_css("margin-left", "8px")
    assert run_counts(page) == {"main": 1}
    # Another name: who imports it gets it.
    project.edit("card.module.css", ".card", ".title { color: rgb(4, 4, 4) }\n.card")
    expect(out).to_have_css("color", "rgb(4, 4, 4)")
    expect(out).to_have_text("title,card")
    assert run_counts(page) == {"main": 2}
    # One that is imported by name and is no more.
    project.edit("card.module.css", ".card", ".cart")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text('"card", which /main.js imports')
    project.edit("card.module.css", ".cart", ".card")
    expect(overlay).to_have_count(0)
    assert is_marked(page)
    # A restart finds the page as it is.
    project.stop()
    project.start()
    project.edit("card.module.css", "rgb(4, 4, 4)", "rgb(5, 5, 5)")
    expect(out).to_have_css("color", "rgb(5, 5, 5)")
    expect(out).to_have_text("title,card")
    assert is_marked(page)
