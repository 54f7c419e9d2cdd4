"""The sites that are served, and the edits made to them. The same for every server."""

import json
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

CHAIN = 10
MODULE_BYTES = 3000
MODULES = 1 + 10 + 100 + 1000
IDLE_FILES = 10_000
SECTIONS = 714
# Each section is seven, and around them are html, head, meta, title, body, main and p.
LARGE_ELEMENTS = 7 * SECTIONS + 7

_WORDS = [
    *("item", "list", "node", "value", "count", "index", "total", "width", "height", "offset"),
    *("state", "event", "label", "price", "order", "cache", "queue", "token", "field", "range"),
    *("point", "color", "layer", "frame", "batch", "group", "chunk", "score", "limit", "delta"),
]

_FUNCTION = """
/**
 * Fold a {a} into the running {b}, skipping every {c} that is out of range.
 * @param {{number[]}} {a}s
 */
export function {name}({a}s, {b} = {n}) {{
  const {c} = new Map();
  for (const [position, current] of {a}s.entries()) {{
    if (current < {n} || current > {n}00) continue;
    const key = `{c}-${{position % {n}}}`;
    {c}.set(key, ({c}.get(key) ?? {b}) + current * 0.{n});
  }}
  return [...{c}.values()].reduce((sum, each) => sum + each, {b}) / Math.max({c}.size, 1);
}}
"""

_SHOW = 'document.querySelector("#out").textContent'
# In place of a package, which would have to be installed.
_ELEMENT = """
type Properties = Record<string, unknown>;
export function h(name: string, properties: Properties | null, ...children: string[]): HTMLElement {
  const element = document.createElement(name);
  Object.assign(element, properties);
  element.append(...children);
  return element;
}
"""
_UNTYPED_ELEMENT = """
export function h(name, properties, ...children) {
  const element = document.createElement(name);
  Object.assign(element, properties);
  element.append(...children);
  return element;
}
"""
_TSCONFIG = '{ "compilerOptions": { "jsx": "react", "jsxFactory": "h" } }\n'
_VITE_CONFIG = """export default {
  cacheDir: ".vite",
  server: { fs: { strict: false } },
  logLevel: "error",
};
"""
_PACKAGE_MAP = {
    "three": "/node_modules/three/build/three.module.js",
    "three/addons/": "/node_modules/three/examples/jsm/",
    "lodash-es": "/node_modules/lodash-es/lodash.js",
}
_ADDONS = {
    "OrbitControls": "controls",
    "GLTFLoader": "loaders",
    "EffectComposer": "postprocessing",
    "RenderPass": "postprocessing",
}
# By name: the script, and what it shows.
PACKAGES = {
    "three + addons": (
        "import { REVISION } from 'three';\n"
        + "".join(f"import {{ {n} }} from 'three/addons/{f}/{n}.js';\n" for n, f in _ADDONS.items())
        + f"{_SHOW} = String([{', '.join(_ADDONS)}].length + REVISION.length);\n",
        "7",
    ),
    "lodash-es": (
        f"import * as lodash from 'lodash-es';\n{_SHOW} = lodash.chunk([1, 2, 3], 2).join(';');\n",
        "1,2;3",
    ),
    "monaco": (
        "import * as monaco from 'monaco-editor';\n"
        f"{_SHOW} = monaco.editor.createModel('x = 1', 'javascript').getValue();\n",
        "x = 1",
    ),
}
# It imports stylesheets, which no browser does by itself.
NEED_SERVER = frozenset({"monaco"})
_ACCEPT = "if (import.meta.hot) import.meta.hot.accept();\n"


