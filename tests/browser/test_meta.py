"""`import.meta.glob` and `import.meta.env`, as in Vite."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, console_of, html, is_marked, mark, open_marked
from tests.project import Project

ACCEPT = "import.meta.hot.accept();\n"


def show(expression: str) -> str:
    """A module that shows a value as JSON."""
    return f"{SHOW} = JSON.stringify({expression});\n{ACCEPT}"


FILES = {
    "index.html": html(script="src/main.js"),
    "src/dir/a.js": "export default 'a'; export const name = 'na';\n",
    "src/dir/b.js": "export default 'b'; export const name = 'nb';\n",
    "src/dir/sub/c.ts": "export default 'c'; export const name: string = 'nc';\n",
    "src/dir/t.txt": "text",
    "src/dir/.hidden.js": "export default 'hidden';\n",
    "src/dir/node_modules/p/d.js": "export default 'd';\n",
    "src/[x]/e.js": "export default 'e';\n",
    "other/f.js": "export default 'f';\n",
}
KEYS = "Object.keys"


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("Object.keys(import.meta.glob('./dir/*.js'))", ["./dir/a.js", "./dir/b.js"]),
        (
            "Object.keys(import.meta.glob('./dir/**/*.{js,ts}'))",
            ["./dir/a.js", "./dir/b.js", "./dir/sub/c.ts"],
        ),
        ("Object.keys(import.meta.glob(['./dir/*.js', '!**/b.js']))", ["./dir/a.js"]),
        ("Object.keys(import.meta.glob(['!./dir/a.js', './dir/*.js',]))", ["./dir/b.js"]),
        ("Object.keys(import.meta.glob('/other/*.js'))", ["/other/f.js"]),
        ("Object.keys(import.meta.glob('../other/*.js'))", ["../other/f.js"]),
        ("Object.keys(import.meta.glob(`./[[]x]/*.js`))", ["./[x]/e.js"]),
        ("Object.keys(import.meta.glob('./*.js'))", []),
        ("Object.keys(import.meta.glob('./none/*.js'))", []),
        (
            "import.meta.glob('./dir/*.js', {eager: true, import: 'default'})",
            {"./dir/a.js": "a", "./dir/b.js": "b"},
        ),
        (
            "import.meta.glob('./dir/*.js', {eager: true})['./dir/a.js']",
            {"default": "a", "name": "na"},
        ),
        (
            "import.meta.glob('./dir/*.js', {'import': 'name', eager: true})",
            {"./dir/a.js": "na", "./dir/b.js": "nb"},
        ),
        ("await import.meta.glob('./dir/*.js')['./dir/b.js']()", {"default": "b", "name": "nb"}),
        ("await import.meta.glob('./dir/*.js', {import: 'name'})['./dir/b.js']()", "nb"),
        ("await import.meta.glob('./dir/**', {import: 'name'})['./dir/sub/c.ts']()", "nc"),
        (
            "import.meta.glob('./dir/*.txt', {query: '?raw', import: 'default', eager: true})",
            {"./dir/t.txt": "text"},
        ),
        (
            "import.meta.glob('./dir/*.txt', {query: 'raw', import: 'default', eager: true})",
            {"./dir/t.txt": "text"},
        ),
        ("import.meta.glob('./dir/*.txt', {as: 'raw', eager: true})", {"./dir/t.txt": "text"}),
        (
            "[import.meta.glob('./dir/b.js', {eager: true, import: 'name'}), "
            "import.meta.glob('./dir/*.js', {eager: true, import: 'default'})]",
            [{"./dir/b.js": "nb"}, {"./dir/a.js": "a", "./dir/b.js": "b"}],
        ),
        (
            "Object.keys(import.meta.glob('./*.js', {base: './dir'}))",
            ["./a.js", "./b.js"],
        ),
        (
            "Object.keys(import.meta.glob(\n  './dir/*.js', // these\n  {exhaustive: true},\n))",
            ["./dir/.hidden.js", "./dir/a.js", "./dir/b.js"],
        ),
    ],
)
def test_a_glob_is_an_object_of_imports(
    project: Project, page: Page, call: str, value: object
) -> None:
    files = {**FILES, "src/main.js": show(call)}
    project.write(files).start()
    page.goto(project.url)
    page.wait_for_function(f"{SHOW} !== ''")
    found = page.evaluate(f"JSON.parse({SHOW})")
    # Hidden files are never served, whoever asks.
    if isinstance(value, list):
        value = [key for key in value if "hidden" not in key]
    assert found == value


@pytest.mark.parametrize("eager", ["true", "false"])
def test_files_that_come_and_go_update_who_globs(project: Project, page: Page, eager: str) -> None:
    project.write(
        {
            **FILES,
            "src/main.js": show(
                f"Object.keys(import.meta.glob('./dir/**/*.js', {{eager: {eager}}})).sort()"
            ),
        }
    ).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text('["./dir/a.js","./dir/b.js"]')
    project.write({"src/dir/c.js": "export default 'c';\n"})
    expect(out).to_have_text('["./dir/a.js","./dir/b.js","./dir/c.js"]')
    (project.root / "src/dir/a.js").unlink()
    expect(out).to_have_text('["./dir/b.js","./dir/c.js"]')
    project.write({"src/dir/new/d.js": "export default 'd';\n"})
    expect(out).to_have_text('["./dir/b.js","./dir/c.js","./dir/new/d.js"]')
    (project.root / "src/dir/new").rename(project.root / "moved")
    expect(out).to_have_text('["./dir/b.js","./dir/c.js"]')
    (project.root / "src/dir/b.js").rename(project.root / "src/dir/z.js")
    expect(out).to_have_text('["./dir/c.js","./dir/z.js"]')
    # What does not match concerns nobody.
    project.write({"src/dir/e.txt": "e", "other/g.js": ""})
    page.evaluate("import('/@hotreload/client.js').then(({sync}) => sync())")
    assert is_marked(page)
    assert page.locator("hotreload-overlay").count() == 0
    project.stop()
    project.write({"src/dir/y.js": "export default 'y';\n"})
    project.start()
    expect(out).to_have_text('["./dir/c.js","./dir/y.js","./dir/z.js"]')


def test_what_a_glob_imports_eagerly_is_hot(project: Project, page: Page) -> None:
    project.write(
        {
            **FILES,
            "src/main.js": show("import.meta.glob('./dir/*.js', {eager: true, import: 'default'})"),
        }
    ).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text('{"./dir/a.js":"a","./dir/b.js":"b"}')
    project.edit("src/dir/a.js", "'a'", "'A'")
    expect(out).to_have_text('{"./dir/a.js":"A","./dir/b.js":"b"}')
    assert is_marked(page)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("import.meta.glob(pattern)", "import.meta.glob is read without being run"),
        ("import.meta.glob('./a' + '*.js')", "import.meta.glob is read without being run"),
        ("import.meta.glob('dir/*.js')", '"dir/*.js" does not begin with "./"'),
        ("import.meta.glob('./*.js', {lazy: true})", 'there is no option "lazy"'),
        ("import.meta.glob(1)", "its first argument is a pattern"),
        ("import.meta.globEager('./*.js')", "import.meta.globEager is not there"),
    ],
)
def test_a_glob_that_can_t_be_read_says_why(
    project: Project, page: Page, call: str, said: str
) -> None:
    project.write({"index.html": html(), "main.js": f"\nconst pattern = 1;\n{call};\n"}).start()
    page.goto(project.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text(said)
    expect(overlay).to_contain_text("/main.js:3:")


ENV = {
    ".env": 'VITE_A=one\nHOTRELOAD_B="two words" # not this\nSECRET=s3cret\nVITE_D=${VITE_A}!\n',
    ".env.local": "VITE_C=local\n",
    ".env.development": "VITE_C=development\n",
    ".env.production": "VITE_C=production\n",
}


def test_the_environment_is_what_is_meant_for_pages(project: Project, page: Page) -> None:
    project.write(
        {"index.html": html(), "main.js": show("import.meta.env") + "console.log(1);\n", **ENV}
    ).start("--base", "/sub/")
    page.goto(project.url + "sub/")
    page.wait_for_function(f"{SHOW} !== ''")
    assert page.evaluate(f"JSON.parse({SHOW})") == {
        "VITE_A": "one",
        "VITE_C": "development",
        "VITE_D": "one!",
        "HOTRELOAD_B": "two words",
        "BASE_URL": "/sub/",
        "MODE": "development",
        "DEV": True,
        "PROD": False,
        "SSR": False,
    }
    for name in ENV:
        assert page.request.get(f"{project.url}sub/{name}").status == 403
    for url in ("", "main.js", "@hotreload/client.js"):
        assert "s3cret" not in page.request.get(f"{project.url}sub/{url}").text()


def test_an_edit_of_the_environment_reloads_if_pages_see_it(project: Project, page: Page) -> None:
    project.write(
        {"index.html": html(), "main.js": show("import.meta.env.VITE_A ?? 'none'"), **ENV}
    ).start()
    lines = console_of(page)
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text('"one"')
    project.edit(".env", "s3cret", "still s3cret")
    project.write({"other.txt": ""})
    page.evaluate("import('/@hotreload/client.js').then(({sync}) => sync())")
    assert is_marked(page)
    project.edit(".env", "VITE_A=one", "VITE_A=two")
    expect(out).to_have_text('"two"')
    assert not is_marked(page)
    assert any(".env changed" in line for line in lines)
    mark(page)
    project.write({".env.local": "VITE_A=local\n"})
    expect(out).to_have_text('"local"')
    (project.root / ".env.local").unlink()
    expect(out).to_have_text('"two"')
