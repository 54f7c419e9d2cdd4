"""Linking and rendering of JavaScript modules."""

import re

import pytest

from hotreload.project.graph import Acceptance, Node
from hotreload.project.problems import ProblemError
from hotreload.project.resolve import External, Local, Target, UnresolvedError
from hotreload.project.urls import join
from hotreload.transform.javascript import Script, render, render_classic, versioned
from hotreload.transform.lexer import lex
from hotreload.transform.link import is_module_source, link, prepare
from hotreload.transform.wrap import import_url

URL = "/src/a.js"


def resolve(specifier: str, kind: str | None) -> Target:
    if specifier.startswith("https:"):
        return External(specifier)
    if "missing" in specifier:
        raise UnresolvedError("there is no such file")
    address = specifier if specifier.startswith((".", "/")) else f"/node_modules/{specifier}/i.js"
    return Local(import_url(join(URL, address), kind))


def linked(source: str) -> Script:
    return link(URL, "hash", prepare(source, packaged="/node_modules/" in URL), resolve)


def body(source: str, versions: dict[str, str] | None = None, prefix: str = "") -> str:
    """What is served for a source, without the preamble."""
    text = render(linked(source), versions or {}, prefix, "")
    match = re.match(r"import\{module as __hr\}from\"[^\"]+\";__hr\(import\.meta,[^)]*\);", text)
    assert match is not None
    return text[match.end() :]


def test_the_preamble_registers_the_module_on_the_first_line() -> None:
    text = render(linked("a();\nb();"), {}, "/app", "")
    assert text == (
        'import{module as __hr}from"/app/@hotreload/client.js";'
        '__hr(import.meta,"/src/a.js","hash","");a();\nb();'
    )


def test_the_preamble_tells_the_version() -> None:
    assert '"hash","b.3");' in render(linked("a();"), {}, "", "b.3")


@pytest.mark.parametrize(
    "source",
    [
        "a();\nb();\n",
        "#!/usr/bin/env node\na();\n",
        "\ufeffa();\nb();",
        "import './b.js';\n\nimport(\n  x\n);\n",
        "import {\n a\n} from './b.js';\nimport.meta.hot.accept([\n'./b.js',\n]);\n",
        "'use strict';\r\na();\r\n",
    ],
)
def test_no_line_moves(source: str) -> None:
    text = render(linked(source), {}, "", "")
    assert text.count("\n") == source.count("\n")
    assert len(text.split("\n")[-1]) >= len(source.split("\n")[-1])


@pytest.mark.parametrize(
    ("source", "served"),
    [
        ("import './b.js'", "import '/src/b.js'"),
        ('import a, {b as c} from "../b.js";', 'import a, {b as c} from "/b.js";'),
        ("export * from './b.js'", "export * from '/src/b.js'"),
        ("import p from 'p'", "import p from '/node_modules/p/i.js'"),
        ("import 'https://cdn.example/x.js'", "import 'https://cdn.example/x.js'"),
        ("await import('./b.js')", 'await import.meta.import("/src/b.js")'),
        ("import(`./b.js`)", 'import.meta.import("/src/b.js")'),
        ("import('./b.js', {with: {}})", 'import.meta.import("/src/b.js", {with: {}})'),
        ("import(x)", "import.meta.import(x)"),
        ("import(`./${x}.js`)", "import.meta.import(`./${x}.js`)"),
        ("import('./missing.js')", "import.meta.import('./missing.js')"),
        ("import './b.css'", "import '/src/b.css?import'"),
        ("import './b.css?url'", "import '/src/b.css?url'"),
        (
            "import s from './b.css' with {type: 'css'}",
            "import s from '/src/b.css' with {type: 'css'}",
        ),
        ("import j from './b.json' with {type: 'json'};", "import j from '/src/b.json?json';"),
        (
            "import('./b.json', {with: {type: 'json'}})",
            "import.meta.import(\"/src/b.json?json\", {with: {type: 'json'}})",
        ),
        ("import './b.js' // './c.js'", "import '/src/b.js' // './c.js'"),
        ("const s = \"import './b.js'\"", "const s = \"import './b.js'\""),
        ("import.meta.hot.accept('./b.js', f)", 'import.meta.hot.accept("/src/b.js", f)'),
        (
            "import.meta.hot?.accept(['./b.js', '../c.js'], f)",
            'import.meta.hot?.accept(["/src/b.js", "/c.js"], f)',
        ),
        ("import.meta.hot.accept()", "import.meta.hot.accept()"),
        ("import.meta.hot.accept(deps, f)", "import.meta.hot.accept(deps, f)"),
        ("import.meta.hot.accept('https://x/y.js')", "import.meta.hot.accept('https://x/y.js')"),
    ],
)
def test_specifiers_become_absolute(source: str, served: str) -> None:
    assert body(source) == served


def test_a_version_is_in_every_import_of_it_but_not_in_accept() -> None:
    source = "import './b.js'; import('./b.js'); import './c.js?raw'; import './d.js';"
    versions = {"/src/b.js": "x.1", "/src/c.js?raw": "x.2"}
    assert body(source + "import.meta.hot.accept('./b.js')", versions, "http://h:1/app") == (
        "import 'http://h:1/app/src/b.js?v=x.1'; "
        'import.meta.import("http://h:1/app/src/b.js?v=x.1"); '
        "import 'http://h:1/app/src/c.js?raw&v=x.2'; "
        "import 'http://h:1/app/src/d.js';"
        'import.meta.hot.accept("/src/b.js")'
    )


