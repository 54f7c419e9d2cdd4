"""URL paths as identity: one canonical spelling for every module, stylesheet, page and asset.

Ambiguity is refused, never repaired: a browser already normalises what it sends, so no honest
client is hurt, and no two spellings can name one file.
"""

import re
from urllib.parse import quote, unquote_to_bytes, urljoin

MAX_PATH_BYTES = 4096

# What browsers leave alone in a path (URL Standard, "path percent-encode set") and we don't refuse.
_SAFE = "/!$&'()*+,;=:@~|[]"
_RAW = re.compile(rb"/[\x21\x22\x24-\x3e\x40-\x5b\x5d-\x7e]*+\Z")
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})|%(?:[01][0-9A-Fa-f]|7[Ff]|2[Ff]|5[Cc])")
_WINDOWS_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\..*)?", re.I
)
_WINDOWS_SHORT_NAME = re.compile(r"[^~.]{1,6}~\d+(?:\.[^~.]{0,3})?")


class RefusedPathError(ValueError):
    """A URL path that is not the one canonical spelling of a place, with the reason."""


def parse_path(raw: bytes) -> tuple[str, ...]:
    """Split a request's raw path into decoded segments.

    Args:
        raw: the path as sent, still percent-encoded, without query.

    Returns:
        The decoded segments; the last one is ``""`` for a folder ("/a/" is ``("a", "")``).

    Raises:
        RefusedPathError: the path is ambiguous or could mean something outside the mounts.
    """
    if len(raw) > MAX_PATH_BYTES:
        raise RefusedPathError("path too long")
    if not _RAW.match(raw):
        raise RefusedPathError("path holds a character that no browser sends")
    if _BAD_ESCAPE.search(raw):
        raise RefusedPathError("path holds a malformed or forbidden escape")
    try:
        decoded = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedPathError("path is not UTF-8") from None
    segments = tuple(decoded[1:].split("/"))
    for index, segment in enumerate(segments):
        if segment == "" and index == len(segments) - 1:
            continue
        _check_segment(segment)
    return segments


def _check_segment(segment: str) -> None:
    if segment in ("", ".", ".."):
        raise RefusedPathError("path holds an empty or dot segment")
    if segment[-1] in ". " or ":" in segment:
        raise RefusedPathError("path holds a name that some systems read differently")
    if _WINDOWS_DEVICE.fullmatch(segment) or _WINDOWS_SHORT_NAME.fullmatch(segment):
        raise RefusedPathError("path holds a device or short name")


def to_url(segments: tuple[str, ...]) -> str:
    """The canonical URL path of decoded segments: the identity used everywhere."""
    return quote("/" + "/".join(segments), safe=_SAFE)


def join(base: str, address: str) -> str:
    """An address read against a URL path, as a browser does: ``..`` ends at the root.

    Args:
        base: URL path or absolute URL.
        address: relative or absolute, as written.
    """
    # Without an authority urljoin() would let the path lose its first slash.
    rooted = base.startswith("/") and not base.startswith("//")
    return urljoin(f"//-{base}" if rooted else base, address).removeprefix("//-")


def file_url(url: str) -> str:
    """The URL path of the file behind a module URL: the query says how, never which."""
    return url.partition("?")[0]


def suffix(url: str) -> str:
    """The lower-case extension of a URL path, with its dot, or ``""``."""
    name = file_url(url).rpartition("/")[2]
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 else ""
