"""Specifiers to URLs: relative ones, those of import maps, and packages of ``node_modules``."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import quote, urlsplit

from hotreload.project.importmap import NO_MAP, ImportMap, is_relative
from hotreload.project.packages import (
    Manifest,
    browser_map,
    entries,
    exports_target,
    imports_target,
    is_node_module,
    replaced_file,
)
from hotreload.project.urls import join

# What a file may be called that is imported without its suffix: as Vite has it, and Node.js.
_IMPORTED_SUFFIXES = (".mjs", ".js", ".cjs", ".json")
_REQUIRED_SUFFIXES = (".js", ".json", ".cjs", ".mjs")


class UnresolvedError(Exception):
    """A specifier that leads nowhere; the message says what and what to do."""


class Lookup(Protocol):
    """What resolving needs to know of the project's files."""

    def is_file(self, url: str) -> bool: ...
    def text(self, url: str) -> str: ...

    def package(self, name: str, importer: str) -> str | None:
        """The URL of the folder of the package that a module means by a name.

        Args:
            name: the package's, without a path into it.
            importer: URL path of the module.
        """
        ...

    def is_es_module(self, url: str) -> bool:
        """Whether a script is an ES module by its text."""
        ...


@dataclass(frozen=True, slots=True)
class Local:
    """A module of the project, by URL path (with the query it was written with)."""

    url: str


@dataclass(frozen=True, slots=True)
class External:
    """A module that is not ours: left to the browser as it is."""

    specifier: str


Target = Local | External

# Stands for a module that browsers are not to have.
EMPTY: Final = External("data:text/javascript,export default {}")


