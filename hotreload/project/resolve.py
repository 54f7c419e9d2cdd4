"""Specifiers to URLs: relative ones, those of import maps, and packages of ``node_modules``.

Source of the package rules: Node.js, "Modules: Packages" (``exports``, conditions, patterns).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlsplit

from hotreload.project.importmap import ImportMap, is_relative
from hotreload.project.urls import join

CONDITIONS = frozenset({"browser", "development", "module", "import", "default"})


class UnresolvedError(Exception):
    """A specifier that leads nowhere; the message says what and what to do."""


class Lookup(Protocol):
    """What resolving needs to know of the project's files."""

    def is_file(self, url: str) -> bool: ...
    def is_folder(self, url: str) -> bool: ...
    def text(self, url: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Local:
    """A module of the project, by URL path (with the query it was written with)."""

    url: str


@dataclass(frozen=True, slots=True)
class External:
    """A module that is not ours: left to the browser as it is."""

    specifier: str


Target = Local | External


class Resolver:
    """Resolves specifiers as the browser would, and bare ones from ``node_modules``.

    Args:
        lookup: the project's files.
        base: the public base path, beginning and ending with a slash; source may write URLs with
            it or without.
    """

    def __init__(self, lookup: Lookup, base: str = "/") -> None:
        self.import_map = ImportMap()
        self._lookup = lookup
        self._base = base
        self._packages: dict[str, Mapping[str, object]] = {}

    def forget_packages(self) -> None:
        self._packages.clear()

    def resolve(self, specifier: str, importer: str) -> Target:
        """Where a specifier in a module leads.

        Args:
            specifier: as written, decoded.
            importer: URL path of the module it stands in.

        Raises:
            UnresolvedError: it leads nowhere.
        """
        written = join(importer, specifier) if is_relative(specifier) else specifier
        mapped = self.import_map.lookup(written, importer)
        address = mapped if mapped is not None else written
        if (url := self.here(address)) is not None:
            return Local(url)
        if urlsplit(address).scheme or address.startswith("//"):
            return External(specifier)
        return Local(self._package(address, importer))

    def here(self, address: str) -> str | None:
        """The URL path below the base that an absolute path leads to; None where it is none.

        Args:
            address: as the browser reads it.
        """
        if not address.startswith("/") or address.startswith("//"):
            return None
        return self._strip_base(_canonical(address))

    def _strip_base(self, url: str) -> str:
        if self._base != "/" and url.startswith(self._base):
            return url[len(self._base) - 1 :]
        return url

    def _package(self, specifier: str, importer: str) -> str:
        if specifier.startswith("#"):
            return self._imported(specifier, importer)
        parts = specifier.split("/")
        count = 2 if specifier.startswith("@") else 1
        if len(parts) < count or any(part in ("", ".", "..", "@") for part in parts):
            raise UnresolvedError(
                f'"{specifier}" is not a valid package name or path, and not in the page\'s '
                "import map"
            )
        name, subpath = "/".join(parts[:count]), "/".join([".", *parts[count:]])
        home = self._find_package(name, importer)
        if home is None:
            raise UnresolvedError(
                f'"{name}" is not in the page\'s import map and not in a node_modules folder: '
                f"install it (npm install {name}) or add it to the import map"
            )
        target = package_target(self._packages[home], subpath, self._is_file_in(home))
        if target is None:
            raise UnresolvedError(f'the package "{name}" does not export "{subpath}"')
        return self._existing(home, target, specifier)

    def _imported(self, specifier: str, importer: str) -> str:
        """What the ``imports`` of the package that ``importer`` stands in give."""
        home = importer.rpartition("/")[0]
        while home and not self._lookup.is_file(f"{home}/package.json"):
            home = home.rpartition("/")[0]
        table = self._manifest(home).get("imports")
        target = None
        if isinstance(table, dict):
            target = _table_target(table, specifier, self._is_file_in(home))
        if target is None:
            raise UnresolvedError(f'"{specifier}" is not among the imports of {home}/package.json')
        if target.startswith("./"):
            return self._existing(home, target, specifier)
        return self._package(target, importer)

    def _find_package(self, name: str, importer: str) -> str | None:
        folder = importer.rpartition("/")[0]
        while True:
            if not folder.endswith("/node_modules"):
                home = f"{folder}/node_modules/{name}"
                if home not in self._packages and self._lookup.is_folder(home):
                    self._packages[home] = self._manifest(home)
                if home in self._packages:
                    return home
            if not folder:
                return None
            folder = folder.rpartition("/")[0]

    def _manifest(self, home: str) -> Mapping[str, object]:
        url = f"{home}/package.json"
        if not self._lookup.is_file(url):
            return {}
        try:
            data = json.loads(self._lookup.text(url))
        except ValueError as error:
            raise UnresolvedError(f"{url} is not JSON: {error}") from None
        return data if isinstance(data, dict) else {}

    def _is_file_in(self, home: str) -> Callable[[str], bool]:
        return lambda target: self._lookup.is_file(join(home + "/", target))

    def _existing(self, home: str, target: str, specifier: str) -> str:
        url = _canonical(join(home + "/", target))
        if not url.startswith(home + "/"):
            raise UnresolvedError(f'"{specifier}" leads out of its package')
        for candidate in (url, f"{url}.js", f"{url}.mjs", f"{url}/index.js", f"{url}/index.mjs"):
            if self._lookup.is_file(candidate):
                return candidate
        raise UnresolvedError(f'"{specifier}" leads to {url}, which does not exist')


def package_target(
    manifest: Mapping[str, object], subpath: str, is_file: Callable[[str], bool]
) -> str | None:
    """The file a package gives for a subpath.

    Args:
        manifest: the parsed ``package.json``.
        subpath: ``"."`` or ``"./inner/path"``.
        is_file: whether a path relative to the package exists.

    Returns:
        A path beginning with ``"./"``, or None where the package does not export the subpath.
    """
    exports = manifest.get("exports")
    if exports is not None:
        return _exports_target(exports, subpath, is_file)
    if subpath != ".":
        return subpath
    for field in ("module", "browser", "main"):
        entry = manifest.get(field)
        if isinstance(entry, str):
            return entry if entry.startswith("./") else f"./{entry.lstrip('/')}"
    return "./index.js"


def _exports_target(exports: object, subpath: str, is_file: Callable[[str], bool]) -> str | None:
    table = exports
    if not (isinstance(exports, dict) and any(key.startswith(".") for key in exports)):
        table = {".": exports}
    assert isinstance(table, dict)
    target = _table_target(table, subpath, is_file)
    return target if target is not None and target.startswith("./") else None


def _table_target(
    table: Mapping[str, object], subpath: str, is_file: Callable[[str], bool]
) -> str | None:
    """The target of the entry that is exact or, of those with a star, the most specific."""
    if subpath in table and "*" not in subpath:
        return _condition(table[subpath], "", is_file)
    best: tuple[str, str] | None = None
    for key in table:
        head, star, tail = key.partition("*")
        if not star or not subpath.startswith(head) or not subpath.endswith(tail):
            continue
        if len(subpath) < len(head) + len(tail):
            continue
        if best is None or len(head) > len(best[0].partition("*")[0]):
            best = (key, subpath[len(head) : len(subpath) - len(tail)])
    return None if best is None else _condition(table[best[0]], best[1], is_file)


def _condition(target: object, star: str, is_file: Callable[[str], bool]) -> str | None:
    match target:
        case str() if not target.startswith(("../", "/", "#")):
            return target.replace("*", star)
        case dict():
            for condition, inner in target.items():
                if condition in CONDITIONS:
                    found = _condition(inner, star, is_file)
                    if found is not None:
                        return found
        case list():
            for inner in target:
                found = _condition(inner, star, is_file)
                if found is not None and (is_file(found) or not found.startswith("./")):
                    return found
        case _:
            return None
    return None


def _canonical(address: str) -> str:
    path, question, query = address.partition("#")[0].partition("?")
    return quote(path, safe="/!$&'()*+,;=:@~|[]%") + question + query
