"""Code written for other tools: esm-hmr and webpack."""

from tests.conformance.steps import (
    Case,
    Js,
    edit,
    quiet,
    says,
)

CASES = (
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
)
