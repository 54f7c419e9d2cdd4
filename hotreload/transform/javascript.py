"""JavaScript modules as they are served: pieces of source, joined with the URLs of the moment.

A module is linked when its text changes (:mod:`hotreload.transform.link`) and rendered when a
version does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from hotreload.project.graph import Node
from hotreload.transform.globs import Globbed

RUNTIME_URL = "/@hotreload/client.js"
# The same in a worker: who asks for a module while it runs is known by the address that asks.
WORKER_RUNTIME_URL = f"{RUNTIME_URL}?worker"


class Reference(NamedTuple):
    """A place in a module's source that names another module.

    Args:
        url: URL path of the module.
        quoted: the place includes its quotes.
        versioned: the URL carries the module's version (those in ``accept`` don't).
    """

    url: str
    quoted: bool
    versioned: bool = True


@dataclass(frozen=True, slots=True)
class DynamicImport:
    """The keyword of an ``import(…)``: the runtime knows which instance the page has by then."""


class Address(NamedTuple):
    """A string literal in a module's source that stands for a URL, whatever version it has."""

    url: str


Part = str | Reference | DynamicImport | Address


class Import(NamedTuple):
    """Names a module imports from another; ``position`` is where in its text it does so."""

    url: str
    names: frozenset[str]
    position: int


class Led(NamedTuple):
    """An import that leads to another file than it names: where to depends on what files there are.

    Args:
        specifier: as written.
        kind: the import's ``type`` attribute.
        url: the module that it leads to.
    """

    specifier: str
    kind: str | None
    url: str


class Script(NamedTuple):
    """A linked module.

    Args:
        url: URL path, with its query if it was asked for with one.
        hash: of the source bytes, and of where imports lead that don't say so themselves.
        parts: the source, cut where it names other modules: every second part is a replacement.
        node: what the graph holds of it.
        imported: the names it imports, by which a broken link is found.
        source: hash of the source bytes alone.
        led: the imports of which the source does not say where they lead.
        replaced: how many characters of the source each replacement stands for.
        globs: the calls of ``import.meta.glob`` in it.
    """

    url: str
    hash: str
    parts: tuple[Part, ...]
    node: Node
    imported: tuple[Import, ...] = ()
    source: str = ""
    led: tuple[Led, ...] = ()
    replaced: tuple[int, ...] = ()
    globs: tuple[Globbed, ...] = ()


def render(
    script: Script,
    versions: Mapping[str, str],
    prefix: str,
    version: str,
    runtime: str = RUNTIME_URL,
) -> str:
    """The text a browser gets for a module.

    Args:
        script: the linked module.
        versions: the version of each module that was ever replaced, by URL.
        prefix: what stands before every URL path: the public base without its last slash, and the
            page's origin before that where the text becomes a ``data:`` URL.
        version: the one in the URL by which the page gets it, or "".
        runtime: URL path of ours that it calls.
    """
    return preamble(script, prefix, version, runtime) + "".join(pieces(script, versions, prefix))


def preamble(script: Script, prefix: str, version: str, runtime: str = RUNTIME_URL) -> str:
    """What the text of a module begins with, in its first line; arguments as for :func:`render`."""
    return (
        f"import{{module as __hr}}from{json.dumps(prefix + runtime)};"
        f"__hr(import.meta,{json.dumps(script.url)},{json.dumps(script.hash)},{json.dumps(version)});"
    )


def render_classic(script: Script, prefix: str) -> str:
    """The text of a script that may be a classic one: it imports nothing but by ``import(…)``."""
    return "".join(pieces(script, {}, prefix, classic=True))


def pieces(
    script: Script, versions: Mapping[str, str], prefix: str, *, classic: bool = False
) -> list[str]:
    """A module's parts as they are served; arguments as for :func:`render`."""
    text = []
    for part in script.parts:
        match part:
            case str():
                text.append(part)
            case DynamicImport():
                text.append("import" if classic else "import.meta.import")
            case Address(url):
                text.append(json.dumps(prefix + url))
            case Reference(url, quoted, carries_version):
                # The browser reads what an import's attributes say by itself.
                address = url.removesuffix("?json").removesuffix("?text") if classic else url
                if carries_version:
                    address = prefix + versioned(address, versions.get(url))
                # A URL holds no backslash and no double quote.
                text.append(json.dumps(address) if quoted else address.replace("'", "\\'"))
    return text


def versioned(url: str, version: str | None) -> str:
    """A module's URL with its version, which replaces it in the page's module map."""
    if not version:
        return url
    return f"{url}{'&' if '?' in url else '?'}v={version}"


def unversioned(address: str) -> str:
    """A module's URL without the version that an address of it names."""
    path, _, query = address.partition("?")
    kept = [pair for pair in query.split("&") if pair and not pair.startswith("v=")]
    return f"{path}?{'&'.join(kept)}" if kept else path
