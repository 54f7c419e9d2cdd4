"""Svelte's components, and modules with runes; see docs/svelte.md.

``/a.svelte`` is a module. Its style is a stylesheet of its own, with a URL that is no file:
``/a.svelte.sveltecss``.
"""

import json
import logging
import re
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from hotreload.plugins import Claim, PluginError, Project, Source, Transformed
from hotreload.plugins.languages.base import Language
from hotreload.plugins.languages.block_styles import BlockStyles, StylePlace
from hotreload.plugins.languages.engine import Engine, EngineError, MissingExtraError
from hotreload.plugins.languages.installed_version import installed_version, older
from hotreload.plugins.languages.typescript import Imports
from hotreload.project.problems import ProblemError, problem_at
from hotreload.project.urls import file_url, suffix

MISSING = "Svelte components need an extra: pip install 'hotreload-server[svelte]', and restart"

PROGRAM = Path(__file__).with_name("svelte.js")
_STYLE_SUFFIX = ".sveltecss"
_RUNES = (".svelte.js", ".svelte.ts")
# Comments and scripts may have in them what looks like a style.
_STYLE = re.compile(
    r"<!--.*?-->|<script\b.*?</script\s*>|<style\b(?P<attributes>[^>]*)>(?P<text>.*?)</style\s*>",
    re.S | re.I,
)
_LANG = re.compile(r"\blang\s*=\s*[\"']?([\w-]+)")

logger = logging.getLogger("hotreload")


@cache
def _engine() -> Engine:
    return Engine(PROGRAM)


@dataclass(frozen=True, slots=True)
class _Block:
    content: str
    lang: str
    src: str = ""


class Svelte(Language):
    """Claims ``.svelte``, and the suffix of the styles that are in them."""

    claims = (Claim(".svelte", "script"), Claim(_STYLE_SUFFIX, "style"))
    # Modules with runes have `.js` and `.ts` at their end.
    suffixes = (".svelte", _STYLE_SUFFIX, ".js", ".ts")

    def __init__(self) -> None:
        self._engine = _engine()
        self._imports = Imports()
        self._styles = BlockStyles()
        self._css: dict[str, tuple[str, str]] = {}
        self._warned: set[tuple[str, str]] = set()
        self._last: dict[str, tuple[str, str, Transformed]] = {}

    def begin(self, code: str, url: str, path: Path) -> None:
        block = _style_of(code)
        if url.endswith(".svelte") and (block is None or _language(block) == "css"):
            self._engine.begin(_request(code, url))

    def resolve(self, specifier: str, importer: str, project: Project) -> str | None:
        if suffix(importer) != ".svelte":
            return None
        return self._imports.lead(specifier, importer, project)

    def load(self, source: Source) -> str | None:
        url = file_url(source.url)
        owner = url.removesuffix(_STYLE_SUFFIX)
        if owner == url or not source.is_file(owner):
            return None
        code = self._plain(source.read(owner), owner, source)
        known = self._css.get(owner)
        if known is None or known[0] != code:
            known = code, self._compile(code, owner)["css"]
            self._css[owner] = known
        return known[1] or None

    def transform(self, code: str, source: Source) -> Transformed | None:
        url = file_url(source.url)
        if not url.endswith((".svelte", *_RUNES)):
            return None
        plain = self._plain(code, url, source) if url.endswith(".svelte") else code
        made = self._compile(plain, url)
        if url.endswith(".svelte"):
            self._css[url] = plain, made["css"]
        for warning in made["warnings"]:
            self._warn(f"{url}:{warning['line']}", warning["message"])
        wanted = made["version"].split(".")
        version = installed_version("svelte", url, source)
        if version is not None and older(version, (int(wanted[0]), int(wanted[1]))):
            self._warn("Svelte", _TOO_OLD.format(version, made["version"]))
        last = self._last.get(url)
        if last is not None and last[:2] == (made["code"], made["lines"]):
            # An edit of a style: a map with another text of it would be another module.
            return last[2]
        exact = partial(_map, url, code, made["exact"])
        mapped = Transformed(made["code"], _map(url, code, made["lines"]), exact)
        self._last[url] = made["code"], made["lines"], mapped
        return mapped

    def _plain(self, code: str, url: str, source: Source) -> str:
        """A component whose style is CSS; every line stays where it is.

        Raises:
            ProblemError, PluginError: it can't be compiled.
        """
        block = _style_of(code)
        if block is None or (lang := _language(block)) == "css":
            return code
        line = code.count("\n", 0, block.start("text")) + 1
        text = block["text"]
        made = self._styles.css(StylePlace(url, code, line, 0), _Block(text, lang), source)
        one_line = " ".join(made.css.split("\n"))
        return (
            code[: block.start("text")]
            + one_line
            + "\n" * text.count("\n")
            + code[block.end("text") :]
        )

    def _compile(self, code: str, url: str) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._engine.call(_request(code, url))
        except MissingExtraError:
            raise PluginError(MISSING) from None
        except EngineError as error:
            raise PluginError(str(error)) from None
        if "code" not in answer:
            place = answer["line"], answer["column"]
            raise ProblemError(problem_at(url, "syntax", answer["message"], code, *place))
        return answer

    def _warn(self, place: str, message: str) -> None:
        if (place, message) not in self._warned:
            self._warned.add((place, message))
            logger.warning("%s: %s", place, message)


_TOO_OLD = (
    "the project has svelte {}, and components are compiled for {}, which may need what that has "
    "not: npm install svelte@latest"
)


def _request(code: str, url: str) -> dict[str, object]:
    style = url + _STYLE_SUFFIX if url.endswith(".svelte") else None
    return {"url": url, "code": code, "style": style}


def _style_of(code: str) -> "re.Match[str] | None":
    return next((found for found in _STYLE.finditer(code) if found["text"] is not None), None)


def _language(block: "re.Match[str]") -> str:
    found = _LANG.search(block["attributes"])
    return found[1] if found is not None else "css"


def _map(url: str, code: str, mappings: str) -> str:
    sources = {"sources": [url], "sourcesContent": [code]}
    return json.dumps({"version": 3, **sources, "names": [], "mappings": mappings})
