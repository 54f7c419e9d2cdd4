"""What the documentation shows is what the tests run."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHOWN = {"frameworks.md": ("js", "html", "python"), "plugins.md": ("python", "js")}


def blocks(page: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text("utf-8")
    fenced = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)
    return [code for language, code in fenced if language in SHOWN[page]]


@pytest.mark.parametrize("page", SHOWN)
def test_code_in_the_documentation_is_that_of_an_example(page: str) -> None:
    files = [p for p in (ROOT / "examples").rglob("*") if p.suffix in (".js", ".py", ".html")]
    texts = [path.read_text("utf-8") for path in files if "node_modules" not in path.parts]
    assert len(blocks(page)) >= 2
    for code in blocks(page):
        assert any(code in text for text in texts), f"no example has this code:\n{code}"
