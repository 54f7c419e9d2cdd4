"""Packages in CommonJS and UMD, as default and named imports, by require, and hot."""

from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, html, is_marked, mark, open_marked
from tests.project import Project

UMD = """(function (global, factory) {
  typeof exports === 'object' && typeof module !== 'undefined' ? factory(exports) :
  typeof define === 'function' && define.amd ? define(['exports'], factory) :
  (global = typeof globalThis !== 'undefined' ? globalThis : self, factory(global.Umd = {}));
})(this, (function (exports) { 'use strict';
  exports.hello = 'hello'; exports.default = 'its default';
  Object.defineProperty(exports, '__esModule', { value: true });
}));
"""
PACKAGES = {
    "plain/package.json": '{"main": "lib/index"}',
    "plain/lib/index.js": "exports.a = 'a'; exports.deep = require('./deep').value;",
    "plain/lib/deep.js": "this.value = require('../data').name + typeof global + typeof define;",
    "plain/data.json": '{"name": "json "}',
    "called/index.js": "module.exports = make; function make() { return 'made' }\n"
    "make.part = 'part';",
    "compiled/index.js": "Object.defineProperty(exports, '__esModule', { value: true });\n"
    "exports.default = 'the default'; exports.named = 'named';",
    "umd/index.js": UMD,
    "mode/index.js": "if (process.env.NODE_ENV === 'production') {\n"
    "  module.exports = require('./gone.js');\n} else {\n"
    "  module.exports = require('./dev.js');\n}",
    "mode/dev.js": "exports.mode = 'in development'",
    "passing/index.js": "__exportStar(require('./a'), exports); var e = require('esm');\n"
    "function __exportStar(m, exports) { for (var p in m) exports[p] = m[p]; }\n"
    "exports.esm = e.default + e.other + e.__esModule;",
    "passing/a.js": "exports.one = 1; exports.two = 2;",
    "esm/package.json": '{"type": "module", "exports": "./x.js"}',
    "esm/x.js": "import made from 'called'; export default made(); export const other = ' other ';",
    "node/index.js": "var fs = require('fs'); exports.empty = Object.keys(fs).length;\n"
    "try { require('nowhere') } catch (error) { exports.code = error.code }",
    "circle/index.js": "exports.before = 1; exports.seen = require('./b').keys; exports.after = 2;",
    "circle/b.js": "exports.keys = Object.keys(require('./index')).join();\n"
    "exports.later = () => Object.keys(require('.'));",
}


def write(project: Project, main: str, **more: str) -> None:
    files = {f"node_modules/{name}": text for name, text in PACKAGES.items()}
    project.write({**files, "index.html": html(), "main.js": main, **more})


def shows(project: Project, page: Page, imports: str, value: str, text: str) -> None:
    write(project, f"{imports}\n{SHOW} = [{value}].join(' | ');\nimport.meta.hot.accept();")
    open_marked(project.start(), page)
    expect(page.locator("#out")).to_have_text(text)


def test_default_and_named_imports(project: Project, page: Page) -> None:
    shows(
        project,
        page,
        """import plain, { a, deep } from 'plain';
        import made, { part } from 'called';
        import * as all from 'called';
        import compiled, { named } from 'compiled';
        import umd, { hello } from 'umd';
        import { mode } from 'mode';
        import { one, two, esm } from 'passing';
        import { empty, code } from 'node';
        import { seen, after } from 'circle';
        import { later } from 'circle/b';""",
        "plain.a === a, deep, made(), part, all.part, all.default === made, compiled, named, umd,"
        "hello, mode, one + two, esm, empty, code, seen, after, later()",
        "true | json objectundefined | made | part | part | true | the default | named"
        " | its default | hello | in development | 3 | made other true | 0 | MODULE_NOT_FOUND"
        " | before | 2 | before,seen,after",
    )


