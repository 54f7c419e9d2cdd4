"""The headers that every answer has, whichever room it comes from."""

from collections.abc import Mapping

HEADERS: Mapping[str, str] = {
    "cache-control": "no-cache",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
