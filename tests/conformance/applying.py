"""How an update is applied: order, isolation, batches, one instance of each module."""

from tests.conformance.steps import (
    Case,
    Console,
    Edit,
    Js,
    Later,
    Offline,
    Overlay,
    Restart,
    Together,
    Write,
    edit,
    quiet,
    says,
)

_THROWING = """import { v } from './dep.js';
const { hot } = import.meta;
hot.accept('./dep.js', () => { throw new Error('first callback'); });
hot.accept('./dep.js', async () => { throw new Error('second callback'); });
hot.accept('./dep.js', (m) => log('third ' + m.v));
hot.on('vite:beforeUpdate', () => { throw new Error('a listener'); });
"""

_TREE = [f"f{n}.js" for n in range(2000)]
_MANY = [f"m{n}.js" for n in range(60)]


def _sum_of(names: list[str]) -> str:
    """A module that says the sum of what others export, and when it is about to be updated."""
    imports = "".join(f"import {{ v as v{n} }} from './{name}';\n" for n, name in enumerate(names))
    return (
        f"{imports}log({' + '.join(f'v{n}' for n in range(len(names)))});\n"
        "import.meta.hot.accept();\n"
        "import.meta.hot.on('vite:beforeUpdate', (u) => ours(u) && log('update'));\n"
    )


_SLOW = """const v = 'one';
log(v);
const { hot } = import.meta;
hot.dispose(async () => {
  await new Promise((done) => setTimeout(done, 30));
  log('disposed ' + v);
});
hot.accept(async () => {
  await new Promise((done) => setTimeout(done, 30));
  log('accepted by ' + v);
});
hot.on('vite:afterUpdate', (update) => ours(update) && log('after ' + v));
"""