@dataclass(frozen=True, slots=True)
class Edit:
    """A file that is saved again and again, and what shall then be on the screen.

    Args:
        page: URL path of the page that is open.
        files: paths of files, relative to the site, which are saved in turn.
        content: a file's text, by the number of the save.
        shown: the text, or for a stylesheet the colour, of ``#out``, by the number of the save.
        is_style: whether to look at the colour.
    """

    page: str
    files: tuple[str, ...]
    content: Callable[[int], str]
    shown: Callable[[int], str]
    is_style: bool = False

    def file(self, number: int) -> str:
        """Which file a save is of."""
        return self.files[number % len(self.files)]


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write files, by their paths relative to a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def small_site() -> dict[str, str]:
    """A site that has everything that :data:`EDITS` edits."""
    chain = {
        f"src/chain/d{depth}.js": _module(
            f"chain {depth}", (), f'export {{ value }} from "./d{depth + 1}.js";\n'
        )
        for depth in range(1, CHAIN)
    }
    both = "".join(f'export {{ value as {end} }} from "./{end}.js";\n' for end in "ab")
    newest = f'{_SHOW} = "value " + Math.max(Number(a.slice(6)), Number(b.slice(6)));\n'
    return {
        "ready.txt": "ready\n",
        "index.html": _page('<p id="out">start</p>', "/src/widget/main.js"),
        "js.html": _page('<p id="out"></p>', "/src/widget/main.js"),
        "src/widget/main.js": 'import "./widget.js";\n',
        "tsx.html": _page('<p id="out"></p>', "/src/typed/main.tsx"),
        "src/typed/main.tsx": 'import "./widget.js";\n',
        "src/typed/element.ts": _ELEMENT,
        "src/typed/tsconfig.json": _TSCONFIG,
        "untyped.html": _page('<p id="out"></p>', "/src/untyped/main.js"),
        "src/untyped/main.js": 'import "./widget.js";\n',
        "src/untyped/element.js": _UNTYPED_ELEMENT,
        "deep.html": _page('<p id="out"></p>', "/src/chain/main.js"),
        "src/chain/main.js": 'import "./top.js";\n',
        "src/chain/top.js": f'import {{ value }} from "./d1.js";\n{_SHOW} = value;\n{_ACCEPT}',
        **chain,
        "turns.html": _page('<p id="out"></p>', "/src/turns/main.js"),
        "src/turns/main.js": 'import "./top.js";\n',
        "src/turns/top.js": f'import {{ a, b }} from "./d1.js";\n{newest}{_ACCEPT}',
        **{
            path.replace("chain", "turns"): text.replace("{ value }", "{ a, b }")
            for path, text in chain.items()
        },
        f"src/turns/d{CHAIN - 1}.js": _module("turns", (), both),
        "css.html": _page('<p id="out">text</p>', None, '<link rel="stylesheet" href="/site.css">'),
        **{
            file: edit.content(0)
            for edit in (*EDITS.values(), UNTYPED, LARGE, LIST)
            for file in edit.files
        },
    }


def thousand_site() -> dict[str, str]:
    """A page with :data:`MODULES` modules, which shows how many of them were evaluated.

    A tree of groups of ten, and within the smallest groups imports from one module to the next.
    """
    count = "globalThis.evaluated = (globalThis.evaluated ?? 0) + 1;\n"
    files = {"ready.txt": "ready\n", "index.html": _page('<p id="out"></p>', "/src/main.js")}

    def index(folder: str, imports: Iterable[str]) -> None:
        files[f"{folder}/index.js"] = _module(folder, imports, count)

    for a in range(10):
        for b in range(10):
            folder = f"src/g{a}/s{b}"
            for c in range(10):
                before = [f"./m{c - 1}.js"] if c % 3 else []
                files[f"{folder}/m{c}.js"] = _module(f"{folder}/{c}", before, count)
            index(folder, (f"./m{c}.js" for c in range(10)))
        index(f"src/g{a}", (f"./s{b}/index.js" for b in range(10)))
    show = f"{count}{_SHOW} = String(globalThis.evaluated);\n"
    files["src/main.js"] = _module("main", (f"./g{a}/index.js" for a in range(10)), show)
    return files


def package_site(script: str) -> dict[str, str]:
    """A page with a script that imports packages, by names that an import map has, too."""
    rules = f'<script type="importmap">{json.dumps({"imports": _PACKAGE_MAP})}</script>'
    return {
        "ready.txt": "ready\n",
        "index.html": _page('<p id="out"></p>', "/main.js", rules),
        "main.js": script,
        # Vite would keep what it makes of them beside the packages, which are a link.
        "vite.config.js": _VITE_CONFIG,
    }


def big_folder() -> dict[str, str]:
    """The small site among :data:`IDLE_FILES` other files, in a hundred folders."""
    per_folder = IDLE_FILES // 100
    others = {f"docs/{n // per_folder}/{n}.txt": f"File {n}.\n" for n in range(IDLE_FILES)}
    return small_site() | others


