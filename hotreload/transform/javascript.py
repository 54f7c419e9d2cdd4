"""JavaScript modules as they are served: pieces of source, joined with the URLs of the moment.

A module is linked when its text changes (:mod:`hotreload.transform.link`) and rendered when a
version does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from hotreload.project.graph import Node

RUNTIME_URL = "/@hotreload/client.js"


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


class WorkerOnly(NamedTuple):
    """Source that only a worker gets: in a page its module is wrapped."""

    text: str


Part = str | Reference | DynamicImport | WorkerOnly


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
    """

    url: str
    hash: str
    parts: tuple[Part, ...]
    node: Node
    imported: tuple[Import, ...] = ()
    source: str = ""
    led: tuple[Led, ...] = ()
    replaced: tuple[int, ...] = ()


def render(script: Script, versions: Mapping[str, str], prefix: str, version: str) -> str:
    """The text a browser gets for a module.

    Args:
        script: the linked module.
        versions: the version of each module that was ever replaced, by URL.
        prefix: what stands before every URL path: the public base without its last slash, and the
            page's origin before that where the text becomes a ``data:`` URL.
        version: the one in the URL by which the page gets it, or "".
    """
    return preamble(script, prefix, version) + "".join(pieces(script, versions, prefix))


def preamble(script: Script, prefix: str, version: str) -> str:
    """What the text of a module begins with, in its first line; arguments as for :func:`render`."""
    return (
        f"import{{module as __hr}}from{json.dumps(prefix + RUNTIME_URL)};"
        f"__hr(import.meta,{json.dumps(script.url)},{json.dumps(script.hash)},{json.dumps(version)});"
    )


def render_worker(script: Script, prefix: str) -> str:
    """The text a worker gets for its first module: no page, no runtime, else the same."""
    return "".join(pieces(script, {}, prefix, worker=True))


def pieces(
    script: Script, versions: Mapping[str, str], prefix: str, *, worker: bool = False
) -> list[str]:
    """A module's parts as they are served; arguments as for :func:`render`."""
    text = []
    for part in script.parts:
        match part:
            case str():
                text.append(part)
            case DynamicImport():
                text.append("import" if worker else "import.meta.import")
            case WorkerOnly(code):
                text.append(code if worker else "")
            case Reference(url, quoted, carries_version):
                address = url.removesuffix("?json") if worker else url
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