def test_dynamic_imports_and_export_from(project: Project, page: Page) -> None:
    project.write({"again.js": "export { part, default } from 'called'; export * from 'plain';"})
    shows(
        project,
        page,
        "import made, { part, a } from './again.js';\n"
        "const called = await import('called'); "
        "const { named, default: d } = await import('compiled');",
        "made(), part, a, called.part, called.default(), named, d",
        "made | part | a | part | made | named | the default",
    )


def test_a_module_of_type_module_gets_what_node_gives(project: Project, page: Page) -> None:
    project.write({"package.json": '{"type": "module"}'})
    shows(
        project,
        page,
        "import compiled, { named } from 'compiled'; import plain from 'plain';",
        "compiled.default, compiled.named === named, plain.a",
        "the default | true | a",
    )


def test_an_inline_script_and_a_worker_import_them(project: Project, page: Page) -> None:
    write(project, "")
    inline = "import made, { part } from 'called'; import { a } from 'plain';"
    inline += f"{SHOW} = made() + part + a;"
    project.write(
        {
            "inline.html": html(f'<script type="module">{inline}</script>', script=""),
            "worker.js": "import made, { part } from 'called'; postMessage(made() + part);",
            "worker.html": html(script="work.js"),
            "work.js": "const worker = new Worker('worker.js', { type: 'module' });\n"
            f"worker.onmessage = ({{ data }}) => {{ {SHOW} = data; }};",
        }
    )
    project.start()
    page.goto(project.url + "inline.html")
    expect(page.locator("#out")).to_have_text("madeparta")
    page.goto(project.url + "worker.html")
    expect(page.locator("#out")).to_have_text("madepart")


def test_ones_own_commonjs_is_hot(project: Project, page: Page) -> None:
    write(
        project,
        f"import value, {{ name }} from './outer.cjs'; import U from './umd.js';\n"
        f"{SHOW} = [value.inner, name, U].join();\nimport.meta.hot.accept();",
        **{
            "outer.cjs": "exports.inner = require('./inner.cjs'); exports.name = 'outer';",
            "inner.cjs": "module.exports = 'inner';",
            "umd.js": UMD,
        },
    )
    open_marked(project.start(), page)
    out = page.locator("#out")
    expect(out).to_have_text("inner,outer,its default")
    project.edit("inner.cjs", "inner", "changed")
    expect(out).to_have_text("changed,outer,its default")
    project.edit("outer.cjs", "'outer'", "'other'")
    expect(out).to_have_text("changed,other,its default")
    project.edit("umd.js", "its default", "another")
    expect(out).to_have_text("changed,other,another")
    # A name that is exported no more is said, and the page goes on.
    project.edit("outer.cjs", "exports.name", "exports.title")
    expect(page.locator("hotreload-overlay")).to_contain_text('does not export "name"')
    project.edit("outer.cjs", "exports.title", "exports.name")
    expect(page.locator("hotreload-overlay")).to_have_count(0)
    assert is_marked(page)
    page.reload()
    expect(out).to_have_text("changed,other,another")


def test_a_script_that_sets_globals_still_does(project: Project, page: Page) -> None:
    write(
        project,
        f"import './umd.js'; import '/node_modules/umd/index.js'; {SHOW} = Umd.hello;",
        **{"umd.js": UMD},
    )
    project.write({"tag.html": html('<script type="module" src="umd.js"></script>', script="")})
    project.start()
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("hello")
    page.goto(project.url + "tag.html")
    page.wait_for_function("globalThis.Umd?.hello === 'hello'")
    mark(page)


def test_a_name_that_a_package_does_not_have_is_said(project: Project, page: Page) -> None:
    write(project, "import { nothing } from 'plain';")
    page.goto(project.start().url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text('/node_modules/plain/lib/index.js does not export "nothing"')


def test_an_error_in_a_package_is_shown_in_its_own_line(project: Project, page: Page) -> None:
    write(project, "import 'failing';")
    project.write({"node_modules/failing/index.js": "// one\n\nmissing.call();\n"})
    page.goto(project.start().url)
    notice = page.locator("hotreload-notices")
    expect(notice).to_contain_text("missing is not defined")
    expect(notice).to_contain_text("/node_modules/failing/index.js:3:1")