def _page(body: str, script: str | None, head: str = "") -> str:
    tag = f'<script type="module" src="{script}"></script>\n' if script else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Bench</title>\n'
        f"{head}\n</head>\n<body>\n{body}\n{tag}</body>\n</html>\n"
    )


def _module(name: str, imports: Iterable[str], code: str) -> str:
    """A module of about :data:`MODULE_BYTES` bytes that looks like what people write."""
    choice = random.Random(name)
    text = "".join(f'import "{specifier}";\n' for specifier in imports) + code
    number = 0
    while len(text) < MODULE_BYTES - len(_FUNCTION) / 2:
        a, b, c = choice.sample(_WORDS, 3)
        function = f"{a}{b.title()}{number}"
        text += _FUNCTION.format(a=a, b=b, c=c, name=function, n=choice.randint(1, 99))
        number += 1
    return text


def _widget(n: int) -> str:
    return _module("widget", (), f'{_SHOW} = "value {n}";\n{_ACCEPT}')


def _typed_widget(n: int) -> str:
    code = (
        'import { h } from "./element.js";\n'
        f'const text: string = "value {n}";\n'
        f'{_SHOW} = (<p id="inner">{{text}}</p> as HTMLElement).textContent;\n{_ACCEPT}'
    )
    return _module("widget", (), code)


def _untyped_widget(n: int) -> str:
    """What the typed one is without types and elements."""
    code = (
        'import { h } from "./element.js";\n'
        f'const text = "value {n}";\n'
        f'{_SHOW} = h("p", {{ id: "inner" }}, text).textContent;\n{_ACCEPT}'
    )
    return _module("widget", (), code)


def _chain_end(n: int) -> str:
    return _module("end", (), f'export const value = "value {n}";\n')


def _stylesheet(n: int) -> str:
    rules = "".join(
        f".{a}-{b} {{\n  margin: {len(a)}px {len(b)}px;\n  color: #333;\n}}\n"
        for a, b in zip(_WORDS, reversed(_WORDS), strict=True)
    )
    return f"{rules}#out {{\n  color: {_color(n)};\n}}\n"


def _document(n: int) -> str:
    sections = "".join(
        f"<section>\n<h2>The {a}</h2>\n<p>Every {a} has a {b} of its own.</p>\n</section>\n"
        for a, b in zip(_WORDS, reversed(_WORDS), strict=True)
    )
    form = '<form>\n<label>Name <input id="name" name="name"></label>\n</form>\n'
    return _page(f'<h1>Words</h1>\n<p id="out">value {n}</p>\n{form}{sections}', None)


def _large(number: int) -> str:
    sections = [
        f"<section>\n<h2>Heading {n}</h2>\n<p>Some text that is <b>number {n}</b>.</p>\n"
        f"<ul>\n<li>one</li>\n<li>two of {n}</li>\n</ul>\n</section>\n"
        for n in range(SECTIONS)
    ]
    middle = SECTIONS // 2
    out = f'<p id="out">value {number}</p>\n'
    return _page(
        f"<main>\n{''.join(sections[:middle])}{out}{''.join(sections[middle:])}</main>", None
    )


def _list(number: int) -> str:
    items = "".join(f"<li>item {n}</li>\n" for n in reversed(range(200 + number)))
    return _page(f'<p id="out">value {number}</p>\n<ul id="list">\n{items}</ul>', None)


def _value(n: int) -> str:
    return f"value {n}"


def _color(n: int) -> str:
    return f"rgb({n // 256}, 100, {n % 256})"


EDITS = {
    "js": Edit("/js.html", ("src/widget/widget.js",), _widget, _value),
    "tsx": Edit("/tsx.html", ("src/typed/widget.tsx",), _typed_widget, _value),
    "deep": Edit("/deep.html", (f"src/chain/d{CHAIN}.js",), _chain_end, _value),
    "turns": Edit("/turns.html", ("src/turns/a.js", "src/turns/b.js"), _chain_end, _value),
    "css": Edit("/css.html", ("site.css",), _stylesheet, _color, is_style=True),
    "html": Edit("/page.html", ("page.html",), _document, _value),
}
UNTYPED = Edit("/untyped.html", ("src/untyped/widget.js",), _untyped_widget, _value)
LARGE = Edit("/large.html", ("large.html",), _large, _value)
LIST = Edit("/list.html", ("list.html",), _list, _value)
