"""TypeScript, TSX and JSX as JavaScript; see docs/typescript.md."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from hotreload.languages.engine import EngineError, MissingExtraError
from hotreload.languages.sucrase import Job, TransformError, sucrase
from hotreload.languages.tsconfig import NAMES, TsConfig, TsConfigError, read_tsconfig
from hotreload.plugins import Claim, Plugin, PluginError, Project, Source, Transformed
from hotreload.problems import Problem, ProblemError, problem_at
from hotreload.project.importmap import is_relative
from hotreload.project.urls import file_url, join, suffix
from hotreload.transform.sourcemap import line_map

MISSING = (
    "TypeScript and JSX need an extra: pip install 'hotreload-server[typescript]', and restart"
)

# What an import may mean that names another file, or none; as TypeScript and bundlers have it.
_REPLACES = {".js": (".ts", ".tsx", ".jsx"), ".jsx": (".tsx",), ".mjs": (".mts",)}
_ADDED = (".mts", ".ts", ".tsx", ".jsx", ".js", ".mjs", ".json")

_PRAGMA = re.compile(r"@(jsxImportSource|jsxRuntime|jsxFrag|jsx)\s+([^\s*]+)")
_COMMENT = re.compile(r"\s*+(?:/\*(?:[^*]|\*(?!/))*+\*/|//[^\n]*+|#![^\n]*+)")
_PRAGMA_OPTIONS = {
    "jsxImportSource": "jsxImportSource",
    "jsx": "jsxPragma",
    "jsxFrag": "jsxFragmentPragma",
    "jsxRuntime": "jsxRuntime",
}

_Read = Callable[[Path], str | None]


class TypeScript(Plugin):
    """Claims ``.ts``, ``.tsx``, ``.jsx`` and ``.mts``."""

    claims = (
        Claim(".ts", "script", stands_for=("", ".js")),
        Claim(".tsx", "script", stands_for=("", ".js", ".jsx")),
        Claim(".jsx", "script", stands_for=("", ".js")),
        Claim(".mts", "script", stands_for=("", ".mjs")),
    )

    def __init__(self) -> None:
        self._sucrase = sucrase()

    def transform(self, code: str, source: Source) -> Transformed:
        url = file_url(source.url)
        ending = suffix(url)
        config = self._config(url, source, partial(_read_depending, source))
        job = Job(code, url, ending != ".jsx", ending in (".tsx", ".jsx"), _options(config, code))
        try:
            made = self._sucrase.transform(job)
        except MissingExtraError:
            raise PluginError(MISSING) from None
        except EngineError as error:
            raise PluginError(str(error)) from None
        except TransformError as error:
            raise ProblemError(
                problem_at(url, "syntax", error.message, code, error.line, error.column)
            ) from None
        if config.paths or config.base is not None:
            # Where imports lead is part of what is made of a file.
            rules = json.dumps([config.base, config.paths])
            made += f"\n//# paths={sha256(rules.encode()).hexdigest()[:8]}"
        # Sucrase leaves lines where they were; to tell where its columns come from takes a while.
        return Transformed(made, line_map(url, code), partial(self._sucrase.map, job))

    def resolve(self, specifier: str, importer: str, project: Project) -> str | None:
        if not any(claim.suffix == suffix(importer) for claim in self.claims):
            return None
        path, question, query = specifier.partition("?")
        if is_relative(path):
            found = _existing(join(importer, path), project)
        elif ":" in path or path.startswith("#"):
            return None
        else:
            try:
                config = self._config(importer, project, _read)
            except ProblemError:
                return None  # the importer itself says what is wrong
            root = _root(project)
            urls = [_url_below(root, target) for target in config.targets(path) if root is not None]
            existing = (_existing(url, project) for url in urls if url is not None)
            found = next(filter(None, existing), None)
        return None if found is None else found + question + query

    def _config(self, url: str, project: Project, read: _Read) -> TsConfig:
        """The configuration that a file is under: the nearest one above it.

        Raises:
            ProblemError: it can't be used.
        """
        file = project.path(url)
        for folder in file.parents:
            for name in NAMES:
                path = folder / name
                if read(path) is None:
                    continue
                try:
                    return read_tsconfig(path, read)
                except TsConfigError as error:
                    raise ProblemError(_problem(error, url, project)) from None
        return TsConfig()


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8-sig") if path.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise PluginError(f"{path} can't be read: {error}") from None


def _read_depending(source: Source, path: Path) -> str | None:
    root = _root(source)
    # One that may yet be written matters too, where that would be noticed.
    if path.is_file() or (root is not None and path.is_relative_to(root)):
        source.depends_on(path)
    return _read(path)


def _root(project: Project) -> Path | None:
    try:
        return project.path("/")
    except PluginError:
        return None


def _problem(error: TsConfigError, url: str, project: Project) -> Problem:
    root = _root(project)
    owner = None if root is None else _url_below(root, str(error.path))
    text = _read(error.path)
    if owner is None or error.line is None or text is None:
        return Problem(owner or url, "syntax", str(error))
    return problem_at(owner, "syntax", error.message, text, error.line, error.column or 1)


def _options(config: TsConfig, code: str) -> dict[str, object]:
    """Sucrase's options for a file: what its configuration says, and its own first comments."""
    jsx = config.text("jsx")
    factory = config.text("jsxFactory")
    options: dict[str, object] = {
        "jsxRuntime": "classic" if jsx == "react" or (factory and not jsx) else "automatic",
        "production": jsx != "react-jsxdev",
        "jsxImportSource": config.text("jsxImportSource", "react"),
        "jsxPragma": factory or "React.createElement",
        "jsxFragmentPragma": config.text("jsxFragmentFactory", "React.Fragment"),
        "keepUnusedImports": config.options.get("verbatimModuleSyntax") is True,
    }
    pragmas = dict(_PRAGMA.findall("\n".join(_first_comments(code))))
    if "jsx" in pragmas or "jsxImportSource" in pragmas:
        options["jsxRuntime"] = "classic" if "jsx" in pragmas else "automatic"
    for name, value in pragmas.items():
        if name != "jsxRuntime" or value in ("classic", "automatic"):
            options[_PRAGMA_OPTIONS[name]] = value
    return options


def _first_comments(code: str) -> Iterator[str]:
    position = 0
    while (comment := _COMMENT.match(code, position)) is not None:
        yield comment[0]
        position = comment.end()


def _url_below(root: Path, target: str) -> str | None:
    """The URL of a path on the disk, if it is served from the root."""
    path = Path(target)
    return "/" + quote(path.relative_to(root).as_posix()) if path.is_relative_to(root) else None


def _existing(url: str, project: Project) -> str | None:
    """The file that an import's URL means, or None."""
    if project.is_file(url):
        return url
    ending = suffix(url)
    stem = url[: -len(ending)] if ending else url
    candidates = [stem + other for other in _REPLACES.get(ending, ())]
    for path in (url, f"{url.rstrip('/')}/index"):
        candidates += [path + other for other in _ADDED]
    return next((candidate for candidate in candidates if project.is_file(candidate)), None)
