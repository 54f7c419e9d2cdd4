"""Uncaught errors are shown where they are in the files, whatever the browser got of those."""

import json

from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, mark
from tests.project import Project

LAST = "globalThis.fail = () => { throw new Error('boom'); };"
PLUGINS = '''
from hotreload.plugins import Plugin, Transformed


class Mapped(Plugin):
    """Puts lines and characters before everything, and says so."""

    suffixes = (".js",)

    def transform(self, code, source):
        if "boom" not in code:
            return None
        names = code.split("\\n")
        made = "let one;\\nlet two;" + code
        # Line 1 of the source begins in column 8 of line 2; each further line is as it was.
        columns = {"version": 3, "sources": ["x"], "names": [], "mappings": ";QAAA"}
        columns["mappings"] += ";AACA" * (len(names) - 1)
        return Transformed(made, columns)


class Unmapped(Plugin):
    suffixes = (".js",)

    def transform(self, code, source):
        return "let one;\\nlet two;\\n" + code if "boom" in code else None
'''


def start(project: Project, page: Page, files: dict[str, str], *flags: str) -> None:
    project.write({"index.html": html(), **files})
    project.start(*flags)
    page.goto(project.url)
    page.wait_for_function("typeof fail === 'function'")
    mark(page)


def expect_place(page: Page, place: str, frame: str = "boom") -> None:
    """The page's `fail` throws; the notice and the overlay name the place, and show the line."""
    page.evaluate("setTimeout(() => fail())")
    text = page.locator("hotreload-notices p.text")
    expect(text).to_have_text(f"Error: boom · {place}")
    page.get_by_role("button", name="Details").click()
    overlay = page.locator("hotreload-overlay")
    expect(overlay.locator("h2")).to_have_text(f"Uncaught error {place}")
    expect(overlay.locator("li").first).to_contain_text(place)
    expect(overlay.locator("pre .here")).to_contain_text(frame)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("hotreload-notices")).to_have_count(0)


def column(line: str) -> int:
    """Where browsers say that what a line throws was made."""
    return line.index("new Error") + 1


def test_the_first_line_has_its_columns(project: Project, page: Page) -> None:
    accept = "\nimport.meta.hot.accept();"
    dep = "export const a = 1; globalThis.late = () => { throw new Error('boom'); };"
    main = f"import {{ a }} from './dep.js'; import('./dep.js'); {LAST}{accept}"
    start(project, page, {"main.js": main, "dep.js": dep})
    # As it was fetched, and as it came with the page.
    expect_place(page, f"/main.js:1:{column(main.splitlines()[0])}")
    page.evaluate("void (globalThis.fail = late)")
    expect_place(page, f"/dep.js:1:{column(dep)}")
    # As it came in an update, at another column.
    edited = "/* 😀 */ " + main
    project.write({"main.js": edited})
    page.wait_for_function("fail !== late")
    units = column(edited.splitlines()[0]) + 1
    expect_place(page, f"/main.js:1:{units}")
    assert is_marked(page)


def test_inline_and_classic_scripts_have_their_places(project: Project, page: Page) -> None:
    classic = "globalThis.classic = () => { throw new Error('boom'); };"
    body = f"<script src='classic.js'></script>\n<script>{LAST}</script>"
    start(project, page, {"classic.js": classic, "index.html": html(body, script="")})
    lines = (project.root / "index.html").read_text().splitlines()
    line = next(i for i, text in enumerate(lines) if "boom" in text)
    expect_place(page, f"/index.html:{line + 1}:{column(lines[line])}")
    page.evaluate("void (globalThis.fail = classic)")
    expect_place(page, f"/classic.js:1:{column(classic)}")


def test_typescript_has_the_columns_of_the_source(project: Project, page: Page) -> None:
    lines = [
        "const a: Array<number> = [1]; (globalThis as any).fail = (): never => {",
        "  const b: string = ''; if (a as any) throw new Error('boom' as string); return a as any;",
        "};",
        "import.meta.hot.accept();",
    ]
    files = {"index.html": html(script="main.ts"), "main.ts": "\n".join(lines)}
    start(project, page, files)
    expect_place(page, f"/main.ts:2:{column(lines[1])}", "if (a as any) throw")
    # Pushed, with everything in the first line, after what a type was.
    first = "type X = { y: 1 }; (globalThis as any).fail = (z?: X) => { throw new Error('boom'); };"
    project.write({"main.ts": f"{first}\nimport.meta.hot.accept();\nglobalThis.pushed = true;"})
    page.wait_for_function("globalThis.pushed")
    expect_place(page, f"/main.ts:1:{column(first)}", "type X = {")
    assert is_marked(page)


def test_what_a_plugin_made_leads_to_its_source(project: Project, page: Page) -> None:
    main = f"{LAST}\nimport.meta.hot.accept();\nglobalThis.late = {LAST.partition('= ')[2]}"
    project.write({"made.py": PLUGINS})
    start(project, page, {"main.js": main}, "--plugin", "made:Mapped")
    expect_place(page, f"/main.js:1:{column(LAST)}")
    page.evaluate("void (globalThis.fail = late)")
    expect_place(page, f"/main.js:3:{column(main.splitlines()[2])}")
    project.write({"main.js": f"\n{main}\nglobalThis.pushed = true;"})
    page.wait_for_function("globalThis.pushed")
    expect_place(page, f"/main.js:2:{column(LAST)}")
    assert is_marked(page)


def test_without_a_map_the_place_is_in_what_the_plugin_made(project: Project, page: Page) -> None:
    project.write({"made.py": PLUGINS})
    start(project, page, {"main.js": LAST}, "--plugin", "made:Unmapped")
    # No line of the file would be right.
    expect_place(page, "/main.js")


def test_the_map_of_a_build_is_followed_in_a_file_beside(project: Project, page: Page) -> None:
    # Column 3 of line 1 is column 5 of line 7 of the source ("EAMI" = 2, 0, 6, 4).
    source_map = {"version": 3, "sources": ["../src/app.ts"], "names": [], "mappings": "EAMI"}
    project.write({"dist/app.js.map": json.dumps(source_map)})
    project.write({"src/app.ts": "\n" * 6 + "    boom();\n"})
    main = f"  {LAST}\n//# sourceMappingURL=app.js.map\n"
    start(project, page, {"dist/app.js": main, "index.html": html(script="dist/app.js")})
    expect_place(page, "/src/app.ts:7:5", "boom();")


def test_a_page_that_is_behind_is_told_no_place_of_newer_text(project: Project, page: Page) -> None:
    start(project, page, {"main.js": f"\n{LAST}"}, "--reload", "never")
    project.write({"main.js": f"\n\n\n{LAST}"})
    with page.expect_console_message(lambda message: "out of date" in message.text):
        pass
    page.evaluate("setTimeout(() => fail())")
    text = page.locator("hotreload-notices p.text")
    expect(text).to_have_text(f"Error: boom · /main.js:2:{column(LAST)}")
    page.get_by_role("button", name="Details").click()
    expect(page.locator("hotreload-overlay h2")).to_be_visible()
    expect(page.locator("hotreload-overlay pre")).to_have_count(0)
