"""XHTML pages: where the block goes, so that they stay XML; what is said where they are none."""

from xml.etree import ElementTree

import pytest

from hotreload.live.protocol import ProblemState
from hotreload.transform.html import inject
from hotreload.transform.xml import check_xhtml, xml_insertion
from hotreload.web.birth import Birth, Rendered, rendered_block

NAMESPACE = 'xmlns="http://www.w3.org/1999/xhtml"'


@pytest.mark.parametrize(
    ("text", "before"),
    [
        (f"<html {NAMESPACE}><head><title/></head><body/></html>", "<title/>"),
        (f"<?xml version='1.0'?>\n<html {NAMESPACE}><head ><title/></head></html>", "<title/>"),
        (f"<html {NAMESPACE}><!-- <head> --><head><x/></head></html>", "<x/>"),
        (
            f'<!DOCTYPE html [<!ENTITY a "<html>">]>\n<html {NAMESPACE}><head><x/></head></html>',
            "<x/>",
        ),
        (f"<html {NAMESPACE} title='>'><head title=\"/>\"><x/></head></html>", "<x/>"),
        (f"<html {NAMESPACE}><head/><body/></html>", "<head/>"),
        (f"<html {NAMESPACE}><body><head/></body></html>", "<body>"),
    ],
)
def test_the_block_leaves_a_page_well_formed(text: str, before: str) -> None:
    at = xml_insertion(text)
    assert at is not None
    assert text[at:].startswith(before)
    problem = ProblemState("/a", "exception", 'it\'s "<wrong>" & more', None, None, "a\nb")
    birth = Birth("project", "boot", 3)
    block = rendered_block("/a&b/", birth, "/p", "hash", Rendered("GET", 200, problem), 'no"nce')
    assert check_xhtml("/a.xhtml", text) is None
    # The entity declared above is not read by this parser, only by browsers.
    ElementTree.fromstring(inject(text, at, block))


@pytest.mark.parametrize(
    "text", ["<svg xmlns='http://www.w3.org/2000/svg'/>", f"<html {NAMESPACE}/>", "<a><html/></a>"]
)
def test_what_is_no_page_gets_none(text: str) -> None:
    assert check_xhtml("/a.xhtml", text) is None
    assert xml_insertion(text) is None
    assert inject(text, xml_insertion(text), "block") == text


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (f"<html {NAMESPACE}>\n<body><br></body></html>", 2, 13),
        (f"<html {NAMESPACE}>\n<p>a & b</p></html>", 2, 7),
        ("", 1, 1),
    ],
)
def test_a_mistake_is_placed(text: str, line: int, column: int) -> None:
    problem = check_xhtml("/a.xhtml", text)
    assert problem is not None
    assert (problem.owner, problem.line, problem.column) == ("/a.xhtml", line, column)
    assert "no well-formed XML" in problem.message


def test_entities_of_html_are_no_mistake() -> None:
    assert (
        check_xhtml("/a.xhtml", f"<!DOCTYPE html>\n<html {NAMESPACE}>&nbsp;&copy;</html>") is None
    )


def test_entities_that_grow_without_end_are() -> None:
    levels = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    text = f'<!DOCTYPE html [<!ENTITY a0 "ha">{levels}]><html {NAMESPACE}>&a11;</html>'
    assert check_xhtml("/a.xhtml", text) is not None
