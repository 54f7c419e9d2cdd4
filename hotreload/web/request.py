"""A request, as far as an answer depends on it."""

import re
from collections.abc import Mapping
from typing import NamedTuple, Self
from urllib.parse import parse_qsl

from starlette.types import Scope

from hotreload.transform.wrap import wrap_query

_DOCUMENTS = frozenset({"document", "iframe", "frame", "fencedframe"})
_VERSION = re.compile(r"[\w.-]{1,64}")


class Request(NamedTuple):
    """What was asked for.

    Args:
        head: only the headers are wanted.
        url: URL path below the base.
        query: the query string.
        headers: names in lower case.
        scheme: http or https.
    """

    head: bool
    url: str
    query: str
    headers: Mapping[str, str]
    scheme: str = "http"

    @classmethod
    def of(cls, scope: Scope, url: str) -> Self:
        """The request of an HTTP scope for a URL path below the base."""
        return cls(
            scope["method"] == "HEAD",
            url,
            scope["query_string"].decode("latin-1"),
            {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            scope["scheme"],
        )

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def parameter(self, name: str) -> str:
        """The last value of a parameter of the query, or an empty text."""
        return dict(parse_qsl(self.query)).get(name, "")

    @property
    def wrap(self) -> str | None:
        return wrap_query(f"{self.url}?{self.query}")

    @property
    def version(self) -> str:
        given = self.parameter("v")
        return given if _VERSION.fullmatch(given) else ""

    @property
    def navigates(self) -> bool:
        """Whether the answer becomes a page of its own, and so gets the runtime."""
        destination = self.headers.get("sec-fetch-dest")
        if destination is not None:
            return destination in _DOCUMENTS
        return "text/html" in self.header("accept")
