"""JavaScript modules change in place: who runs again, who takes it, and when the page reloads."""

import re

from playwright.sync_api import Page, expect

from tests.browser.site import (
    SHOW,
    console_of,
    html,
    is_marked,
    open_marked,
    run_counts,
    runs,
)
from tests.project import Project


def test_a_self_accepting_module_runs_again_and_keeps_its_data(
    project: Project, page: Page
) -> None:
    main = """const data = import.meta.hot.data;
data.times = (data.times ?? 0) + 1;
document.getElementById('out').textContent = `a${data.times}`;
import.meta.hot.accept();
"""
    project.write({"index.html": html(), "main.js": main}).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("a1")
    project.edit("main.js", "`a$", "`b$")
    expect(out).to_have_text("b2")
    project.edit("main.js", "`b$", "`a$")
    expect(out).to_have_text("a3")
    assert is_marked(page)


def test_a_chain_runs_again_up_to_its_boundary_and_no_further(project: Project, page: Page) -> None:
    files = {"index.html": html(), "other.js": runs("other") + "export const other = 1;\n"}
    files["main.js"] = (
        runs("main") + "import { value } from './m1.js';\nimport './other.js';\n"
        f"{SHOW} = value;\n"
        f"import.meta.hot.accept('./m1.js', (m) => {{ {SHOW} = m.value; }});\n"
    )
    for depth in range(1, 10):
        files[f"m{depth}.js"] = (
            runs(f"m{depth}") + f"export {{ value }} from './m{depth + 1}.js';\n"
        )
    files["m10.js"] = runs("m10") + "export const value = 'deep one';\n"
    project.write(files).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("deep one")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    project.edit("m10.js", "deep one", "deep two")
    expect(out).to_have_text("deep two")
    counts = run_counts(page)
    assert counts == {"main": 1, "other": 1, **{f"m{depth}": 2 for depth in range(1, 11)}}
    assert [url for url in requests if not url.startswith("data:")] == []
    assert is_marked(page)


def test_several_dependencies_are_accepted_in_their_places(project: Project, page: Page) -> None:
    main = f"""import {{ a }} from './a.js';
import {{ b }} from './b.js';
{SHOW} = a + b;
import.meta.hot.accept(['./a.js', './b.js'], ([a, b]) => {{
  {SHOW} = `${{a?.a ?? '-'}}${{b?.b ?? '-'}}`;
}});
"""
    project.write(
        {
            "index.html": html(),
            "main.js": main,
            "a.js": "export const a = 'a';\n",
            "b.js": "export const b = 'b';\n",
        }
    ).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("ab")
    project.edit("b.js", "'b'", "'B'")
    expect(out).to_have_text("-B")
    project.edit("a.js", "'a'", "'A'")
    expect(out).to_have_text("A-")
    assert is_marked(page)


def test_disposers_run_leaf_first_before_the_new_code(project: Project, page: Page) -> None:
    def module(name: str, rest: str = "") -> str:
        return (
            f"{rest}globalThis.log ??= []; log.push('run {name}');\n"
            f"import.meta.hot.dispose(async () => {{ await 0; log.push('dispose {name}'); }});\n"
            f"import.meta.hot.dispose(() => {{ log.push('again {name}'); }});\n"
        )

    project.write(
        {
            "index.html": html(),
            "main.js": module("main", "import './leaf.js';\n") + "import.meta.hot.accept();\n",
            "leaf.js": module("leaf"),
        }
    ).start()
    open_marked(project, page)
    page.wait_for_function("globalThis.log?.length === 2")
    page.evaluate("log.length = 0")
    project.edit("leaf.js", "run leaf", "RUN leaf")
    page.wait_for_function("log.length === 6")
    assert page.evaluate("log") == [
        *("dispose leaf", "again leaf", "dispose main", "again main"),
        *("RUN leaf", "run main"),
    ]
    assert is_marked(page)


def test_a_callback_that_throws_stops_no_other(project: Project, page: Page) -> None:
    said = console_of(page)
    main = f"""import {{ value }} from './dep.js';
{SHOW} = value;
import.meta.hot.accept('./dep.js', () => {{ throw new Error('first'); }});
import.meta.hot.accept('./dep.js', (m) => {{ {SHOW} = m.value; }});
"""
    dep = "export const value = 1;\nimport.meta.hot.dispose(() => { throw new Error('gone'); });\n"
    project.write({"index.html": html(), "main.js": main, "dep.js": dep}).start()
    open_marked(project, page)
    project.edit("dep.js", "= 1", "= 2")
    expect(page.locator("#out")).to_have_text("2")
    assert any("gone" in line for line in said)
    assert any("first" in line for line in said)
    assert is_marked(page)


def test_an_invalidated_module_hands_the_update_to_its_importers(
    project: Project, page: Page
) -> None:
    main = f"""import {{ value }} from './child.js';
{SHOW} = value;
import.meta.hot.accept();
"""
    child = """export const value = 'one';
import.meta.hot.accept(() => import.meta.hot.invalidate('not mine'));
"""
    project.write({"index.html": html(), "main.js": main, "child.js": child}).start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("one")
    project.edit("child.js", "one", "two")
    expect(page.locator("#out")).to_have_text("two")
    assert is_marked(page)


