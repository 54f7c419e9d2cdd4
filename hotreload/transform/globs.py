"""`import.meta.glob(…)`: which files it means, and what stands for the call.

Source of the rules: Vite's guide, "Features: Glob Import".
"""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, unquote, urlencode

from hotreload.project.urls import file_url

_OPTIONS = frozenset({"eager", "import", "query", "as", "exhaustive", "base"})
_MAGIC = frozenset("*?[{(!+@")


class GlobError(ValueError):
    """A call that can't be answered; the message says what it should be."""


class Globbed(NamedTuple):
    """A call in a linked module: its patterns, and the files that they meant, as decoded paths."""

    patterns: tuple[str, ...]
    files: tuple[str, ...]
    exhaustive: bool = False

    def changes_with(self, path: str, *, is_file: bool) -> bool:
        """Whether the files that are meant are others, given that a path is one now or is not."""
        if not is_file:
            return any(file == path or file.startswith(f"{path}/") for file in self.files)
        meant = matcher(self.patterns, exhaustive=self.exhaustive)
        return path not in self.files and meant(path)


@dataclass(frozen=True, slots=True)
class Glob:
    """What a call asks for.

    Args:
        patterns: absolute, decoded; those that begin with ``!`` take out.
        base: the folder that keys are relative to, with its last slash; None for absolute keys.
        eager: the files are imported with the module.
        name: the export that is taken of each; None for the whole module.
        query: what is added to each address, with its question mark.
        exhaustive: hidden files and packages count.
    """

    patterns: tuple[str, ...]
    base: str | None
    eager: bool = False
    name: str | None = None
    query: str = ""
    exhaustive: bool = False

    def key(self, file: str) -> str:
        """The key of a file."""
        if self.base is None:
            return file
        path = posixpath.relpath(file, self.base)
        return path if path.startswith(".") else f"./{path}"


def read_glob(url: str, arguments: list[object]) -> Glob:
    """What a call asks for.

    Args:
        url: URL path of the module that it stands in.
        arguments: of the call.

    Raises:
        GlobError: they are not what they have to be.
    """
    match arguments:
        case [str() as one, *rest]:
            written = [one]
        case [list() as several, *rest] if all(isinstance(each, str) for each in several):
            written = [str(each) for each in several]
        case _:
            raise GlobError("its first argument is a pattern, or a list of such, in quotes")
    options = rest[0] if rest else {}
    if not isinstance(options, dict) or len(rest) > 1:
        raise GlobError("its second argument is an object of options")
    if unknown := sorted(options.keys() - _OPTIONS):
        known = ", ".join(sorted(_OPTIONS))
        raise GlobError(f'there is no option "{unknown[0]}": there are {known}')
    folder = unquote(file_url(url)).rpartition("/")[0]
    if isinstance(options.get("base"), str):
        folder = posixpath.normpath(posixpath.join(f"{folder}/", str(options["base"]))).rstrip("/")
        keys: str | None = f"{folder}/"
    else:
        keys = f"{folder}/" if all(each[:1] in (".", "!") for each in written) else None
    name = options.get("import")
    query = _query(options.get("query"))
    if options.get("as") in ("raw", "url"):
        query, name = f"?{options['as']}", "default"
    return Glob(
        tuple(_absolute(each, folder) for each in written),
        keys,
        options.get("eager") is True,
        str(name) if isinstance(name, str) and name != "*" else None,
        query,
        options.get("exhaustive") is True,
    )


def _query(query: object) -> str:
    if isinstance(query, dict):
        plain = {
            key: str(value).lower() if value in (True, False) else value
            for key, value in query.items()
        }
        return f"?{urlencode(plain)}"
    if not isinstance(query, str) or not query:
        return ""
    return query if query.startswith("?") else f"?{query}"


def _absolute(pattern: str, folder: str) -> str:
    """A pattern as one of absolute paths; only what was written in it is a pattern."""
    without, pattern = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    if pattern.startswith(("/", "**")):
        return without + pattern
    if pattern in (".", "..") or pattern.startswith(("./", "../")):
        parts = folder.split("/")
        names = pattern.split("/")
        while names and names[0] in (".", ".."):
            if names.pop(0) == ".." and len(parts) > 1:
                parts.pop()
        from wcmatch.glob import escape

        return without + "/".join([escape("/".join(parts), unix=True), *names])
    raise GlobError(f'"{pattern}" does not begin with "./", "../" or "/"')


def matcher(patterns: Iterable[str], *, exhaustive: bool = False) -> "Matcher":
    """What tells whether a path is meant by patterns, of which some take out."""
    # Few projects need it.
    from wcmatch.glob import BRACE, CASE, DOTGLOB, EXTGLOB, FORCEUNIX, GLOBSTAR, compile

    flags = BRACE | CASE | EXTGLOB | FORCEUNIX | GLOBSTAR | (DOTGLOB if exhaustive else 0)
    given = list(patterns)
    wanted = [pattern for pattern in given if not pattern.startswith("!")]
    without = [pattern[1:] for pattern in given if pattern.startswith("!")]
    return Matcher(
        compile(wanted, flags=flags, exclude=without or None),
        exhaustive or any("node_modules" in pattern for pattern in wanted),
    )


class Matcher(NamedTuple):
    """Tells whether a decoded path is meant."""

    compiled: object
    packages: bool

    def __call__(self, path: str) -> bool:
        if not self.packages and "/node_modules/" in path:
            return False
        return bool(self.compiled.match(path))  # type: ignore[attr-defined]


def folder_of(pattern: str) -> str:
    """The folder that all files of a pattern are in: a path that ends with a slash."""
    names: list[str] = []
    for name in pattern.split("/")[:-1]:
        plain = name.replace("\\", "")
        if any(character in _MAGIC for character in name.replace("\\\\", "")) and "\\" not in name:
            break
        names.append(plain)
    return "/".join(names) + "/"


def url_of(path: str) -> str:
    """The URL path of a decoded path."""
    return quote(path, safe="/!$&'()*+,;=:@~|[]")


def render_keys(glob: Glob, files: Iterable[str]) -> Mapping[str, str]:
    """The keys of files, and each one's specifier."""
    return {glob.key(file): url_of(file) + glob.query for file in files}
