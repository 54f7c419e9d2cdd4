"""Who accepts what: the forms of `accept`, and what instances keep."""

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
