"""What a page is born with: the block after its ``<head>``.

The birth map (:mod:`hotreload.web.birth_map`) carries the page's modules with the page: no
request and no round trip per level of the graph. It is left out where it could not work; then the
same URLs are fetched over HTTP, with the same meaning.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from hotreload.site import Site
from hotreload.transform.html import Page
from hotreload.transform.javascript import RUNTIME_URL
from hotreload.web.birth_map import Births, in_script

if TYPE_CHECKING:
    from hotreload.live.protocol import ProblemState

# The first Chromium that merges several import maps into one.
_FIRST_CHROMIUM = 133
# Whatever the page's own elements are in.
_XHTML = ' xmlns="http://www.w3.org/1999/xhtml"'
_CHROMIUM = re.compile(r'"Chromium";\s*v="(\d+)"')


class Birth(NamedTuple):
    """What identifies the server to a page at its birth."""

    project: str
    boot: str
    rev: int


@dataclass(frozen=True)
class Rendered:
    """How an app's page came to be.

    Args:
        method: of the request it answered; only a GET may be repeated.
        status: of the answer, or None where it was not known yet.
        problem: why the app could not render it, or None where it did.
        slow: the app may notice only some time after us what has changed.
    """

    method: str
    status: int | None
    problem: "ProblemState | None" = None
    slow: bool = False


def supports_birth_map(headers: Mapping[str, str]) -> bool:
    """Whether the browser that sent these headers can take a birth map, and its URLs be known.

    Behind a proxy they can't be. It says that it is there, or ends a connection that browsers keep.
    """
    brand = _CHROMIUM.search(headers.get("sec-ch-ua", ""))
    if any(name.startswith("x-forwarded-") or name in ("forwarded", "via") for name in headers):
        return False
    direct = headers.get("connection", "").lower() == "keep-alive"
    return brand is not None and int(brand[1]) >= _FIRST_CHROMIUM and direct


def birth_block(
    site: Site,
    birth: Birth,
    url: str,
    digest: str,
    page: Page | None,
    origin: str | None,
    births: Births,
) -> str:
    """The HTML that goes in after a page's ``<head>``; it is well-formed XML, too.

    Args:
        site: the project.
        birth: this server's identity.
        url: URL path of the page's file.
        digest: hash of the page's source.
        page: what the page's source says, or None for a page of our own.
        origin: the page's origin, if it takes a birth map.
        births: gives birth maps.
    """
    block = ""
    if page is not None and origin is not None and not (page.has_csp or page.xml):
        block = births.elements(url, page, origin)
    content = _content(birth, url, digest)
    if page is not None and page.xml:
        return _xml_elements(site.base, content)
    return block + _elements(site.base, content)


def rendered_block(
    base: str,
    birth: Birth,
    url: str,
    digest: str,
    rendered: Rendered,
    nonce: str = "",
    *,
    xml: bool = False,
) -> str:
    """The HTML that goes into a page that an app rendered.

    Args:
        base: the public base path.
        birth: this server's identity.
        url: URL path of the page's address.
        digest: what the page's source is kept by.
        rendered: how the page came to be.
        nonce: that of the page's Content-Security-Policy, if it has one.
        xml: browsers read the page as XML.
    """
    content = {**_content(birth, url, digest), "rendered": vars(rendered)}
    return (_xml_elements if xml else _elements)(base, content, nonce)


def _content(birth: Birth, url: str, digest: str) -> dict[str, object]:
    return {
        "project": birth.project,
        "boot": birth.boot,
        "rev": birth.rev,
        "page": url,
        "hash": digest,
    }


def _elements(base: str, content: Mapping[str, object], nonce: str = "") -> str:
    attribute = f' nonce="{escape(nonce)}"' if nonce else ""
    source = escape(f"{base[:-1]}{RUNTIME_URL}")
    return (
        f'{_meta(content)}<script type="module" src="{source}"{attribute} data-hotreload="">'
        "</script>"
    )


def _xml_elements(base: str, content: Mapping[str, object], nonce: str = "") -> str:
    # Chromium runs no module scripts in XML, but what other scripts import.
    start = f"import({in_script(f'{base[:-1]}{RUNTIME_URL}')})"
    attributes = f' nonce="{escape(nonce)}"' if nonce else ""
    return f'{_meta(content, _XHTML)}<script{_XHTML}{attributes} data-hotreload="">{start}</script>'


def _meta(content: Mapping[str, object], namespace: str = "") -> str:
    text = json.dumps(content, separators=(",", ":"), default=vars)
    return f'<meta{namespace} name="hotreload" content="{escape(text)}" data-hotreload=""/>'
