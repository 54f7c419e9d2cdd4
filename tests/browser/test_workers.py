"""Workers: what they import is what a page's modules import, and an edit of it reloads once."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, console_of, html, is_marked, mark, open_marked
from tests.project import Project

# The page shows what its worker says.
ASKS = (
    "const worker = new Worker(new URL('./w.js', import.meta.url), {type: 'module'});\n"
    f"worker.onmessage = ({{data}}) => {{ {SHOW} = data; }};\n"
    f"worker.onerror = ({{message}}) => {{ {SHOW} = message ?? 'failed'; }};\n"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@pytest.mark.parametrize(
    ("imports", "said", "file"),
    [
        ("import r from './t.txt?raw'", "one", "t.txt"),
        ("import r from './x.svg'", "/x.svg", ""),
        ("import r from './x.svg?url'", "/x.svg", ""),
        ("import r from './t.txt' with {type: 'text'}", "one", "t.txt"),
        ("import j from './j.json'; const r = j.word", "one", "j.json"),
        ("import j from './j.json' with {type: 'json'}; const r = j.word", "one", "j.json"),
        ("import {word as r} from './dep.js'", "one", "dep.js"),
        ("const {word: r} = await import('./dep.js'); export {}", "one", "dep.js"),
        ("const {default: r} = await import('./t.txt?raw')", "one", "t.txt"),
        (
            "const n = 'dep'; const {word: r} = await import(`./${n}.js`); export {}",
            "one",
            "dep.js",
        ),
        (
            "const o = {with: {type: 'text'}}; const n = './t.txt';"
            " const {default: r} = await import(n, o); export {}",
            "one",
            "t.txt",
        ),
        ("import all from './all.js'; const r = all", "one", "t.txt"),
        ("import css from './a.css?inline'; const r = css.match(/\\.(\\w+)/)[1]", "one", "a.css"),
        ("import {word as r} from 'pkg'", "one", ""),
        ("const r = import.meta.env.MODE", "development", ""),
        (
            "const o = import.meta.glob('./t.*', {query: '?raw', import: 'default', eager: true});"
            " const r = o['./t.txt']",
            "one",
            "t.txt",
        ),
    ],
)
def test_a_module_worker_imports_what_a_page_does(
    project: Project, page: Page, imports: str, said: str, file: str
) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": ASKS,
            "w.js": f"{imports};\npostMessage(r);\n",
            "t.txt": "one",
            "x.svg": SVG,
            "j.json": '{"word": "one"}',
            "dep.js": "export const word = 'one';\n",
            "all.js": "export {default} from './t.txt' with {type: 'text'};\n",
            "a.css": ".one { color: red }",
            "node_modules/pkg/package.json": '{"name": "pkg", "exports": "./p.js"}',
            "node_modules/pkg/p.js": "export const word = 'one';\n",
        }
    ).start()
    lines = console_of(page)
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_contain_text(said)
    # What nobody edits reloads nothing: an edit that the page does not use comes after all else.
    project.write({"other.css": "p { color: red }"})
    page.evaluate("import('/@hotreload/client.js').then(({sync}) => sync())")
    assert is_marked(page)
    assert not [line for line in lines if "loaded anew" in line]
    if file:
        project.edit(file, "one", "two")
        page.wait_for_function("globalThis.marked === undefined")
        expect(out).to_contain_text("two")
        mark(page)
        page.evaluate("import('/@hotreload/client.js').then(({sync}) => sync())")
        assert is_marked(page)


def test_a_worker_that_imports_a_stylesheet_says_what_to_do(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": ASKS,
            "w.js": "import './a.css';\npostMessage(1);\n",
            "a.css": "p {}",
        }
    ).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_contain_text("/a.css is a stylesheet, and a worker has no page")


@pytest.mark.parametrize(
    "source",
    [
        # Each is an error in a module.
        "with ({word: 'one'}) postMessage(word);",
        "var o = {a: 010, b: 'one'}; postMessage(o.b);",
        "<!-- a comment\npostMessage('one');",
        "arguments = 'one'; postMessage(arguments);",
        "importScripts('lib.js'); postMessage(word);",
        "import('./dep.js').then(function (m) { postMessage(m.word); });",
        "var await = 'one'; postMessage(await);",
    ],
)
def test_a_classic_worker_is_a_classic_script(project: Project, page: Page, source: str) -> None:
    main = ASKS.replace(", {type: 'module'}", "")
    project.write(
        {
            "index.html": html(),
            "main.js": main,
            "w.js": f"{source}\n",
            "lib.js": "var word = 'one';\n",
            "dep.js": "export const word = 'one';\n",
        }
    ).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("one")
    for name in ("w.js", "lib.js", "dep.js"):
        if "'one'" in (project.root / name).read_text("utf-8") and (
            name == "w.js" or name.removesuffix(".js") in source
        ):
            project.edit(name, "'one'", "'two'")
            break
    expect(out).to_have_text("two")
    assert not is_marked(page)
    assert page.locator("hotreload-overlay").count() == 0


@pytest.mark.parametrize(
    ("main", "worker"),
    [
        (
            "import W from './w.js?worker';\nconst w = new W({name: 'mine'});\n"
            f"w.onmessage = ({{data}}) => {{ {SHOW} = data; }};\n",
            "postMessage(`${name} ${word}`);",
        ),
        (
            "import W from './w.js?sharedworker';\nconst {port} = new W({name: 'mine'});\n"
            f"port.onmessage = ({{data}}) => {{ {SHOW} = data; }};\n",
            "onconnect = ({ports}) => ports[0].postMessage(`${name} ${word}`);",
        ),
        (
            "import url from './w.js?worker&url';\n"
            "const w = new Worker(url, {type: 'module', name: 'mine'});\n"
            f"w.onmessage = ({{data}}) => {{ {SHOW} = data; }};\n",
            "postMessage(`${name} ${word}`);",
        ),
        (
            "const {default: W} = await import('./w.js?worker');\n"
            "const w = new W({name: 'mine'});\n"
            f"w.onmessage = ({{data}}) => {{ {SHOW} = data; }};\n",
            "postMessage(`${name} ${word}`);",
        ),
    ],
)
def test_a_worker_is_imported(project: Project, page: Page, main: str, worker: str) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": main,
            "w.js": f"import word from './t.txt?raw';\n{worker}\n",
            "t.txt": "one",
        }
    ).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("mine one")
    project.edit("t.txt", "one", "two")
    expect(out).to_have_text("mine two")
    assert not is_marked(page)
    mark(page)
    project.edit("w.js", "word}", "word}!")
    expect(out).to_have_text("mine two!")
    assert not is_marked(page)


def test_what_a_worker_imports_lazily_is_not_missed_while_the_server_is_away(
    project: Project, page: Page
) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": ASKS,
            "w.js": "const {word} = await import('./dep.js');\nexport {};\npostMessage(word);\n",
            "dep.js": "export const word = 'one';\n",
        }
    ).start()
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("one")
    project.stop()
    project.edit("dep.js", "one", "two")
    project.start()
    expect(page.locator("#out")).to_have_text("two")


def test_a_worker_without_imports_that_is_imported(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": (
                "import W from './w.js?worker';\n"
                f"new W().onmessage = ({{data}}) => {{ {SHOW} = data; }};\n"
                "import.meta.hot.accept();\n"
            ),
            "w.js": "postMessage('one');\n",
        }
    ).start()
    page.goto(project.url)
    out = page.locator("#out")
    expect(out).to_have_text("one")
    project.edit("w.js", "one", "two")
    expect(out).to_have_text("two")


def test_a_worker_starts_another_and_an_edit_of_that_reloads(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": ASKS,
            "w.js": (
                "import Inner from './inner.ts?worker';\n"
                "new Inner().onmessage = ({data}) => postMessage(data);\n"
            ),
            "inner.ts": "const word: string = 'one';\npostMessage(word);\nexport {};\n",
        }
    ).start()
    page.goto(project.url)
    out = page.locator("#out")
    expect(out).to_have_text("one")
    project.edit("inner.ts", "one", "two")
    expect(out).to_have_text("two")


def test_a_module_service_worker_imports_what_a_page_does(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": (
                "const registration = await navigator.serviceWorker.register('/sw.js',"
                " {type: 'module'});\n"
                f"navigator.serviceWorker.onmessage = ({{data}}) => {{ {SHOW} = data; }};\n"
                "navigator.serviceWorker.startMessages();\n"
                "(await navigator.serviceWorker.ready).active.postMessage(1);\n"
            ),
            "sw.js": (
                "import word from './t.txt?raw';\nimport image from './x.svg';\n"
                "onmessage = ({source}) => source.postMessage(word + new URL(image).pathname);\n"
            ),
            "t.txt": "one",
            "x.svg": SVG,
        }
    ).start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one/x.svg")
