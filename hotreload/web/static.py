"""Answers with bytes: validators, ranges, and files too large to hold in memory."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Mapping
from hashlib import blake2b
from io import FileIO

from starlette.responses import Response, StreamingResponse

from hotreload.live.headers import HEADERS
from hotreload.project.mime import media_type

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_CHUNK = 256 * 1024

# A module says itself what it is when it runs.
MODULE = "module"
# For addresses that name their content (RFC 9111, 5.2.2; RFC 8246).
FOREVER: Mapping[str, str] = {"cache-control": "private, max-age=31536000, immutable"}
UNCACHED: Mapping[str, str] = {"cache-control": "no-store"}


def respond(
    body: bytes,
    media_type: str,
    etag: str,
    request: Mapping[str, str],
    *,
    status: int = 200,
    ranges: bool = False,
    vary: str = "",
    source: str = "",
    file: str = "",
) -> Response:
    """The answer for a body, in the light of the request's validators and range.

    Args:
        body: the whole body.
        media_type: its ``Content-Type``.
        etag: a hash of the body, without quotes.
        request: the request's headers, names in lower case.
        status: 200, or that of an error page.
        ranges: whether a part may be asked for (RFC 9110, 14).
        vary: request headers that the body depends on.
        source, file: what the page is to say it holds; see :func:`source_header`.
    """
    headers = {
        **HEADERS,
        "content-type": media_type,
        "etag": f'"{etag}"',
        **source_header(source, file),
    }
    if vary:
        headers["vary"] = vary
    if status == 200 and _matches(request.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    if ranges:
        headers["accept-ranges"] = "bytes"
        part = requested_range(request, len(body), etag) if status == 200 else None
        if part is not None:
            return _partial(part, body, headers)
    return Response(body, status, headers)


def source_header(source: str, file: str = "") -> Mapping[str, str]:
    """The header by which a page learns what it was answered: the only one a script can read.

    Args:
        source: hash of the source, :data:`MODULE`, or empty for nothing to be said.
        file: URL path of the file, where the one that was asked for doesn't name it.
    """
    if not source:
        return {}
    also = f', hotreload-file;desc="{file}"' if file else ""
    return {"server-timing": f'hotreload;desc="{source}"{also}'}


def stream_file(
    descriptor: int, media_type: str, request: Mapping[str, str], *, head: bool
) -> Response:
    """The answer for a large file, read from its open descriptor, which is closed at the end."""
    info = os.fstat(descriptor)
    etag = f"{info.st_mtime_ns:x}-{info.st_size:x}-{info.st_ino:x}"
    headers = {
        **HEADERS,
        "content-type": media_type,
        "etag": f'"{etag}"',
        "accept-ranges": "bytes",
        **source_header(etag),
    }
    if _matches(request.get("if-none-match", ""), etag):
        os.close(descriptor)
        return Response(status_code=304, headers=headers)
    part = requested_range(request, info.st_size, etag)
    if part == ():
        os.close(descriptor)
        headers["content-range"] = f"bytes */{info.st_size}"
        return Response(status_code=416, headers=headers)
    first, last = part or (0, info.st_size - 1)
    if part:
        headers["content-range"] = f"bytes {first}-{last}/{info.st_size}"
    headers["content-length"] = str(last - first + 1)
    status = 206 if part else 200
    if head:
        os.close(descriptor)
        return Response(status_code=status, headers=headers)
    # A file object, not its descriptor: it is closed even where nobody stays for the first chunk.
    file = os.fdopen(descriptor, "rb", buffering=0)
    return StreamingResponse(_chunks(file, first, last), status, headers)


def requested_range(
    request: Mapping[str, str], size: int, etag: str
) -> tuple[int, int] | tuple[()] | None:
    """The one range a request asks for: (first, last) inclusive, () unsatisfiable, None for all.

    Several ranges at once are answered with the whole, as RFC 9110 (14.2) allows.
    """
    match = _RANGE.fullmatch(request.get("range", ""))
    if match is None or request.get("if-range", f'"{etag}"') != f'"{etag}"':
        return None
    start, end = match[1], match[2]
    if not start and not end:
        return None
    if not start:
        first, last = max(0, size - int(end)), size - 1
        return (first, last) if int(end) and size else ()
    first, last = int(start), min(int(end), size - 1) if end else size - 1
    if end and int(end) < int(start):
        return None
    return (first, last) if first < size else ()


def _partial(part: tuple[int, int] | tuple[()], body: bytes, headers: dict[str, str]) -> Response:
    if not part:
        headers["content-range"] = f"bytes */{len(body)}"
        return Response(status_code=416, headers=headers)
    first, last = part
    headers["content-range"] = f"bytes {first}-{last}/{len(body)}"
    return Response(body[first : last + 1], 206, headers)


def _matches(header: str, etag: str) -> bool:
    candidates = {value.strip().removeprefix("W/") for value in header.split(",")}
    return "*" in candidates or f'"{etag}"' in candidates


async def _chunks(file: FileIO, first: int, last: int) -> AsyncIterator[bytes]:
    with file:
        file.seek(first)
        remaining = last - first + 1
        while remaining > 0:
            chunk = await asyncio.to_thread(file.read, min(_CHUNK, remaining))
            if not chunk:
                return
            remaining -= len(chunk)
            yield chunk


def plain(status: int, text: str, extra: Mapping[str, str] | None = None) -> Response:
    """An answer in plain text."""
    headers = {**HEADERS, "content-type": "text/plain; charset=utf-8", **(extra or {})}
    return Response(text.encode("utf-8", "replace"), status, headers)


# Where a browser wants one of these, another type is all that its console speaks of.
_WANTED = {"style": ".css", "script": ".js"}


def failure(
    status: int, text: str, destination: str, extra: Mapping[str, str] | None = None
) -> Response:
    """An answer that says what failed, of the type that was asked for: nothing applies or runs it.

    Args:
        status: 404 or 500.
        text: for who looks at it.
        destination: the request's ``Sec-Fetch-Dest``, or ``""``.
        extra: further headers.
    """
    wanted = _WANTED.get(destination)
    if wanted is None:
        return plain(status, text, extra)
    comment = "/* {} */\n".format(text.strip().replace("*/", "* /"))
    return plain(status, comment, {**(extra or {}), "content-type": media_type(wanted)})


def grant(response: Response, origin: str | None, *, varies: bool) -> None:
    """Let another origin read an answer.

    Args:
        response: changed in place.
        origin: the one that asks and may, if it is one.
        varies: whether there is any that may.
    """
    if varies:
        vary = response.headers.get("vary")
        response.headers["vary"] = f"{vary}, origin" if vary else "origin"
    if origin is not None:
        response.headers["access-control-allow-origin"] = origin
        response.headers["cross-origin-resource-policy"] = "cross-origin"


def digest(body: bytes) -> str:
    """A hash of a body, for its ``ETag``."""
    return blake2b(body, digest_size=12).hexdigest()