CASES = (
    Case(
        "throwing-callbacks",
        "A callback, a disposer or a listener that throws is reported and stops nothing else",
        "beyond Vite",
        {
            "main.js": _THROWING,
            "dep.js": "export const v = 'one';\nconst { hot } = import.meta;\n"
            "hot.dispose(() => { throw new Error('a disposer'); });\n"
            "hot.dispose(() => log('disposed ' + v));\n",
        },
        (
            edit("dep.js", "'one'", "'two'"),
            says("disposed one", "third two"),
            Console("a disposer"),
            Console("a listener"),
            Console("first callback"),
            Console("second callback"),
            edit("dep.js", "'two'", "'three'"),
            says("disposed two", "third three"),
        ),
    ),
    Case(
        "order",
        "Every module that runs again is disposed of first: leaf first, all its callbacks",
        "beyond Vite",
        {
            "main.js": "import './dep.js';\nlog('run main');\nconst { hot } = import.meta;\n"
            "hot.accept();\nhot.dispose(() => log('main'));\n",
            "dep.js": "import './leaf.js';\nlog('run dep');\n"
            "import.meta.hot.dispose(async () => { await 0; log('dep'); });\n"
            "import.meta.hot.dispose(() => log('dep again'));\n",
            "leaf.js": "log('run leaf');\nimport.meta.hot.dispose(() => log('leaf'));\n",
        },
        (
            edit("leaf.js", "run leaf", "run it"),
            says("leaf", "dep", "dep again", "main", "run it", "run dep", "run main"),
        ),
        ("run leaf", "run dep", "run main"),
    ),
    Case(
        "awaited",
        "Disposers and callbacks are awaited before the new code and the end of the update",
        "beyond Vite",
        {"main.js": _SLOW},
        (
            edit("main.js", "'one'", "'two'"),
            says("disposed one", "two", "accepted by one", "after two"),
        ),
        ("one",),
    ),
    Case(
        "never-settling",
        "A disposer and a callback that never end are waited for only so long, and named",
        "beyond Vite",
        {
            "main.js": "const v = 'one';\nlog(v);\nconst { hot } = import.meta;\n"
            "hot.dispose(() => { log('disposing'); return new Promise(() => {}); });\n"
            "hot.accept(() => { log('accepting'); return new Promise(() => {}); });\n",
        },
        (
            edit("main.js", "'one'", "'two'"),
            says("disposing"),
            Later(6),
            says("two", "accepting"),
            Console("a dispose callback of /never-settling/main.js has not finished in 5 s"),
            Later(6),
            Console("an accept callback of /never-settling/main.js has not finished in 5 s"),
            quiet,
            Write({"main.js": "log('three');\nimport.meta.hot.accept();\n"}),
            says("disposing"),
            Later(6),
            says("three", "accepting"),
            Later(6),
            quiet,
            edit("main.js", "three", "four"),
            says("four"),
        ),
        ("one",),
        own_clock=True,
    ),
    Case(
        "never-loading",
        "New code that awaits for ever counts as failed after a while, and can be mended",
        "beyond Vite",
        {"main.js": "log('one');\nimport.meta.hot.accept();\n"},
        (
            edit("main.js", "log('one');", "log('two');\nawait new Promise(() => {});"),
            says("two"),
            Later(6),
            Console("has not finished loading in 5 s"),
            quiet,
            edit("main.js", "log('two');\nawait new Promise(() => {});", "log('three');"),
            says("three"),
        ),
        ("one",),
        own_clock=True,
    ),
    Case(
        "failing-code",
        "New code that throws: its callbacks are not called, and the next save finds a way on",
        "beyond Vite",
        {
            "main.js": "import { v } from './dep.js';\n"
            "import.meta.hot.accept('./dep.js', (m) => log('got ' + m.v));\n",
            "dep.js": "export const v = 'one';\n",
            "own.js": "",
        },
        (
            Write({"dep.js": "throw new Error('not today');\nexport const v = 'two';\n"}),
            Console("/failing-code/dep.js could not be loaded"),
            Write({"dep.js": "export const v = 'three';\n"}),
            says("got three"),
        ),
    ),
    Case(
        "failing-self",
        "A self-accepting module whose new code throws accepts the mended one, without a reload",
        "beyond Vite",
        {
            "main.js": "log('one');\nimport.meta.hot.dispose(() => log('bye'));\n"
            "import.meta.hot.accept(() => log('accepted'));\n",
        },
        (
            edit("main.js", "log('one')", "throw new Error('not today')"),
            says("bye"),
            Console("not today"),
            quiet,
            edit("main.js", "throw new Error('not today')", "log('three')"),
            says("three", "accepted"),
        ),
        ("one",),
    ),
    Case(
        "syntax-error",
        "A syntax error: the old module lives on undisposed, the overlay shows it, mending goes on",
        "beyond Vite",
        {
            "main.js": "log('one');\nimport.meta.hot.accept();\n"
            "import.meta.hot.dispose(() => log('disposed'));\n"
        },
        (
            edit("main.js", "log('one');", "log('two'"),
            Overlay("/syntax-error/main.js:2"),
            edit("main.js", "log('two'", "log('three');"),
            says("disposed", "three"),
            Overlay(),
        ),
        ("one",),
    ),
    Case(
        "missing-export",
        "A name that is not exported is never pushed; the overlay names both files",
        "beyond Vite",
        {
            "main.js": "import { v } from './dep.js';\nlog('main ' + v);\n"
            "import.meta.hot.accept();",
            "dep.js": "export const v = 'one';\nimport.meta.hot.dispose(() => log('disposed'));\n",
        },
        (
            edit("dep.js", "const v", "const w"),
            Overlay('/missing-export/dep.js does not export "v", which /missing-export/main.js'),
            edit("dep.js", "const w = 'one'", "const v = 'two'"),
            says("disposed", "main two"),
            Overlay(),
        ),
        ("main one",),
    ),
    Case(
        "sixty-files",
        "Sixty files saved at once are one update: everything runs once",
        "beyond Vite",
        {
            "main.js": _sum_of(_MANY),
            **dict.fromkeys(_MANY, "export const v = 1;\n"),
        },
        (
            Together((Write(dict.fromkeys(_MANY, "export const v = 2;\n")),)),
            says("update", "120"),
            Together((Write(dict.fromkeys(_MANY[:40], "export const v = 3;\n")),)),
            says("update", "160"),
        ),
        ("60",),
    ),
    Case(
        "formatter",
        "A formatter that writes every file again runs those that it changed, together, no other",
        "beyond Vite",
        {
            "main.js": _sum_of(_MANY),
            **dict.fromkeys(_MANY, "log('ran');\nexport const v = 1;\n"),
        },
        (
            Together((Write(dict.fromkeys(_MANY, "log('ran');\nexport const v = 1;\n")),)),
            quiet,
            Together(
                (
                    Write(dict.fromkeys(_MANY, "log('ran');\nexport const v = 1;\n")),
                    Write(dict.fromkeys(_MANY[:2], 'log("ran");\nexport const v = 1;\n')),
                )
            ),
            says("update", "ran", "ran", "60"),
        ),
        (*["ran"] * 60, "60"),
    ),
    Case(
        "checkout",
        "Two thousand files that change at once are one update, of what the page uses",
        "beyond Vite",
        {
            "main.js": _sum_of(_TREE[:200]),
            **dict.fromkeys(_TREE, "export const v = 1;\n"),
        },
        (
            Together((Write(dict.fromkeys(_TREE, "export const v = 2;\n")),)),
            says("update", "400"),
            Together(
                (
                    Write(dict.fromkeys(_TREE, "export const v = 3;\n")),
                    Edit("main.js", "log(", "log('sum', "),
                )
            ),
            says("update", "sum 600"),
        ),
        ("200",),
    ),
    Case(
        "undo",
        "A change and its undoing run both: A, B, A",
        "ours",
        {"main.js": "log('a');\nimport.meta.hot.accept();\n"},
        (
            edit("main.js", "'a'", "'b'"),
            says("b"),
            edit("main.js", "'b'", "'a'"),
            says("a"),
            edit("main.js", "'a'", "'b'"),
            says("b"),
        ),
        ("a",),
    ),
    Case(
        "stack",
        "Stack traces name the plain path and line of a module that was replaced",
        "ours",
        {
            "main.js": "// 0\nlog(new Error('x').stack.split('\\n')[1].replace(/.*localhost/, '')"
            ".replace(/.*127.0.0.1:\\d+/, ''));\nimport.meta.hot.accept();\n"
        },
        (
            edit("main.js", "// 0", "// 0\n"),
            says("/stack/main.js:3:5"),
            edit("main.js", "// 0\n\n", "// 0\n"),
            says("/stack/main.js:2:5"),
        ),
        ("/stack/main.js:2:5",),
    ),
    Case(
        "hello-during-update",
        "A connection that breaks while an update waits: what waits does not run twice",
        "ours",
        {
            "main.js": "import './slow.js';\nimport './next.js';\n",
            "slow.js": "log('slow 1');\nimport.meta.hot.accept();\n"
            "import.meta.hot.dispose(() => new Promise((go) => { globalThis.go = go; }));\n",
            "next.js": "log('next 1');\nimport.meta.hot.accept();\n",
        },
        (
            edit("slow.js", "slow 1", "slow 2"),
            Js("new Promise((ok) => setInterval(() => globalThis.go && ok(), 5))"),
            edit("next.js", "next 1", "next 2"),
            Js("new Promise((ok) => setTimeout(ok, 300))"),
            Offline(),
            Js("new Promise((ok) => setTimeout(ok, 300))"),
            Js("go()"),
            says("slow 2", "next 2"),
        ),
        ("slow 1", "next 1"),
    ),
    Case(
        "offline-edits",
        "Edits made while a page is not connected arrive when it is again, without a reload",
        "beyond Vite",
        {
            "main.js": "import { v } from './dep.js';\nlog('main ' + v);\n"
            "import.meta.hot.accept();\n",
            "dep.js": "export const v = 'one';\n",
        },
        (
            Offline(
                (Together((Edit("dep.js", "one", "two"), Edit("main.js", "'main '", "'again '"))),)
            ),
            says("again two"),
            quiet,
            Offline(),
            quiet,
            edit("dep.js", "two", "one"),
            says("again one"),
        ),
        ("main one",),
    ),
    Case(
        "instance-after-restart",
        "After a restart of the server too a module has one instance, however it is imported",
        "ours",
        {
            "main.js": "import './dep.js';\nimport.meta.hot.accept();\nlog('main');\n"
            "globalThis.load = () => import('./lazy.js').then((m) => m.same);\n",
            "dep.js": "export const token = {};\nglobalThis.token = token;\nlog('dep 1');\n"
            "import.meta.hot.accept();\n",
            "lazy.js": "import { token } from './dep.js';\n"
            "export const same = token === globalThis.token;\n",
        },
        (
            edit("dep.js", "dep 1", "dep 2"),
            says("dep 2"),
            Restart((Edit("main.js", "'main'", "'main 2'"),)),
            says("main 2"),
            Js("load()", True),
            edit("dep.js", "dep 2", "dep 3"),
            says("dep 3"),
        ),
        ("dep 1", "main"),
    ),
)
