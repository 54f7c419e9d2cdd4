"""What else can be imported, and one file under several addresses."""

from tests.conformance.steps import (
    Case,
    Js,
    Overlay,
    Shows,
    edit,
    page,
    says,
)

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"/>'

CASES = (
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
