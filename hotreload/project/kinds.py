"""What a file becomes in the browser, by its suffix."""

from collections.abc import Mapping
from typing import Literal

Kind = Literal["script", "style", "page"]
# A URL, with its query if it is imported with one, and what is made of it.
Output = tuple[str, Kind]

NATIVE: Mapping[str, Kind] = {
    ".js": "script",
    ".mjs": "script",
    ".cjs": "script",
    ".css": "style",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".xht": "page",
}
