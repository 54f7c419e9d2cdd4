"""How the modules of an update reach pages: all at once, and those that need them."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.site import (
    SHOW,
    html,
    is_marked,
    mark,
    open_marked,
    run_counts,
    runs,
)
from tests.contexts import context_of
from tests.project import Project


def test_sixty_files_saved_at_once_are_one_update(project: Project, page: Page) -> None:
    names = [f"n{index}.js" for index in range(60)]
    imports = "".join(f"import {{ v as v{i} }} from './{n}';\n" for i, n in enumerate(names))
    total = " + ".join(f"v{index}" for index in range(60))
    main = f"{imports}globalThis.seen ??= []; seen.push({total});\nimport.meta.hot.accept();\n"
    files = {"index.html": html(), "main.js": main}
    project.write({**files, **dict.fromkeys(names, "export const v = 1;\n")}).start()
    open_marked(project, page)
    page.wait_for_function("globalThis.seen?.length === 1")
    with project.held_up():
        project.write(dict.fromkeys(names, "export const v = 2;\n"))
    page.wait_for_function("seen.at(-1) === 120")
    assert page.evaluate("seen") == [60, 120]
    assert is_marked(page)


def test_the_same_bytes_are_no_change(project: Project, page: Page) -> None:
    main = (
        runs("main") + f"import {{ v }} from './dep.js';\n{SHOW} = v;\nimport.meta.hot.accept();\n"
    )
    project.write({"index.html": html(), "main.js": main, "dep.js": "export const v = 1;\n"})
    project.start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("1")
    project.write({"main.js": main})
    project.edit("dep.js", "= 1", "= 2")
    expect(page.locator("#out")).to_have_text("2")
    assert run_counts(page) == {"main": 2}


def test_without_import_maps_the_same_happens_over_http(project: Project, page: Page) -> None:
    policy = "script-src 'self'; object-src 'none'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    main = f"""import {{ value }} from './m1.js';
{SHOW} = value;
import.meta.hot.accept('./m1.js', (m) => {{ {SHOW} = m.value; }});
"""
    project.write(
        {
            "index.html": html(head=head),
            "main.js": main,
            "m1.js": runs("m1") + "export { value } from './m2.js';\n",
            "m2.js": runs("m2") + "export const value = 'one';\n",
        }
    ).start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("one")
    project.edit("m2.js", "one", "two")
    expect(page.locator("#out")).to_have_text("two")
    project.edit("m2.js", "two", "one")
    expect(page.locator("#out")).to_have_text("one")
    assert run_counts(page) == {"m1": 3, "m2": 3}
    assert is_marked(page)


def test_what_changed_before_the_socket_was_open_arrives(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html("<h1>before</h1>", '<link rel="stylesheet" href="s.css">'),
            "s.css": "h1 { color: rgb(1, 2, 3); }\n",
            "main.js": f"import {{ v }} from './dep.js';\n{SHOW} = v;\nimport.meta.hot.accept();\n",
            "dep.js": "export const v = 'one';\n",
        }
    ).start()
    page.add_init_script(
        """const Native = WebSocket;
        globalThis.WebSocket = class extends Native {
          constructor(...args) {
            super(...args);
            globalThis.sockets = [...(globalThis.sockets ?? []), this];
          }
          set onopen(run) { globalThis.letGo = () => run?.(); super.onopen = null; }
        };"""
    )
    page.goto(project.url)
    mark(page)
    expect(page.locator("#out")).to_have_text("one")
    page.wait_for_function("globalThis.sockets?.[0].readyState === WebSocket.OPEN")
    project.edit("dep.js", "one", "two")
    project.edit("s.css", "1, 2, 3", "4, 5, 6")
    project.edit("index.html", "before", "after")
    other = page.context.new_page()
    other.goto(project.url)
    expect(other.locator("#out")).to_have_text("two")
    page.evaluate("letGo()")
    expect(page.locator("#out")).to_have_text("two")
    expect(page.locator("h1")).to_have_text("after")
    expect(page.locator("h1")).to_have_css("color", "rgb(4, 5, 6)")
    assert is_marked(page)


def test_two_browsers_get_the_same(project: Project, page: Page, browser: Browser) -> None:
    main = f"{SHOW} = 'v1';\nimport.meta.hot.accept();\n"
    project.write({"index.html": html(), "main.js": main}).start()
    with context_of(browser) as context:
        second = context.new_page()
        for each in (page, second):
            each.goto(project.url)
            expect(each.locator("#out")).to_have_text("v1")
            mark(each)
        project.edit("main.js", "v1", "v2")
        for each in (page, second):
            expect(each.locator("#out")).to_have_text("v2")
            assert is_marked(each)


def test_a_page_is_only_touched_by_what_it_uses(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": f"import {{ value }} from './dep.js';\n{SHOW} = value;\n",
            "dep.js": "export const value = 'one';\n",
            "about.html": html(script="about.js"),
            "about.js": f"{SHOW} = 'about';\n",
        }
    ).start()
    about = page.context.new_page()
    about.goto(f"{project.url}about")
    mark(about)
    open_marked(project, page)
    expect(about.locator("#out")).to_have_text("about")
    project.edit("dep.js", "one", "two")
    expect(page.locator("#out")).to_have_text("two")
    assert not is_marked(page)
    assert is_marked(about)
