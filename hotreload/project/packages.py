"""What a package's ``package.json`` gives for a path into it.

Sources of the rules: Node.js, "Modules: Packages" (``exports``, ``imports``, conditions, patterns);
for ``module`` and ``browser``, which Node does not know, the browser field specification
(github.com/defunctzombie/package-browser-field-spec) and the order in which Vite asks for them.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

_SHARED: Final = frozenset({"browser", "development", "module", "default"})
IMPORTED: Final = _SHARED | {"import"}
REQUIRED: Final = _SHARED | {"require"}

# Modules that Node.js has by itself: no browser does.
NODE_MODULES: Final = frozenset(
    [
        "assert",
        "async_hooks",
        "buffer",
        "child_process",
        "cluster",
        "console",
        "constants",
        "crypto",
        "dgram",
        "diagnostics_channel",
        "dns",
        "domain",
        "events",
        "fs",
        "http",
        "http2",
        "https",
        "inspector",
        "module",
        "net",
        "os",
        "path",
        "perf_hooks",
        "process",
        "punycode",
        "querystring",
        "readline",
        "repl",
        "stream",
        "string_decoder",
        "sys",
        "timers",
        "tls",
        "trace_events",
        "tty",
        "url",
        "util",
        "v8",
        "vm",
        "wasi",
        "worker_threads",
        "zlib",
    ]
)

Manifest = Mapping[str, object]
IsFile = Callable[[str], bool]


class _Undefined(Enum):
    """No condition holds; other than null, by which a package refuses."""

    UNDEFINED = 0


_UNDEFINED: Final = _Undefined.UNDEFINED


def is_node_module(specifier: str) -> bool:
    """Whether a specifier names a module of Node.js."""
    name = specifier.removeprefix("node:")
    return name != specifier or name.partition("/")[0] in NODE_MODULES


def exports_target(
    manifest: Manifest, subpath: str, is_file: IsFile, *, required: bool = False
) -> str | None:
    """The file that a package's ``exports`` give for a subpath.

    Args:
        manifest: the parsed ``package.json``.
        subpath: ``"."`` or ``"./inner/path"``.
        is_file: whether a path relative to the package exists.
        required: by ``require``, not by ``import``.

    Returns:
        A path beginning with ``"./"``, or None where the package does not export the subpath.
    """
    exports = manifest.get("exports")
    table = exports
    if not (isinstance(exports, dict) and any(key.startswith(".") for key in exports)):
        table = {".": exports}
    assert isinstance(table, dict)
    target = _table_target(table, subpath, is_file, REQUIRED if required else IMPORTED)
    return target if target is not None and target.startswith("./") else None


def imports_target(
    manifest: Manifest, specifier: str, is_file: IsFile, *, required: bool = False
) -> str | None:
    """What a package's ``imports`` give for ``#name``: a path as above, or a package's name."""
    table = manifest.get("imports")
    if not isinstance(table, dict):
        return None
    return _table_target(table, specifier, is_file, REQUIRED if required else IMPORTED)


def entries(
    manifest: Manifest, is_es_module: Callable[[str], bool], *, required: bool = False
) -> list[str]:
    """The files that may be the entry of a package without ``exports``, the best one first.

    Args:
        manifest: the parsed ``package.json``.
        is_es_module: whether a file of the package is one by its text.
        required: by ``require``: then what was tried with it comes first.
    """
    browser = manifest.get("browser")
    if isinstance(browser, dict):
        browser = browser.get(".")
    fields = [manifest.get(name) for name in ("module", "jsnext:main", "jsnext")]
    main = manifest.get("main")
    module = manifest.get("module")
    if isinstance(browser, str) and isinstance(module, str) and browser != module and not required:
        # Some mean by "browser" a bundle for script tags, and by "module" what browsers import.
        order = [browser, *fields, main] if is_es_module(_dotted(browser)) else [*fields, main]
    elif required:
        order = [browser, main, *fields]
    else:
        order = [browser, *fields, main]
    found = [_dotted(entry) for entry in order if isinstance(entry, str) and entry]
    return [*found, "./index"] if isinstance(main, str) or not found else found


def _dotted(entry: str) -> str:
    return entry if entry.startswith("./") else f"./{entry.lstrip('/')}"


def browser_map(manifest: Manifest) -> Mapping[str, object]:
    """What a package wants to have replaced in browsers: paths and packages, by what they are."""
    browser = manifest.get("browser")
    return browser if isinstance(browser, dict) else {}


def replaced_file(browser: Mapping[str, object], path: str) -> object:
    """What stands for a file of a package in browsers: False for nothing, None for itself.

    Args:
        browser: the package's :func:`browser_map`.
        path: of the file in the package, beginning with ``"./"``.
    """
    return browser.get(path, browser.get(path.removeprefix("./")))


def _table_target(
    table: Mapping[str, object], subpath: str, is_file: IsFile, conditions: frozenset[str]
) -> str | None:
    """The target of the entry that is exact or, of those with a star, the most specific."""
    if subpath in table and "*" not in subpath:
        return _defined(_condition(table[subpath], "", is_file, conditions))
    best: tuple[str, str] | None = None
    for key in table:
        head, _, tail = key.partition("*")
        if key.count("*") != 1 or len(subpath) < len(key):
            continue
        if not subpath.startswith(head) or not subpath.endswith(tail):
            continue
        if best is None or (len(head), len(key)) > (len(best[0].partition("*")[0]), len(best[0])):
            best = (key, subpath[len(head) : len(subpath) - len(tail)])
    if best is None:
        return None
    return _defined(_condition(table[best[0]], best[1], is_file, conditions))


def _defined(target: str | _Undefined | None) -> str | None:
    return None if target is _UNDEFINED else target


def _condition(
    target: object, star: str, is_file: IsFile, conditions: frozenset[str]
) -> str | _Undefined | None:
    match target:
        case str() if not target.startswith(("../", "/", "#")):
            return target.replace("*", star)
        case dict():
            for condition, inner in target.items():
                if condition in conditions:
                    found = _condition(inner, star, is_file, conditions)
                    if found is not _UNDEFINED:
                        return found
            return _UNDEFINED
        case list():
            for inner in target:
                found = _condition(inner, star, is_file, conditions)
                if isinstance(found, str) and (is_file(found) or not found.startswith("./")):
                    return found
        case _:
            pass
    return None
