"""What the lexer finds in a module: one table for each kind of finding."""

import re

import pytest

from hotreload.transform.lexer import HotCall, Import, ImportKind, LexError, lex

STATIC, EXPORT_FROM, DYNAMIC = ImportKind


def only_import(source: str) -> Import:
    (found,) = lex(source).imports
    return found


def only_call(source: str) -> HotCall:
    (found,) = lex(source).hot_calls
    return found


@pytest.mark.parametrize(
    ("source", "kind", "names"),
    [
        ("import './a.js'", STATIC, set()),
        ("import'./a.js'", STATIC, set()),
        ("import {} from './a.js'", STATIC, set()),
        ("import a from './a.js'", STATIC, {"default"}),
        ("import $ from './a.js'", STATIC, {"default"}),
        ("import from from './a.js'", STATIC, {"default"}),
        ("import été from './a.js'", STATIC, {"default"}),
        ("import \\u0061b from './a.js'", STATIC, {"default"}),
        ("import \\u{61} from './a.js'", STATIC, {"default"}),
        ("import{a}from'./a.js'", STATIC, {"a"}),
        ("import {a, b as c, default as d,} from './a.js'", STATIC, {"a", "b", "default"}),
        ("import {as, as as as, from as is} from './a.js'", STATIC, {"as", "from"}),
        ("import {as as x} from './a.js'", STATIC, {"as"}),
        ("import {'a b' as c, \"}\" as d} from './a.js'", STATIC, {"a b", "}"}),
        ("import {\\u{61}b as c} from './a.js'", STATIC, {"ab"}),
        ("import a, {b} from './a.js'", STATIC, {"default", "b"}),
        ("import a, * as b from './a.js'", STATIC, None),
        ("import*as a from './a.js'", STATIC, None),
        ("import {a, // } from 'no'\n b /* , c */} from './a.js'", STATIC, {"a", "b"}),
        ("import/*1*/a/*2*/,/*3*/{b}/*4*/from/*5*/'./a.js'", STATIC, {"default", "b"}),
        ("import\n{\na\n}\nfrom\n'./a.js'", STATIC, {"a"}),
        ("import defer * as a from './a.js'", STATIC, None),
        ("import source a from './a.js'", STATIC, set()),
        ("import source from './a.js'", STATIC, {"default"}),
        ("import source from from './a.js'", STATIC, set()),
        ("import defer, {a} from './a.js'", STATIC, {"default", "a"}),
        ("export * from './a.js'", EXPORT_FROM, None),
        ("export*from'./a.js'", EXPORT_FROM, None),
        ("export * as a from './a.js'", EXPORT_FROM, None),
        ("export * as 'a b' from './a.js'", EXPORT_FROM, None),
        ("export {a} from './a.js'", EXPORT_FROM, {"a"}),
        ("export {a as 'string name'} from './a.js'", EXPORT_FROM, {"a"}),
        (
            "export {'b' as a, default, x as default} from './a.js'",
            EXPORT_FROM,
            {"b", "default", "x"},
        ),
        ("export/**/{/*'*/a/*}*/}/**/from/**/'./a.js'", EXPORT_FROM, {"a"}),
        ("import('./a.js')", DYNAMIC, None),
        ("import ( /* why */ './a.js' // here\n )", DYNAMIC, None),
        ("import(`./a.js`)", DYNAMIC, None),
        ("import('./a.js',)", DYNAMIC, None),
        ("import.source('./a.js')", DYNAMIC, None),
        ("import . defer('./a.js')", DYNAMIC, None),
        ("f(...import('./a.js'))", DYNAMIC, None),
    ],
)
def test_reads_each_form_of_import(source: str, kind: ImportKind, names: set[str] | None) -> None:
    found = only_import(source)
    assert (found.kind, found.specifier) == (kind, "./a.js")
    assert found.names == (None if names is None else frozenset(names))
    assert found.statement == (
        source.find("export") if kind is EXPORT_FROM else source.find("import")
    )
    text = source[found.start : found.end]
    assert text == "./a.js" if kind is not DYNAMIC else text[1:-1] == "./a.js"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"./a\u002ejs", "./a.js"),
        (r"./\u{1f600}.js", "./\U0001f600.js"),
        (r"./\ud83d\ude00.js", "./\U0001f600.js"),
        (r"./\x61.js", "./a.js"),
        (r"./it\'s.js", "./it's.js"),
        ("./a\\\nb.js", "./ab.js"),
        ("./a\\\r\nb.js", "./ab.js"),
        (r"./a\\b.js", r"./a\b.js"),
        (r"./\d.js", "./d.js"),
        ("./\U0001f600.js", "./\U0001f600.js"),
        ("./\u2028.js", "./\u2028.js"),
        ("", ""),
    ],
)
def test_resolves_escapes_in_specifiers(written: str, meant: str) -> None:
    for source in (f"'\U0001f600'; import '{written}'", f"'\U0001f600'; import(`{written}`)"):
        found = only_import(source)
        assert found.specifier == meant
        assert source[found.start : found.end].strip("`") == written


