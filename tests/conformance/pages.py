"""What pages are to each other and to the server: HTML, styles, tabs, frames, connections."""

from tests.conformance.steps import (
    Case,
    Console,
    Edit,
    Js,
    Offline,
    Open,
    Overlay,
    Restart,
    Shows,
    edit,
    page,
    quiet,
    says,
)

_STYLE = "h1 {{ color: rgb({0}, 0, 0); }}\n"

_STATE = {
    "main.js": "import { v } from './dep.js';\nlog('main ' + v);\nimport.meta.hot.accept();\n",
    "dep.js": "export const v = 'one';\n",
}

CASES = (
    Case(
        "html",
        "An edit of the page's HTML is merged into it; what its scripts did stays",
        "Vite 18, 35 (there a reload)",
        {
            "index.html": page("<h1>before</h1><p></p>"),
            "main.js": "document.querySelector('p').append('mine');",
        },
        (edit("index.html", "before", "after"), Shows("h1", "after"), Shows("p", "mine")),
    ),
    Case(
        "unicode-path",
        "A page under a path with signs beyond ASCII",
        "Vite 18",
        {
            "index.html": page(),
            "ü 中/✓ é.html": page("<h1>before</h1>", script="").replace("barrier", "../barrier"),
            "ü 中/mod é.js": "export const v = 'one';\n",
            "main.js": "import { v } from './ü 中/mod é.js';\nlog(v);\nimport.meta.hot.accept();\n",
        },
        (
            Open("ü 中/✓ é.html"),
            says("load", tab=1),
            quiet,
            edit("ü 中/✓ é.html", "before", "after"),
            Shows("h1", "after", tab=1),
            edit("ü 中/mod é.js", "one", "two"),
            says("two"),
        ),
        ("one",),
    ),
    Case(
        "inline-style",
        "CSS in a `<style>` of the page changes with the HTML",
        "Vite 34",
        {"index.html": page("<h1>x</h1>", f"<style>{_STYLE.format(1)}</style>")},
        (edit("index.html", "rgb(1,", "rgb(2,"), Shows("h1", "rgb(2, 0, 0)", "color")),
    ),
    Case(
        "links",
        "Linked styles: the link stays one and keeps its query, and only one sheet changes",
        "Vite 19, 20",
        {
            "index.html": page("<h1>x</h1>", "<link rel=stylesheet href='a.css?keep=1'>"),
            "a.css": _STYLE.format(1),
        },
        (
            edit("a.css", "rgb(1,", "rgb(2,"),
            Shows("h1", "rgb(2, 0, 0)", "color"),
            Js("document.querySelectorAll('link').length", 1),
            Js("document.querySelector('link').getAttribute('href')", "a.css?keep=1"),
            edit("a.css", "rgb(2,", "rgb(3,"),
            Shows("h1", "rgb(3, 0, 0)", "color"),
        ),
    ),
    Case(
        "hard-links",
        "A preload, two links of one file and one in a shadow root are all right afterwards",
        "beyond Vite",
        {
            "index.html": page(
                "<h1>x</h1><div></div>",
                "<link rel=preload as=style href=a.css><link rel=stylesheet href=a.css>"
                "<link rel=stylesheet href=a.css media=all>",
            ),
            "main.js": "document.querySelector('div').attachShadow({ mode: 'open' }).innerHTML ="
            " '<link rel=stylesheet href=a.css><h1 class=in>y</h1>';",
            "a.css": _STYLE.format(1),
        },
        (
            Shows("div h1", "rgb(1, 0, 0)", "color"),
            edit("a.css", "rgb(1,", "rgb(2,"),
            Shows("h1:not(.in)", "rgb(2, 0, 0)", "color"),
            Shows("div h1", "rgb(2, 0, 0)", "color"),
            Js("document.querySelectorAll('link[rel=preload]').length", 1),
            Js("document.querySelectorAll('link[rel=stylesheet]').length", 2),
        ),
    ),
    Case(
        "link-and-import",
        "One stylesheet linked by the page and imported by a module: both change, one goes",
        "Vite 52",
        {
            "index.html": page("<h1>x</h1>", "<link rel=stylesheet href=a.css>"),
            "main.js": "import './a.css';\nlog('main');\nimport.meta.hot.accept();\n",
            "a.css": _STYLE.format(1),
        },
        (
            edit("a.css", "rgb(1,", "rgb(2,"),
            Shows("h1", "rgb(2, 0, 0)", "color"),
            Js("document.querySelectorAll('style').length", 1),
            edit("main.js", "import './a.css';\n", ""),
            says("main"),
            Js("document.querySelectorAll('style').length", 0),
            Shows("h1", "rgb(2, 0, 0)", "color"),
        ),
        ("main",),
    ),
    Case(
        "two-tabs",
        "Two tabs of a page both get an update, each once",
        "Vite 9",
        _STATE,
        (
            Open(),
            says("load", "main one", tab=1),
            quiet,
            edit("dep.js", "one", "two"),
            says("main two"),
            says("main two", tab=1),
        ),
        ("main one",),
    ),
    Case(
        "two-tabs-invalidate",
        "`invalidate()` in two tabs runs the importer once in each",
        "Vite 9",
        {
            "main.js": "import './child.js';\nlog('main');\nimport.meta.hot.accept();\n",
            "child.js": "log('child 1');\n"
            "import.meta.hot.accept(() => import.meta.hot.invalidate());\n",
        },
        (
            Open(),
            says("load", "child 1", "main", tab=1),
            quiet,
            edit("child.js", "child 1", "child 2"),
            says("child 2", "main"),
            says("child 2", "main", tab=1),
        ),
        ("child 1", "main"),
    ),
    Case(
        "partial-graphs",
        "Pages that load different parts of the graph: each is touched by what it uses",
        "beyond Vite",
        {
            "main.js": "import './shared.js';\nimport './mine.js';\nlog('main');\n",
            "other.html": page(script="other.js"),
            "other.js": "import './shared.js';\nlog('other');\n"
            "import.meta.hot.accept('./shared.js', () => log('took'));\n",
            "shared.js": "log('shared 1');\n",
            "mine.js": "log('mine 1');\n",
        },
        (
            Open("other.html"),
            says("load", "shared 1", "other", tab=1),
            quiet,
            edit("mine.js", "mine 1", "mine 2"),
            says("load", "shared 1", "mine 2", "main"),
            quiet,
            edit("shared.js", "shared 1", "shared 2"),
            says("shared 2", "took", tab=1),
            says("load", "shared 2", "mine 2", "main"),
        ),
        ("shared 1", "mine 1", "main"),
    ),
    Case(
        "frames",
        "A page in a frame is a page: it takes its updates, and the page around it stays",
        "ours",
        {
            "index.html": page("<iframe src='inner.html'></iframe>"),
            "inner.html": page(script="inner.js"),
            "inner.js": "import { v } from './dep.js';\nlog('inner ' + v);\n"
            "import.meta.hot.accept('./dep.js', (m) => log('inner took ' + m.v));\n",
            "dep.js": "export const v = 'one';\n",
            "main.js": "addEventListener('load', () => log('around'));\n",
        },
        (
            edit("dep.js", "one", "two"),
            says("inner took two"),
            edit("inner.js", "'inner '", "'again '"),
            says("frame load", "again two"),
        ),
        ("frame load", "inner one", "around"),
    ),
    Case(
        "errors-in-all-tabs",
        "An error is shown in every tab, in one opened later too, and fixing it clears them all",
        "beyond Vite",
        {"main.js": "log('one');\nimport.meta.hot.accept();\n"},
        (
            edit("main.js", "log('one');", "log('one'"),
            Overlay("SyntaxError"),
            Open(),
            says("load", tab=1),
            Overlay("SyntaxError", tab=1),
            edit("main.js", "log('one'", "log('two');"),
            says("two"),
            says("load", "two", tab=1),
            Overlay(),
            Overlay(tab=1),
        ),
        ("one",),
    ),
    Case(
        "reason",
        "A reload says why, before and after it",
        "beyond Vite",
        {"main.js": "import './dep.js';\n", "dep.js": "log('one');\n"},
        (
            edit("dep.js", "one", "two"),
            says("load", "two"),
            Console("reloading: no module accepts the change of /reason/dep.js"),
            Console("reloaded: no module accepts the change of /reason/dep.js"),
        ),
        ("one",),
    ),
    Case(
        "veto",
        "A listener may prevent a reload; the page goes on and says that it is out of date",
        "beyond Vite",
        {
            "main.js": "import './dep.js';\nimport.meta.hot.on('vite:beforeFullReload', (e) => {"
            " log(e.type + ' ' + e.chain.length); e.preventDefault(); });\n",
            "dep.js": "log('one');\n",
        },
        (
            edit("dep.js", "one", "two"),
            says("full-reload 2"),
            Console("its reload was prevented"),
        ),
        ("one",),
    ),
    Case(
        "restart",
        "A restart of the server changes nothing in a page; what was edited meanwhile arrives",
        "beyond Vite",
        _STATE,
        (
            Restart(),
            quiet,
            Restart((Edit("dep.js", "one", "two"),)),
            says("main two"),
        ),
        ("main one",),
    ),
    Case(
        "socket-events",
        "`ws:disconnect` and `ws:connect` are told once for a break, however often it is tried",
        "Vite 3",
        {
            # The page may have connected before this runs.
            "main.js": "let off = false;\n"
            "import.meta.hot.on('vite:ws:disconnect', () => { off = true; log('off'); });\n"
            "import.meta.hot.on('vite:ws:connect', () => { if (off) log('on'); });\n"
        },
        (Offline((Js("new Promise((ok) => setTimeout(ok, 300))"),)), says("off", "on")),
    ),
    Case(
        "back-forward",
        "A page that is gone back to is up to date, whether it was kept or loaded anew",
        "beyond Vite",
        {
            "index.html": page("<p></p>"),
            "main.js": "import { v } from './dep.js';\n"
            "document.querySelector('p').textContent = v;\nimport.meta.hot.accept();\n",
            "dep.js": "export const v = 'one';\n",
            "other.html": page(script="other.js"),
            "other.js": "log('other');\n",
        },
        (
            Js("{ location.href = 'other.html'; }"),
            says("load", "other"),
            edit("dep.js", "one", "two"),
            quiet,
            Js("{ history.back(); }"),
            Shows("p", "two"),
            says("load"),
        ),
    ),
)
