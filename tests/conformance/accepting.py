"""Who accepts what: the forms of `accept`, exports, what instances keep."""

from tests.conformance.steps import (
    Case,
    Console,
    Edit,
    Js,
    Quiet,
    Shows,
    Together,
    Write,
    edit,
    page,
    quiet,
    says,
)

_DEP = "export const v = 'one';\nlog('dep ' + v);\n"
_IMPORT = "import { v } from './dep.js';\nlog('main ' + v);\n"


def _accepts(call: str, more: str = "") -> dict[str, str]:
    """A site whose `main.js` imports `dep.js` and makes a call."""
    return {"main.js": f"{_IMPORT}{more}{call}\n", "dep.js": _DEP}


_TWICE = """const hot = import.meta.hot;
export const v = 'one';
log('run ' + v);
hot.dispose(() => log('dispose ' + v));
hot.accept((m) => log('first ' + m.v));
hot.accept((m) => log('second ' + m.v));
hot.on('vite:beforeUpdate', (update) => ours(update) && log('before ' + v));
hot.on('vite:afterUpdate', (update) => ours(update) && log('after ' + v));
"""

_PARTIAL = {
    "main.js": "import { a } from './part.js';\nlog('main ' + a);\n",
    "part.js": """import { v } from './dep.js';
export const a = 'a1', b = 'b1';
log('part ' + a + b + v);
import.meta.hot.acceptExports(['a'], (m) => log('accepted ' + m.a + m.b));
""",
    "dep.js": "export const v = 'v1';\n",
}


def _uses(how: str, *, exports: str = "'a'") -> dict[str, str]:
    """A site whose `main.js` imports `part.js` in some way."""
    part = (
        "export const a = 'a1', b = 'b1';\nexport default 'd1';\nlog('part ' + a);\n"
        f"import.meta.hot.acceptExports([{exports}], (m) => log('accepted ' + m.a));\n"
    )
    return {"main.js": f"{how}\nlog('main');\n", "part.js": part}


