"""A folder's contents as a page, where that is asked for and no page stands for the folder."""

from html import escape

from starlette.responses import Response

from hotreload.project.files import FileMissingError, ProjectFiles
from hotreload.project.mime import media_type
from hotreload.project.urls import to_url
from hotreload.web.request import Request
from hotreload.web.static import digest, respond

_STYLE = (
    ":root{color-scheme:light dark;font:16px/1.6 system-ui,sans-serif}"
    "body{max-width:44rem;margin:3rem auto;padding:0 1rem}h1{font-size:1.2rem}"
    "ul{list-style:none;padding:0}a{text-decoration:none}a:hover{text-decoration:underline}"
)

# What is listed has names that others chose: nothing of this page is script.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def listed_names(files: ProjectFiles, url: str) -> list[str]:
    """What may be served of a folder's files and folders (those end with a slash), in order.

    Args:
        files: the gate, which is asked for each of them.
        url: URL path of the folder, with its slash.

    Raises:
        FileMissingError: there is no such folder.
    """
    folders: list[str] = []
    plain: list[str] = []
    try:
        names = sorted((entry.name for entry in files.resolve(url).iterdir()), key=str.casefold)
    except (NotADirectoryError, PermissionError):
        raise FileMissingError(url) from None
    for name in names:
        try:
            child = url[:-1] + to_url((name,))
        except UnicodeEncodeError:
            continue  # a name that is not UTF-8
        if files.is_folder(child):
            folders.append(f"{name}/")
        elif files.is_file(child):
            plain.append(name)
    return [*folders, *plain]


def listing(files: ProjectFiles, request: Request) -> Response:
    """The page for a folder.

    Raises:
        FileMissingError: there is no such folder.
    """
    url = request.url
    names = listed_names(files, url)
    up = ["../"] if url != "/" else []
    items = "".join(f'<li><a href="{escape(_href(n))}">{escape(n)}</a>' for n in [*up, *names])
    title = escape(url)
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{title}</h1><ul>{items}</ul>"
    ).encode()
    response = respond(body, media_type(".html"), digest(body), request.headers)
    response.headers["content-security-policy"] = _POLICY
    return response


def _href(name: str) -> str:
    return name if name == "../" else "." + to_url((name.rstrip("/"),)) + "/" * name.endswith("/")
