"""TypeScript, TSX and JSX in the pipeline, without a browser."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hotreload.plugins import Claim, Plugin, Source
from hotreload.plugins.languages import typescript
from hotreload.plugins.languages.typescript import compiler
from hotreload.project.files import Mount, ProjectFiles
from hotreload.project.problems import ProblemError
from hotreload.site import Site
from hotreload.transform.sourcemap import parse_map
from tests.problems import problem_of

Made = Callable[..., Site]


@pytest.fixture
def make(tmp_path: Path) -> Made:
    def site(files: dict[str, str], *plugins: Plugin, root: str = "") -> Site:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return Site(ProjectFiles((Mount("/", (tmp_path / root).resolve()),)), "/", plugins)

    return site


def served(site: Site, url: str) -> str:
    """What a browser gets, without the preamble and the map."""
    text = site.modules.render_answer(site.modules.script(url), "")
    return text.partition('"");')[2].partition("\n//# ")[0]


def made(site: Site, url: str) -> str:
    """What the language makes of a file, before it is linked."""
    return site.sources.read(url, "script").data.decode()


def test_types_go_and_lines_stay(make: Made) -> None:
    source = (
        "import { used, Unused, type Other } from './a.js';\n"
        "import type { T } from './types';\n"
        "interface Shape {\n  side: number;\n}\n"
        "enum Colour { Red, Green = 5 }\n"
        "export class Point {\n  constructor(private x: number) {}\n}\n"
        "export const area = <S extends Shape>(shape: S): number => shape!.side ** 2;\n"
        "used(Colour.Green satisfies Colour);\n"
    )
    site = make({"main.ts": source, "a.ts": "export const used = (n: number) => n;"})
    text = served(site, "/main.ts")
    lines = text.split("\n")
    assert lines[0].replace(" ", "") == "import{used,}from'/a.ts';"
    assert "types" not in text
    assert "Shape" not in text
    assert lines[5].startswith("var Colour;")
    assert "this.x = x" in lines[7]
    assert lines[9] == "export const area = (shape) => shape.side ** 2;"
    assert lines[10].strip() == "used(Colour.Green );"


def test_the_map_leads_to_the_source(make: Made) -> None:
    source = "type A = 1;\n\nexport const a: A = 1;\n"
    site = make({"a.ts": source})
    text = made(site, "/a.ts")
    assert text.count("sourceMappingURL=data:application/json;base64,") == 1
    import base64

    found = parse_map(base64.b64decode(text.rpartition(",")[2]).decode(), "/a.ts", "")
    assert found.contents == (source,)
    place = found.at(2, 5)
    assert place is not None
    assert place.line == 2


def test_a_project_without_such_files_has_no_pipeline(make: Made) -> None:
    site = make({"main.js": "import './a.js'", "a.js": "", "style.css": ""})
    served(site, "/main.js")
    site.documents.stylesheet("/style.css")
    assert site.sources.pipeline is None


@pytest.mark.parametrize(
    ("specifier", "file"),
    [
        ("./a", "a.ts"),
        ("./a.js", "a.ts"),
        ("./a.js", "a.tsx"),
        ("./a.jsx", "a.tsx"),
        ("./a", "a.jsx"),
        ("./a.mjs", "a.mts"),
        ("./a", "a/index.ts"),
        ("./a", "a/index.tsx"),
        ("./a.ts", "a.ts"),
        ("/a", "a.tsx"),
    ],
)
@pytest.mark.parametrize("importer", ["main.ts", "main.js"])
def test_imports_find_sources(make: Made, specifier: str, file: str, importer: str) -> None:
    site = make({importer: f"import '{specifier}';", file: "export const a = 1;"})
    assert f'"/{file}"' in served(site, f"/{importer}").replace("'", '"')


@pytest.mark.parametrize("file", ["a.js", "a.mjs", "a/index.js", "a.json"])
def test_imports_of_typescript_need_no_suffix(make: Made, file: str) -> None:
    site = make({"main.ts": "import './a';", file: "{}"})
    assert f"/{file}" in served(site, "/main.ts")


def test_a_file_of_the_name_comes_first(make: Made) -> None:
    site = make({"main.ts": "import './a.js';", "a.js": "", "a.ts": ""})
    assert "/a.js" in served(site, "/main.ts")


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (None, '"react/jsx-runtime"'),
        ('{"compilerOptions": {"jsx": "react-jsx", "jsxImportSource": "preact"}}', '"preact/jsx-r'),
        ('{"compilerOptions": {"jsx": "react-jsxdev"}}', '"react/jsx-dev-runtime"'),
        ('{"compilerOptions": {"jsx": "react"}}', "React.createElement('p'"),
        (
            '{// why\n "compilerOptions": {"jsx": "react", /* "//" */ "jsxFactory": "h",},\n}',
            "h('p'",
        ),
        ('{"compilerOptions": {"jsx": "preserve"}}', '"react/jsx-runtime"'),
    ],
)
@pytest.mark.parametrize("name", ["tsconfig.json", "jsconfig.json"])
def test_jsx_is_as_configured(make: Made, config: str | None, expected: str, name: str) -> None:
    files = {"src/main.jsx": "export const p = <p>don't</p>;"}
    site = make({**files, name: config} if config is not None else files)
    assert expected in made(site, "/src/main.jsx")


def test_a_comment_says_how_jsx_is_meant(make: Made) -> None:
    site = make(
        {
            "a.tsx": "// a\n/** @jsxImportSource preact */\nexport default <p />;",
            "b.tsx": "/** @jsx h @jsxFrag F */\nexport default <><p /></>;",
            "c.tsx": "export const c = '/** @jsx h */';\nexport default <p />;",
        }
    )
    assert '"preact/jsx-runtime"' in made(site, "/a.tsx")
    assert "h(F, null, h('p'" in made(site, "/b.tsx")
    assert '"react/jsx-runtime"' in made(site, "/c.tsx")


def test_a_configuration_extends_others_and_lies_above_the_site(make: Made) -> None:
    site = make(
        {
            "base.json": '{"compilerOptions": {"jsxImportSource": "preact", "jsx": "react"}}',
            "tsconfig.json": '{"extends": "./base", "compilerOptions": {"jsx": "react-jsx"}}',
            "site/main.tsx": "export default <p />;",
        },
        root="site",
    )
    assert '"preact/jsx-runtime"' in made(site, "/main.tsx")


def test_paths_and_base_url(make: Made) -> None:
    paths = '{"@/*": ["./lib/*", "./src/*"], "exact": ["./src/b.ts"]}'
    site = make(
        {
            "tsconfig.json": f'{{"compilerOptions": {{"baseUrl": ".", "paths": {paths}}}}}',
            "main.ts": "import '@/a'; import 'exact'; import 'src/c'; import '@/d.js?raw';",
            "src/a/index.ts": "",
            "src/b.ts": "",
            "src/c.tsx": "",
            "lib/d.ts": "",
        }
    )
    text = served(site, "/main.ts")
    for url in ("/src/a/index.ts", "/src/b.ts", "/src/c.tsx", "/lib/d.ts?raw"):
        assert url in text


def test_another_configuration_counts_at_once(make: Made, tmp_path: Path) -> None:
    config = '{"compilerOptions": {"paths": {"@/*": ["./one/*"]}}}'
    files = {"main.ts": "import '@/a';", "one/a.ts": "", "two/a.ts": ""}
    site = make({"tsconfig.json": config, **files})
    assert "/one/a.ts" in served(site, "/main.ts")
    (tmp_path / "tsconfig.json").write_text(config.replace("one", "two"))
    assert site.dependents([tmp_path / "tsconfig.json"]) == {("/main.ts", "script")}
    site.files.read_changed("/tsconfig.json")
    assert "/two/a.ts" in served(site, "/main.ts")


@pytest.mark.parametrize(
    ("code", "place", "message"),
    [
        ("const a = 1;\nconst b: = 2;", (2, 10), "Unexpected token"),
        ("namespace N { export const a = 1; }", (1, 1), "namespace with values"),
        ("export namespace N.M {\n  export function f() {}\n}", (1, 8), "namespace with values"),
        ("class A {\n  @observed() b = 1;\n}", (2, 3), "decorators"),
        ("@element('x') class A {}", (1, 1), "decorators"),
        ("const a = 1;\nexport = a;", (2, 1), '"export ="'),
        ("import fs = require('fs');\nfs.x;", (1, 1), "CommonJS"),
        ("export default (\n  <a.b c=<i/> {...d}><>{e}</></a.c>\n);", (2, 30), "expected </a.b>"),
        ("export default <p>{f(<b>{1}</b>)}</>;", (1, 34), "expected </p>, not </>"),
        # What the transformer does not see, the syntax check of what it made does.
        ("const a: number = 1;\nclass { }", (2, None), "SyntaxError"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    make: Made, code: str, place: tuple[int, int | None], message: str
) -> None:
    found = problem_of(make({"main.tsx": code}), "/main.tsx")
    assert message in found.message
    assert found.owner == "/main.tsx"
    assert found.line == place[0]
    assert place[1] in (None, found.column)
    assert code.split("\n")[place[0] - 1] in found.frame


@pytest.mark.parametrize(
    "code",
    [
        "namespace N { export interface A { const: 1 } type B = { let: 2 } }",
        "declare namespace N { const a: number; namespace M { function f(): void } }",
        "declare module 'x' { export const a: number; }",
        "declare global { interface Window { a: 1 } }",
        "const namespace = 1, module = 2;\nexport default namespace + module;",
        "export default <a.b c=<i/>><>{[1].map((d) => <li key={d}>{d}</li>)}</><br /></a.b>",
        "const text = '@no namespace N { const a }'; // @not export = 1",
    ],
)
def test_what_only_looks_unsupported_is_fine(make: Made, code: str) -> None:
    config = '{"compilerOptions": {"jsx": "react"}}'
    site = make({"main.tsx": code, "tsconfig.json": config})
    assert site.modules.script("/main.tsx", checked=True).url == "/main.tsx"


def test_a_broken_configuration_is_said_where_it_is(make: Made) -> None:
    site = make({"tsconfig.json": '{\n  "compilerOptions": [}\n}', "main.ts": ""})
    found = problem_of(site, "/main.ts")
    assert (found.owner, found.line) == ("/tsconfig.json", 2)
    assert "tsconfig" not in found.frame
    assert '"compilerOptions": [}' in found.frame
    extends = problem_of(make({"tsconfig.json": '{"extends": "./gone.json"}'}), "/main.ts")
    assert "./gone.json" in extends.message
    itself = problem_of(make({"tsconfig.json": '{"extends": "./tsconfig.json"}'}), "/main.ts")
    assert "extends itself" in itself.message


def test_a_changed_file_is_begun_early(
    make: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    begin = compiler.Sucrase.begin

    def note(engine: compiler.Sucrase, job: compiler.Job) -> None:
        begun.append(job.code)
        begin(engine, job)

    monkeypatch.setattr(compiler.Sucrase, "begin", note)
    site = make({"a.ts": "let a: 1;", "b.ts": "let b: 1;"})
    made(site, "/a.ts")
    site.sources.begin("/a.ts")  # which has not changed
    site.sources.begin("/b.ts")  # which no page has
    (tmp_path / "a.ts").write_text("let a: 2;")
    site.sources.begin("/a.ts")
    assert begun == ["let a: 2;"]
    assert made(site, "/a.ts").startswith("let a;")
    # What is wrong is said when it is transformed.
    (tmp_path / "tsconfig.json").write_text("{")
    (tmp_path / "a.ts").write_text("let a: 3;")
    site.sources.begin("/a.ts")
    with pytest.raises(ProblemError, match="invalid JSON"):
        made(site, "/a.ts")
    (tmp_path / "a.ts").unlink()
    site.sources.begin("/a.ts")


def test_a_missing_extra_is_named(make: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    monkeypatch.setattr(typescript, "sucrase", compiler.Sucrase)
    found = problem_of(make({"main.tsx": ""}), "/main.tsx")
    assert "pip install 'hotreload-server[typescript]'" in found.message


class Own(Plugin):
    claims = (Claim(".ts", "script"),)

    def transform(self, code: str, source: Source) -> str:
        return "export default 'own';"


class Loud(Plugin):
    def transform(self, code: str, source: Source) -> str:
        return code.replace("quiet", "LOUD")


def test_a_plugin_comes_before_what_is_built_in(make: Made) -> None:
    site = make({"a.ts": "nonsense: of: its: own", "b.tsx": "export default <p />;"}, Own())
    assert served(site, "/a.ts") == "export default 'own';"
    assert "jsx" in made(site, "/b.tsx")
    assert served(site, "/a.ts") == "export default 'own';"


def test_other_plugins_get_javascript(make: Made) -> None:
    site = make({"a.ts": "export const a: 'quiet' = 'quiet';"}, Loud())
    assert served(site, "/a.ts") == "export const a = 'LOUD';"


def test_a_process_that_transforms_ends_by_itself() -> None:
    code = (
        "from hotreload.plugins.languages.typescript.compiler import Job, sucrase\n"
        "print(sucrase().transform(Job('let a: 1', '/a.ts', True, False, {})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "let a"
