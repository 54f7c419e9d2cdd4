"""Packages that are links: pnpm's, and those of a workspace that somebody works on."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.appproject import FILES, AppProject
from tests.browser.site import SHOW, html, is_marked, open_marked
from tests.browser.wait import sync
from tests.project import Project

MAIN = f"import {{ name }} from '@ws/lib';\n{SHOW} = name;\nimport.meta.hot.accept();"
LIB = "import { dep } from 'dep'; export const name = 'lib with ' + dep;"


def link(path: Path, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target, target_is_directory=True)


def workspace(project: Project) -> None:
    project.write(
        {
            "package.json": '{"workspaces": ["packages/*", "app"]}',
            "packages/lib/package.json": '{"name": "@ws/lib", "main": "./src/index"}',
            "packages/lib/src/index.js": LIB,
            "packages/lib/.env": "SECRET",
            "packages/lib/server.key": "SECRET",
            "packages/other/package.json": '{"name": "@ws/other"}',
            "packages/other/index.js": "SECRET",
            "packages/secret.js": "SECRET",
            "node_modules/dep/index.js": "exports.dep = 'dep';",
            "app/index.html": html(),
            "app/main.js": MAIN,
        }
    )
    link(project.root / "node_modules/@ws/lib", "../../packages/lib")
    link(project.root / "node_modules/@ws/other", "../../packages/other")
    link(project.root / "packages/lib/src/out", "../../other")


def test_pnpm(project: Project, page: Page) -> None:
    store = "node_modules/.pnpm"
    project.write(
        {
            f"{store}/pkg@1.0.0/node_modules/pkg/index.js": "const dep = require('dep');\n"
            "exports.same = () => dep; exports.name = dep.name;",
            f"{store}/dep@2.0.0/node_modules/dep/index.js": "exports.name = 'the right one';",
            f"{store}/node_modules/dep/index.js": "exports.name = 'hoisted';",
            "node_modules/peer/index.js": "exports.peer = require('dep');",
            "index.html": html(),
            "main.js": "import { name, same } from 'pkg'; import { peer } from 'peer';\n"
            f"{SHOW} = [name, same() === peer];",
        }
    )
    link(project.root / "node_modules/pkg", ".pnpm/pkg@1.0.0/node_modules/pkg")
    link(project.root / store / "pkg@1.0.0/node_modules/dep", "../../dep@2.0.0/node_modules/dep")
    link(
        project.root / "node_modules/peer/node_modules/dep",
        "../../.pnpm/dep@2.0.0/node_modules/dep",
    )
    page.goto(project.start().url)
    expect(page.locator("#out")).to_have_text("the right one,true")


def test_a_package_of_the_workspace_is_hot(project: Project, page: Page) -> None:
    workspace(project)
    open_marked(project.start(), page, "app/")
    out = page.locator("#out")
    expect(out).to_have_text("lib with dep")
    project.edit("packages/lib/src/index.js", "lib with", "changed, with")
    expect(out).to_have_text("changed, with dep")
    assert is_marked(page)


def test_so_it_is_where_only_the_app_is_served(project: Project, page: Page) -> None:
    workspace(project)
    project.asked = ("serve", "app")
    open_marked(project.start(), page)
    out = page.locator("#out")
    expect(out).to_have_text("lib with dep")
    project.edit("packages/lib/src/index.js", "lib with", "changed, with")
    expect(out).to_have_text("changed, with dep")
    # A server that has just started does not forget what the page has.
    project.stop()
    project.edit("packages/lib/src/index.js", "changed, with", "changed meanwhile,")
    project.start()
    expect(out).to_have_text("changed meanwhile, dep")
    project.edit("app/main.js", "= name", "= name + '!'")
    expect(out).to_have_text("changed meanwhile, dep!")
    # Its manifest, too: where it is has been known for long.
    project.write({"packages/lib/src/new.js": "export const name = 'new';"})
    project.edit("packages/lib/package.json", "./src/index", "./src/new")
    expect(out).to_have_text("new!")
    sync(page)
    assert is_marked(page)


def test_nothing_else_is_served_with_it(project: Project, page: Page) -> None:
    workspace(project)
    project.asked = ("serve", "app")
    page.goto(project.start().url)
    expect(page.locator("#out")).to_have_text("lib with dep")
    names: list[str] = page.evaluate(
        "performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname)"
    )
    loaded = [name for name in names if name.startswith("/@packages/")]
    home = loaded[0].removesuffix("/src/index.js") if loaded else ""
    if not home:
        # It came with the page.
        text = page.evaluate("document.querySelector('script[type=importmap]').textContent")
        home = "/@packages/" + text.partition("/@packages/")[2].partition("/src/")[0]
    status = "async (url) => (await fetch(url, { cache: 'no-store' })).status"
    assert page.evaluate(status, f"{home}/src/index.js") == 200
    folder = home.rpartition("/")[0]
    for path in (
        *(
            f"{home}/.env",
            f"{home}/server.key",
            f"{home}/src/out/index.js",
            f"{home}/%2e%2e/secret.js",
        ),
        *(f"{folder}/other/index.js", f"{folder}/secret.js", f"{folder}/", "/@packages/", home),
        *("/@packages/lib/src/index.js", f"{home}/../../secret.js", f"{home}%2f..%2fsecret.js"),
    ):
        assert page.evaluate(status, path) in (400, 403, 404), path


def test_a_package_that_holds_what_is_served_is_not(project: Project, page: Page) -> None:
    workspace(project)
    link(project.root / "node_modules/all", "..")
    project.write({"app/main.js": "import 'all/packages/secret.js';", "secret.js": ""})
    project.asked = ("serve", "app")
    page.goto(project.start().url)
    expect(page.locator("hotreload-overlay")).to_contain_text("npm install all")


def test_what_is_served_is_a_package_to_itself(project: Project, page: Page) -> None:
    workspace(project)
    project.asked = ("serve", "app")
    link(project.root / "node_modules/app", "../app")
    project.write(
        {
            "app/package.json": '{"name": "app"}',
            "app/main.js": f"import {{ name }} from 'app/name.js';\n{SHOW} = name;",
            "app/name.js": "export const name = 'its own';",
        }
    )
    page.goto(project.start().url)
    expect(page.locator("#out")).to_have_text("its own")


def test_an_app_finds_the_packages_beside_its_static_files(
    app_project: AppProject, page: Page
) -> None:
    app_project.write(FILES).write(
        {
            "node_modules/dep/package.json": '{"main": "lib"}',
            "node_modules/dep/lib/index.js": "exports.dep = require('./inner');",
            "node_modules/dep/lib/inner.js": "module.exports = 'of the app';",
            "static/main.js": f"import {{ dep }} from 'dep'; {SHOW} = dep;",
        }
    )
    page.goto(app_project.start().url)
    expect(page.locator("#out")).to_have_text("of the app")
