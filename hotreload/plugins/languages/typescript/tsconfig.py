"""What ``tsconfig.json`` and ``jsconfig.json`` say that matters to a browser.

Source of the rules: the TSConfig reference (``extends``, ``paths``, ``baseUrl``, ``jsx…``).
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("tsconfig.json", "jsconfig.json")

# Strings as they are, comments away; then commas that nothing follows.
_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*+")|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?')
_LAST_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*+")|,(?=\s*+[}\]])')
_MOST_EXTENDED = 20


class TsConfigError(ValueError):
    """A configuration that can't be used.

    Args:
        path: the file's.
        message: what is wrong with it.
        line: 1-based, or None.
        column: 1-based, or None.
    """

    def __init__(
        self, path: Path, message: str, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(f"{path.name}: {message}")
        self.path = path
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class TsConfig:
    """The options of a project, with those it extends.

    Args:
        options: ``compilerOptions``.
        base: the folder that bare specifiers are looked for in (``baseUrl``), or None.
        paths: absolute targets by pattern, in the order in which they are tried.
    """

    options: Mapping[str, object] = field(default_factory=dict)
    base: str | None = None
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """An option that is a string."""
        value = self.options.get(name)
        return value if isinstance(value, str) else default

    def targets(self, specifier: str) -> list[str]:
        """The absolute paths that a bare specifier may mean, without suffixes, best first."""
        found = _match(specifier, self.paths)
        if found is not None:
            return found
        return [os.path.normpath(f"{self.base}/{specifier}")] if self.base is not None else []


@dataclass(frozen=True, slots=True)
class _Found:
    """What a folder is under, and the state of each path that was looked at for that."""

    result: TsConfig | TsConfigError
    looked: Mapping[Path, "_State | None"]


# Of a file: its time, size and inode.
_State = tuple[int, int, int]


class TsConfigs:
    """The configurations of folders, read again when a file that matters to one changes."""

    def __init__(self) -> None:
        self._found: dict[Path, _Found] = {}

    def above(self, folder: Path, note: Callable[[Path], None] = lambda path: None) -> TsConfig:
        """The configuration of a folder: the nearest one in it or above it.

        Args:
            folder: absolute.
            note: gets each path that matters, there or not.

        Raises:
            TsConfigError: it can't be used.
        """
        found = self._found.get(folder)
        if found is None or any(_state(path) != then for path, then in found.looked.items()):
            found = self._found[folder] = _look(folder)
        for path in found.looked:
            note(path)
        if isinstance(found.result, TsConfigError):
            raise found.result.with_traceback(None)
        return found.result


def _look(folder: Path) -> _Found:
    looked: dict[Path, _State | None] = {}

    def read(path: Path) -> str | None:
        looked[path] = _state(path)
        return read_config_text(path)

    try:
        for place in (folder, *folder.parents):
            for name in NAMES:
                if read(place / name) is not None:
                    return _Found(read_tsconfig(place / name, read), looked)
    except TsConfigError as error:
        return _Found(error, looked)
    return _Found(TsConfig(), looked)


def _state(path: Path) -> _State | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def read_config_text(path: Path) -> str | None:
    """The text of a configuration; None if there is none.

    Raises:
        TsConfigError: it can't be read.
    """
    try:
        return path.read_text("utf-8-sig") if path.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise TsConfigError(path, f"it can't be read: {error}") from None


def read_tsconfig(path: Path, read: Callable[[Path], str | None], depth: int = 0) -> TsConfig:
    """Read a configuration and what it extends.

    Args:
        path: absolute.
        read: the text of a file, or None if there is none.

    Raises:
        TsConfigError: it, or what it extends, can't be used.
    """
    text = read(path)
    if text is None:
        raise TsConfigError(path, "there is no such file")
    if depth > _MOST_EXTENDED:
        raise TsConfigError(path, "it extends itself")
    data = parse_jsonc(path, text)
    if not isinstance(data, dict):
        raise TsConfigError(path, "it is not an object")
    extended = data.get("extends", [])
    result = TsConfig()
    for name in extended if isinstance(extended, list) else [extended]:
        if isinstance(name, str):
            base = read_tsconfig(_extended(path, name, read), read, depth + 1)
            result = _merge(result, base)
    options = data.get("compilerOptions", {})
    return _merge(result, _own(path, options)) if isinstance(options, dict) else result


def parse_jsonc(path: Path, text: str) -> Any:
    """JSON with comments and trailing commas.

    Raises:
        TsConfigError: it is something else.
    """
    plain = _COMMENT.sub(lambda m: m[1] or re.sub(r"[^\n]", " ", m[0]), text)
    plain = _LAST_COMMA.sub(lambda m: m[1] or " ", plain)
    try:
        return json.loads(plain)
    except json.JSONDecodeError as error:
        raise TsConfigError(path, f"invalid JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise TsConfigError(path, "invalid JSON: nested too deep") from None


def _own(path: Path, options: Mapping[str, object]) -> TsConfig:
    folder = path.parent
    base_url = options.get("baseUrl")
    base = os.path.normpath(folder / base_url) if isinstance(base_url, str) else None
    paths = {}
    given = options.get("paths")
    for pattern, targets in given.items() if isinstance(given, dict) else ():
        if isinstance(targets, list):
            start = base if base is not None else str(folder)
            paths[pattern] = tuple(
                os.path.normpath(f"{start}/{target}")
                for target in targets
                if isinstance(target, str)
            )
    return TsConfig(options, base, paths)


def _merge(base: TsConfig, own: TsConfig) -> TsConfig:
    return TsConfig(
        {**base.options, **own.options},
        own.base if own.base is not None else base.base,
        own.paths if "paths" in own.options else base.paths,
    )


def _extended(path: Path, name: str, read: Callable[[Path], str | None]) -> Path:
    if name.startswith(("./", "../", "/")) or name in (".", ".."):
        starts = [path.parent / name]
    else:
        starts = [folder / "node_modules" / name for folder in path.parents]
    for start in starts:
        for candidate in (start, Path(f"{start}.json"), start / "tsconfig.json"):
            candidate = Path(os.path.normpath(candidate))
            if candidate.suffix == ".json" and read(candidate) is not None:
                return candidate
    raise TsConfigError(path, f'it extends "{name}", which is not there')


def _match(specifier: str, paths: Mapping[str, tuple[str, ...]]) -> list[str] | None:
    best: tuple[str, str, str] | None = None
    for pattern in paths:
        head, star, tail = pattern.partition("*")
        if not star:
            if pattern == specifier:
                return list(paths[pattern])
            continue
        fits = specifier.startswith(head) and specifier.endswith(tail)
        better = best is None or len(head) > len(best[1])
        if fits and better and len(specifier) >= len(head) + len(tail):
            best = pattern, head, tail
    if best is None:
        return None
    pattern, head, tail = best
    matched = specifier[len(head) : len(specifier) - len(tail)]
    return [os.path.normpath(target.replace("*", matched, 1)) for target in paths[pattern]]
