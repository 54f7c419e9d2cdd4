"""What comes and goes: imports that are taken out, files that are deleted or not there yet."""

from tests.conformance.steps import (
    Case,
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


CASES = (
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
)
