"""Files that are no JavaScript, imported from JavaScript: each becomes a small module.

The query says how a file is imported, never which: ``?import`` (the default for its kind),
``?json`` and ``?text`` (what ``with {type: 'json'}`` and ``'text'`` give), ``?names`` (those of a
CSS module), and those that sources write: ``?url``, ``?raw``, ``?inline``, ``?worker``,
``?sharedworker`` and, for WebAssembly, ``?init``. The latter mean what they do in Vite.
For ``?commonjs`` and ``?exports`` see :mod:`hotreload.transform.commonjs`.
"""

import json
import re
from base64 import b64encode

from hotreload.project.problems import Problem, ProblemError, code_frame, locate
from hotreload.project.urls import file_url, suffix

SCRIPT_SUFFIXES = frozenset({".js", ".mjs", ".cjs"})
COMMONJS_QUERIES = frozenset({"commonjs", "exports"})
WORKER_QUERIES = frozenset({"worker", "sharedworker"})
WRAP_QUERIES = (
    COMMONJS_QUERIES
    | WORKER_QUERIES
    | {"import", "json", "text", "names", "url", "raw", "inline", "init"}
)

_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*\Z")
_RESERVED = frozenset(
    [
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "implements",
        "import",
        "in",
        "instanceof",
        "interface",
        "let",
        "new",
        "null",
        "package",
        "private",
        "protected",
        "public",
        "return",
        "static",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
        "yield",
        "arguments",
        "eval",
    ]
)


def wrap_query(url: str) -> str | None:
    """How a module URL asks for its file to be wrapped: one of :data:`WRAP_QUERIES`, or None."""
    file, _, query = url.partition("?")
    if not query:
        return None
    names = [name for name in query.split("&") if name in WRAP_QUERIES]
    if "url" in names:
        return "url"  # of a worker, too
    if "init" in names and not file.endswith(".wasm"):
        names.remove("init")
    return next((name for name in names if name in WORKER_QUERIES), names[0] if names else None)


def import_url(url: str, kind: str | None) -> str:
    """The module URL of a file that is imported.

    Args:
        url: URL path as resolved, with the query it was written with.
        kind: the import's ``type`` attribute, which makes the browser read the file itself. JSON
            and text are wrapped all the same, so that they have a version like any module.
    """
    if kind in ("json", "text") and wrap_query(url) is None:
        return _with_query(url, kind)
    if kind is not None or suffix(url) in SCRIPT_SUFFIXES or wrap_query(url) is not None:
        return url
    if suffix(url) in ("", ".ts", ".tsx", ".jsx", ".mts", ".vue", ".svelte", ".wasm"):
        return url
    return _with_query(url, "import")


def is_export_name(name: str) -> bool:
    """Whether a module can export something under a name as it is."""
    return _IDENTIFIER.match(name) is not None and name not in _RESERVED


def _with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"


def wrap(url: str, data: bytes, media_type: str, *, style: bool = False) -> str:
    """The JavaScript that stands for a file.

    Args:
        url: module URL, with one of :data:`WRAP_QUERIES`.
        data: the file's bytes; those that are no UTF-8 are read as browsers do.
        media_type: what it is served as.
        style: it is a stylesheet.

    Raises:
        ProblemError: JSON that does not parse.
        UnicodeDecodeError: JSON or a stylesheet that is not UTF-8.
    """
    file = file_url(url)
    match wrap_query(url), suffix(url):
        case (("raw" | "text"), _):
            return f"export default {json.dumps(data.decode('utf-8-sig', 'replace'))};"
        case "import", _ if style:
            text = json.dumps(data.decode("utf-8"))
            return f"import.meta.style({json.dumps(file)},{text});export default {text};"
        case "inline", _ if style:
            text = json.dumps(data.decode("utf-8"))
            return f"export default import.meta.sheet({json.dumps(file)},{text});"
        case "inline", _:
            kind = media_type.replace("; ", ";")
            return f'export default "data:{kind};base64,{b64encode(data).decode("ascii")}";'
        case "import", ".json":
            return _wrap_json(file, data.decode("utf-8"))
        case "json", _:
            text = data.decode("utf-8-sig")
            _parse_json(file, text)
            return f"export default JSON.parse({json.dumps(text)});"
        case ("worker" | "sharedworker") as kind, _:
            maker = "Worker" if kind == "worker" else "SharedWorker"
            return (
                f"export default function WorkerWrapper(options){{return new {maker}("
                f"import.meta.asset({json.dumps(file)}),{{...options,type:'module'}})}}"
            )
        case "init", _:
            return (
                "export default async(imports={})=>(await WebAssembly.instantiateStreaming("
                f"fetch(import.meta.asset({json.dumps(file)})),imports)).instance;"
            )
        case _:
            return f"export default import.meta.asset({json.dumps(file)});"


def _parse_json(file: str, text: str) -> object:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        message, line, column = error.msg, error.lineno, error.colno
    except ValueError as error:
        message, line, column = str(error), *_place_of_constant(text, str(error))
    frame = code_frame(text, line, column)
    raise ProblemError(Problem(file, "syntax", f"invalid JSON: {message}", line, column, frame))


def _no_constant(name: str) -> object:
    # Python reads these, no browser does.
    raise ValueError(f"{name} is no JSON")


def _place_of_constant(text: str, message: str) -> tuple[int, int]:
    return locate(text, max(0, text.find(message.partition(" ")[0])))


def _wrap_json(file: str, text: str) -> str:
    data = _parse_json(file, text)
    if not isinstance(data, dict):
        return f"export default JSON.parse({json.dumps(text)});"
    # Written out, so that what is exported by name and the default are one. The keys are computed,
    # or `__proto__` would be none.
    names = [k for k in data if is_export_name(k)]
    exports = "".join(f"export const {name}={_value(data[name])};" for name in names)
    pairs = ",".join(f"[{json.dumps(k)}]:{k if k in names else _value(data[k])}" for k in data)
    return f"{exports}export default {{{pairs}}};"


def _value(data: object) -> str:
    """Data as JavaScript; objects by way of JSON, where `__proto__` is a key like any other."""
    text = json.dumps(data)
    return f"JSON.parse({json.dumps(text)})" if "__proto__" in text else text
