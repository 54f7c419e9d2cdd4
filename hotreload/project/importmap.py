"""Import maps: reading them and resolving specifiers as a browser would.

Source of the rules: HTML Standard, 8.1.6 (import maps) and "resolve a module specifier".
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from hotreload.project.urls import join

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class ImportMapError(ValueError):
    """The text is no import map; the message says why."""


class ImportMap(NamedTuple):
    """Specifier → address, both as URL-like strings; ``scopes`` by their prefix.

    ``open`` says that scripts add to it while the page runs: the browser knows more of it than we.
    """

    imports: Mapping[str, str] = _NOTHING
    scopes: Mapping[str, Mapping[str, str]] = _NOTHING
    open: bool = False

    def lookup(self, specifier: str, importer: str) -> str | None:
        """The address this map gives a specifier in a module, or None where it says nothing.

        Args:
            specifier: as written, or an absolute path for URL-like specifiers.
            importer: URL path of the module.
        """
        for prefix in sorted(self.scopes, key=len, reverse=True):
            within = importer.startswith(prefix) if prefix.endswith("/") else importer == prefix
            if within and (address := _match(specifier, self.scopes[prefix])) is not None:
                return address
        return _match(specifier, self.imports)

    @property
    def key(self) -> str:
        """The same for maps of the same rules, whatever their order."""
        scopes = {prefix: dict(rules) for prefix, rules in self.scopes.items()}
        return json.dumps([dict(self.imports), scopes, self.open], sort_keys=True)

    def merge(self, later: "ImportMap") -> "ImportMap":
        """Both maps' rules; where they differ, those of this one stand (HTML, "merge")."""
        scopes = {prefix: dict(rules) for prefix, rules in later.scopes.items()}
        for prefix, rules in self.scopes.items():
            scopes[prefix] = {**scopes.get(prefix, {}), **rules}
        imports = {**later.imports, **self.imports}
        return ImportMap(imports, scopes, self.open or later.open)


NO_MAP = ImportMap()


def parse_import_map(text: str, base: str) -> ImportMap:
    """Read the text of a ``<script type="importmap">``.

    Args:
        text: JSON.
        base: URL path of the page, against which relative keys and addresses are read.

    Raises:
        ImportMapError: it is not JSON or not of the right shape.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImportMapError(f"the import map is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise ImportMapError("the import map is not an object")
    scopes = data.get("scopes", {})
    if not isinstance(scopes, dict):
        raise ImportMapError('"scopes" in the import map is not an object')
    return ImportMap(
        _rules(data.get("imports", {}), base),
        {join(base, prefix): _rules(rules, base) for prefix, rules in scopes.items()},
    )


def is_relative(specifier: str) -> bool:
    return specifier.startswith(("/", "./", "../"))


def _rules(rules: object, base: str) -> dict[str, str]:
    if not isinstance(rules, dict):
        raise ImportMapError("an import map's rules are not an object")
    resolved = {}
    for key, address in rules.items():
        if isinstance(address, str):
            key = join(base, key) if is_relative(key) else key
            resolved[key] = join(base, address) if is_relative(address) else address
    return resolved


def _match(specifier: str, rules: Mapping[str, str]) -> str | None:
    if specifier in rules:
        return rules[specifier]
    prefixes = [k for k in rules if k.endswith("/") and specifier.startswith(k)]
    if not prefixes:
        return None
    longest = max(prefixes, key=len)
    return rules[longest] + specifier[len(longest) :]