@pytest.mark.parametrize("source", ["import '/it\\'s.js'", 'import "/it\'s.js"'])
def test_a_quote_in_a_url_does_not_end_the_literal(source: str) -> None:
    (found,) = lex(body(source)).imports
    assert found.specifier == "/it's.js"


def test_the_node_tells_what_is_imported_and_accepted() -> None:
    script = linked(
        "import './b.js'; export * from './c.js'; import './b.js'; import('./d.js'); import(x);"
        "import 'https://cdn.example/x.js'; import.meta.hot.accept(['./b.js', './e.js'], f)"
    )
    accepted = Acceptance(deps=frozenset({"/src/b.js", "/src/e.js"}))
    uses = {"/src/b.js": frozenset[str](), "/src/c.js": None, "/src/d.js": None}
    assert script.node == Node(("/src/b.js", "/src/c.js"), ("/src/d.js",), accepted, uses)


@pytest.mark.parametrize(
    ("source", "accepting"),
    [
        ("import.meta.hot.accept()", True),
        ("import.meta.hot?.accept(m => m)", True),
        ("if (import.meta.hot) { import.meta.hot.accept(function (m) {}) }", True),
        ("import.meta.hot.accept('./b.js', () => {})", False),
        ("import.meta.hot.accept(deps)", True),
        ("import.meta.hot.accept([...deps], f)", False),
        ("import.meta.hot.dispose(f)", False),
        ("// import.meta.hot.accept()", False),
        ("'import.meta.hot.accept()'", False),
        ("a.import.meta.hot.accept()", False),
        ("import.meta.hot.accept([])", False),
    ],
)
def test_who_accepts_itself(source: str, accepting: bool) -> None:
    assert linked(source).node.acceptance.itself is accepting


def test_an_import_that_leads_nowhere_is_a_problem_with_its_place() -> None:
    with pytest.raises(ProblemError) as error:
        linked("a();\n\t/* \U0001f600 */ import b from './missing.js';\n")
    problem = error.value.problem
    assert (problem.owner, problem.kind) == (URL, "import")
    assert "./missing.js" in problem.message
    assert "there is no such file" in problem.message
    # Columns count UTF-16 units, as editors do; the place is that of the specifier.
    assert (problem.line, problem.column) == (2, 26)
    row, mark = problem.frame.splitlines()[1:3]
    assert row.startswith("> 2 | ")
    assert mark.index("^") >= row.index("missing") - 4


def test_a_source_that_can_not_be_read_is_a_problem_with_its_place() -> None:
    with pytest.raises(ProblemError) as error:
        linked("a();\nb('x\nimport './b.js'")
    problem = error.value.problem
    assert (problem.kind, problem.line, problem.column) == ("syntax", 2, 3)
    assert "unterminated string" in problem.message


def test_a_script_that_may_be_a_classic_one_gets_nothing_of_ours() -> None:
    script = linked("#!x\nimport('./b.js'); import(y)")
    assert render_classic(script, "/app") == '//x\nimport("/app/src/b.js"); import(y)'


@pytest.mark.parametrize(
    ("source", "is_module"),
    [
        ("import './b.js'", True),
        ("export const a = 1", True),
        ("a();\n  export {a}", True),
        ("await a(); export {}", True),
        ("if (a) {} export {a}", True),
        ("import.meta.url", True),
        ("import('./b.js')", False),
        ("var a = 1; // import './b.js'", False),
        ("/*\nexport const a = 1\n*/ var a", False),
        ("`\nexport const a`", False),
        ("a = {\nexport: 1}", False),
        ("exports.a = 1", False),
        ("", False),
        ("(", False),
    ],
)
def test_a_module_is_told_from_a_classic_script(source: str, is_module: bool) -> None:
    assert is_module_source(source) is is_module


def test_versioned() -> None:
    assert versioned("/a.js", None) == "/a.js"
    assert versioned("/a.js", "") == "/a.js"
    assert versioned("/a.js", "x.1") == "/a.js?v=x.1"
    assert versioned("/a.css?import", "x.1") == "/a.css?import&v=x.1"


@pytest.mark.parametrize(
    ("source", "exports"),
    [
        ("import.meta.hot.acceptExports('a', f)", {"a"}),
        ("import.meta.hot.acceptExports(['a', `b`])", {"a", "b"}),
        ("import.meta.hot.acceptExports('a'); import.meta.hot?.acceptExports(['b'])", {"a", "b"}),
        ("import.meta.hot.acceptExports([])", set()),
        ("import.meta.hot.acceptExports(names)", None),
        ("import.meta.hot.accept()", None),
    ],
)
def test_which_exports_are_accepted(source: str, exports: set[str] | None) -> None:
    node = linked(f"export const a = 1, c = 2; export default 3;{source}").node
    assert node.acceptance.exports == exports
    known = {"a", "c", "default"} if "acceptExports" in source else None
    assert node.exports == known


def test_a_classic_script_gets_json_as_the_browser_does_it() -> None:
    source = "import('./b.json', {with: {type: 'json'}})"
    served = render_classic(linked(source), "")
    assert served == "import(\"/src/b.json\", {with: {type: 'json'}})"
