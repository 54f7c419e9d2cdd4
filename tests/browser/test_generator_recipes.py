"""The documented recipes for generators that are run by a command, with the real thing."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import is_marked, mark
from tests.project import Project
from tests.python_packages import HERE, python_packages

DOCS = Path(__file__).parents[2] / "docs" / "generators.md"
SHOWN_MS = 60_000


@dataclass(frozen=True)
class Recipe:
    """One row of the table, and a site for it.

    Args:
        row: what it is called there.
        packages: the list of the packages that it needs, if any.
        files: of the site; ``.keep`` stands for an empty folder.
        address: of the page that ``source`` is made into.
        broken: what in it becomes what, and what is said then.
    """

    row: str
    packages: str
    files: Mapping[str, str]
    source: str
    address: str
    broken: tuple[str, str, str]


MAKEFILE = """
pages := $(patsubst src/%.txt,build/html/%.html,$(wildcard src/*.txt))

html: $(pages)

build/html/%.html: src/%.txt
\t@mkdir -p build/html
\t@! grep -n wrong $<
\t@(echo '<!doctype html><title>t</title><p>'; cat $<; echo '</p>') > $@
"""
NIKOLA_POST = """\
.. title: First
.. slug: first
.. date: 2026-01-01 00:00:00 UTC

The paragraph.
"""
# The rest is Nikola's default.
NIKOLA_CONF = """\
BLOG_AUTHOR = BLOG_TITLE = "Me"
SITE_URL = "https://example.test/"
BLOG_EMAIL = "me@example.test"
BLOG_DESCRIPTION = "Made."
DEFAULT_LANG = "en"
THEME = "base"
POSTS = (("posts/*.rst", "posts", "post.tmpl"),)
PAGES = (("pages/*.rst", "", "page.tmpl"),)
"""
LEKTOR_MODEL = """\
[model]
name = Page

[fields.body]
type = markdown
"""
LEKTOR_TEMPLATE = "<!doctype html><title>t</title><body>{{ this.body }}</body>"

RECIPES = {
    "make": Recipe(
        "a Makefile",
        "",
        {
            "Makefile": MAKEFILE,
            "src/index.txt": "The paragraph.\n",
            "src/other.txt": "Another one.\n",
        },
        "src/index.txt",
        "",
        ("paragraph", "wrong paragraph", "1:An edited wrong paragraph"),
    ),
    "nikola": Recipe(
        "Nikola",
        "nikola",
        {
            "conf.py": NIKOLA_CONF,
            "posts/first.rst": NIKOLA_POST,
            **{
                f"{name}/.keep": ""
                for name in ("pages", "files", "images", "galleries", "listings")
            },
        },
        "posts/first.rst",
        "posts/first/",
        ("paragraph", "`paragraph`_", 'Unknown target name: "paragraph"'),
    ),
    "lektor": Recipe(
        "Lektor",
        "lektor",
        {
            "made.lektorproject": "[project]\nname = Made\n",
            "models/page.ini": LEKTOR_MODEL,
            "templates/page.html": LEKTOR_TEMPLATE,
            "content/contents.lr": "_model: page\n---\nbody: The paragraph.\n",
            "assets/robots.txt": "",
        },
        "templates/page.html",
        "",
        ("<body>", "<body>{% if %}", "Expected an expression"),
    ),
    "zensical": Recipe(
        "Zensical",
        "zensical",
        {
            "zensical.toml": '[project]\nsite_name = "Made"\n',
            "docs/index.md": "# Made\n\nThe paragraph.\n",
            "docs/other.md": "# Other\n\nAnother one.\n",
        },
        "zensical.toml",
        "",
        ('"Made"', '["Made"', "Unclosed array"),
    ),
    "properdocs": Recipe(
        "ProperDocs",
        "properdocs",
        {
            "properdocs.yml": "site_name: Made\ntheme: {name: material}\nhooks: [hook.py]\n",
            # A plugin for MkDocs.
            "hook.py": "import mkdocs.plugins\n\n\n@mkdocs.plugins.event_priority(50)\n"
            "def on_page_markdown(markdown, **rest):\n"
            "    return markdown.replace('The', 'The')\n",
            "docs/index.md": "# Made\n\nThe paragraph.\n",
            "docs/other.md": "# Other\n\nAnother one.\n",
        },
        "properdocs.yml",
        "",
        ("site_name: Made", "site_name: [", "properdocs.yml"),
    ),
}


def documented(row: str) -> list[str]:
    """The command of a row of the table."""
    found = re.search(rf"^\| {re.escape(row)} \| `(hotreload [^`]+)` \|$", DOCS.read_text(), re.M)
    assert found is not None, row
    return shlex.split(found[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe(name: str, project: Project, page: Page) -> None:
    recipe = RECIPES[name]
    if recipe.packages:
        packages = python_packages(HERE / f"{recipe.packages}.txt")
        project._environment["PYTHONPATH"] = str(packages)
        project._environment["PATH"] = f"{packages / 'bin'}{os.pathsep}{os.environ['PATH']}"
    project.write(recipe.files)
    project.asked = tuple(documented(recipe.row)[1:])
    project.start()
    page.goto(f"{project.url}{recipe.address}", timeout=SHOWN_MS)
    text = page.get_by_text("paragraph.").first
    expect(text).to_contain_text("The paragraph.")
    mark(page)
    holder = next(file for file, content in recipe.files.items() if "The paragraph." in content)
    project.edit(holder, "The paragraph.", "An edited paragraph.")
    expect(text).to_contain_text("An edited paragraph.", timeout=SHOWN_MS)
    project.wait_for_output("built in", count=2)

    overlay = page.locator("hotreload-overlay")
    good, bad, said = recipe.broken
    project.edit(recipe.source, good, bad)
    expect(overlay).to_contain_text(said, timeout=SHOWN_MS)
    expect(text).to_contain_text("An edited paragraph.")
    project.edit(recipe.source, bad, good)
    expect(overlay).to_have_count(0, timeout=SHOWN_MS)
    expect(text).to_contain_text("An edited paragraph.")
    assert is_marked(page)
    # What it keeps for itself is no source.
    assert len(re.findall(r"^building", project.output, re.M)) == 4, project.output
