"""The syntax check helps: what a browser takes is pushed, and what it refuses is held back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, console_of, html, is_marked, mark, open_marked
from tests.browser.wait import sync
from tests.project import Project

ACCEPTS = "import.meta.hot?.accept();\n"
# Each is fine in a browser, and too much for the engine, or was so when this was written.
FINE = {
    "a parameter named async": "const once = async => async + 1; once(1);",
    "a field named get before a generator": "class C { get\n*a(){} }",
    "three hundred groups": f"/{'(a)' * 300}/.test('a');",
    "seventy thousand captured variables": (
        f"{''.join(f'let a{n} = 0;' for n in range(70_000))}\n"
        f"() => [{','.join(f'a{n}' for n in range(70_000))}];"
    ),
    "new syntax in a comment": "// import source of it, @decorated, using x",
}
BROKEN = {
    "a comment that mentions new syntax": "// import source of it\nexport const k=;",
    "a string that mentions new syntax": "const a = 'await using x';\nconst k=;",
    "a template with a line that begins with @media": "const css = `\n@media print {}`;\nconst k=;",
    "a deferred import": "import defer * as d from './dep.js';",
    "an import of the source": "import source d from './dep.js';",
    "a decorator": "@decorated class D {}",
    "a limit of the engine, and a mistake after it": f"/{'(a)' * 300}/.test('a');\nconst k=;",
}


def serve(project: Project, page: Page, **files: str) -> None:
    main = f"{SHOW} = 'one';\n{ACCEPTS}"
    project.write({"index.html": html(), "main.js": main, "dep.js": "", **files}).start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("one")


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_what_a_browser_takes_is_pushed(project: Project, page: Page, text: str) -> None:
    serve(project, page)
    for word in ("two", "three"):
        project.write({"main.js": f"{text}\n{SHOW} = '{word}';\n{ACCEPTS}"})
        expect(page.locator("#out")).to_have_text(word, timeout=20_000)
        sync(page)
    assert is_marked(page)
    assert "SyntaxError" not in project.output
    expect(page.locator("hotreload-overlay")).to_have_count(0)


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_a_browser_refuses_is_held_back(project: Project, page: Page, text: str) -> None:
    serve(project, page)
    overlay = page.locator("hotreload-overlay")
    project.write({"main.js": f"{text}\n{SHOW} = 'two';\n{ACCEPTS}"})
    expect(overlay).to_contain_text("/main.js:")
    expect(page.locator("#out")).to_have_text("one")
    project.write({"main.js": f"{SHOW} = 'three';\n{ACCEPTS}"})
    expect(page.locator("#out")).to_have_text("three")
    expect(overlay).to_have_count(0)
    assert is_marked(page)


def test_a_policy_that_allows_little_keeps_nobody_from_judging(
    project: Project, page: Page
) -> None:
    policy = (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'; '
        "style-src 'self' 'unsafe-inline'; require-trusted-types-for 'script'\">"
    )
    serve(project, page, **{"index.html": html(head=policy)})
    project.write({"main.js": f"const k=;\n{ACCEPTS}"})
    expect(page.locator("hotreload-overlay")).to_contain_text("/main.js:1:")
    text = FINE["a parameter named async"]
    project.write({"main.js": f"{text}\n{SHOW} = 'two';\n{ACCEPTS}"})
    expect(page.locator("#out")).to_have_text("two")
    assert is_marked(page)


def test_a_page_that_comes_back_judges_what_was_saved_meanwhile(
    project: Project, page: Page
) -> None:
    text = FINE["a parameter named async"]
    serve(project, page)
    project.stop()
    project.write({"main.js": f"{text}\n{SHOW} = 'two';\n{ACCEPTS}"})
    project.start()
    expect(page.locator("#out")).to_have_text("two")
    assert is_marked(page)
    project.stop()
    project.write({"main.js": f"const k=;\n{SHOW} = 'three';\n{ACCEPTS}"})
    project.start()
    expect(page.locator("hotreload-overlay")).to_contain_text("/main.js:1:")
    expect(page.locator("#out")).to_have_text("two")
    assert is_marked(page)


def test_what_nobody_was_there_to_judge_is_judged_by_who_opens_it(
    project: Project, page: Page
) -> None:
    serve(project, page)
    page.goto("about:blank")
    project.write({"main.js": f"const k=;\n{SHOW} = 'two';\n"})
    project.write({"main.js": f"const j=;\n{SHOW} = 'two';\n"})
    page.goto(project.url)
    expect(page.locator("hotreload-overlay")).to_contain_text("const j=;")
    text = FINE["a parameter named async"]
    project.write({"main.js": f"{text}\n{SHOW} = 'three';\n"})
    expect(page.locator("#out")).to_have_text("three")
    expect(page.locator("hotreload-overlay")).to_have_count(0)


WORKER = f"new Worker('worker.js').onmessage = (e) => {{ {SHOW} = e.data; }};\n{ACCEPTS}"
SLOPPY = {
    "with": "with ({}) {}",
    "an octal number": "const eight = 010;",
    "a comment of HTML": "<!-- that's it, isn't it?",
    "await as a name": "var await = 1;",
    "nothing of the kind": "",
}


@pytest.mark.parametrize("sloppy", SLOPPY.values(), ids=SLOPPY)
def test_a_classic_worker_is_checked_as_a_classic_script(
    project: Project, page: Page, sloppy: str
) -> None:
    said = console_of(page)
    serve(project, page, **{"main.js": WORKER, "worker.js": f"{sloppy}\npostMessage('one');"})
    mark(page)
    project.write({"worker.js": f"{sloppy}\nconst k=;\npostMessage('two');"})
    expect(page.locator("hotreload-overlay")).to_contain_text("/worker.js:2:")
    assert is_marked(page)
    project.write({"worker.js": f"{sloppy}\npostMessage('three');"})
    expect(page.locator("#out")).to_have_text("three")
    assert any("/worker.js is used by this page" in line for line in said)
    expect(page.locator("hotreload-overlay")).to_have_count(0)
    project.stop()
    project.start()
    sync(page)
    project.write({"worker.js": f"{sloppy}\npostMessage('four');"})
    expect(page.locator("#out")).to_have_text("four")


def test_a_module_worker_without_imports_may_await(project: Project, page: Page) -> None:
    main = WORKER.replace("'worker.js'", "'worker.js', { type: 'module' }")
    serve(project, page, **{"main.js": main, "worker.js": "await 1;\npostMessage('one');"})
    project.write({"worker.js": "await 2;\npostMessage('two');"})
    expect(page.locator("#out")).to_have_text("two")
    project.write({"worker.js": "await 3;\nconst f = async => async + 2;\npostMessage('three');"})
    expect(page.locator("#out")).to_have_text("three")
