"""What imports say of how they want a file: attributes, queries, `import.meta`."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, html, is_marked, open_marked
from tests.project import Project

ACCEPT = "import.meta.hot.accept();\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.txt", "one\n"),
        ("t.js", "export const word = 'one';\n"),
        ("t.html", "<!doctype html><p>one</p>\n"),
        ("t.css", "p { content: 'one' }\n"),
        ("t.json", '{"word": "one"}\n'),
        ("t.svg", "<svg xmlns='http://www.w3.org/2000/svg' class='one'/>\n"),
        ("t.ts", "export const word: string = 'one';\n"),
        ("t.bin", b"\xffone\n"),
        ("t", "one\n"),
    ],
)
@pytest.mark.parametrize(
    "imports",
    [
        "import text from './FILE' with {type: 'text'}",
        "import text from './all.js'",
        "const text = (await import('./FILE', {with: {type: 'text'}})).default",
        "import text from './FILE?raw'",
    ],
)
def test_a_text_is_the_file_as_it_is_and_hot(
    project: Project, page: Page, name: str, text: str | bytes, imports: str
) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": f"{imports.replace('FILE', name)};\n{SHOW} = text;\n{ACCEPT}",
            "all.js": f"export {{default}} from './{name}' with {{type: 'text'}};\n",
            name: text,
        }
    ).start()
    open_marked(project, page)
    data = text.encode() if isinstance(text, str) else text
    page.wait_for_function(f"{SHOW} !== ''")
    assert page.evaluate(SHOW) == data.decode("utf-8", "replace")
    (project.root / name).write_bytes(data.replace(b"one", b"two"))
    page.wait_for_function(f"{SHOW}.includes('two')")
    assert page.evaluate(SHOW) == data.replace(b"one", b"two").decode("utf-8", "replace")
    assert is_marked(page)


@pytest.mark.parametrize("name", ["t.txt", "t.js", "t.html", "t.css"])
def test_a_text_is_imported_by_what_only_running_can_tell(
    project: Project, page: Page, name: str
) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": (
                f"const o = {{with: {{type: 'text'}}}}, file = './{name}';\n"
                f"let late; late = {{with: {{type: 'text'}}}};\n"
                "const texts = await Promise.all("
                f"[import(file, o), import('./{name}', o), import('./{name}', late)]);\n"
                f"{SHOW} = [...new Set(texts.map((text) => text.default))].join();\n"
            ),
            name: "export const word = 'one';",
        }
    ).start()
    page.goto(project.url)
    out = page.locator("#out")
    expect(out).to_have_text("export const word = 'one';")
    project.edit(name, "one", "two")
    expect(out).to_have_text("export const word = 'two';")


@pytest.mark.parametrize(
    "imports",
    [
        "import sheet from './x.css?k=1' with {type: 'css'}",
        "import sheet from './x.css' with {type: 'css'}",
        "const sheet = (await import('./x.css?k=1', {with: {type: 'css'}})).default",
        "const o = {with: {type: 'css'}}, f = './x.css?k=' + 1;"
        " const sheet = (await import(f, o)).default",
    ],
)
def test_a_sheet_that_is_imported_as_one_changes_in_place(
    project: Project, page: Page, imports: str
) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": (f"{imports};\ndocument.adoptedStyleSheets = [sheet];\n{SHOW} = 'there';\n"),
            "x.css": "#out { color: rgb(1, 1, 1) }\n",
        }
    ).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_css("color", "rgb(1, 1, 1)")
    project.edit("x.css", "1, 1, 1", "2, 2, 2")
    expect(out).to_have_css("color", "rgb(2, 2, 2)")
    project.edit("x.css", "2, 2, 2", "3, 3, 3")
    expect(out).to_have_css("color", "rgb(3, 3, 3)")
    assert is_marked(page)


def test_json_with_a_query_and_the_type_is_hot(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": (
                "import j from './x.json?k=1' with {type: 'json'};\n"
                f"{SHOW} = JSON.stringify(j);\n{ACCEPT}"
            ),
            "x.json": '{"word": "one"}',
        }
    ).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text('{"word":"one"}')
    project.edit("x.json", "one", "two")
    expect(out).to_have_text('{"word":"two"}')
    assert is_marked(page)


def test_inline_gives_what_would_be_fetched_and_puts_nothing_into_the_page(
    project: Project, page: Page
) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": (
                "import css from './sub/a.css?inline';\nimport image from './x.svg?inline';\n"
                "globalThis.got = {css, image};\n"
                f"{SHOW} = document.querySelectorAll('style').length + css.match(/c\\d/)[0];\n"
                + ACCEPT
            ),
            "sub/a.css": "@import 'b.css';\n.c1 { background: url(../x.svg) }\n",
            "sub/b.css": "",
            "x.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        }
    ).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("0c1")
    got = page.evaluate("got")
    assert got["css"] == (
        f'@import "{project.url}sub/b.css";\n.c1 {{ background: url("{project.url}x.svg") }}\n'
    )
    assert got["image"].startswith("data:image/svg+xml;charset=utf-8;base64,")
    assert page.evaluate("fetch(got.image).then((r) => r.text())") == (
        "<svg xmlns='http://www.w3.org/2000/svg'/>"
    )
    project.edit("sub/a.css", "c1", "c2")
    expect(out).to_have_text("0c2")
    project.edit("x.svg", "/>", " id='a'/>")
    page.wait_for_function("atob(got.image.split(',')[1]).includes('id')")
    assert is_marked(page)


def test_a_webassembly_module_is_initialised(project: Project, page: Page) -> None:
    # A module that exports a function `f` of no arguments, which returns 42.
    wasm = bytes.fromhex("0061736d010000000105016000017f03020100070501016600000a06010400412a0b")
    project.write(
        {
            "index.html": html(),
            "main.js": (
                "import init from './x.wasm?init';\nconst {exports} = await init();\n"
                f"{SHOW} = exports.f();\n{ACCEPT}"
            ),
            "x.wasm": wasm,
        }
    ).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("42")
    (project.root / "x.wasm").write_bytes(wasm.replace(b"\x41\x2a", b"\x41\x2b"))
    expect(out).to_have_text("43")


@pytest.mark.parametrize("query", ["raw", "url"])
@pytest.mark.parametrize("base", ["/", "/sub/"])
def test_a_page_s_text_or_address_from_a_late_module(
    project: Project, page: Page, query: str, base: str
) -> None:
    wanted = "<p>one</p>" if query == "raw" else "t.html"
    project.write(
        {
            "index.html": html(),
            "main.js": f"const m = await import('./late.js');\n{SHOW} = m.default;\n",
            "late.js": (
                "const name = 't.html';\n"
                f"const first = await import('./t.html?{query}');\n"
                f"const second = await import(`./${{name}}?{query}`);\n"
                "export default first.default + second.default;\n"
            ),
            "t.html": "<p>one</p>",
        }
    ).start("--base", base)
    page.goto(project.url + base[1:])
    expect(page.locator("#out")).to_contain_text(wanted)
    page.goto(f"{project.url}{base[1:]}t.html?{query}")
    expect(page.locator("p")).to_have_text("one")


def test_resolve_is_the_platform_s(project: Project, page: Page) -> None:
    import_map = (
        '<script type="importmap">{"imports": '
        '{"bare": "./b.js", "dir/": "./lib/", "./c.js": "./d.js"}, '
        '"scopes": {"/in/": {"bare": "/in/b.js"}}}</script>'
    )
    resolve = (
        "export function resolve(name) {\n"
        "  try { return import.meta.resolve(name); } catch (e) { return e.name; }\n}\n"
    )
    project.write(
        {
            "index.html": html(head=import_map),
            "main.js": (
                "import {resolve as inner} from './in/deep.js';\n"
                "import {resolve} from './deep.js';\n"
                "const names = ['bare', 'dir/x.js', './c.js', './e.js', 'none',"
                " 'https://a.b/', '#x'];\n"
                "globalThis.got = [names.map(resolve), names.map(inner),"
                " import.meta.resolve('bare'), import.meta.resolve('pkg')];\n"
            ),
            "deep.js": resolve,
            "in/deep.js": resolve,
            "node_modules/pkg/package.json": '{"name": "pkg", "exports": "./p.js"}',
            "node_modules/pkg/p.js": "",
        }
    ).start()
    page.goto(project.url)
    page.wait_for_function("globalThis.got")
    u = project.url
    assert page.evaluate("got") == [
        [
            f"{u}b.js",
            f"{u}lib/x.js",
            f"{u}d.js",
            f"{u}e.js",
            "TypeError",
            "https://a.b/",
            "TypeError",
        ],
        [
            f"{u}in/b.js",
            f"{u}lib/x.js",
            f"{u}in/c.js",
            f"{u}in/e.js",
            "TypeError",
            "https://a.b/",
            "TypeError",
        ],
        f"{u}b.js",
        f"{u}node_modules/pkg/p.js",
    ]


def test_a_stylesheet_s_own_import_as_a_string_is_relative_to_it(
    project: Project, page: Page
) -> None:
    project.write(
        {
            "index.html": html(),
            "main.js": f"import './sub/a.css';\n{SHOW} = 'there';\n",
            "sub/a.css": (
                "/* first */ @import/**/'b.css' layer(l);\n@import \"./c.css\" screen;\n"
                '@import url(d.css);\n@import "\\65.css";\np { margin-top: 1px }\n'
            ),
            "sub/b.css": "#out { color: rgb(1, 1, 1) }\n",
            "sub/c.css": "#out { padding-top: 1px }\n",
            "sub/d.css": "#out { padding-left: 1px }\n",
            "sub/e.css": "#out { padding-right: 1px }\n",
        }
    ).start()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_marked(project, page)
    out = page.locator("#out")
    for name, value in (
        ("color", "rgb(1, 1, 1)"),
        *((f"padding-{side}", "1px") for side in ("top", "left", "right")),
        ("margin-top", "1px"),
    ):
        expect(out).to_have_css(name, value)
    project.edit("sub/b.css", "1, 1, 1", "2, 2, 2")
    expect(out).to_have_css("color", "rgb(2, 2, 2)")
    project.edit("sub/a.css", "margin-top: 1px", "margin-top: 2px")
    expect(out).to_have_css("margin-top", "2px")
    assert is_marked(page)
    assert {url for url in asked if url.partition("?")[0].endswith(".css")} <= {
        f"{project.url}sub/{name}.css" for name in "abcde"
    } | {url for url in asked if "/sub/b.css?" in url or "/sub/a.css?" in url}
