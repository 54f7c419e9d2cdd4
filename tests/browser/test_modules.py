"""JavaScript modules change in place: who runs again, who takes it, and when the page reloads."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import console_of, html, is_marked, mark, run_counts, runs
from tests.contexts import context_of
from tests.project import Project

SHOW = "document.getElementById('out').textContent"


def open_marked(project: Project, page: Page, path: str = "") -> None:
    page.goto(project.url + path)
    mark(page)


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


def test_a_syntax_error_leaves_the_page_alive_and_shows_where_it_is(
    project: Project, page: Page
) -> None:
    main = (
        f"{SHOW} = 'v1';\nimport.meta.hot.accept();\n"
        f"import.meta.hot.dispose(() => {{ {SHOW} = 'gone'; }});\n"
    )
    project.write({"index.html": html(), "main.js": main}).start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("v1")
    project.edit("main.js", "'v1';", "'v1;")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/main.js:1:")
    expect(overlay).to_contain_text("> 1 | document.getElementById")
    expect(page.locator("#out")).to_have_text("v1")
    second = page.context.new_page()
    second.goto(project.url)
    expect(second.locator("hotreload-overlay")).to_contain_text("/main.js:1:")
    project.edit("main.js", "'v1;", "'v2';")
    expect(page.locator("#out")).to_have_text("v2")
    expect(overlay).to_have_count(0)
    expect(second.locator("hotreload-overlay")).to_have_count(0)
    expect(second.locator("#out")).to_have_text("v2")
    assert is_marked(page)


def test_a_page_that_could_not_load_its_modules_heals(project: Project, page: Page) -> None:
    project.write({"index.html": html(), "main.js": f"import './gone.js';\n{SHOW} = 'fine';\n"})
    project.start()
    page.goto(project.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text('failed to resolve import "./gone.js"')
    expect(overlay).to_contain_text("/main.js:1:9")
    project.write({"gone.js": "export {};\n"})
    expect(page.locator("#out")).to_have_text("fine")
    expect(overlay).to_have_count(0)


@pytest.mark.parametrize("broken", ["const x = ;\n", "const x = 1; const x = 2;\n"])
def test_a_page_opened_on_a_syntax_error_heals(project: Project, page: Page, broken: str) -> None:
    project.write({"index.html": html(), "main.js": f"import './dep.js';\n{SHOW} = 'fine';\n"})
    project.write({"dep.js": broken}).start()
    page.goto(project.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/dep.js:1:")
    project.write({"dep.js": "export {};\n"})
    expect(page.locator("#out")).to_have_text("fine")
    expect(overlay).to_have_count(0)


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


def test_a_deleted_module_is_said_to_be_missing_and_heals(project: Project, page: Page) -> None:
    main = f"import {{ dep }} from './dep.js';\n{SHOW} = dep;\nimport.meta.hot.accept();\n"
    project.write({"index.html": html(), "main.js": main, "dep.js": "export const dep = 1;\n"})
    project.start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("1")
    (project.root / "dep.js").unlink()
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("there is no file /dep.js")
    project.write({"dep.js": "export const dep = 2;\n"})
    expect(overlay).to_have_count(0)
    expect(page.locator("#out")).to_have_text("2")
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
            globalThis.sockets = (globalThis.sockets ?? 0) + 1;
          }
          set onopen(run) { globalThis.letGo = () => run?.(); super.onopen = null; }
        };"""
    )
    page.goto(project.url)
    mark(page)
    expect(page.locator("#out")).to_have_text("one")
    page.wait_for_function("globalThis.sockets === 1")
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


def test_a_name_that_is_not_exported_any_more_is_not_pushed(project: Project, page: Page) -> None:
    main = f"import {{ one }} from './all.js';\n{SHOW} = one;\nimport.meta.hot.accept();\n"
    all_of_it = "export * from './dep.js';\n"
    project.write({"index.html": html(), "main.js": main, "all.js": all_of_it})
    project.write({"dep.js": "export const one = 'one', two = 2;\n"}).start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("one")
    project.write({"dep.js": "export const uno = 'uno', two = 2;\n"})
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text('/all.js does not export "one", which /main.js imports')
    expect(overlay).to_contain_text("/main.js:1:22")
    expect(page.locator("#out")).to_have_text("one")
    project.write({"main.js": main.replace("one", "uno")})
    expect(page.locator("#out")).to_have_text("uno")
    expect(overlay).to_have_count(0)
    assert is_marked(page)


def test_a_page_opened_on_a_broken_link_heals(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": f"import {{ nope }} from './dep.js';\n{SHOW} = nope;\n",
            "dep.js": "export const yes = 'yes';\n",
        }
    ).start()
    page.goto(project.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text('/dep.js does not export "nope"')
    project.write({"dep.js": "export const nope = 'now it does';\n"})
    expect(page.locator("#out")).to_have_text("now it does")
    expect(overlay).to_have_count(0)
