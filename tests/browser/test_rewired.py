"""An import that leads to another file, while whoever imports it is as it was: pages follow."""

from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, mark, run_counts, runs
from tests.browser.wait import sync
from tests.project import Project

MAIN = runs("main") + "import './show.js';\nimport.meta.hot.accept('./show.js');\n"
SHOW = (
    runs("show") + "import { words } from './words.js';\n"
    "document.querySelector('#out').textContent = words;\n"
)
SITE = {"index.html": html(), "main.js": MAIN, "show.js": SHOW}
SCRIPT = "export const words = 'of js';\n"
TYPED = "export const words: string = 'of ts';\n"


def start(project: Project, page: Page, words: dict[str, str], said: str) -> None:
    project.write({**SITE, **words}).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text(said)
    mark(page)
    sync(page)


def exchange(project: Project) -> None:
    project.write({"words.ts": TYPED})
    (project.root / "words.js").unlink()


def test_a_file_is_replaced_by_one_in_another_language(project: Project, page: Page) -> None:
    start(project, page, {"words.js": SCRIPT}, "of js")
    exchange(project)
    expect(page.locator("#out")).to_have_text("of ts")
    project.edit("words.ts", "of ts", "of ts, edited")
    expect(page.locator("#out")).to_have_text("of ts, edited")
    # And back.
    project.write({"words.js": SCRIPT})
    expect(page.locator("#out")).to_have_text("of js")
    project.edit("words.js", "of js", "of js, edited")
    expect(page.locator("#out")).to_have_text("of js, edited")
    # What nobody means any more is nobody's.
    project.edit("words.ts", "edited", "unseen")
    sync(page)
    assert run_counts(page) == {"main": 1, "show": 5}
    assert is_marked(page)


def test_in_two_steps(project: Project, page: Page) -> None:
    start(project, page, {"words.js": SCRIPT}, "of js")
    (project.root / "words.js").unlink()
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text('failed to resolve import "./words.js"')
    project.write({"words.ts": TYPED})
    expect(page.locator("#out")).to_have_text("of ts")
    expect(overlay).to_have_count(0)
    assert run_counts(page) == {"main": 1, "show": 2}
    assert is_marked(page)


def test_while_the_server_was_away(project: Project, page: Page) -> None:
    start(project, page, {"words.js": SCRIPT}, "of js")
    project.stop()
    exchange(project)
    project.start()
    expect(page.locator("#out")).to_have_text("of ts")
    # A restart without a change is none, though an import leads to a file of another name.
    project.stop()
    project.start()
    sync(page)
    assert run_counts(page) == {"main": 1, "show": 2}
    project.stop()
    project.write({"words.js": SCRIPT})
    project.start()
    expect(page.locator("#out")).to_have_text("of js")
    assert run_counts(page) == {"main": 1, "show": 3}
    assert is_marked(page)


def test_what_a_package_imports_by_name(project: Project, page: Page) -> None:
    def manifest(file: str) -> str:
        return f'{{"name": "site", "imports": {{"#words": "./{file}"}}}}'

    files = {"one.js": SCRIPT, "two.js": SCRIPT.replace("js", "two")}
    show = SHOW.replace("./words.js", "#words")
    start(project, page, {**files, "package.json": manifest("one.js"), "show.js": show}, "of js")
    project.write({"package.json": manifest("two.js")})
    expect(page.locator("#out")).to_have_text("of two")
    assert run_counts(page) == {"main": 1, "show": 2}
    assert is_marked(page)


def test_a_restart_with_an_import_map_finds_all_as_it_was(project: Project, page: Page) -> None:
    names = '<script type="importmap">{"imports": {"words": "./lib/words.js"}}</script>'
    project.write({**SITE, "index.html": html(head=names), "lib/words.js": SCRIPT})
    project.write({"show.js": SHOW.replace("./words.js", "words")}).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("of js")
    mark(page)
    sync(page)
    project.stop()
    project.start()
    sync(page)
    assert run_counts(page) == {"main": 1, "show": 1}
    expect(page.locator("hotreload-overlay")).to_have_count(0)
    project.edit("lib/words.js", "of js", "edited")
    expect(page.locator("#out")).to_have_text("edited")
    assert run_counts(page) == {"main": 1, "show": 2}
    assert is_marked(page)
