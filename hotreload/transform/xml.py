"""XHTML and SVG: pages that browsers read as XML, where one mistake leaves nothing to show."""

import re
from xml.parsers import expat

from hotreload.project.problems import Problem, problem_at
from hotreload.project.urls import suffix

_PROLOG = re.compile(r"\s++|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^\[>]*+(?:\[[\s\S]*?\]\s*+)?>")
_START = re.compile(r"""<(?P<name>[\w:.-]++)(?:[^>"']++|"[^"]*+"|'[^']*+')*+(?P<empty>(?<=/))?>""")


def check_xhtml(url: str, text: str) -> Problem | None:
    """What makes a page no well-formed XML, or None.

    Args:
        url: URL path of the page.
        text: its text.
    """
    parser = expat.ParserCreate("utf-8")

    def declare_nothing(context: str | None, *names: object) -> int:
        parser.ExternalEntityParserCreate(context).Parse(b"", True)
        return 1

    # Browsers know HTML's entities without reading what declares them.
    parser.UseForeignDTD(True)
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE)
    parser.ExternalEntityRefHandler = declare_nothing
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        message = (
            f"no well-formed XML, which a page in {suffix(url)} has to be: "
            f"{expat.ErrorString(error.code)}"
        )
        return problem_at(url, "syntax", message, text, error.lineno, error.offset + 1)
    return None


def xml_insertion(text: str) -> int | None:
    """Where the runtime's block goes in: after ``<head>``, else after ``<html>`` or ``<svg>``.

    Args:
        text: of a page that is well-formed.

    Returns:
        An index into the text, or None where it is no page.
    """
    root = _element(text, 0)
    if root is None or _name(root) not in ("html", "svg") or root["empty"] is not None:
        return None
    head = _element(text, root.end())
    inside = head is not None and _name(head) == "head" and head["empty"] is None
    return head.end() if head is not None and inside else root.end()


def _name(element: re.Match[str]) -> str:
    """An element's name without the prefix of its namespace."""
    return element["name"].rpartition(":")[2]


def _element(text: str, position: int) -> re.Match[str] | None:
    """The start tag that comes next, unless something else does."""
    while (between := _PROLOG.match(text, position)) is not None:
        position = between.end()
    return _START.match(text, position)