CASES = (
    Case(
        "initial",
        "A page shows what its modules say, and the runtime connects once",
        "Vite 1, 2",
        {"index.html": page("<p></p>"), "main.js": "document.querySelector('p').append('hello');"},
        (Shows("p", "hello"), Js("sockets.length", 1)),
    ),
    Case(
        "self",
        "A self-accepting module: events, dispose and callbacks in order, twice in a row",
        "Vite 4",
        {"main.js": _TWICE},
        (
            edit("main.js", "'one'", "'two'"),
            says("before one", "dispose one", "run two", "first two", "second two", "after two"),
            edit("main.js", "'two'", "'three'"),
            says("before two", "dispose two", "run three", "first three", "second three"),
            says("after three"),
        ),
        ("run one",),
    ),
    Case(
        "data",
        "What one instance leaves in `data`, the next ones find",
        "Vite 5",
        {
            "main.js": "const { data } = import.meta.hot;\nlog('found ' + data.n + data.d);\n"
            "data.n = (data.n ?? 0) + 1;\nimport.meta.hot.dispose((d) => { d.d = 'x'; });\n"
            "import.meta.hot.accept(); // 0"
        },
        (
            edit("main.js", "// 0", "// 1"),
            says("found 1x"),
            edit("main.js", "// 1", "// 2"),
            says("found 2x"),
        ),
        ("found undefinedundefined",),
    ),
    Case(
        "dep",
        "An accepted dependency runs again, its owner does not; one callback of each form",
        "Vite 6",
        _accepts(
            "import.meta.hot.accept('./dep.js', (m) => log('one ' + m.v));\n"
            "import.meta.hot.accept(['./dep.js', './other.js'], ([a, b]) => log('list '"
            " + a.v + b));"
        )
        | {"other.js": "", "dep.js": _DEP + "import.meta.hot.dispose(() => log('dispose ' + v));"},
        (
            edit("dep.js", "'one'", "'two'"),
            says("dispose one", "dep two", "one two", "list twoundefined"),
            edit("dep.js", "'two'", "'one'"),
            says("dispose two", "dep one", "one one", "list oneundefined"),
        ),
        ("dep one", "main one"),
    ),
    Case(
        "nested",
        "A nested dependency takes its way up to the dependency that is accepted",
        "Vite 7",
        {
            "main.js": _IMPORT + "import.meta.hot.accept('./dep.js', (m) => log('got ' + m.v));",
            "dep.js": "export { v } from './leaf.js';\nlog('dep');\n"
            "import.meta.hot.dispose(() => log('dispose dep'));",
            "leaf.js": "export const v = 'one';\nlog('leaf');\n"
            "import.meta.hot.dispose(() => log('dispose leaf'));",
        },
        (
            edit("leaf.js", "'one'", "'two'"),
            says("dispose leaf", "dispose dep", "leaf", "dep", "got two"),
        ),
        ("leaf", "dep", "main one"),
    ),
    Case(
        "optional-chaining",
        "`import.meta.hot?.accept` is understood",
        "Vite 45",
        {"main.js": "log('one');\nimport.meta.hot?.accept?.();\n"},
        (edit("main.js", "one", "two"), says("two")),
        ("one",),
    ),
    Case(
        "comment-in-accept",
        "A comment before the argument changes nothing",
        "beyond Vite",
        _accepts("import.meta.hot.accept(/* why */ './dep.js', (m) => log('got ' + m.v));"),
        (edit("dep.js", "one", "two"), says("dep two", "got two")),
        ("dep one", "main one"),
    ),
    Case(
        "variable-in-accept",
        "Dependencies in a variable are learnt from the running module",
        "beyond Vite",
        _accepts(
            "const list = ['./dep.js'];\n"
            "import.meta.hot.accept(list, ([m]) => log('got ' + m.v));\n"
            "import.meta.hot.accept(list[0], (m) => log('again ' + m.v));"
        ),
        (edit("dep.js", "one", "two"), says("dep two", "got two", "again two")),
        ("dep one", "main one"),
    ),
    Case(
        "alias",
        "`import.meta.hot` under another name, and handed to a helper in another module",
        "beyond Vite",
        {
            "main.js": "import { take } from './helper.js';\nimport './dep.js';\n"
            "const meta = import.meta;\ntake(meta.hot, './dep.js');\nlog('main');",
            "helper.js": "export const take = (hot, dep) => hot.accept(dep, () => log('took'));",
            "dep.js": "const h = import.meta.hot;\nlog('dep 1');\nh.dispose(() => log('bye'));\n",
            "own.html": page(script="own.js"),
            "own.js": "",
        },
        (edit("dep.js", "dep 1", "dep 2"), says("bye", "dep 2", "took")),
        ("dep 1", "main"),
    ),
    Case(
        "late-accept",
        "A module may accept later than it runs",
        "beyond Vite",
        {"main.js": "log('one');\nglobalThis.late = () => import.meta.hot.accept();\n"},
        (
            Js("late()"),
            quiet,
            edit("main.js", "one", "two"),
            says("two"),
            quiet,
            edit("main.js", "two", "three"),
            says("load", "three"),
            Console("reloaded: no module accepts the change of"),
        ),
        ("one",),
    ),
    Case(
        "dead-accept",
        "An `accept` that never ran accepts nothing",
        "beyond Vite",
        {"main.js": "log('one');\nif (globalThis.never) import.meta.hot.accept();\n"},
        (edit("main.js", "one", "two"), says("load", "two")),
        ("one",),
    ),
    Case(
        "changed-accept",
        "The running instance decides: an `accept` that is added or taken out counts the next time",
        "Vite 26",
        {"main.js": "log('one');\n"},
        (
            edit("main.js", "one');", "two');\nimport.meta.hot.accept();"),
            says("load", "two"),
            edit("main.js", "two", "three"),
            says("three"),
            edit("main.js", "three');\nimport.meta.hot.accept();", "four');"),
            says("four"),
            quiet,
            edit("main.js", "four", "five"),
            says("load", "five"),
        ),
        ("one",),
    ),
    Case(
        "off",
        "A listener that was taken off, in the event itself, hears no more",
        "Vite 16",
        {
            "main.js": """const { hot } = import.meta;
const once = () => { log('heard'); hot.off('vite:beforeUpdate', once); };
globalThis.listen = () => hot.on('vite:beforeUpdate', once);
hot.on('vite:afterUpdate', once);
hot.off('vite:afterUpdate', once);
import './dep.js';
hot.accept('./dep.js');
""",
            "dep.js": "0;",
        },
        (
            Js("listen()"),
            edit("dep.js", "0", "1"),
            says("heard"),
            edit("dep.js", "1", "2"),
        ),
    ),
    Case(
        "vite-payload",
        "Listeners get the update as ours and as Vite's",
        "Vite 4",
        {
            "main.js": """import './dep.js';
import.meta.hot.accept('./dep.js');
import.meta.hot.on('vite:beforeUpdate', ({ type, updates, boundaries }) => {
  const [{ type: kind, path, acceptedPath, timestamp }] = updates;
  if (path.endsWith('main.js')) log([type, kind, path, acceptedPath, timestamp > 1].join());
  if (path.endsWith('main.js')) log(boundaries[0].path);
});
""",
            "dep.js": "0;",
        },
        (
            edit("dep.js", "0", "1"),
            says("update,js-update,/vite-payload/main.js,/vite-payload/dep.js,true"),
            says("/vite-payload/main.js"),
        ),
    ),
    Case(
        "esm-hmr",
        "Callbacks of the esm-hmr kind get `{module, deps}`",
        "ours",
        {
            "main.js": "import './dep.js';\nexport const me = 'main';\n"
            "import.meta.hot.accept(['./dep.js'], ({ module, deps }) =>"
            " log(module.me + ' ' + deps[0].v));",
            "dep.js": "export const v = 'one';\n"
            "import.meta.hot.accept(({ module }) => log('self ' + module.v));",
        },
        (
            edit("dep.js", "one", "two"),
            says("self two"),
            edit("dep.js", "import.meta.hot.accept(({ module }) => log('self ' + module.v));", ""),
            says("self two"),
            quiet,
            edit("dep.js", "two", "three"),
            says("main three"),
        ),
    ),
    Case(
        "partial-callback",
        "`acceptExports`: the module is replaced, its importer stays, the callback gets the module",
        "Vite 23, 25",
        _PARTIAL,
        (
            edit("part.js", "'a1', b = 'b1'", "'a2', b = 'b2'"),
            says("part a2b2v1", "accepted a2b2"),
        ),
        ("part a1b1v1", "main a1"),
    ),
    Case(
        "partial-dependency",
        "`acceptExports`: a change of a dependency stops at the module",
        "Vite 24",
        _PARTIAL,
        (edit("dep.js", "v1", "v2"), says("part a1b1v2", "accepted a1b1")),
        ("part a1b1v1", "main a1"),
    ),
    Case(
        "partial-list",
        "`acceptExports`: a list that was changed counts the next time",
        "Vite 26",
        _PARTIAL,
        (
            edit("part.js", "acceptExports(['a']", "acceptExports(['b']"),
            says("part a1b1v1", "accepted a1b1"),
            quiet,
            edit("part.js", "'a1'", "'a2'"),
            says("load", "part a2b1v1", "main a2"),
        ),
        ("part a1b1v1", "main a1"),
    ),
    Case(
        "partial-named",
        "`acceptExports`: an export that is used and not accepted reloads",
        "Vite 27",
        _uses("import { b } from './part.js';"),
        (edit("part.js", "'a1'", "'a2'"), says("load", "part a2", "main")),
        ("part a1", "main"),
    ),
    Case(
        "partial-default",
        "`acceptExports`: likewise the default export",
        "Vite 28",
        _uses("import d, { a } from './part.js';"),
        (edit("part.js", "'a1'", "'a2'"), says("load", "part a2", "main")),
        ("part a1", "main"),
    ),
    Case(
        "partial-side-effect",
        "`acceptExports`: who imports nothing by name is content",
        "Vite 30",
        _uses("import './part.js';"),
        (edit("part.js", "'a1'", "'a2'"), says("part a2", "accepted a2")),
        ("part a1", "main"),
    ),
    Case(
        "partial-none-unused",
        "`acceptExports([])` accepts as long as nothing is used",
        "Vite 31",
        _uses("import './part.js';", exports=""),
        (edit("part.js", "'a1'", "'a2'"), says("part a2", "accepted a2")),
        ("part a1", "main"),
    ),
    Case(
        "partial-none-used",
        "`acceptExports([])` accepts nothing that is used",
        "Vite 31",
        _uses("import { a } from './part.js';", exports=""),
        (edit("part.js", "'a1'", "'a2'"), says("load", "part a2", "main")),
        ("part a1", "main"),
    ),
    Case(
        "partial-star",
        "`acceptExports`: `import *` uses all exports, and all are accepted",
        "Vite 32",
        _uses("import * as part from './part.js';", exports="'a', 'b', 'default'"),
        (edit("part.js", "'a1'", "'a2'"), says("part a2", "accepted a2")),
        ("part a1", "main"),
    ),
    Case(
        "partial-star-missing",
        "`acceptExports`: `import *` uses all exports, and one is not accepted",
        "Vite 32",
        _uses("import * as part from './part.js';", exports="'a', 'default'"),
        (edit("part.js", "'a1'", "'a2'"), says("load", "part a2", "main")),
        ("part a1", "main"),
    ),
    Case(
        "partial-lazy",
        "`acceptExports`: `import()` uses all exports, and all are accepted",
        "Vite 33",
        _uses("await import('./part.js');", exports="'a', 'b', 'default'"),
        (edit("part.js", "'a1'", "'a2'"), says("part a2", "accepted a2")),
        ("part a1", "main"),
    ),
    Case(
        "partial-lazy-missing",
        "`acceptExports`: `import()` uses all exports, and one is not accepted",
        "Vite 33",
        _uses("await import('./part.js');", exports="'b', 'default'"),
        (edit("part.js", "'a1'", "'a2'"), says("load", "part a2", "main")),
        ("part a1", "main"),
    ),
    Case(
        "webpack",
        "Code written for webpack: accept, dispose, data and status handlers of `module.hot`",
        "ours",
        {
            "main.js": """import { v } from './dep.js';
import { own } from './own.js';
log('main ' + v);
if (module.hot) {
  module.hot.accept('./dep.js', (outdated, next) => log(outdated + ' ' + next.v));
  const hear = (status) => log('status ' + status);
  globalThis.listen = () => module.hot.addStatusHandler(hear);
  globalThis.deaf = () => module.hot.removeStatusHandler(hear);
  globalThis.stage = () => module.hot.status();
}
""",
            "dep.js": "export const v = 'one';",
            "own.js": """export const own = 'one';
log(own + ' ' + JSON.stringify(import.meta.webpackHot.data));
import.meta.webpackHot.accept();
import.meta.webpackHot.dispose((data) => { data.from = own; });
""",
        },
        (
            Js("listen(), stage()", "idle"),
            edit("dep.js", "one", "two"),
            says("status prepare", "status ready", "status dispose", "status apply"),
            says("/webpack/dep.js two", "status idle"),
            Js("deaf()"),
            edit("own.js", "'one'", "'two'"),
            says('two {"from":"one"}'),
        ),
        ("one undefined", "main one"),
    ),
    Case(
        "webpack-errors",
        "webpack's error handlers get what the new code or a callback throws",
        "ours",
        {
            "main.js": """import './dep.js';
import './own.js';
module.hot.accept('./dep.js', () => { throw new Error('callback'); },
  (error, { dependencyId }) => log(error.message + ' ' + dependencyId));
""",
            "dep.js": "0;",
            "own.js": "module.hot.accept((error, { moduleId }) => log(error.message + moduleId));",
        },
        (
            edit("dep.js", "0", "1"),
            says("callback /webpack-errors/dep.js"),
            edit("own.js", "module.hot", "throw new Error('code ');\nmodule.hot"),
            says("code /webpack-errors/own.js"),
            edit("own.js", "throw new Error('code ');", "log('mended');"),
            says("mended"),
        ),
    ),
    Case(
        "webpack-decline",
        "What webpack's `decline` names reloads the page, whoever accepts it",
        "ours",
        {
            "main.js": "import './dep.js';\nlog('main');\nmodule.hot.decline('./dep.js');",
            "dep.js": "log('one');\nimport.meta.hot.dispose(() => {});\n",
        },
        (edit("dep.js", "one", "two"), says("load", "two", "main")),
        ("one", "main"),
    ),
    Case(
        "no-shim",
        "A module that has a `module` of its own keeps it",
        "ours",
        {
            "main.js": "const module = { hot: 'mine' };\nlog(module.hot);\n"
            "log(typeof ((module) => module.hot));\nimport.meta.hot.accept(); // 0"
        },
        (edit("main.js", "// 0", "// 1"), says("mine", "function")),
        ("mine", "function"),
    ),
    Case(
        "two-boundaries",
        "Each boundary of one change is asked, and the module runs once",
        "ours",
        {
            "main.js": "import './a.js';\nimport './b.js';\n",
            "a.js": "import { v } from './dep.js';\nlog('a ' + v);\nimport.meta.hot.accept();",
            "b.js": "import { v } from './dep.js';\nlog('b ' + v);\n"
            "import.meta.hot.accept('./dep.js', (m) => log('b got ' + m.v));",
            "dep.js": _DEP,
        },
        (edit("dep.js", "one", "two"), says("dep two", "a two", "b got two")),
        ("dep one", "a one", "b one"),
    ),
    Case(
        "siblings",
        "Two siblings that accept themselves, one importing the other: neither runs twice",
        "Vite 22",
        {
            "main.js": "import './b.js';\nimport './a.js';\n",
            "a.js": "export const a = 'a0';\nlog(a);\nimport.meta.hot.accept();\n",
            "b.js": "import { a } from './a.js';\nlog('b0 ' + a);\nimport.meta.hot.accept();\n",
        },
        (
            edit("a.js", "a0", "a1"),
            says("a1"),
            edit("b.js", "b0", "b1"),
            says("b1 a1"),
            Together((Edit("a.js", "a1", "a2"), Edit("b.js", "b1", "b2"))),
            says("a2", "b2 a2"),
        ),
        ("a0", "b0 a0"),
    ),
    Case(
        "same-bytes",
        "A file that is written with the bytes it has is no change",
        "beyond Vite",
        {"main.js": "log('one');\nimport.meta.hot.accept();\n"},
        (
            Write({"main.js": "log('one');\nimport.meta.hot.accept();\n"}),
            Quiet(),
            edit("main.js", "one", "two"),
            says("two"),
        ),
        ("one",),
    ),
)
