"""What the headers of a request and a response say about putting our block into a page. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

Headers = Iterable[tuple[bytes, bytes]]

REFETCH = b"x-hotreload"

_DOCUMENTS = frozenset({b"document", b"iframe", b"frame", b"fencedframe"})
# Set by the libraries that put an answer into a page that is there already.
_FRAGMENTS = frozenset({b"hx-request", b"x-requested-with", b"turbo-frame", b"x-up-target"})
# What else their requests say, and an answer may depend on.
_ASKED = ("hx-", "turbo-", "x-up-", "x-requested-with", "x-pjax", "accept")
_NO_PART = frozenset({"accept-encoding", "accept-language", "hx-current-url"})
# The answer must be whole, new, and not compressed: see docs/asgi.md.
_NOT_ASKED = frozenset(
    {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range", b"if-range"}
)
# What is said about bytes that are others with our block among them.
_OF_THE_BYTES = frozenset(
    {b"etag", b"last-modified", b"accept-ranges", b"content-md5", b"digest", b"content-digest"}
)
# The last is a page only where it is opened as one.
_PAGES = frozenset({b"text/html", b"application/xhtml+xml", b"image/svg+xml"})
_NO_BODY = frozenset({204, 205, 206, 304})
_WIDE = re.compile(rb"utf-?(?:16|32)|ucs-?[24]", re.I)


def asks_for_page(headers: Mapping[bytes, bytes]) -> bool:
    """Whether the answer to a request becomes a page of its own, or its runtime asks for it."""
    if REFETCH in headers:
        return True
    destination = headers.get(b"sec-fetch-dest")
    if destination is None:
        navigates = b"text/html" in headers.get(b"accept", b"")
    else:
        navigates = destination in _DOCUMENTS
    return navigates and _FRAGMENTS.isdisjoint(headers)


def may_bring_html(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a script of a page asks for what it may put into that page."""
    if headers.get(b"sec-fetch-dest") != b"empty" or b"range" in headers:
        return False
    if headers.get(b"sec-fetch-site") != b"same-origin":
        return False
    accept = headers.get(b"accept", b"")
    return b"*/*" in accept or asks_for_html(headers)


def asks_for_html(headers: Mapping[bytes, bytes]) -> bool:
    """Whether what a script asks for is likely to be that: it, or a library, says so."""
    accept = headers.get(b"accept", b"")
    named = b"text/html" in accept or b"turbo-stream" in accept
    return named or not _FRAGMENTS.isdisjoint(headers)


def asked_by(headers: Headers) -> dict[str, str]:
    """Of a script's request what is to be said again to get the same part of a page."""
    named = ((n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in headers)
    return {n: v for n, v in named if n.startswith(_ASKED) and n not in _NO_PART}


def can_follow(status: int, headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Whether an answer is HTML that a script may put into its page."""
    types = [v.split(b";")[0].strip().lower() for n, v in headers if n.lower() == b"content-type"]
    return (
        status not in _NO_BODY
        and not 300 <= status < 400
        and types in ([b"text/html"], [b"text/vnd.turbo-stream.html"])
        and not is_compressed(headers)
        and not any(_is_download(n.lower(), v) for n, v in headers)
    )


def asked_whole(headers: Headers, *, fresh: bool = True) -> list[tuple[bytes, bytes]]:
    """A request's headers, so changed that the answer can be read, and have a block put in.

    Args:
        headers: the request's.
        fresh: the answer is not to be that nothing has changed, nor a part of it.
    """
    dropped = _NOT_ASKED if fresh else {b"accept-encoding"}
    kept = [(name, value) for name, value in headers if name not in dropped]
    return [*kept, (b"accept-encoding", b"identity")]


def can_inject(status: int, headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Whether an answer is a whole page, as it is."""
    if status < 200 or status in _NO_BODY or 300 <= status < 400:
        return False
    page = False
    for name, value in ((name.lower(), value) for name, value in headers):
        if name == b"content-type":
            page = value.split(b";")[0].strip().lower() in _PAGES
            if not page or _WIDE.search(value):
                return False
        elif name == b"content-range" or _is_download(name, value):
            return False
    return page and not is_compressed(headers)


def is_html(content_type: str) -> bool:
    """Whether browsers read a page as HTML; else as XML."""
    return content_type.split(";")[0].strip().lower() == "text/html"


def _is_download(name: bytes, value: bytes) -> bool:
    return name == b"content-disposition" and value.strip().lower().startswith(b"attachment")


def is_compressed(headers: Headers) -> bool:
    """Whether an answer is compressed although that was not asked for."""
    return any(
        name.lower() == b"content-encoding" and value.strip().lower() not in (b"", b"identity")
        for name, value in headers
    )


def without_length(headers: Headers) -> list[tuple[bytes, bytes]]:
    """An answer's headers, where it is not known before its body whether a block goes in."""
    return [(name, value) for name, value in headers if name.lower() != b"content-length"]


def with_block(headers: Headers, size: int) -> list[tuple[bytes, bytes]]:
    """An answer's headers, for a body that a block of ``size`` bytes was put into."""
    changed: list[tuple[bytes, bytes]] = []
    stored = b"no-cache"
    for name, value in headers:
        lower = name.lower()
        if lower == b"content-length" and value.isdigit():
            changed.append((name, b"%d" % (int(value) + size)))
        elif lower == b"cache-control":
            # Pages that may not be stored at all stay so.
            stored = value if b"no-store" in value.lower() else stored
        elif lower not in _OF_THE_BYTES:
            changed.append((name, value))
    return [*changed, (b"cache-control", stored)]