@pytest.mark.parametrize(
    ("source", "attribute"),
    [
        ("import a from './a.json' with {type: 'json'}", "json"),
        ("import a from './a.json'with{'type':\"json\"}", "json"),
        ("import a from './a.css' with /**/ { other: 'x', type: 'css', }", "css"),
        ("import './a.js' with {}", None),
        ("import './a.js' with {subtype: 'x'}", None),
        ("import './a.js'; with_({type: 'json'})", None),
        ("export {default} from './a.json'\nwith {type: 'json'}", "json"),
        ("import('./a.json', {with: {type: 'json'}})", "json"),
        ("import('./a.json', /**/ { 'with': { \"type\": 'json' } })", "json"),
        ("import('./a.js', {})", None),
        ("const options = {with: {type: 'text'}}; import('./a.js', options)", "text"),
    ],
)
def test_reads_import_attributes(source: str, attribute: str | None) -> None:
    assert only_import(source).attributes == attribute


@pytest.mark.parametrize(
    "source",
    [
        "import(a)",
        "import('./' + a)",
        "import(`./${a}.js`)",
        "import(/* @vite-ignore */ a)",
        "import(...a)",
        "import(a, {with: {type: 'json'}})",
        # Which module of a file is meant depends on them.
        "import('./a.json', options)",
        "import('./a.json', {with: attributes})",
    ],
)
def test_a_dynamic_import_of_an_expression_has_no_specifier(source: str) -> None:
    found = only_import(source)
    assert (found.kind, found.specifier, found.statement) == (DYNAMIC, None, 0)
    assert found.start == found.end
    assert source[found.start :].startswith(("a", "'./", "`", "..."))


@pytest.mark.parametrize(
    "source",
    [
        "// import './a.js'",
        "/* import './a.js' */",
        "// '\u2028/* import './a.js' */",
        "#!/usr/bin/env import './a.js'\n",
        "\"import './a.js'\"",
        "'\\'; import(\"./a.js\")'",
        "`import './a.js'`",
        "`${`${a}import('./a.js')`}import('./a.js')`",
        "/import('.*')/",
        "/[/]import('.*')/",
        "a.import('./a.js')",
        "a?.import('./a.js')",
        "a./**/import('./a.js')",
        "a.\n import('./a.js')",
        "class A { #import(a) {} b() { this.#import('./a.js') } }",
        "({import: './a.js'})",
        "({import(a) {}, get import() {}, async import(a, b) {}, *import() {}})",
        "class A { static import(a) {} import = './a.js'; import; }",
        "reimport('./a.js'); imports('./a.js'); $import('./a.js'); import_('./a.js')",
        "éimport('./a.js'); importé('./a.js'); import\\u0061('./a.js')",
        "export {a}; 'from'; './a.js'",
        "export {a}\nfrom.b('./a.js')",
        "export default './a.js'",
        "export const from = './a.js'",
        "import.meta.url",
        "",
    ],
)
def test_what_only_looks_like_an_import_is_none(source: str) -> None:
    assert lex(source).imports == ()