@dataclass(slots=True, eq=False, repr=False)
class Resolver:
    """Resolves specifiers as the browser would, and bare ones from ``node_modules``.

    Args:
        lookup: the project's files.
        base: the public base path, beginning and ending with a slash; source may write URLs with
            it or without.

    ``maps`` holds the import map by which each importer's specifiers are resolved, by the URL path
    of its file; those that are not in it have none.
    """

    lookup: Lookup
    base: str = "/"
    maps: dict[str, ImportMap] = field(default_factory=dict)
    _manifests: dict[str, Manifest] = field(default_factory=dict)
    _homes: dict[tuple[str, str], str] = field(default_factory=dict)
    _scopes: dict[str, str] = field(default_factory=dict)
    _files: dict[tuple[str, bool], Target] = field(default_factory=dict)
    _linked: set[str] = field(default_factory=set)

    def forget_packages(self) -> None:
        for known in (self._manifests, self._homes, self._scopes, self._files):
            known.clear()

    def resolve(self, specifier: str, importer: str, *, required: bool = False) -> Target:
        """Where a specifier in a module leads.

        Args:
            specifier: as written, decoded.
            importer: URL path of the module it stands in.
            required: by ``require``, not by ``import``.

        Raises:
            UnresolvedError: it leads nowhere.
        """
        if required and specifier in (".", ".."):
            specifier += "/"
        written = join(importer, specifier) if is_relative(specifier) else specifier
        import_map = self.maps.get(importer, NO_MAP)
        mapped = import_map.lookup(written, importer)
        address = mapped if mapped is not None else written
        if (url := self.here(address)) is not None:
            return self._file(url, required=required) if self.is_packaged(url) else Local(url)
        if specifier.startswith("node:") and self.is_packaged(importer):
            return EMPTY
        if urlsplit(address).scheme or address.startswith("//"):
            return External(specifier)
        name, question, query = address.partition("?")
        try:
            target = self._package(name, importer, required=required)
        except RecursionError:
            raise UnresolvedError(f'"{specifier}" leads in a circle of replacements') from None
        except UnresolvedError:
            if import_map.open and not self.is_packaged(importer):
                return External(specifier)
            raise
        return Local(target.url + question + query) if isinstance(target, Local) else target

    def here(self, address: str) -> str | None:
        """The URL path below the base that an absolute path leads to; None where it is none.

        Args:
            address: as the browser reads it.
        """
        if not address.startswith("/") or address.startswith("//"):
            return None
        return self._strip_base(_canonical(address))

    def _strip_base(self, url: str) -> str:
        if self.base != "/" and url.startswith(self.base):
            return url[len(self.base) - 1 :]
        return url

    # Files of packages

    def is_packaged(self, url: str) -> bool:
        """Whether a file is a package's: written for Node.js and bundlers, not for browsers."""
        return "/node_modules/" in url or any(url.startswith(home) for home in self._linked)

    def scope(self, url: str) -> str:
        """The folder of the package that a file is part of; "" for the project itself."""
        folder = url.partition("?")[0].rpartition("/")[0]
        known = self._scopes.get(folder)
        if known is None:
            above = folder.rpartition("/")[0]
            # A package need not have one.
            inner = not folder or above.endswith("/node_modules")
            if inner or self.lookup.is_file(f"{folder}/package.json"):
                known = folder
            else:
                known = self.scope(folder)
            self._scopes[folder] = known
        return known

    def is_of_type_module(self, url: str) -> bool:
        """Whether a script's package says that its scripts are ES modules."""
        return self.manifest(self.scope(url)).get("type") == "module"

    def _file(self, url: str, *, required: bool) -> Target:
        """A file of a package by its path, as bundlers have it: perhaps another one's."""
        known = self._files.get((url, required))
        if known is None:
            path, question, query = url.partition("?")
            found = self._existing(path, required=required)
            known = self._replaced(path, found) or Local((found or path) + question + query)
            self._files[url, required] = known
        return known

    def _replaced(self, path: str, found: str | None) -> Target | None:
        """What stands for a file in browsers, by how it was written or by where that leads."""
        home = self.scope(found or path)
        browser = browser_map(self.manifest(home)) if home else {}
        for url in (path, found) if browser else ():
            given = replaced_file(browser, f"./{url[len(home) + 1 :]}") if url else None
            if given is False:
                return EMPTY
            if isinstance(given, str):
                return self._given(home, given)
        return None

    def _given(self, home: str, given: str) -> Target | None:
        """What a package's table for browsers names: a package, or a file of its own."""
        if not given.startswith("."):
            try:
                return self._named(given, f"{home}/package.json", required=False)
            except UnresolvedError:
                pass
        found = self._existing(_canonical(join(home + "/", given)), required=False)
        return None if found is None else Local(found)

    def _existing(self, path: str, *, required: bool) -> str | None:
        """The file that a path means, which may be without its suffix, or a folder's."""
        is_file = self.lookup.is_file
        if not path.endswith("/") and is_file(path):
            return path
        suffixes = _REQUIRED_SUFFIXES if required else _IMPORTED_SUFFIXES
        bare = path.rstrip("/")
        for suffix in suffixes if bare == path else ():
            if is_file(path + suffix):
                return path + suffix
        if bare and is_file(f"{bare}/package.json"):
            for entry in self._entries(bare, required=required):
                target = _canonical(join(bare + "/", entry))
                inside = target.startswith(bare + "/") and target.rstrip("/") != bare
                found = self._existing(target, required=required) if inside else None
                if found is not None:
                    return found
        return next((f for s in suffixes if is_file(f := f"{bare}/index{s}")), None)

    def _entries(self, home: str, *, required: bool) -> list[str]:
        return entries(
            self.manifest(home),
            lambda entry: self.lookup.is_es_module(join(home + "/", entry)),
            required=required,
        )

    # Packages

    def _package(self, specifier: str, importer: str, *, required: bool) -> Target:
        own = self.scope(importer)
        given = browser_map(self.manifest(own)).get(specifier)
        if given is False:
            return EMPTY
        if isinstance(given, str) and given.startswith("."):
            replaced = self._given(own, given)
            if replaced is None:
                raise UnresolvedError(
                    f'"{specifier}" is "{given}" by {own}/package.json, which does not exist'
                )
            return replaced
        name = given if isinstance(given, str) else specifier
        return self._named(name, importer, required=required)

    def _named(self, specifier: str, importer: str, *, required: bool) -> Target:
        """A package's file by the name of the package, as for Node.js."""
        if specifier.startswith("#"):
            return self._imported(specifier, importer, required=required)
        # `events/` is the package, where it has no `exports`: never the module of Node.js.
        parts = specifier.removesuffix("/").split("/")
        count = 2 if specifier.startswith("@") else 1
        if len(parts) < count or any(part in ("", ".", "..", "@") for part in parts):
            raise UnresolvedError(
                f'"{specifier}" is not a valid package name or path, and not in the page\'s '
                "import map"
            )
        name, subpath = "/".join(parts[:count]), f".{specifier[len('/'.join(parts[:count])) :]}"
        own = self.scope(importer)
        manifest = self.manifest(own)
        itself = manifest.get("name") == name and manifest.get("exports") is not None
        home = own if itself else self._find_package(name, importer)
        if home is None:
            if is_node_module(specifier) and self.is_packaged(importer):
                return EMPTY
            raise UnresolvedError(self._not_found(name, specifier, importer))
        return self._in_package(home, name, subpath, specifier, required=required)

    def _not_found(self, name: str, specifier: str, importer: str) -> str:
        looked = ", ".join(f"{folder}/node_modules" for folder in folders(importer))
        if is_node_module(specifier):
            return f'"{specifier}" is a module of Node.js, and no browser has it (not in {looked})'
        return (
            f'"{name}" is not in the page\'s import map and not in a node_modules folder '
            f"({looked}, nor above what is served): install it (npm install {name}) or add it to "
            "the import map"
        )

    def _in_package(
        self, home: str, name: str, subpath: str, specifier: str, *, required: bool
    ) -> Target:
        manifest = self.manifest(home)
        if manifest.get("exports") is not None:
            target = exports_target(manifest, subpath, self._is_file_in(home), required=required)
            if target is None:
                raise UnresolvedError(
                    f'the package "{name}" does not export "{subpath}" ({home}/package.json)'
                )
            return self._inside(home, target, specifier, required=required)
        if subpath not in (".", "./"):
            return self._inside(home, subpath, specifier, required=required)
        tried = self._entries(home, required=required)
        for entry in tried:
            self._check_inside(home, entry, specifier)
            path = _canonical(join(home + "/", entry))
            found = self._existing(path, required=required)
            given = self._replaced(path, found)
            if given is not None or found is not None:
                return given or Local(found or path)
        raise UnresolvedError(
            f'"{specifier}" leads to {join(home + "/", tried[0])}, which does not exist'
        )

    def _inside(self, home: str, target: str, specifier: str, *, required: bool) -> Target:
        """A file of a package, by its path in it."""
        path, question, query = target.partition("?")
        url = self._check_inside(home, path, specifier)
        found = self._existing(url, required=required)
        if (given := self._replaced(url, found)) is not None:
            return given
        if found is not None:
            return Local(found + question + query)
        raise UnresolvedError(f'"{specifier}" leads to {url}, which does not exist')

    def _check_inside(self, home: str, target: str, specifier: str) -> str:
        url = _canonical(join(home + "/", target))
        if not url.startswith(home + "/"):
            raise UnresolvedError(f'"{specifier}" leads out of its package')
        return url

    def _imported(self, specifier: str, importer: str, *, required: bool) -> Target:
        """What the ``imports`` of the package that ``importer`` stands in give."""
        home = self.scope(importer)
        target = imports_target(
            self.manifest(home), specifier, self._is_file_in(home), required=required
        )
        if target is None:
            raise UnresolvedError(f'"{specifier}" is not among the imports of {home}/package.json')
        if target.startswith("./"):
            return self._inside(home, target, specifier, required=required)
        return self._package(target, importer, required=required)

    def _find_package(self, name: str, importer: str) -> str | None:
        place = importer.rpartition("/")[0], name
        home = self._homes.get(place) or self.lookup.package(name, importer)
        if home is not None:
            self._homes[place] = home
            if home and "/node_modules/" not in home:
                self._linked.add(home + "/")
        return home

    def manifest(self, home: str) -> Manifest:
        """The ``package.json`` of a folder; nothing where there is none.

        Raises:
            UnresolvedError: it is not JSON.
        """
        known = self._manifests.get(home)
        if known is None:
            known = self._manifests[home] = self._read_manifest(home)
        return known

    def _read_manifest(self, home: str) -> Mapping[str, object]:
        url = f"{home}/package.json"
        if not self.lookup.is_file(url):
            return {}
        try:
            data = json.loads(self.lookup.text(url))
        except ValueError as error:
            raise UnresolvedError(f"{url} is not JSON: {error}") from None
        return data if isinstance(data, dict) else {}

    def _is_file_in(self, home: str) -> Callable[[str], bool]:
        return lambda target: self.lookup.is_file(join(home + "/", target))


def folders(importer: str) -> Iterator[str]:
    """The folders that may have a ``node_modules`` for a module, the nearest one first."""
    folder = importer.rpartition("/")[0]
    while True:
        if not folder.endswith("/node_modules"):
            yield folder
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def _canonical(address: str) -> str:
    path, question, query = address.partition("#")[0].partition("?")
    return quote(path, safe="/!$&'()*+,;=:@~|[]%") + question + query
