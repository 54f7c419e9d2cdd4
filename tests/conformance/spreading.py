"""How far a change goes: invalidation, circles, what comes and goes, what else can be imported."""

from tests.conformance.steps import (
    Case,
    Console,
    Edit,
    Js,
    Overlay,
    Remove,
    Shows,
    Together,
    Write,
    edit,
    page,
    quiet,
    says,
)

_LEAVES = (
    "import.meta.hot.dispose(() => log('dispose {0}'));\n"
    "import.meta.hot.prune(() => log('prune {0}'));\n"
)


def leaves(name: str) -> str:
    """Lines that say when the module is disposed of and pruned."""
    return _LEAVES.format(name)


_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"/>'

_LAZY = {
    "main.js": "import './other.js';\nlog('main');\n"
    "globalThis.load = () => import('./lazy.js').then((m) => m.v);\n",
    "other.js": "log('other');\nglobalThis.otherwise = (how) => import(how).then((m) => m.v);\n",
    "lazy.js": "export const v = 'one';\nlog('lazy ' + v);\nimport.meta.hot.accept();\n",
}

CASES = (
    Case(
        "invalidate",
        "`invalidate()` in a callback: the update ends, then the importers run as another one",
        "Vite 8",
        {
            "main.js": "import { v } from './child.js';\nlog('main ' + v);\n"
            "import.meta.hot.accept();\n"
            "import.meta.hot.on('vite:afterUpdate', (u) => ours(u) && log('after'));\n"
            "import.meta.hot.on('vite:invalidate', (d) => log(d.path + ' ' + d.message));\n",
            "child.js": "export const v = 'one';\nlog('child');\n"
            "import.meta.hot.accept(() => import.meta.hot.invalidate('because'));\n",
        },
        (
            edit("child.js", "'one'", "'two'"),
            says("child", "/invalidate/child.js because", "after", "main two", "after"),
        ),
        ("child", "main one"),
    ),
    Case(
        "invalidate-many",
        "Several modules that invalidate in one update make one update of their importer",
        "beyond Vite",
        {
            "main.js": "import './a.js';\nimport './b.js';\nimport './c.js';\nlog('main');\n"
            "import.meta.hot.accept();\n",
            "abc.js": "export const v = 1;",
            **{
                f"{name}.js": "import { v } from './abc.js';\n"
                "import.meta.hot.accept(() => import.meta.hot.invalidate());\n"
                for name in "abc"
            },
        },
        (edit("abc.js", "v = 1", "v = 2"), says("main")),
        ("main",),
    ),
    Case(
        "invalidate-root",
        "`invalidate()` of a module that nothing imports reloads the page",
        "Vite 11",
        {
            "main.js": "log('one');\nconst { hot } = import.meta;\n"
            "hot.accept(() => hot.invalidate('no'));\n"
        },
        (edit("main.js", "one", "two"), says("two", "load", "two")),
        ("one",),
    ),
    Case(
        "invalidate-at-load",
        "`invalidate()` while the page loads is ignored: a reload would come to the same point",
        "ours",
        {"main.js": "log('one');\nimport.meta.hot.invalidate();\n"},
        (),
        ("one",),
    ),
    Case(
        "invalidate-circle",
        "A circle in which every member invalidates itself: one reload, and no end is missed",
        "Vite 13",
        {
            "main.js": "import './a.js';\nlog('main');\nimport.meta.hot.accept();\n",
            **{
                f"{one}.js": f"import './{two}.js';\nlog('{one} 1');\n"
                "import.meta.hot.accept(() => import.meta.hot.invalidate());\n"
                for one, two in ("ab", "bc", "ca")
            },
        },
        (
            edit("b.js", "b 1", "b 2"),
            says("b 2", "a 1", "c 1", "main", "load", "c 1", "b 2", "a 1", "main"),
            Console("modules that import each other invalidated each other"),
        ),
        ("c 1", "b 1", "a 1", "main"),
    ),
    Case(
        "invalidate-circle-accepted",
        "A circle in which one member takes the update: no reload",
        "Vite 14",
        {
            "main.js": "import './b.js';\nlog('main');",
            "a.js": "import './b.js';\nlog('a 1');\n"
            "import.meta.hot.accept(() => import.meta.hot.invalidate());\n",
            "b.js": "import './a.js';\nlog('b');\nimport.meta.hot.accept();\n",
        },
        (edit("a.js", "a 1", "a 2"), says("a 2", "b")),
        ("a 1", "b", "main"),
    ),
    Case(
        "circle-accepting",
        "A self-accepting module inside a circle is replaced",
        "Vite 46",
        {
            "main.js": "import './a.js';\nlog('main');",
            "a.js": "import { b } from './b.js';\nexport const a = () => 'a';\nlog('a ' + b());\n",
            "b.js": "import { a } from './a.js';\nexport const b = () => 'one';\nlog('b');\n"
            "import.meta.hot.accept((m) => log('got ' + m.b()));\n",
        },
        (edit("b.js", "'one'", "'two'"), says("b", "got two")),
        ("b", "a one", "main"),
    ),
    Case(
        "circle-below",
        "A circle without an accepting member below one: the circle runs again, each once",
        "Vite 47",
        {
            "main.js": "import { a } from './a.js';\nlog('main ' + a());\n"
            "import.meta.hot.accept();",
            "a.js": "import './b.js';\nexport const a = () => 'one';\nlog('a');\n",
            "b.js": "import './c.js';\nlog('b');\n",
            "c.js": "import { a } from './a.js';\nexport const c = () => a();\nlog('c');\n",
        },
        (
            edit("a.js", "one", "two"),
            says("c", "b", "a", "main two"),
            edit("c.js", "'c'", "'C'"),
            says("C", "b", "a", "main two"),
        ),
        ("c", "b", "a", "main one"),
    ),
    Case(
        "page-in-circle",
        "A page's own module inside a circle is a dead end, whoever else accepts the change",
        "beyond Vite",
        {
            "main.js": "import './dep.js';\nimport './other.js';\nlog('main');",
            "dep.js": "import './main.js';\nlog('dep 1');",
            "other.js": "import './dep.js';\nimport.meta.hot.accept('./dep.js', () => log('no'));",
        },
        (edit("dep.js", "dep 1", "dep 2"), says("load", "dep 2", "main")),
        ("dep 1", "main"),
    ),
    Case(
        "inline-script",
        "What an inline script imports is the page's own: only itself can accept it",
        "beyond Vite",
        {
            "index.html": page(
                head="<script type='module'>import { v } from './dep.js'; log('inline ' + v);"
                "</script>"
            ),
            "main.js": "import './dep.js';\nimport.meta.hot.accept('./dep.js', () => log('no'));",
            "dep.js": "export const v = 1;\n",
        },
        (edit("dep.js", "v = 1", "v = 2"), says("load", "inline 2")),
        ("inline 1",),
    ),
    Case(
        "never-loaded",
        "A lazy import that was never made is no dead end; the page's own module is",
        "Vite 21",
        {
            "main.js": "log('main 1');\nglobalThis.load = () => import('./lazy.js');\n",
            "lazy.js": "log('lazy 1');\n",
        },
        (
            edit("lazy.js", "lazy 1", "lazy 2"),
            quiet,
            Js("load().then(() => 'loaded')", "loaded"),
            says("lazy 2"),
            edit("main.js", "main 1", "main 2"),
            says("load", "main 2"),
        ),
        ("main 1",),
    ),
    Case(
        "lazy-instance",
        "A module that was replaced is the same instance for every later `import()`",
        "beyond Vite",
        _LAZY,
        (
            Js("load()", "one"),
            says("lazy one"),
            quiet,
            edit("lazy.js", "one", "two"),
            says("lazy two"),
            Js("load()", "two"),
            Js("otherwise('./lazy.js')", "two"),
            edit("other.js", "'other'", "'again'"),
            says("load", "again", "main"),
            Js("load()", "two"),
            says("lazy two"),
            edit("lazy.js", "two", "one"),
            says("lazy one"),
            Js("Promise.all([load(), otherwise('./lazy.js')]).then(String)", "one,one"),
        ),
        ("other", "main"),
    ),
    Case(
        "removed-import",
        "An import that is taken out: disposed, pruned, `data` fresh when it comes again",
        "Vite 41, 43",
        {
            "main.js": "import './dep.js';\nlog('main');\nimport.meta.hot.accept();\n",
            "dep.js": "const { data } = import.meta.hot;\nlog('dep ' + data.kept);\n"
            "data.kept = 1;\n" + leaves("dep"),
        },
        (
            edit("main.js", "import './dep.js';\n", ""),
            says("main", "dispose dep", "prune dep"),
            quiet,
            Remove(("dep.js",)),
            quiet,
            Write({"dep.js": "log('new dep ' + import.meta.hot.data.kept);\n" + leaves("dep")}),
            edit("main.js", "log('main')", "import './dep.js';\nlog('main')"),
            says("new dep undefined", "main"),
            edit("main.js", "import './dep.js';\n", ""),
            says("main", "dispose dep", "prune dep"),
            edit("main.js", "log('main')", "import './dep.js';\nlog('main')"),
            says("new dep undefined", "main"),
        ),
        ("dep undefined", "main"),
    ),
    Case(
        "removed-together",
        "An import is taken out, and its module changed or deleted, in one save",
        "beyond Vite",
        {
            "main.js": "import './a.js';\nimport './b.js';\nlog('main');\n"
            "import.meta.hot.accept();\n",
            "a.js": "log('a 1');\n" + leaves("a"),
            "b.js": "log('b');\n" + leaves("b"),
        },
        (
            Together(
                (
                    Edit("main.js", "import './a.js';\nimport './b.js';\n", ""),
                    Edit("a.js", "a 1", "a 2"),
                    Remove(("b.js",)),
                )
            ),
            says("main", "dispose a", "dispose b", "prune a", "prune b"),
        ),
        ("a 1", "b", "main"),
    ),
    Case(
        "prune-below",
        "With a module goes what only it imported, its stylesheet too",
        "beyond Vite",
        {
            "index.html": page("<h1>x</h1>"),
            "main.js": "import './widget.js';\nimport './shared.js';\nlog('main');\n"
            "import.meta.hot.accept();\n",
            "widget.js": "import './widget.css';\nimport './part.js';\nimport './shared.js';\n"
            + leaves("widget"),
            "part.js": leaves("part"),
            "shared.js": leaves("shared"),
            "widget.css": "h1 { margin-top: 7px; }\n",
        },
        (
            Shows("h1", "7px", "margin-top"),
            edit("main.js", "import './widget.js';\n", ""),
            says("main", "dispose part", "dispose widget", "prune part", "prune widget"),
            Js("document.querySelectorAll('style').length", 0),
        ),
        ("main",),
    ),
    Case(
        "prune-under-boundary",
        "An import taken out of a module that accepts nothing, below one that does",
        "Vite 44",
        {
            "main.js": "import './parent.js';\nimport.meta.hot.accept('./parent.js');\n",
            "parent.js": "import './a.js';\nimport './b.js';\nlog('parent');\n",
            "a.js": leaves("a"),
            "b.js": leaves("b"),
        },
        (
            edit("parent.js", "import './a.js';\n", ""),
            says("parent", "dispose a", "prune a"),
            edit("parent.js", "import './b.js';\n", ""),
            says("parent", "dispose b", "prune b"),
        ),
        ("parent",),
    ),
    Case(
        "prune-per-page",
        "A module is pruned in the pages that don't import it any more, and in no others",
        "beyond Vite",
        {
            "main.js": "import './dep.js';\nlog('main');\nimport.meta.hot.accept();\n",
            "dep.js": leaves("dep"),
            "other.html": page(script="other.js"),
            "other.js": "import './dep.js';\nlog('other');\n",
        },
        (
            Js("open('other.html') && 1", 1),
            edit("main.js", "import './dep.js';\n", ""),
            says("main", "dispose dep", "prune dep"),
        ),
        ("main",),
    ),
    Case(
        "deleted-unused",
        "Deleting a file that the page does not use does nothing, and nothing is broken after it",
        "Vite 42",
        {
            "main.js": "import './dep.js';\nimport.meta.hot.accept('./dep.js', () => log('got'));",
            "middle.js": "export * from './dep.js';\n",
            "dep.js": "log('one');\n",
        },
        (Remove(("middle.js",)), quiet, edit("dep.js", "one", "two"), says("two", "got")),
        ("one",),
    ),
    Case(
        "deleted-used",
        "Deleting a file that is imported: the page goes on, the overlay says so, restoring heals",
        "Vite 41",
        {
            "main.js": "import { v } from './dep.js';\nlog('main ' + v);\n"
            "import.meta.hot.accept();\n",
            "dep.js": "export const v = 'one';\n",
        },
        (
            Remove(("dep.js",)),
            Overlay("there is no file /deleted-used/dep.js"),
            Write({"dep.js": "export const v = 'two';\n"}),
            says("main two"),
            Overlay(),
        ),
        ("main one",),
    ),
    Case(
        "missing-import",
        "A page opened on an import that leads nowhere runs when the file is made",
        "Vite 40, 51",
        {"main.js": "import { v } from './dep.js';\nlog('main ' + v);\n"},
        (
            Write({"dep.js": "export const v = 'made';\n"}),
            says("load", "main made"),
            Overlay(),
            Remove(("dep.js",)),
            Overlay("there is no file"),
            Write({"dep.js": "export const v = 'again';\n"}),
            says("load", "main again"),
        ),
        broken=True,
    ),
    Case(
        "missing-lazy",
        "A lazy import of a file that is made later works then: the page that wanted it reloads",
        "ours",
        {"main.js": "globalThis.load = () => import('./dep.js').then((m) => m.v);\nlog('main');"},
        (
            Js("load().catch(() => 'not there')", "not there"),
            Write({"dep.js": "export const v = 'made';\n"}),
            says("load", "main"),
            Js("load().catch(() => 'not there')", "made"),
        ),
        ("main",),
    ),
    Case(
        "json",
        "JSON, imported as a value, by name and with an attribute, changes like any module",
        "beyond Vite",
        {
            "main.js": """import data, { name } from './a.json';
import typed from './a.json' with { type: 'json' };
import './b.js';
log('main ' + name + data.name + typed.name + typed['__proto__']?.x);
import.meta.hot.accept();
""",
            "b.js": "import data from './b.json' with { type: 'json' };\nlog('b ' + data.n);\n"
            "const kind = { with: { type: 'json' } };\n"
            "globalThis.load = () => import('./b.' + 'json', kind).then((m) => m.default.n);\n"
            "import.meta.hot.accept('./b.json', (m) => log('b got ' + m.default.n));\n",
            "a.json": '{"name": "one", "__proto__": {"x": 1}}',
            "b.json": '{"n": 1}',
        },
        (
            edit("a.json", "one", "two"),
            says("main twotwotwo1"),
            edit("b.json", "1", "2"),
            says("b got 2"),
            Js("load()", 2),
            edit("a.json", '"two"', "'two'"),
            Overlay("invalid JSON"),
            edit("a.json", "'two'", '"three"'),
            says("main threethreethree1"),
            Overlay(),
        ),
        ("b 1", "main oneoneone1"),
    ),
    Case(
        "json-unaccepted",
        "JSON that nobody accepts reloads the page",
        "Vite, observed",
        {
            "main.js": "import d from './a.json' with { type: 'json' };\nlog(d.n);",
            "a.json": '{"n":1}',
        },
        (edit("a.json", "1", "2"), says("load", "2")),
        ("1",),
    ),
    Case(
        "raw-and-url",
        "`?raw` gives the new text; `?url` and an image a new address, with the new pixels",
        "Vite 48, 49",
        {
            "main.js": """import text from './a.txt?raw';
import { show } from './image.js';
log('raw ' + text);
show();
import.meta.hot.accept();
""",
            "image.js": """import url from './a.svg';
import same from './a.svg?url';
export function show() {
  const image = new Image();
  image.onload = () => log(`image ${image.naturalWidth} ${url === same}`);
  image.src = url;
}
""",
            "a.txt": "one",
            "a.svg": _SVG.format(10),
        },
        (
            edit("a.svg", '"10" height="10"', '"20" height="20"'),
            says("raw one", "image 20 true"),
            edit("a.txt", "one", "two"),
            says("raw two", "image 20 true"),
        ),
        ("raw one", "image 10 true"),
    ),
    Case(
        "one-file-two-urls",
        "One file under several URLs: each is a module, and each changes",
        "beyond Vite",
        {
            "main.js": """import { v as a } from './dep.js';
import { v as b } from './dep.js?copy';
import text from './dep.js?raw';
log(`main ${a} ${b} ${text.includes('one') ? 'one' : 'two'}`);
import.meta.hot.accept();
""",
            "dep.js": "export const v = 'one';\nlog('dep ' + v);\n",
        },
        (
            edit("dep.js", "one", "two"),
            says("dep two", "dep two", "main two two two"),
            edit("dep.js", "two", "one"),
            says("dep one", "dep one", "main one one one"),
        ),
        ("dep one", "dep one", "main one one one"),
    ),
    Case(
        "css-text",
        "A stylesheet that a module imports changes in place; the module does not run again",
        "Vite, its tests of CSS",
        {
            "index.html": page("<h1>x</h1>"),
            "main.js": "import './a.css';\nlog('main');\n",
            "a.css": "h1 { margin-top: 3px; }\n",
        },
        (edit("a.css", "3px", "5px"), Shows("h1", "5px", "margin-top")),
        ("main",),
    ),
)
