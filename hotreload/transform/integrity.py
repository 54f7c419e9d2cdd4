"""`integrity` in a page: modules and stylesheets are not served, to the byte, as their files are.

Such a digest would be of the file, and the browser would refuse what it gets. So it is taken out,
for files of this server; whoever publishes the page has it as it is written.
"""

import json
import re
from collections.abc import Callable

from hotreload.project.urls import join
from hotreload.transform.html import Tag, tags

_ATTRIBUTE = re.compile(r"""(?<=[\s"'/])integrity\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]++)""", re.I)
_PAIR = re.compile(r'("(?:[^"\\]|\\.)*+")(\s*+:\s*+)("(?:[^"\\]|\\.)*+")')


def without_integrity(html: str, url: str) -> str:
    """A page without the digests that would keep it from loading; nothing in it moves.

    Args:
        html: the page's text.
        url: its URL path.
    """
    if "integrity" not in html and "INTEGRITY" not in html:
        return html
    base = ""
    pieces: list[str] = []
    position = 0
    for tag in tags(html):
        if tag.name == "base" and not base:
            base = join(url, tag.attributes.get("href", ""))
        kind = tag.attributes.get("type", "").strip().lower()
        if tag.name == "script" and kind == "importmap":
            start = tag.end
            kept = _map_without(tag.text, base or url)
            pieces += [html[position:start], kept]
            position = start + len(tag.text)
        elif "integrity" in tag.attributes and _is_changed(tag, kind, base or url):
            written = html[tag.start : tag.end]
            pieces += [html[position : tag.start], _ATTRIBUTE.sub(_blank, written, count=1)]
            position = tag.end
    return "".join([*pieces, html[position:]])


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _is_changed(tag: Tag, kind: str, base: str) -> bool:
    """Whether a tag loads what is served in another form than the file's."""
    if tag.name == "script":
        return kind == "module" and _is_local(tag.attributes.get("src", ""), base)
    links = {"modulepreload", "stylesheet"} & set(tag.attributes.get("rel", "").lower().split())
    return tag.name == "link" and bool(links) and _is_local(tag.attributes.get("href", ""), base)


def _is_local(address: str, base: str) -> bool:
    url = join(base, address.strip())
    return url.startswith("/") and not url.startswith("//")


def _map_without(text: str, base: str) -> str:
    try:
        table = json.loads(text)["integrity"]
        local = {key for key in table if _is_local(key, base)}
    except (ValueError, RecursionError, KeyError, TypeError):
        return text
    if not local:
        return text
    return _PAIR.sub(_emptied(lambda key, value: key in local and table[key] == value), text)


def _emptied(concerned: Callable[[str, str], bool]) -> Callable[[re.Match[str]], str]:
    def empty(pair: re.Match[str]) -> str:
        try:
            found = concerned(json.loads(pair[1]), json.loads(pair[3]))
        except ValueError:
            return pair[0]
        return f'{pair[1]}{pair[2]}""{" " * (len(pair[3]) - 2)}' if found else pair[0]

    return empty
