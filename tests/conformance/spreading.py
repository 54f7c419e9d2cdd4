"""How far a change goes: invalidation, circles, what was never loaded."""

from tests.conformance.steps import (
    Case,
    Console,
    Js,
    edit,
    page,
    quiet,
    says,
)

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
)