@pytest.mark.parametrize(
    "before",
    [
        "\ufeff",
        "#!/usr/bin/env node '`\n",
        "\ufeff/*'*/",
        "// it's\u2028",
        "// it's\u2029",
        "// it's\r",
        "'\u2028\u2029';",
        "`it's ${`a ${{b: '}'}.b} \\` \\${`} $ {`;",
        "`${a}${/`/.test(b)}`;",
        "/* ** / ' */",
        "{{{[(",
        "'\\\r\n\\'';",
        '"\\"";',
        "\U0001f600 = '\U0001f600';",
        "label: while (a) /'/.test(a);",
        "export {};",
        "import.meta;",
        "import x, {y} from 'https://example.org/\u00e9.js'\n",
    ],
)
def test_finds_the_import_after(before: str) -> None:
    source = before + " import './a.js'"
    found = lex(source).imports[-1]
    assert found.specifier == source[found.start : found.end] == "./a.js"


# Cases are set apart by two spaces or a new line.
REGEX_FOLLOWS = r"""
;  (  ,  =  [  !  ~  ?  :  &&  ||  ??  +  -  *  %  <  >  <=  =>  ...  a = b +  `${  `${a}${
return  typeof  a = void  yield  await  delete  throw  case  a = new  in  instanceof  else  do
if (a)  while (a(b))  for (;;)  with (a)  for await (a of b)  if/**/(a)  /**/  // it's\n
{}  ;{}  { {}  {} {}  if (a) {}  else {}  do {}  try {}  finally {}  catch {}  catch (e) {}
while (a) {}
switch (a) {}  a => {}  a: {}  ; a: {}  case 1: {}  case 'a': {}  default: {}  f()\n{}  a\n{}
function f() {}  function* f() {}  async function f() {}  class A {}  class A extends B {}
export default function() {}  export default class {}  class { static {}  static {} static {}
for (a of  import 'x'\n  import 'x' with {type: 'json'}  export * from 'x'\n  export {}
"""
DIVISION_FOLLOWS = r"""
a  1  1.  .5  0x1f  1n  'a'  "a"  `a`  `${a}`  /a/  /a/g  /[/]/v  a()  a[0]  (a)  this  super.x
a++  a--  a.return  a?.if  a.#in  a.if()  a.while (b)  é  $  _  \u0061  of  let  async  get
a = {}  ({})  a = function() {}  a = function f() {}  (function*() {}  a = async function() {}
a = class {}  a = class A extends B {}  return {}  [{}  typeof {}  ({a: {}  `${{}  +{}
a/**/  a // '\n
"""


def cases(table: str) -> list[str]:
    return [case.replace("\\n", "\n") for case in re.split(r"  +|\n", table) if case]


@pytest.mark.parametrize("before", cases(REGEX_FOLLOWS))
def test_a_slash_after_this_opens_a_regular_expression(before: str) -> None:
    assert lex(f"{before} /'/.test(import('./a.js'))").imports[-1].specifier == "./a.js"


@pytest.mark.parametrize("before", cases(DIVISION_FOLLOWS))
def test_a_slash_after_this_divides(before: str) -> None:
    assert lex(f"{before} / 'a/' ; import('./a.js')").imports[-1].specifier == "./a.js"


