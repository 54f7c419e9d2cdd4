"""CommonJS modules behave as in Node.js: random packages, run by both."""

import json
import re
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hotreload.project.files import Mount, ProjectFiles
from hotreload.site import Site
from hotreload.transform.javascript import pieces
from tests.node import run_node

COUNT = 4
others = st.integers(0, COUNT - 1)
STATEMENTS = (
    "log('{i} sees {j}', Object.keys(require('./m{j}')));",
    "log('{i} has {j}', require('./m{j}.js').own);",
    "exports.own = 'own {i}';",
    "exports.lazy = () => Object.keys(require('./m{j}'));",
    "this.self = {i};",
    "module.exports = {{ given: {i}, own: 'new {i}' }};",
    "module.exports = require('./m{j}');",
    "module.exports = function f() {{ return {i}; }}; module.exports.own = 'on a function';",
    "Object.defineProperty(exports, '__esModule', {{ value: true }}); exports.default = 'd{i}';",
    "try {{ require('./gone') }} catch (error) {{ log('{i}', error.code); }}",
    "try {{ require('./m{j}') }} catch (error) {{ log('{i} caught', error.message); }}",
    "if (process.env.NODE_ENV === 'production') {{ require('./gone'); }} else require('./m{j}');",
    "log('{i}', typeof require, typeof module, typeof exports, this === module.exports);",
    "log('{i}', require('./data.json').name, require('./data') === require('./data.json'));",
    "if (typeof module === 'object' && require('./m{j}').lazy) log(require('./m{j}').lazy());",
    "var first = !globalThis.t{i}; globalThis.t{i} = 1; if (first) throw new Error('thrown {i}');",
    "exports['own'] = require('./folder').inside;",
    "log(module.loaded, arguments.length, __filename.endsWith('m{i}.js'));",
)
statements = st.tuples(st.sampled_from(STATEMENTS), others)
packages = st.lists(st.lists(statements, max_size=5), min_size=COUNT, max_size=COUNT)
MAIN = """
const log = globalThis.log = (...words) => lines.push(JSON.stringify(words));
const lines = [];
for (const name of ['m0', 'm1', 'm2', 'm3']) {
  try {
    const all = { ...(await import(NAMES[name])) };
    log(name, typeof all.default, Object.keys(all.default ?? {}), all.default?.lazy?.());
  } catch (error) {
    log('failed', error.message);
  }
}
console.log(lines.join('\\n'));
"""
NAMES = {f"m{index}": f"./node_modules/p/m{index}.js" for index in range(COUNT)}


def write(root: Path, modules: list[list[tuple[str, int]]]) -> None:
    home = root / "node_modules/p"
    (home / "folder").mkdir(parents=True)
    (home / "package.json").write_text("{}")
    (home / "data.json").write_text('{"name": "of the data"}')
    (home / "folder/index.js").write_text("exports.inside = 'in a folder'")
    for index, body in enumerate(modules):
        lines = [f"log('{index} begins');", *(text.format(i=index, j=j) for text, j in body)]
        (home / f"m{index}.js").write_text("\n".join(lines))


def as_modules(root: Path, out: Path) -> None:
    """Write down what browsers get, under names that Node.js tells apart."""
    site = Site(ProjectFiles((Mount("/", root),)))
    # As a script in a package of type module would import them.
    queries = {name: f"/{path[2:]}?exports&node" for name, path in NAMES.items()}
    for script in site.modules.crawl(queries.values()):
        path = out / _named(script.url)[1:]
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(pieces(script, {}, ""))
        path.write_text(re.sub(r"(?<=[\"'])/node_modules/[^\"']+", _relative, text))
    names = {name: "." + _named(url) for name, url in queries.items()}
    (out / "main.mjs").write_text(f"const NAMES = {json.dumps(names)};{MAIN}")


def _named(url: str) -> str:
    path, question, query = url.partition("?")
    return f"{path}{question and '.'}{re.sub(r'[^a-z]', '-', query)}{question and '.mjs'}"


def _relative(found: re.Match[str]) -> str:
    # All that imports something is two folders deep.
    return f"../..{_named(found[0])}"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(packages)
@example(
    [[(STATEMENTS[0], 1), (STATEMENTS[2], 0)], [(STATEMENTS[0], 0), (STATEMENTS[2], 0)], [], []]
)
@example([[(STATEMENTS[6], 1)], [(STATEMENTS[15], 0)], [(STATEMENTS[10], 1)], [(STATEMENTS[8], 0)]])
def test_packages_run_as_in_node(modules: list[list[tuple[str, int]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, out = Path(folder) / "site", Path(folder) / "out"
        write(root, modules)
        (root / "main.mjs").write_text(f"const NAMES = {json.dumps(NAMES)};{MAIN}")
        as_modules(root, out)
        assert run_node("main.mjs", cwd=out) == run_node("main.mjs", cwd=root)
