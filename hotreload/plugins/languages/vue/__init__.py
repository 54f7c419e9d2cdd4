"""Vue's single-file components; see docs/vue.md.

``/a.vue`` is a module. Its styles are stylesheets of their own, with URLs that are no files:
``/a.vue.0.vuecss`` is the first.
"""

import json
import logging
import re
from functools import partial
from pathlib import Path

from hotreload.plugins import Claim, PluginError, Project, Source, Transformed
from hotreload.plugins.languages.base import Language
from hotreload.plugins.languages.block_styles import BlockStyles, StylePlace
from hotreload.plugins.languages.engine import EngineError, MissingExtraError
from hotreload.plugins.languages.installed_version import installed_version, older
from hotreload.plugins.languages.typescript import Imports
from hotreload.plugins.languages.vue.compiler import Compiled, MistakeError, Needs, vue_compiler
from hotreload.project.problems import Problem, ProblemError, problem_at
from hotreload.project.urls import file_url, suffix

MISSING = "Vue components need an extra: pip install 'hotreload-server[vue]', and restart"

_STYLE = re.compile(r"(?P<file>.*\.vue)\.(?P<index>\d+)\.(?:module\.)?vuecss")

_OLDEST = (3, 5)
_TOO_OLD = (
    "the project has vue {}, and components are compiled for 3.5 and later: npm install vue@latest"
)

logger = logging.getLogger("hotreload")


class Vue(Language):
    """Claims ``.vue``, and the suffix of the styles that are in them."""

    claims = (Claim(".vue", "script"), Claim(".vuecss", "style"))

    def __init__(self) -> None:
        self._compiler = vue_compiler()
        self._imports = Imports()
        self._styles = BlockStyles()
        self._used: dict[str, tuple[str, ...]] = {}
        self._warned: set[tuple[str, str]] = set()
        self._last: dict[str, tuple[str, str, Transformed]] = {}

    def begin(self, code: str, url: str, path: Path) -> None:
        if not self._used.get(url):
            self._compiler.begin(code, url, {})

    def resolve(self, specifier: str, importer: str, project: Project) -> str | None:
        if suffix(importer) != ".vue":
            return None
        return self._imports.lead(specifier, importer, project)

    def load(self, source: Source) -> str | None:
        place = _STYLE.fullmatch(file_url(source.url))
        if place is None:
            return None
        url, index = place["file"], int(place["index"])
        if not source.is_file(url):
            return None
        code = source.read(url)
        try:
            block = self._compiler.block(code, url, index)
            if block is None:
                return None
            made = self._styles.css(StylePlace(url, code, block.line, index), block, source)
            try:
                return self._compiler.style(code, url, index, made.css)
            except MistakeError as error:
                raise ProblemError(made.problem(error.message, error.line, error.column)) from None
        except MistakeError as error:
            # The module says what is wrong with the file, too.
            raise ProblemError(_problem(error, url, code, source)) from None
        except MissingExtraError:
            raise PluginError(MISSING) from None
        except EngineError as error:
            raise PluginError(str(error)) from None

    def transform(self, code: str, source: Source) -> Transformed | None:
        url = file_url(source.url)
        if suffix(url) != ".vue":
            return None
        try:
            made = self._module(code, url, source)
        except MistakeError as error:
            raise ProblemError(_problem(error, url, code, source)) from None
        except MissingExtraError:
            raise PluginError(MISSING) from None
        except EngineError as error:
            raise PluginError(str(error)) from None
        self._warn(url, made.warnings)
        version = installed_version("vue", url, source)
        if version is not None and older(version, _OLDEST):
            self._warn("Vue", (_TOO_OLD.format(version),))
        last = self._last.get(url)
        if last is not None and last[:2] == (made.code, made.lines):
            # An edit of a style: a map with another text of it would be another module.
            return last[2]
        mapped = Transformed(
            made.code, _map(url, code, made.lines), partial(_map, url, code, made.exact)
        )
        self._last[url] = made.code, made.lines, mapped
        return mapped

    def _module(self, code: str, url: str, source: Source) -> Compiled:
        """What the compiler makes when it knows all it asked for.

        It can't ask while it works, so it is given what it used the last time.
        """
        known = {path: _text(source, path) for path in self._used.get(url, ())}
        while isinstance(made := self._compiler.module(code, url, known), Needs):
            known |= {path: _text(source, path) for path in made.paths}
        self._used[url] = made.used
        return made

    def _warn(self, url: str, warnings: tuple[str, ...]) -> None:
        for warning in warnings:
            message = warning.partition("\n\n")[0].replace("\n", " ")
            if (url, message) not in self._warned:
                self._warned.add((url, message))
                logger.warning("%s: %s", url, message)


def _map(url: str, code: str, mappings: str) -> str:
    sources = {"sources": [url], "sourcesContent": [code]}
    return json.dumps({"version": 3, **sources, "names": [], "mappings": mappings})


def _text(source: Source, path: str) -> str | None:
    try:
        return source.read(path) if source.is_file(path) else None
    except PluginError:
        return None  # what may not be served is not there


def _problem(error: MistakeError, url: str, code: str, source: Source) -> Problem:
    owner, text = url, code
    if error.file is not None:
        owner, text = error.file, _text(source, error.file) or ""
    return problem_at(owner, "syntax", error.message, text, error.line, error.column)
