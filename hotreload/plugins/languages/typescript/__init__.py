"""TypeScript, TSX and JSX as JavaScript; see docs/typescript.md."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from hotreload.plugins import Claim, PluginError, Project, Source, Transformed
from hotreload.plugins.languages.base import Language
from hotreload.plugins.languages.engine import EngineError, MissingExtraError
from hotreload.plugins.languages.typescript.compiler import Job, TransformError, sucrase
from hotreload.plugins.languages.typescript.tsconfig import (
    TsConfig,
    TsConfigError,
    TsConfigs,
    read_config_text,
)
from hotreload.project.importmap import is_relative
from hotreload.project.problems import Problem, ProblemError, problem_at
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


class TypeScript(Language):
    """Claims ``.ts``, ``.tsx``, ``.jsx`` and ``.mts``."""

    claims = (
        Claim(".ts", "script", stands_for=("", ".js")),
        Claim(".tsx", "script", stands_for=("", ".js", ".jsx")),
        Claim(".jsx", "script", stands_for=("", ".js")),
        Claim(".mts", "script", stands_for=("", ".mjs")),
    )

    def __init__(self) -> None:
        self._sucrase = sucrase()
        self._imports = Imports()

    def begin(self, code: str, url: str, path: Path) -> None:
        with suppress(TsConfigError):  # said when it is transformed
            self._sucrase.begin(_job(code, url, self._imports.configs.above(path.parent)))

    def transform(self, code: str, source: Source) -> Transformed:
        url = file_url(source.url)
        config = self._imports.config(url, source, partial(_depend, source, _root(source)))
        job = _job(code, url, config)
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
        return self._imports.lead(specifier, importer, project)


class Imports:
    """Where imports lead in what is written in TypeScript, by its configurations."""

    def __init__(self) -> None:
        self.configs = TsConfigs()

    def lead(self, specifier: str, importer: str, project: Project) -> str | None:
        """The URL of an import, or None where nothing is said of it.

        Args:
            specifier: as written.
            importer: URL of the module it stands in.
            project: for questions.
        """
        path, question, query = specifier.partition("?")
        if is_relative(path):
            found = _existing(join(importer, path), project)
        elif ":" in path or path.startswith("#"):
            return None
        else:
            try:
                config = self.config(importer, project)
            except ProblemError:
                return None  # the importer itself says what is wrong
            root = _root(project)
            urls = [_url_below(root, target) for target in config.targets(path) if root is not None]
            existing = (_existing(url, project) for url in urls if url is not None)
            found = next(filter(None, existing), None)
        return None if found is None else found + question + query

    def config(
        self, url: str, project: Project, note: Callable[[Path], None] = lambda path: None
    ) -> TsConfig:
        """The configuration that a file is under.

        Args:
            url: the file's.
            project: for questions.
            note: gets each path that matters, there or not.

        Raises:
            ProblemError: it can't be used.
        """
        try:
            return self.configs.above(project.path(url).parent, note)
        except TsConfigError as error:
            raise ProblemError(_problem(error, url, project)) from None


def _depend(source: Source, root: Path | None, path: Path) -> None:
    # One that may yet be written matters too, where that would be noticed.
    if (root is not None and path.is_relative_to(root)) or path.is_file():
        source.depends_on(path)


def _root(project: Project) -> Path | None:
    try:
        return project.path("/")
    except PluginError:
        return None


def _problem(error: TsConfigError, url: str, project: Project) -> Problem:
    root = _root(project)
    owner = None if root is None else _url_below(root, str(error.path))
    if owner is None or error.line is None or (text := read_config_text(error.path)) is None:
        return Problem(owner or url, "syntax", str(error))
    return problem_at(owner, "syntax", error.message, text, error.line, error.column or 1)


def _job(code: str, url: str, config: TsConfig) -> Job:
    ending = suffix(url)
    return Job(code, url, ending != ".jsx", ending in (".tsx", ".jsx"), _options(config, code))


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
