"""Where in the project's files an error of a page is, by where it is in what the page got."""

from contextlib import suppress
from dataclasses import dataclass, replace

from hotreload.project.files import FileMissingError
from hotreload.project.problems import ProblemError, code_frame
from hotreload.project.urls import RefusedPathError, file_url, join, parse_path, to_url
from hotreload.site import Site
from hotreload.transform.html import insertion_point
from hotreload.transform.places import (
    Place,
    before_preparing,
    before_rendering,
    before_transform,
)
from hotreload.transform.sourcemap import map_address, map_in, read_map


@dataclass(frozen=True, slots=True)
class Got:
    """A place in what a page got of a file.

    Args:
        url: URL path of the file.
        line, column: 1-based; columns in UTF-16 units.
        hash: if it is a module, what the page knows it by; else "".
        version: the one in its URL, or "".
        origin: the page's, if its text came in the page or in an update; else "".
    """

    url: str
    line: int
    column: int
    hash: str = ""
    version: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a file.

    Args:
        url: URL path of the file, or what a source map calls it.
        line, column: as in :class:`Got`; None where they are not known.
        frame: the source around it.
    """

    url: str
    line: int | None
    column: int | None
    frame: str


def find_place(site: Site, got: Got) -> Found | None:
    """The place in the sources; None where the page got something else than there is now.

    Raises:
        FileMissingError, FileDeniedError: there is no such file, or it is not served.
    """
    if got.hash:
        return _in_module(site, got)
    text = _text(site, got.url)
    return _followed(site, got.url, Place(got.line, got.column, text))


def find_in_page(url: str, text: str, line: int, column: int) -> Found:
    """The place in a page, by one in the page with our block in it.

    Args:
        url: what the page is called.
        text: the page's source.
        line, column: 1-based; columns in UTF-16 units.
    """
    insertion = insertion_point(text)
    begun = text.count("\n", 0, insertion) + 1
    before = insertion - (text.rfind("\n", 0, insertion) + 1)
    shifted = line == begun and column > before
    return _found(url, Place(line, None if shifted else column, text))


def _in_module(site: Site, got: Got) -> Found | None:
    modules = site.modules
    if modules.linked_hash(got.url) != got.hash:
        return None
    try:
        script = modules.linked(got.url)
        text = modules.text_of(script)
    except ProblemError:
        return None
    if text is None:
        return None
    prefix = got.origin + site.base[:-1]
    at = (got.line, got.column)
    place = before_rendering(script, text, modules.versions, prefix, got.version, at)
    pipeline = site.sources.pipeline
    if pipeline is not None and pipeline.changes(got.url):
        origin = pipeline.origin(got.url, place)
        if origin is None:
            return Found(got.url, None, None, _found(got.url, place).frame)
        return _found(join(got.url, origin.source), origin)
    return _followed(site, got.url, before_preparing(place, _text(site, got.url)))


def _followed(site: Site, url: str, place: Place) -> Found:
    """A place in a file, or where the file's own source map says that it comes from."""
    address = map_address(place.text or "")
    if address is None:
        return _found(url, place)
    inline = map_in(address)
    home = url if inline is not None else join(url, address)
    try:
        source_map = read_map(inline if inline is not None else _named(site, home))
    except (ValueError, FileMissingError):
        return _found(url, place)
    before = before_transform(source_map, place)
    if before is None:
        return _found(url, place)
    source = join(home, before.source)
    if before.text is None:
        with suppress(FileMissingError):
            before = replace(before, text=_named(site, source))
    return _found(source, before)


def _named(site: Site, address: str) -> str:
    """The text of a file that a file names.

    Raises:
        FileMissingError: it is none of ours, or not served.
    """
    try:
        return _text(site, to_url(parse_path(file_url(address).encode("utf-8"))))
    except RefusedPathError as error:
        raise FileMissingError(str(error)) from None


def _text(site: Site, url: str) -> str:
    return site.sources.files.read(url).data.decode("utf-8", "replace").removeprefix("\ufeff")


def _found(url: str, place: Place) -> Found:
    frame = code_frame(place.text, place.line, place.column) if place.text is not None else ""
    return Found(url, place.line, place.column, frame)
