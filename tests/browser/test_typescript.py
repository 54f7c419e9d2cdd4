"""TypeScript, TSX and JSX in a browser, edited."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, mark, run_counts, runs
from tests.packages import node_modules
from tests.project import Project

EXAMPLE = Path(__file__).parents[2] / "examples/tsx-preact"


def test_the_example_keeps_its_state(project: Project, page: Page) -> None:
    shutil.copytree(EXAMPLE, project.root, dirs_exist_ok=True)
    project.start("--mount", f"/node_modules={node_modules()}")
    page.goto(project.url)
    mark(page)
    ada, note = page.get_by_role("button").first, page.locator("input")
    ada.click()
    expect(ada).to_have_text("A. 1")
    note.fill("kept")
    project.edit("src/board.tsx", "<h1>{title}", "<h1>{title} today")
    expect(page.locator("main h1")).to_have_text("Points today")
    expect(ada).to_have_text("A. 1")
    # Of another module, which only exports a function and a type.
    project.edit("src/players.ts", "}.`", "}!`")
    expect(ada).to_have_text("A! 1")
    # A mistake is said, and the page stays as it is.
    project.edit("src/board.tsx", "<h1>{title} today</h1>", "<h1>{title} today</h2>")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/src/board.tsx:16:24")
    expect(overlay).to_contain_text("expected </h1>, not </h2>")
    expect(overlay).to_contain_text("<h1>{title} today</h2>")
    ada.click()
    expect(ada).to_have_text("A! 2")
    project.edit("src/board.tsx", "<h1>{title} today</h2>", "<h1>{title} for ever</h1>")
    expect(page.locator("main h1")).to_have_text("Points for ever")
    expect(overlay).to_have_count(0)
    expect(ada).to_have_text("A! 2")
    expect(note).to_have_value("kept")
    # A restart finds the page as it is, and the first edit after it goes the same way.
    project.stop()
    project.start("--mount", f"/node_modules={node_modules()}")
    project.edit("src/board.tsx", "for ever", "again")
    expect(page.locator("main h1")).to_have_text("Points again")
    expect(ada).to_have_text("A! 2")
    assert is_marked(page)


def test_errors_name_the_line_of_the_source(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(script="main.ts"),
            "main.ts": "interface A {\n  b: number;\n}\n\nfunction fail(a: A): never {\n"
            "  throw new Error(`no ${a.b}`);\n}\nsetTimeout(() => fail({ b: 1 }));\n",
        }
    )
    project.start()
    page.goto(project.url)
    expect(page.locator("hotreload-notices")).to_contain_text("Error: no 1 · /main.ts:6")


def test_a_missing_extra_is_named(project: Project, page: Page, tmp_path: Path) -> None:
    # A module of that name that can't be imported stands for one that isn't there.
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "py_mini_racer.py").write_text("raise ImportError('not installed')")
    project.write({"index.html": html(script="main.tsx"), "main.tsx": "export {};"})
    project._environment["PYTHONPATH"] = os.pathsep.join([str(hidden)])
    project.start()
    page.goto(project.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("pip install 'hotreload-server[typescript]'")


def test_typescript_and_javascript_import_each_other(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": runs("main") + "import { a } from './a.js';\n"
            "const show = (a) => { document.querySelector('#out').textContent = a() };\nshow(a);\n"
            "import.meta.hot.accept('./a.js', (next) => show(next.a));",
            "a.ts": "import { b } from './b';\nimport type { Gone } from './gone';\n"
            "export const a = (): string => `a ${b}`;",
            "b.js": "export const b = 'b1';",
        }
    )
    project.start()
    page.goto(project.url)
    mark(page)
    out = page.locator("#out")
    expect(out).to_have_text("a b1")
    project.edit("b.js", "b1", "b2")
    expect(out).to_have_text("a b2")
    project.edit("a.ts", "`a ", "`A ")
    expect(out).to_have_text("A b2")
    # Only types are different: nothing that the browser would have to be told.
    project.edit("a.ts", "string", "`A ${string}`")
    project.edit("b.js", "b2", "b3")
    expect(out).to_have_text("A b3")
    assert run_counts(page) == {"main": 1}
    assert is_marked(page)
