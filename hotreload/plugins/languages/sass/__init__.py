"""Sass and SCSS as CSS; see docs/sass.md."""

import logging
import os
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hotreload.plugins import Claim, PluginError, Source, Transformed
from hotreload.plugins.languages.base import Language
from hotreload.plugins.languages.engine import Engine, EngineError, MissingExtraError
from hotreload.project.problems import ProblemError, problem_at
from hotreload.project.urls import file_url, to_url

MISSING = "Sass needs an extra: pip install 'hotreload-server[sass]', and restart"

# Characters of source: the map of more takes longer to pass on than the stylesheet to make.
PROGRAM = Path(__file__).with_name("sass.js")
_MOST_MAPPED = 100_000
# What the compiler looks for in a folder.
_ENDINGS = (".scss", ".sass", ".css", "package.json")

logger = logging.getLogger("hotreload")

# URL paths of "folders" and "files".
_Places = Mapping[str, Collection[str]]


@cache
def _engine() -> Engine:
    return Engine(PROGRAM)


class Sass(Language):
    """Claims ``.scss`` and ``.sass``.

    Args:
        load_paths: URL paths of the folders that ``@use`` and ``@import`` also look in.
    """

    claims = (Claim(".scss", "style"), Claim(".sass", "style"))
    slow = True

    def __init__(self, load_paths: Iterable[str] = ()) -> None:
        self._load_paths = tuple(load_paths)
        self._engine = _engine()
        self._used: dict[str, _Places] = {}
        self._warned: set[tuple[str, ...]] = set()

    def transform(self, code: str, source: Source) -> Transformed:
        url = file_url(source.url)
        texts: dict[str, str | None] = {}
        try:
            answer = self._compile(url, code, source, texts)
        except MissingExtraError:
            raise PluginError(MISSING) from None
        except EngineError as error:
            raise PluginError(str(error)) from None
        if "css" not in answer:
            owner, text = answer["url"], texts.get(answer["url"])
            place = answer["line"], answer["column"]
            raise ProblemError(problem_at(owner, "syntax", answer["message"], text or "", *place))
        self._used[url] = answer["used"]
        self._warn(answer["warnings"])
        length = sum(len(text or "") for text in texts.values())
        return Transformed(answer["css"], answer["map"] if length <= _MOST_MAPPED else None)

    def _compile(
        self, url: str, code: str, source: Source, texts: dict[str, str | None]
    ) -> dict[str, Any]:
        """What the compiler answers when it knows all it asked for.

        It can't ask while it works, so it is given what it used the last time, leaves off where
        something else is wanted, and begins again with that.
        """

        def look(places: _Places) -> dict[str, object]:
            texts.update({path: _text(source, path) for path in places["files"]})
            texts[url] = code
            return {
                "folders": {path: _names(source, path) for path in places["folders"]},
                "files": {path: texts[path] for path in (*places["files"], url)},
            }

        used = self._used.get(url, {"folders": (), "files": ()})
        with self._engine:
            answer: dict[str, Any] = self._engine.call(
                {"url": url, "loadPaths": self._load_paths, "known": look(used)}
            )
            while "wanted" in answer:
                answer = self._engine.call({"known": look(answer["wanted"])})
        return answer

    def _warn(self, warnings: Iterable[Mapping[str, Any]]) -> None:
        """Say what ``@warn``, ``@debug`` and Sass itself have to say, once each."""
        for note in warnings:
            message = note["message"].partition("\n\n")[0].replace("\n", " ")
            place = f"{note['url']}:{note['line']}" if note["url"] else "Sass"
            if (place, message) not in self._warned:
                self._warned.add((place, message))
                logger.warning("%s: %s", place, message)


def _names(source: Source, folder: str) -> list[str] | None:
    """What the compiler may look for among a folder's files; None if there is no such folder."""
    place = _place(source, folder)
    if place is None:
        return None
    source.depends_on(folder)
    try:
        with os.scandir(place) as entries:
            names = [e.name for e in entries if e.name.endswith(_ENDINGS) and e.is_file()]
        return [to_url((name,))[1:] for name in names]
    except (OSError, UnicodeEncodeError):
        return None


def _text(source: Source, file: str) -> str | None:
    if _place(source, file) is None or not source.is_file(file):
        return None
    return source.read(file)


def _place(source: Source, url: str) -> Path | None:
    try:
        return source.path(url)
    except PluginError:
        return None  # what may not be served is not there
