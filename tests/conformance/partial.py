"""Modules that accept some of their exports: `acceptExports`."""

from tests.conformance.steps import (
    Case,
    edit,
    quiet,
    says,
)

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
)
