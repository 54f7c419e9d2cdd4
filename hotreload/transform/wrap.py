"""Files that are no JavaScript, imported from JavaScript: each becomes a small module.

The query says how a file is imported, never which: ``?import`` (the default for its kind),
``?url`` and ``?raw``.
"""

import json
import re

from hotreload.problems import Problem, ProblemError, code_frame
from hotreload.project.urls import file_url, suffix

SCRIPT_SUFFIXES = frozenset({".js", ".mjs"})
WRAP_QUERIES = frozenset({"import", "url", "raw"})

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
    """How a module URL asks for its file to be wrapped: ``import``, ``url``, ``raw``; or None."""
    query = url.partition("?")[2]
    return next((name for name in query.split("&") if name in WRAP_QUERIES), None)


def import_url(url: str, kind: str | None) -> str:
    """The module URL of a file that is imported.

    Args:
        url: URL path as resolved, with the query it was written with.
        kind: the import's ``type`` attribute, which makes the browser read the file itself.
    """
    if kind is not None or suffix(url) in SCRIPT_SUFFIXES or wrap_query(url) is not None:
        return url
    if suffix(url) in ("", ".ts", ".tsx", ".jsx", ".mts", ".wasm"):
        return url
    return f"{url}{'&' if '?' in url else '?'}import"


def wrap(url: str, text: str) -> str:
    """The JavaScript that stands for a file.

    Args:
        url: module URL, with one of :data:`WRAP_QUERIES`.
        text: the file's text.

    Raises:
        ProblemError: JSON that does not parse.
    """
    file = file_url(url)
    match wrap_query(url), suffix(url):
        case "raw", _:
            return f"export default {json.dumps(text)};"
        case "import", ".css":
            return (
                f"import.meta.style({json.dumps(file)},{json.dumps(text)});"
                f"export default {json.dumps(text)};"
            )
        case "import", ".json":
            return _wrap_json(file, text)
        case _:
            return f"export default import.meta.asset({json.dumps(file)});"


def _wrap_json(file: str, text: str) -> str:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        frame = code_frame(text, error.lineno, error.colno)
        raise ProblemError(
            Problem(file, "syntax", f"invalid JSON: {error.msg}", error.lineno, error.colno, frame)
        ) from None
    if not isinstance(data, dict):
        return f"export default {json.dumps(data)};"
    names = [k for k in data if _IDENTIFIER.match(k) and k not in _RESERVED]
    exports = "".join(f"export const {name}={json.dumps(data[name])};" for name in names)
    pairs = ",".join(f"{json.dumps(k)}:{k if k in names else json.dumps(data[k])}" for k in data)
    return f"{exports}export default {{{pairs}}};"