def test_nobody_accepts_so_the_page_reloads_and_says_why(project: Project, page: Page) -> None:
    said = console_of(page)
    project.write(
        {
            "index.html": html("<div style='height: 5000px'></div>"),
            "main.js": f"import {{ value }} from './dep.js';\n{SHOW} = value;\n",
            "dep.js": "export const value = 'one';\n",
        }
    ).start()
    open_marked(project, page)
    page.evaluate("scrollTo(0, 1234)")
    project.edit("dep.js", "one", "two")
    expect(page.locator("#out")).to_have_text("two")
    assert not is_marked(page)
    page.wait_for_function("scrollY === 1234")
    why = re.compile(r"no module accepts the change of /dep\.js \(/dep\.js → /main\.js\)")
    assert [line for line in said if "reloading: " in line and why.search(line)]
    assert [line for line in said if "reloaded: " in line and why.search(line)]


def test_a_listener_can_prevent_the_reload(project: Project, page: Page) -> None:
    said = console_of(page)
    main = "import.meta.hot.on('vite:beforeFullReload', (why) => why.preventDefault());\n"
    project.write({"index.html": html(), "main.js": main + "import './dep.js';\n"})
    project.write({"dep.js": "export default 1;\n"}).start()
    open_marked(project, page)
    project.edit("dep.js", "1", "2")
    with page.expect_console_message(lambda m: "prevented" in m.text):
        pass
    assert is_marked(page), said


def test_a_replaced_module_is_the_same_instance_for_who_imports_it_later(
    project: Project, page: Page
) -> None:
    main = """import { store } from './store.js';
globalThis.first = store;
import.meta.hot.accept('./store.js', (m) => { globalThis.first = m.store; });
globalThis.later = () => import('./late.js');
"""
    project.write(
        {
            "index.html": html(),
            "main.js": main,
            "store.js": runs("store") + "export const store = { name: 'one' };\n",
            "late.js": "import { store } from './store.js';\nexport default store;\n",
        }
    ).start()
    open_marked(project, page)
    project.edit("store.js", "one", "two")
    page.wait_for_function("globalThis.first?.name === 'two'")
    assert page.evaluate("later().then((m) => m.default === first)") is True
    assert run_counts(page) == {"store": 2}
    assert is_marked(page)


def test_a_replaced_module_knows_its_own_address(project: Project, page: Page) -> None:
    main = f"""import.meta.hot.accept();
const name = './other.js';
const other = await import(name);
{SHOW} = [
  'v1', import.meta.url, import.meta.resolve('./x.js'), new URL('i.png', import.meta.url).href,
  other.default,
].join(' ');
"""
    files = {"index.html": html(script="sub/main.js"), "sub/main.js": main}
    project.write({**files, "sub/other.js": "export default 'other';\n"}).start()
    open_marked(project, page)
    at = f"{project.url}sub/"
    expect(page.locator("#out")).to_have_text(f"v1 {at}main.js {at}x.js {at}i.png other")
    project.edit("sub/main.js", "'v1'", "'v2'")
    expect(page.locator("#out")).to_have_text(f"v2 {at}main.js {at}x.js {at}i.png other")
    assert is_marked(page)


def test_stack_traces_keep_the_plain_path_and_line(project: Project, page: Page) -> None:
    main = "import.meta.hot.accept();\n\nglobalThis.trace = new Error('v1').stack;\n"
    project.write({"index.html": html(), "main.js": main}).start()
    open_marked(project, page)
    page.wait_for_function("globalThis.trace")
    project.edit("main.js", "v1", "v2")
    page.wait_for_function("globalThis.trace.includes('v2')")
    assert re.search(rf"{project.url}main\.js:3:\d+", page.evaluate("trace"))


def test_an_import_that_is_removed_is_pruned(project: Project, page: Page) -> None:
    main = f"import {{ dep }} from './dep.js';\n{SHOW} = dep;\nimport.meta.hot.accept();\n"
    dep = """export const dep = 'dep';
import.meta.hot.dispose(() => { globalThis.log = ['dispose']; });
import.meta.hot.prune(() => { globalThis.log.push('prune'); });
"""
    project.write({"index.html": html(), "main.js": main, "dep.js": dep}).start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("dep")
    project.write({"main.js": f"{SHOW} = 'alone';\nimport.meta.hot.accept();\n"})
    expect(page.locator("#out")).to_have_text("alone")
    page.wait_for_function("globalThis.log?.length === 2")
    assert page.evaluate("log") == ["dispose", "prune"]
    assert is_marked(page)


def test_a_lazy_import_that_was_never_made_changes_nothing(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": (
                "globalThis.load = () => import('./lazy.js');\n"
                f"{SHOW} = 'v1';\nimport.meta.hot.accept();\n"
            ),
            "lazy.js": "export const value = 'one';\n",
        }
    ).start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("v1")
    project.edit("lazy.js", "one", "two")
    assert page.evaluate("load().then((m) => m.value)") == "two"
    assert is_marked(page)
