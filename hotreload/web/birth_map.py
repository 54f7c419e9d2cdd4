"""The birth map: the modules that a page loads, as ``data:`` URLs in an import map.

What is small comes in the page. What is not comes by a script that adds the same map, under an
address with the content's hash: the browser keeps it, read and compiled, and a reload asks for
nothing of it. What is installed is in a script of its own, which an edit leaves as it was.
"""

import json
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from operator import is_
from typing import NamedTuple

from hotreload.project.files import FileDeniedError, FileMissingError
from hotreload.project.importmap import NO_MAP, ImportMap, is_relative
from hotreload.project.problems import ProblemError
from hotreload.site import Site
from hotreload.site.documents import Loads
from hotreload.transform.html import Page
from hotreload.transform.javascript import Script, versioned
from hotreload.web.kept import KeptModules, pushed_text
from hotreload.web.static import digest

BIRTH_URL = "/@hotreload/birth/"
# A package's module that is longer has an address: the browser keeps it, compiled.
_CACHED_CHARACTERS = 20_000
# A request costs as much as to read this once more.
_INLINE_CHARACTERS = 50_000
_HELD_BYTES = 12_000_000
_REMEMBERED_SCRIPTS = 1000
_REMEMBERED_PAGES = 64

# Replaced by the map itself, so that the page is as if it had come in it.
_ADD = (
    b'{const m=document.createElement("script");m.type="importmap";m.dataset.hotreload="";'
    b'm.textContent=\'{"imports":{',
    b"}}';document.currentScript.replaceWith(m)}",
)


class BirthMap(NamedTuple):
    """What specifiers lead to in a page.

    Args:
        installed: those of packages: specifier → URL.
        own: the others.
    """

    installed: dict[str, str]
    own: dict[str, str]


class _Sources(NamedTuple):
    """What a birth map is made of."""

    loads: Loads
    import_map: ImportMap
    versions: Mapping[str, str]
    scripts: Sequence[Script]

    def is_as(self, other: "_Sources") -> bool:
        """Whether the same map comes of it; modules that were not linked anew are the same."""
        return (
            self[:-1] == other[:-1]
            and len(self.scripts) == len(other.scripts)
            and all(map(is_, self.scripts, other.scripts))
        )


@dataclass(slots=True, eq=False, repr=False)
class Births:
    """Gives pages their birth maps, and holds the scripts that add them.

    Args:
        site: the project.
        kept: gives modules addresses by their content.
    """

    site: Site
    kept: KeptModules
    _made: OrderedDict[tuple[str, str], tuple[_Sources, str]] = field(default_factory=OrderedDict)
    _bodies: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _pages: OrderedDict[str, tuple[str, str]] = field(default_factory=OrderedDict)

    def elements(self, url: str, page: Page, origin: str) -> str:
        """The HTML that gives a page its birth map, at the place where it stands.

        Args:
            url: URL path of the page's file.
            page: what its source says.
            origin: the page's.
        """
        import_map = self.site.documents.map_of(url) or NO_MAP
        if import_map.open:
            # Scopes that a script adds hold for modules by their address.
            return ""
        loads = self.site.documents.loads_of(page)
        modules = self.site.modules
        scripts = modules.crawl([*loads.scripts, *loads.imports.values()])
        sources = _Sources(loads, import_map, dict(modules.versions), scripts)
        known = self._made.get((url, origin))
        if known is not None and known[0].is_as(sources):
            return known[1]
        found = self._map(sources, url, page.base, origin)
        elements = self._elements(found, url, origin)
        self._made[url, origin] = sources, elements
        self._made.move_to_end((url, origin))
        while len(self._made) > _REMEMBERED_PAGES:
            self._made.popitem(last=False)
        return elements

    def script(self, key: str) -> bytes | None:
        """The script of a hash, made anew if it is no more held; None if it would be another."""
        made_for = self._pages.get(key)
        if key not in self._bodies and made_for is not None:
            url, origin = made_for
            self._made.pop(made_for, None)
            with suppress(FileMissingError, FileDeniedError, ProblemError):
                page = self.site.documents.page(url)[2]
                self.site.documents.load(url)
                self.elements(url, page, origin)
        return self._bodies.get(key)

    def _map(self, sources: _Sources, address: str, page_base: str, origin: str) -> BirthMap:
        base = self.site.base[:-1]
        found = BirthMap({}, {})
        loads, import_map, versions, scripts = sources
        for specifier, url in loads.imports.items():
            mapped = import_map.lookup(specifier, page_base) is not None
            if not mapped and not is_relative(specifier):
                found.own[specifier] = base + url
        for script in scripts:
            url = script.url
            version = versions.get(url)
            plain = base + url
            if url in loads.scripts:
                # The page loads it by its plain address: who imports it shall get that instance.
                if version:
                    found.own[base + versioned(url, version)] = plain
                continue
            text = pushed_text(self.site, script, origin)
            packaged = self.site.sources.resolver.is_packaged(url)
            imports = found.installed if packaged else found.own
            if packaged and len(text) > _CACHED_CHARACTERS:
                pushed = base + self.kept.address(text, url, address)
            else:
                pushed = _data_url(text)
            imports[plain] = pushed
            if version:
                imports[base + versioned(url, version)] = pushed
        return found

    def _elements(self, found: BirthMap, url: str, origin: str) -> str:
        if not any(found):
            return ""
        if sum(len(each) for imports in found for each in imports.values()) <= _INLINE_CHARACTERS:
            text = in_script({"imports": {**found.installed, **found.own}})
            return f'<script type="importmap" data-hotreload="">{text}</script>'
        elements = ""
        for imports in found:
            if imports:
                source = escape(f"{self.site.base[:-1]}{BIRTH_URL}")
                key = self._put(_script(imports), url, origin)
                elements += f'<script src="{source}{key}.js" data-hotreload=""></script>'
        return elements

    def _put(self, body: bytes, url: str, origin: str) -> str:
        """Hold a script, and let go of the oldest of too many; returns its hash."""
        key = digest(body)
        self._bodies[key] = body
        self._bodies.move_to_end(key)
        while len(self._bodies) > 1 and sum(map(len, self._bodies.values())) > _HELD_BYTES:
            self._bodies.popitem(last=False)
        self._pages[key] = url, origin
        self._pages.move_to_end(key)
        while len(self._pages) > _REMEMBERED_SCRIPTS:
            self._pages.popitem(last=False)
        return key


def in_script(value: object) -> str:
    """JSON that is the same as a script's text in HTML and in XML."""
    text = json.dumps(value, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _script(imports: dict[str, str]) -> bytes:
    """The script that adds a map, which is taken to pieces: it may be megabytes long."""
    before, after = _ADD
    body = bytearray(before)
    comma = ""
    while imports:
        name, url = imports.popitem()
        pair = f'{comma}{json.dumps(name)}:"{url}"'
        body += pair.replace("\\", "\\\\").replace("'", "\\'").encode("ascii")
        comma = ","
    return bytes(body + after)


def _data_url(text: str) -> str:
    return "data:text/javascript;base64," + b64encode(text.encode("utf-8")).decode("ascii")
