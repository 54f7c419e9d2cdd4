"""Files that are no JavaScript, imported from JavaScript: each becomes a small module.

The query says how a file is imported, never which: ``?import`` (the default for its kind),
``?json`` (what ``with {type: 'json'}`` gives), ``?names`` (those of a CSS module), ``?url`` and
``?raw``. For ``?commonjs`` and ``?exports`` see :mod:`hotreload.transform.commonjs`.
"""

import json
import re

from hotreload.problems import Problem, ProblemError, code_frame, locate
from hotreload.project.urls import file_url, suffix

SCRIPT_SUFFIXES = frozenset({".js", ".mjs", ".cjs"})
COMMONJS_QUERIES = frozenset({"commonjs", "exports"})
WRAP_QUERIES = COMMONJS_QUERIES | {"import", "json", "names", "url", "raw"}

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
    query = url.partition("?")[2]
    return next((name for name in query.split("&") if name in WRAP_QUERIES), None)


def import_url(url: str, kind: str | None) -> str:
    """The module URL of a file that is imported.

    Args:
        url: URL path as resolved, with the query it was written with.
        kind: the import's ``type`` attribute, which makes the browser read the file itself. JSON is
            wrapped all the same, so that it has a version like any module.
    """
    if kind == "json" and suffix(url) == ".json" and wrap_query(url) is None:
        return _with_query(url, "json")
    if kind is not None or suffix(url) in SCRIPT_SUFFIXES or wrap_query(url) is not None:
        return url
    if suffix(url) in ("", ".ts", ".tsx", ".jsx", ".mts", ".wasm"):
        return url
    return _with_query(url, "import")


def is_export_name(name: str) -> bool:
    """Whether a module can export something under a name as it is."""
    return _IDENTIFIER.match(name) is not None and name not in _RESERVED


def _with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"


def wrap(url: str, text: str, *, style: bool = False) -> str:
    """The JavaScript that stands for a file.

    Args:
        url: module URL, with one of :data:`WRAP_QUERIES`.
        text: the file's text.
        style: it is a stylesheet.

    Raises:
        ProblemError: JSON that does not parse.
    """
    file = file_url(url)
    match wrap_query(url), suffix(url):
        case "raw", _:
            return f"export default {json.dumps(text)};"
        case "import", _ if style:
            return (
                f"import.meta.style({json.dumps(file)},{json.dumps(text)});"
                f"export default {json.dumps(text)};"
            )
        case "import", ".json":
            return _wrap_json(file, text)
        case "json", _:
            _parse_json(file, text)
            return f"export default JSON.parse({json.dumps(text)});"
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
