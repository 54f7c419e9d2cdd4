"""The birth map: the modules that a page loads, as ``data:`` URLs in an import map.

What is small comes in the page. What is not comes by a script that adds the same map, under an
address with the content's hash: the browser keeps it, read and compiled, and a reload asks for
nothing of it. What is installed is in a script of its own, which an edit leaves as it was.
"""

import json
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from hotreload.project.importmap import NO_MAP, is_relative
from hotreload.site import Site
from hotreload.transform.html import Page
from hotreload.transform.javascript import versioned
from hotreload.web.kept import KeptModules, pushed_text
from hotreload.web.static import digest

BIRTH_URL = "/@hotreload/birth/"
# A package's module that is longer has an address: the browser keeps it, compiled.
_CACHED_CHARACTERS = 20_000
# A request costs as much as to read this once more.
_INLINE_CHARACTERS = 50_000
_KEPT_BYTES = 12_000_000
_REMEMBERED = 1000

# Replaced by the map itself, so that the page is as if it had come in it.
_ADD = (
    '{const m=document.createElement("script");m.type="importmap";m.dataset.hotreload="";'
    "m.textContent=%s;document.currentScript.replaceWith(m)}"
)


class BirthMap(NamedTuple):
    """What specifiers lead to in a page.

    Args:
        installed: those of packages: specifier → URL.
        own: the others.
    """

    installed: dict[str, str]
    own: dict[str, str]


class BirthScripts:
    """The scripts that add maps, as they were last given out."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._pages: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def put(self, body: bytes, page: str, origin: str) -> str:
        """Keep a script of a page, and forget the oldest of too many; returns its hash."""
        key = digest(body)
        self._bodies[key] = body
        self._bodies.move_to_end(key)
        while len(self._bodies) > 1 and sum(map(len, self._bodies.values())) > _KEPT_BYTES:
            self._bodies.popitem(last=False)
        self._pages[key] = page, origin
        self._pages.move_to_end(key)
        while len(self._pages) > _REMEMBERED:
            self._pages.popitem(last=False)
        return key

    def get(self, key: str) -> bytes | None:
        return self._bodies.get(key)

    def page_of(self, key: str) -> tuple[str, str] | None:
        """The page that a script was made for, and its origin: there it can be made anew."""
        return self._pages.get(key)


def birth_elements(found: BirthMap, base: str, keep: Callable[[bytes], str]) -> str:
    """The HTML that gives a page its birth map, at the place where it stands.

    Args:
        found: see :func:`birth_map`.
        base: the public base path, without its last slash.
        keep: keeps a script, and returns its hash.
    """
    together = {**found.installed, **found.own}
    if sum(map(len, together.values())) <= _INLINE_CHARACTERS:
        text = in_script({"imports": together})
        return f'<script type="importmap" data-hotreload="">{text}</script>' if together else ""
    elements = ""
    for imports in found:
        if imports:
            key = keep(_script(imports))
            elements += f'<script src="{base}{BIRTH_URL}{key}.js" data-hotreload=""></script>'
    return elements


def birth_map(site: Site, address: str, page: Page, origin: str, kept: KeptModules) -> BirthMap:
    """What a page's modules import, as far as it is known.

    Args:
        site: the project.
        address: URL path of the page's file.
        page: what its source says.
        origin: the page's.
        kept: gives modules addresses by their content.
    """
    base = site.base[:-1]
    found = BirthMap({}, {})
    import_map = site.documents.map_of(address) or NO_MAP
    if import_map.open:
        # Scopes that a script adds hold for modules by their address.
        return found
    loads = site.documents.loads_of(page)
    for specifier, url in loads.imports.items():
        mapped = import_map.lookup(specifier, page.base) is not None
        if not mapped and not is_relative(specifier):
            found.own[specifier] = base + url
    for script in site.modules.crawl([*loads.scripts, *loads.imports.values()]):
        url = script.url
        version = site.modules.versions.get(url)
        plain = base + url
        if url in loads.scripts:
            # The page loads it by its plain address: whoever imports it shall get that instance.
            if version:
                found.own[base + versioned(url, version)] = plain
            continue
        text = pushed_text(site, script, origin)
        packaged = site.sources.resolver.is_packaged(url)
        imports = found.installed if packaged else found.own
        if packaged and len(text) > _CACHED_CHARACTERS:
            pushed = base + kept.address(text, url, address)
        else:
            pushed = _data_url(text)
        imports[plain] = pushed
        if version:
            imports[base + versioned(url, version)] = pushed
    return found


def in_script(value: object) -> str:
    """JSON that is the same as a script's text in HTML and in XML."""
    text = json.dumps(value, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _script(imports: dict[str, str]) -> bytes:
    # By hand: a map may be megabytes long, and an encoder takes ten times as long.
    pairs = ",".join(f'{json.dumps(name)}:"{url}"' for name, url in imports.items())
    text = f'{{"imports":{{{pairs}}}}}'.replace("\\", "\\\\").replace("'", "\\'")
    return _ADD.replace("%s", f"'{text}'").encode("ascii")


def _data_url(text: str) -> str:
    return "data:text/javascript;base64," + b64encode(text.encode("utf-8")).decode("ascii")
