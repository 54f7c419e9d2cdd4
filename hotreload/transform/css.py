"""Stylesheets: what they import and which assets they show.

Source of the token rules: CSS Syntax Level 3, section 4.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hotreload.project.importmap import is_relative
from hotreload.project.urls import join

_STRING = r"""(?:"(?:[^"\\\n]|\\[\s\S])*+"|'(?:[^'\\\n]|\\[\s\S])*+')"""
# What nothing ends runs to the end of the sheet or the line, as it does for a browser.
_COMMENT = r"/\*[^*]*+(?:\*++[^/*][^*]*+)*+(?:\*++/|\**+\Z)"
_OPEN_STRING = r"""(?:"(?:[^"\\\n]|\\[\s\S])*+|'(?:[^'\\\n]|\\[\s\S])*+)"""
_GAP = rf"(?:\s|{_COMMENT})*+"
_TOKEN = re.compile(
    rf"""{_COMMENT}
    | @import{_GAP}(?:url\({_GAP})?(?P<import>{_STRING}|(?<=\()[^\s"'()\\]++)
    | url\({_GAP}(?P<url>{_STRING}|[^\s"'()\\]++){_GAP}\)
    | {_STRING}
    | {_OPEN_STRING}""",
    re.I | re.X,
)


@dataclass(frozen=True, slots=True)
class AssetReference:
    """A ``url()`` in a stylesheet that names a file of the project; the place excludes quotes."""

    url: str
    written: str


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """A linked stylesheet: its text cut where it names assets, and what it imports."""

    url: str
    hash: str
    parts: tuple[str | AssetReference, ...]
    imports: tuple[str, ...]

    @property
    def assets(self) -> frozenset[str]:
        return frozenset(part.url for part in self.parts if isinstance(part, AssetReference))


def link_stylesheet(url: str, digest: str, source: str) -> Stylesheet:
    """Find a stylesheet's ``@import`` rules and ``url()`` references of local files."""
    source = source.removeprefix("\ufeff")
    parts: list[str | AssetReference] = []
    imports: list[str] = []
    position = 0
    for token in _TOKEN.finditer(source):
        group = "import" if token["import"] else "url"
        if not token[group]:
            continue
        start, end = token.span(group)
        if source[start] in "\"'":
            start, end = start + 1, end - 1
        written = source[start:end]
        target = _local(written, url)
        if target is None:
            continue
        if group == "import":
            imports.append(target)
        else:
            parts += [source[position:start], AssetReference(target, written)]
            position = end
    parts.append(source[position:])
    return Stylesheet(url, digest, tuple(parts), tuple(imports))


def render_stylesheet(sheet: Stylesheet, assets: Mapping[str, str]) -> str:
    """The text a browser gets for a stylesheet.

    Args:
        sheet: the linked stylesheet.
        assets: the hash of each asset that changed since the start, by URL: a changed asset needs a
            new URL to be fetched again.
    """
    text = []
    for part in sheet.parts:
        match part:
            case str():
                text.append(part)
            case AssetReference(url, written):
                digest = assets.get(url)
                text.append(written if digest is None else bust(written, digest))
    return "".join(text)


def bust(address: str, digest: str) -> str:
    """An address with its ``v`` query parameter set."""
    path, hash_mark, fragment = address.partition("#")
    path, _, query = path.partition("?")
    kept = [pair for pair in query.split("&") if pair and not pair.startswith("v=")]
    return f"{path}?{'&'.join([*kept, f'v={digest}'])}{hash_mark}{fragment}"


def _local(written: str, sheet: str) -> str | None:
    if ":" in written.split("/")[0] or written.startswith(("//", "#")) or not written:
        return None
    address = written if is_relative(written) else "./" + written
    return join(sheet, address.partition("#")[0].partition("?")[0])
