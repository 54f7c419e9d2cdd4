"""Packages are found as Node.js finds them: random ones, resolved by both."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hotreload.project.files import Mount, ProjectFiles
from hotreload.project.resolve import Local, Resolver, UnresolvedError
from hotreload.site.installed import Installed
from tests.node import run_node

HOME = "node_modules/p"
FILES = (
    *(
        "index.js",
        "a.js",
        "b.js",
        "c.json",
        "lib/index.js",
        "lib/a.js",
        "lib/deep/b.js",
        "lib/x.y.js",
    ),
    *("both.js", "both/index.js", "data/index.json", "node_modules/q/index.js"),
)
SPECIFIERS = (
    *("p", "p/a", "p/a.js", "p/lib", "p/lib/", "p/lib/a", "p/lib/a.js", "p/lib/deep/b", "p/c.json"),
    *(
        "p/c",
        "p/both",
        "p/data",
        "p/x",
        "p/lib/x.y",
        "p/lib/x.y.js",
        "p/gone",
        "q",
        "p/package.json",
    ),
    *(
        "./a.js",
        "./a",
        "./lib",
        "./both",
        "./c.json",
        ".",
        "#in",
        "#in/a",
        "#in/lib/a",
        "#q",
        "#gone",
    ),
)
targets = st.sampled_from(
    [
        *("./a.js", "./b.js", "./lib/a.js", "./c.json", "./gone.js", None, "a.js", "../out.js"),
        *("./*", "./*.js", "./lib/*.js", "./lib/*/b.js", "./lib/deep/*.js"),
    ]
)
conditions = st.sampled_from(
    ["browser", "development", "module", "import", "require", "default", "production", "deno"]
)
values = st.recursive(
    targets, lambda inner: st.dictionaries(conditions, inner, max_size=3), max_leaves=4
)
subpaths = st.sampled_from(
    [
        ".",
        "./x",
        "./a",
        "./*",
        "./lib/*",
        "./lib/*.js",
        "./lib/a",
        "./*.js",
        "./lib/deep/*",
        "./*/b",
    ]
)
exports = st.one_of(values.filter(bool), st.dictionaries(subpaths, values, min_size=1, max_size=4))
imports = st.dictionaries(
    st.sampled_from(["#in", "#in/*", "#q", "#in/a", "#in/*.js"]),
    st.one_of(values, st.just("q")),
    max_size=3,
)
mains = st.sampled_from(["a.js", "./b", "lib", "./lib/", "gone", "./c.json", "both", "data", ""])
manifests = st.fixed_dictionaries(
    {"name": st.sampled_from(["p", "other"])},
    optional={"exports": exports, "imports": imports, "main": mains, "type": st.just("module")},
)
# Where Node merely finds no file, bundlers look for others.
REFUSED = (
    "ERR_PACKAGE_PATH_NOT_EXPORTED",
    "ERR_PACKAGE_IMPORT_NOT_DEFINED",
    "ERR_INVALID_PACKAGE_TARGET",
    "ERR_INVALID_MODULE_SPECIFIER",
)
ASK = """
import { createRequire } from 'node:module';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
const ask = (how) => { try { return how(); } catch (error) { return error.code; } };
const found = {};
for (const specifier of SPECIFIERS) {
  found[specifier] = [
    ask(() => fileURLToPath(import.meta.resolve(specifier))),
    ask(() => createRequire(import.meta.url).resolve(specifier)),
  ];
}
console.log(JSON.stringify(found));
"""


def write(root: Path, manifest: dict[str, Any]) -> None:
    for name in FILES:
        path = root / HOME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}" if name.endswith(".json") else "")
    (root / HOME / "package.json").write_text(json.dumps(manifest))
    ask = ASK.replace("SPECIFIERS", json.dumps(SPECIFIERS))
    for place in ("main.mjs", f"{HOME}/main.mjs"):
        (root / place).write_text(ask)


def ours(resolver: Resolver, specifier: str, importer: str, *, required: bool) -> str | None:
    try:
        target = resolver.resolve(specifier, importer, required=required)
    except UnresolvedError:
        return None
    assert isinstance(target, Local)
    return target.url


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(manifests)
@example({"name": "p", "exports": {"browser": None, "default": "./a.js"}})
@example({"name": "p", "exports": {"./*": "./*", "./lib/*": None}, "imports": {"#q": "q"}})
@example({"name": "p", "main": "lib"})
@example({"name": "p", "main": "gone"})
def test_packages_are_found_as_by_node(manifest: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        write(root, manifest)
        resolver = Resolver(Installed(ProjectFiles((Mount("/", root),))))
        held = [f"--conditions={name}" for name in ("browser", "development", "module")]
        for importer in ("/main.mjs", f"/{HOME}/main.mjs"):
            answers = json.loads(run_node(*held, importer[1:], cwd=root))
            for specifier, (imported, required) in answers.items():
                for answer, by_require in ((imported, False), (required, True)):
                    place = Path(answer)
                    there = place.is_absolute() and place.is_file()
                    case = (specifier, importer, by_require, answer)
                    found = ours(resolver, specifier, importer, required=by_require)
                    if there:
                        assert found == f"/{place.relative_to(root).as_posix()}", case
                    elif answer in REFUSED:
                        assert found is None, case