@pytest.mark.parametrize(
    ("call", "deps"),
    [
        ("accept()", ()),
        ("accept( /* self */ )", ()),
        ("accept(cb)", ()),
        ("accept(cb,)", ()),
        ("accept(handlers.update)", ()),
        ("accept(function () {}, 1)", ()),
        ("accept(async function* () {})", ()),
        ("accept(x => x)", ()),
        ("accept(async x => x)", ()),
        ("accept(async () => {})", ()),
        ("accept(({ default: d = 'a' }, [b], c = (d)) /* ) */ => {})", ()),
        ("accept('./d.js')", ("./d.js",)),
        ("accept('./d.js', cb)", ("./d.js",)),
        ("accept(/*c*/'./d.js', cb)", ("./d.js",)),
        ("accept( // first\n './d.js' /* then */ , cb)", ("./d.js",)),
        ("accept(`./d.js`, cb)", ("./d.js",)),
        (r"accept('./\u0064.js', cb)", ("./d.js",)),
        ("accept(['./d.js'], cb)", ("./d.js",)),
        ("accept([ './d.js' /*,*/, // './no.js',\n \"./e,f.js\", ], cb)", ("./d.js", "./e,f.js")),
        ("accept([], cb)", None),
        ("accept(DEP, cb)", None),
        ("accept(['./d.js', DEP], cb)", None),
        ("accept(['./d.js', , './e.js'], cb)", None),
        ("accept('./d' + ext, cb)", None),
        ("accept(['./d' + ext], cb)", None),
        ("accept(`./${d}.js`, cb)", None),
        ("accept(a ? './d.js' : './e.js', cb)", None),
        ("accept(...args)", None),
        ("accept(make('./d.js'))", None),
        ("accept(('./d.js'), cb)", None),
        ("acceptExports('a', cb)", ("a",)),
        ("acceptExports(['a', 'b'])", ("a", "b")),
        ("acceptExports(NAMES, cb)", None),
        ("acceptExports(NAMES)", None),
        ("dispose(cb)", ()),
        ("on('vite:update', cb)", ()),
        ("invalidate()", ()),
    ],
)
@pytest.mark.parametrize(
    "hot",
    ["import.meta.hot.", "import.meta.hot?.", "import /**/ . meta\n.hot // '\n ."],
)
def test_reads_hot_calls(hot: str, call: str, deps: tuple[str, ...] | None) -> None:
    source = f"const a = '\U0001f600';\n{hot}{call};"
    found = only_call(source)
    assert found.name == call.partition("(")[0]
    assert found.position == source.index("import")
    assert (None if found.deps is None else tuple(dep.value for dep in found.deps)) == deps
    for dep in found.deps or ():
        assert source[dep.start] == source[dep.end - 1] in "'\"`"


@pytest.mark.parametrize(
    ("source", "uses_hot", "uses_import_meta"),
    [
        ("import.meta.hot", True, True),
        ("if (import.meta.hot) { const h = import.meta.hot; h.accept('./d.js') }", True, True),
        ("const { hot } = import.meta; hot.accept()", True, True),
        ("const meta = import.meta; meta.hot.accept()", True, True),
        ("import.meta['hot'].accept()", True, True),
        ("import.meta?.hot", True, True),
        ("import.meta.hotter", False, True),
        ("import.meta.url; hot()", False, True),
        ("const { url } = import.meta", False, True),
        ("// import.meta.hot.accept()", False, False),
        ("'import.meta.hot.accept()'", False, False),
        ("a.import.meta.hot.accept()", False, False),
        ("import 'meta'", False, False),
    ],
)
def test_sees_import_meta(source: str, uses_hot: bool, uses_import_meta: bool) -> None:
    lexed = lex(source)
    assert (lexed.uses_hot, lexed.uses_import_meta) == (uses_hot, uses_import_meta)
    assert lexed.hot_calls == ()


def test_finds_everything_in_the_order_of_the_source() -> None:
    lexed = lex(
        "import a from 'a'; export * from 'b'; import.meta.hot.accept('./x.js');\n"
        "const c = () => import('c'), d = [import(e), import('d')]; import 'f'; "
        "import.meta.hot.dispose(a);"
    )
    assert [found.specifier for found in lexed.imports] == ["a", "b", "c", None, "d", "f"]
    assert [call.name for call in lexed.hot_calls] == ["accept", "dispose"]


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("a = 'b\n'; import 'c'", 4),
        ("a = `b; import 'c'", 4),
        ("a = /* b/; import 'c'", 4),
        ("a = /b\n; import 'c'", 4),
        ("a }; import 'c'", 2),
        ("`${a)}`; import 'c'", 4),
        (r"import '\u{110000}'", 7),
    ],
)
def test_says_where_the_source_is_broken(source: str, position: int) -> None:
    with pytest.raises(LexError) as caught:
        lex(source)
    assert caught.value.position == position
    assert str(position) in str(caught.value)
