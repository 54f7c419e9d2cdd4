"""HTML pages: where the runtime goes in, and what the page loads.

A page's text is served as it was written, plus one block after ``<head>``. Source of the token
rules: HTML Standard, 13.2.5 (tokenization), as far as tags, comments and raw text go.
"""

import codecs
import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from hotreload.project.urls import join

_ATTRIBUTE = r"""[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?"""
# What nothing ends runs to the end: were it no token, each "<" would be looked at to there.
_END = r"(?:>|\Z)"
_TOKEN = re.compile(
    rf"""<!--(?:>|->|[\s\S]*?(?:--!?>|\Z))
    | <!(?P<doctype>doctype)[^>]*+{_END}
    | <(?P<name>[a-z][^\s/>]*+)(?P<attributes>(?:[\s/]++(?:{_ATTRIBUTE})?)*+)[^>]*+{_END}
    | <[!?/][^>]*+{_END}""",
    re.I | re.X,
)
_ONE_ATTRIBUTE = re.compile(
    r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'=<>`]++)))?"""
)
_OPEN_QUOTE = re.compile(r"""=\s*+(?:"[^"]*+|'[^']*+)\Z""")
_RAW_TEXT = frozenset(
    {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"}
)
_SPACE = "\t\n\f\r "
_META_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]+)""", re.I)


class Tag(NamedTuple):
    """A start tag: ``end`` is where it ends, ``text`` its raw text (scripts, styles, titles)."""

    name: str
    attributes: dict[str, str]
    start: int
    end: int
    text: str


class Page(NamedTuple):
    """What a page's source says.

    Args:
        insertion: index into the text at which the runtime's block goes in; None for nowhere.
        scripts: URL paths of its module scripts.
        inline: texts of its inline module scripts.
        import_maps: texts of its import maps.
        base: the URL against which the page's addresses are read.
        has_csp: it carries a Content-Security-Policy of its own.
        linked: addresses of all its scripts that have one.
        adds_maps: an inline script of it may add an import map.
        xml: browsers read it as XML.
    """

    insertion: int | None
    scripts: tuple[str, ...]
    inline: tuple[str, ...]
    import_maps: tuple[str, ...]
    base: str
    has_csp: bool
    linked: tuple[str, ...] = ()
    adds_maps: bool = False
    xml: bool = False


def decode_html(data: bytes) -> str:
    """A page's text, by its byte order mark, its ``<meta charset>``, or as UTF-8."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(f"{encoding}-sig" if encoding == "utf-8" else encoding, "replace")
    declared = _META_CHARSET.search(data[:1024])
    if declared is not None:
        try:
            codec = codecs.lookup(declared[1].decode("ascii"))
            # What was found as ASCII is not UTF-16 (HTML Standard, 13.2.3.2).
            if not codec.name.startswith(("utf-16", "utf-32")):
                return data.decode(codec.name, "replace")
        except (LookupError, ValueError):
            pass
    return data.decode("utf-8", "replace")


def tags(html: str) -> Iterator[Tag]:
    """The start tags of a page in source order, each with its raw text if it has such."""
    position = 0
    while (token := _TOKEN.search(html, position)) is not None:
        position = token.end()
        if token["name"] is None or not token[0].endswith(">"):
            continue
        name = token["name"].lower()
        text = ""
        if name in _RAW_TEXT:
            closing = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.I).search(html, position)
            until = closing.start() if closing else len(html)
            text, position = html[position:until], until
        yield Tag(name, _attributes(token["attributes"]), token.start(), token.end(), text)


def read_page(html: str, url: str) -> Page:
    """What a page's source says.

    Args:
        html: the page's text.
        url: its URL path.
    """
    scripts: list[str] = []
    inline: list[str] = []
    import_maps: list[str] = []
    linked: list[str] = []
    base = url
    has_csp = adds_maps = False
    for tag in tags(html):
        kind = tag.attributes.get("type", "").strip().lower()
        if tag.name == "base" and "href" in tag.attributes and base == url:
            base = join(url, tag.attributes["href"])
        elif tag.name == "meta":
            policy = tag.attributes.get("http-equiv", "").lower()
            has_csp = has_csp or policy == "content-security-policy"
        elif tag.name == "script" and kind == "importmap":
            import_maps.append(tag.text)
        elif tag.name == "script":
            source = tag.attributes.get("src")
            if source is None:
                adds_maps = adds_maps or "importmap" in tag.text
            else:
                linked.append(join(base, source.strip()))
            if kind == "module":
                (inline if source is None else scripts).append(
                    tag.text if source is None else linked[-1]
                )
    return Page(
        insertion_point(html),
        tuple(dict.fromkeys(scripts)),
        tuple(inline),
        tuple(import_maps),
        base,
        has_csp,
        tuple(linked),
        adds_maps,
    )


def insertion_point(html: str) -> int:
    """Where the runtime goes in: after ``<head>``, else before what opens one.

    That is after the doctype, ``<html>``, and the comments and white space after these.
    """
    return find_insertion(html, whole=True) or 0


def find_insertion(html: str, *, whole: bool) -> int | None:
    """As :func:`insertion_point`, for as much of a page as there is.

    Args:
        html: the page's text from its beginning.
        whole: nothing follows.

    Returns:
        None where it takes more of the page to tell.
    """
    after = position = len(html) - len(html.removeprefix("\ufeff"))
    while (token := _TOKEN.search(html, position)) is not None:
        if html[position : token.start()].strip():
            return after  # text begins the body
        if not whole and _is_open(html, token):
            return None
        position = token.end()
        name = (token["name"] or "").lower()
        is_open_comment = token[0].startswith("<!--") and not token[0].endswith(("-->", "--!>"))
        if is_open_comment or not token[0].endswith(">"):
            return after
        if name == "head":
            return position
        if not name:
            # The block opens the head: a comment after it would be in there.
            after = position + len(html[position:]) - len(html[position:].lstrip(_SPACE))
        elif name == "html":
            after = position
        else:
            return after
    begins_body = html[position:].partition("<")[0].strip()
    return after if whole or begins_body else None


def _is_open(html: str, token: re.Match[str]) -> bool:
    """Whether what is still to come can change where a token ends."""
    if token.end() < len(html) and token["name"] is None:
        return False
    if not token[0].endswith(">") or (token[0].startswith("<!--") and token.end() == len(html)):
        return True
    quote = _OPEN_QUOTE.search(html, token.start())
    return quote is not None and quote.start() < token.end()


def inject(html: str, insertion: int | None, block: str) -> str:
    """A page's text with a block put in, if it has a place; no line of the page moves."""
    if insertion is None:
        return html
    return html[:insertion] + block + html[insertion:]


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ONE_ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), unescape(double or single or bare))
    return found
