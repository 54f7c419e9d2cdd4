"""What is in `<noscript>` is text to a page that runs scripts, and stays that in an edit."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import html, is_marked, mark
from tests.project import Project

TREE = """(html) => {
  return [...document.querySelectorAll('noscript, h1')].map((node) => [
    node.parentNode.localName, node.localName, node.textContent,
  ]);
}"""


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", "<noscript><style>h1{display:none}</style></noscript>"),
        ('<noscript><meta http-equiv=refresh content="0;url=nojs.html"></noscript>', ""),
        ("<noscript><img src='a.png' alt=\"&amp;\"></noscript>", ""),
        ("<!-- <noscript> --><noscript><p>a</noscript>", "<noscript lang=en>b &lt;</noscript>"),
        ("<style>/* <noscript> */</style><noscript></noframes>x</noscript>", "<p title='</head>'>"),
    ],
)
def test_added_edited_and_removed(project: Project, page: Page, head: str, body: str) -> None:
    plain = html("<h1>Hi</h1>", "<!--a-->", "")
    edited = html(f"<h1>Hi</h1>{body}", f"<!--a-->{head}", "")
    again = edited.replace("<h1>Hi", "<h1>There")
    project.write({"index.html": plain, "fresh.html": again, "plain.html": plain}).start()
    page.goto(project.url + "fresh.html")
    fresh = page.evaluate(TREE)
    page.goto(project.url)
    mark(page)
    before = page.evaluate(TREE)
    count = len(fresh) - 1
    project.write({"index.html": edited})
    page.wait_for_function(f"document.querySelectorAll('noscript').length === {count}")
    expect(page.locator("h1")).to_be_visible()
    project.write({"index.html": again})
    page.wait_for_function("document.querySelector('h1').textContent === 'There'")
    assert page.evaluate(TREE) == fresh
    project.write({"index.html": plain})
    page.wait_for_function("document.querySelector('h1').textContent === 'Hi'")
    page.wait_for_function("document.querySelector('noscript') === null")
    assert page.evaluate(TREE) == before
    assert is_marked(page)
