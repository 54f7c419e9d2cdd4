"""Which file answers a page's address: ``index.html``, clean URLs, the SPA's page, ``404.html``."""

from hotreload.project.files import ProjectFiles
from hotreload.project.urls import suffix

NOT_FOUND_PAGE = "/404.html"


def page_file(files: ProjectFiles, url: str, *, spa: bool = False) -> str | None:
    """The URL path of the HTML file that answers an address, or None; it has to be readable.

    Args:
        files: the project's files.
        url: the address's path.
        spa: unknown addresses are answered by ``/index.html``.
    """
    candidates = [f"{url}index.html"] if url.endswith("/") else [url, f"{url}.html"]
    if spa:
        candidates.append("/index.html")
    return next((candidate for candidate in candidates if files.may_read(candidate)), None)


def is_xml(url: str) -> bool:
    """Whether browsers read the page at a URL path as XML."""
    return suffix(url) in (".xhtml", ".xht", ".svg")


def is_drawing(url: str) -> bool:
    """Whether a file is an image, and a page where it is opened as one."""
    return suffix(url) == ".svg"
