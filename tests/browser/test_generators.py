"""Real site generators: an edited paragraph is on the screen, and nothing else has changed."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import console_of, is_marked, mark
from tests.generated import PAGES, paragraph, write_mkdocs, write_pelican, write_sphinx
from tests.project import Project

# A first build of 200 pages, on a machine that has other things to do.
BUILD_SECONDS = 120
SHOWN_MS = 60_000


@dataclass(frozen=True)
class Generator:
    """One generator, and where it has what the tests look at.

    Args:
        write: writes the sources.
        command: the command line that serves them.
        source: the source of a page, by its number.
        address: likewise its address.
        broken: a source, a text in it, what that becomes to be wrong, and what is said then.
    """

    name: str
    write: Callable[[Path, int], None]
    command: tuple[str, ...]
    source: Callable[[int], str]
    address: Callable[[int], str]
    broken: tuple[str, str, str, str]


GENERATORS = {
    "sphinx": Generator(
        "sphinx",
        write_sphinx,
        ("sphinx", "."),
        lambda number: f"c{number // 20}/p{number}.rst",
        lambda number: f"c{number // 20}/p{number}.html",
        ("c0/p7.rst", paragraph(7), ".. nonsense::", "Unknown directive type"),
    ),
    "mkdocs": Generator(
        "mkdocs",
        write_mkdocs,
        ("mkdocs",),
        lambda number: f"docs/c{number // 20}/p{number}.md",
        lambda number: f"c{number // 20}/p{number}/",
        ("mkdocs.yml", "plugins:\n  - search", "plugins: [search", "mkdocs.yml"),
    ),
    "pelican": Generator(
        "pelican",
        write_pelican,
        ("pelican",),
        lambda number: f"content/p{number}.md",
        lambda number: f"page-{number}.html",
        ("content/p7.md", "Date: 2026-01-08", "Date: someday", "Could not process"),
    ),
}


class Site:
    """A generated site that is served."""

    def __init__(self, generator: Generator, folder: Path, pages: int) -> None:
        self.generator = generator
        self.project = Project(folder / "site", folder / "state")
        generator.write(self.project.root, pages)
        self.project.asked = generator.command

    def start(self, *arguments: str) -> None:
        self.project.start(*arguments)
        self.wait_for_builds(1)

    def builds(self) -> int:
        """How many builds have ended."""
        return len(re.findall(r"^(built in|the build failed)", self.project.output, re.M))

    def begun(self) -> int:
        return len(re.findall(r"^building(: .*)?$", self.project.output, re.M))

    def wait_for_builds(self, count: int) -> None:
        deadline = time.monotonic() + BUILD_SECONDS
        while self.builds() < count:
            assert time.monotonic() < deadline, self.project.output
            time.sleep(0.02)

    def page(self, number: int) -> str:
        return self.project.url + self.generator.address(number)

    def edit(self, number: int, old: str, new: str) -> None:
        self.project.edit(self.generator.source(number), old, new)


@pytest.fixture(scope="module", params=GENERATORS)
def large(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site of 200 pages, built once."""
    generator = GENERATORS[request.param]
    site = Site(generator, tmp_path_factory.mktemp(generator.name), PAGES)
    site.start()
    yield site
    site.project.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    """Makes a site of ten pages, which a test can change as it needs; it is not started."""
    sites: list[Site] = []

    def make(name: str) -> Site:
        sites.append(Site(GENERATORS[name], tmp_path, 10))
        return sites[-1]

    yield make
    for site in sites:
        site.project.close()


def updates_of(page: Page) -> list[dict[str, Any]]:
    """What is in the updates that a page gets from now on."""
    found: list[dict[str, Any]] = []

    def note(text: str | bytes) -> None:
        frame = json.loads(text)
        if frame["type"] == "update":
            found.append({name: part for name, part in frame.items() if part and name != "rev"})

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    return found


def test_an_edited_paragraph_is_shown_and_nothing_else_changes(large: Site, page: Page) -> None:
    # Another test's last edit may be shown and its build go on.
    builds = large.begun()
    large.wait_for_builds(builds)
    other = page.context.new_page()
    other_heard = updates_of(other)
    other.goto(large.page(151))
    mark(other)
    page.set_viewport_size({"width": 1200, "height": 300})
    heard = updates_of(page)
    page.goto(large.page(150))
    mark(page)
    text = page.get_by_text(paragraph(150), exact=True)
    handle = text.element_handle()
    assert handle is not None
    page.evaluate("scrollTo(0, 40)")
    top = handle.evaluate("p => p.getBoundingClientRect().top")
    page.evaluate("document.body.dataset.mine = 'kept'")
    page.wait_for_load_state("networkidle")
    requests: list[str] = []
    for each in (page, other):
        each.on("request", lambda request: requests.append(request.url))
    large.edit(150, paragraph(150), f"{paragraph(150)} Edited.")
    expect(page.get_by_text(f"{paragraph(150)} Edited.")).to_be_visible(timeout=SHOWN_MS)
    large.wait_for_builds(builds + 1)
    assert handle.evaluate("p => p.textContent") == f"{paragraph(150)} Edited."
    assert handle.evaluate("p => p.getBoundingClientRect().top") == top
    assert page.evaluate("document.body.dataset.mine") == "kept"
    assert is_marked(page)
    assert is_marked(other)
    assert [update.keys() for update in heard] == [{"type", "pages"}]
    assert f"{paragraph(150)} Edited." in heard[0]["pages"][0]["html"]
    assert other_heard == []
    assert requests == []
    # No build came of the build: whoever asks later gets what the edit made.
    large.edit(150, "Edited.", "Edited twice.")
    expect(page.get_by_text("Edited twice.")).to_be_visible(timeout=SHOWN_MS)
    large.wait_for_builds(builds + 2)
    assert large.begun() == builds + 2, large.project.output
    assert is_marked(page)


def test_two_saves_in_a_row_both_arrive(large: Site, page: Page) -> None:
    builds = large.builds()
    page.goto(large.page(30))
    mark(page)
    large.edit(30, paragraph(30), f"{paragraph(30)} First.")
    expect(page.get_by_text("First.")).to_be_visible(timeout=SHOWN_MS)
    # The whole site may still be building.
    large.edit(30, "First.", "Second.")
    expect(page.get_by_text("Second.")).to_be_visible(timeout=SHOWN_MS)
    assert is_marked(page)
    large.wait_for_builds(builds + 2)


def test_a_broken_source_is_shown_over_the_page_until_it_is_mended(large: Site, page: Page) -> None:
    file, good, bad, said = large.generator.broken
    page.goto(large.page(7))
    mark(page)
    overlay = page.locator("hotreload-overlay")
    large.project.edit(file, good, bad)
    expect(overlay).to_contain_text(said, timeout=SHOWN_MS)
    large.project.edit(file, bad, good)
    expect(overlay).to_have_count(0, timeout=SHOWN_MS)
    expect(page.get_by_text(paragraph(7))).to_be_visible()
    assert is_marked(page)


@pytest.mark.parametrize("name", GENERATORS)
def test_a_site_that_is_broken_at_the_start_is_there_once_it_is_mended(
    small: Callable[[str], Site], page: Page, name: str
) -> None:
    site = small(name)
    file = {"sphinx": "conf.py", "mkdocs": "mkdocs.yml", "pelican": "pelicanconf.py"}[name]
    settings = site.project.root / file
    good = settings.read_text()
    settings.write_text(f"{good}\nbroken = [\n")
    site.start()
    page.goto(site.page(0))
    expect(page.locator("hotreload-overlay")).to_contain_text(file, timeout=SHOWN_MS)
    settings.write_text(good)
    expect(page.get_by_text(paragraph(0))).to_be_visible(timeout=SHOWN_MS)
    expect(page.locator("hotreload-overlay")).to_have_count(0)


def test_search_index_and_navigation_are_right_in_the_end(large: Site, page: Page) -> None:
    number = 77
    index = {
        "sphinx": "searchindex.js",
        "mkdocs": "search/search_index.json",
        "pelican": "category/c3.html",
    }[large.generator.name]
    page.goto(large.page(78))
    old, new = {
        "sphinx": (f"Page {number}\n", f"Zebras{number}\n"),
        "mkdocs": (f"# Page {number}\n", f"# Zebras{number}\n"),
        "pelican": (f"Title: Page {number}\nDate", f"Title: Zebras{number}\nSlug: page-77\nDate"),
    }[large.generator.name]
    large.edit(number, old, new)
    deadline = time.monotonic() + BUILD_SECONDS
    while "zebras77" not in page.request.get(large.project.url + index).text().lower():
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


def test_a_removed_page_says_so_and_comes_back(large: Site, page: Page) -> None:
    said = console_of(page)
    page.goto(large.page(199))
    source = large.project.root / large.generator.source(199)
    text = source.read_text()
    source.unlink()
    expect(page.get_by_text(paragraph(199))).to_have_count(0, timeout=SHOWN_MS)
    assert any("is gone" in line for line in said)
    source.write_text(text)
    expect(page.get_by_text(paragraph(199))).to_be_visible(timeout=SHOWN_MS)


# What each depends on, besides its pages


def test_sphinx_builds_anew_for_all_that_it_depends_on(
    small: Callable[[str], Site], page: Page
) -> None:
    site = small("sphinx")
    project = site.project
    included = project.root.parent / "shared" / "words.txt"
    included.parent.mkdir()
    included.write_text("Included once.\n")
    project.write(
        {
            "_static/own.css": "p { color: rgb(1, 1, 1) }",
            "_templates/layout.html": '{% extends "!layout.html" %}'
            "{% block footer %}<p id=foot>foot one</p>{% endblock %}",
            "own.py": "def setup(app):\n    app.add_config_value('n', 0, '')\n"
            "    app.connect('source-read', lambda a, d, s: s.__setitem__(0, s[0] + TEXT))\n"
            "TEXT = '\\n\\nBy extension.\\n'\n",
        }
    )
    project.edit(
        "conf.py",
        "project = 'Made'",
        "import sys\nsys.path.insert(0, '.')\nextensions = ['own']\nproject = 'Made'\n"
        "templates_path = ['_templates']\nhtml_static_path = ['_static']\n"
        "html_css_files = ['own.css']\n",
    )
    project.edit("c0/p0.rst", "More\n", ".. include:: ../../shared/words.txt\n\nMore\n")
    site.start()
    page.goto(site.page(0))
    mark(page)
    words = page.get_by_text("Included")
    expect(words).to_have_text("Included once.")
    included.write_text("Included twice.\n")
    expect(words).to_have_text("Included twice.", timeout=SHOWN_MS)
    assert is_marked(page)
    project.edit("_static/own.css", "rgb(1, 1, 1)", "rgb(2, 2, 2)")
    expect(words).to_have_css("color", "rgb(2, 2, 2)", timeout=SHOWN_MS)
    assert is_marked(page)
    project.edit("_templates/layout.html", "foot one", "foot two")
    expect(page.locator("#foot")).to_have_text("foot two", timeout=SHOWN_MS)
    project.edit("own.py", "By extension.", "By another extension.")
    # A module that was imported is only forgotten with its process.
    project.edit("c0/p0.rst", paragraph(0), f"{paragraph(0)} Once more.")
    expect(page.get_by_text("By another extension.")).to_be_visible(timeout=SHOWN_MS)
    project.edit("conf.py", "project = 'Made'", "project = 'Renamed'")
    expect(page).to_have_title(re.compile("Renamed"), timeout=SHOWN_MS)


def test_mkdocs_builds_anew_for_all_that_it_depends_on(
    small: Callable[[str], Site], page: Page
) -> None:
    site = small("mkdocs")
    project = site.project
    project.write(
        {
            "docs/own.css": "article p { color: rgb(1, 1, 1) }",
            "base.yml": "extra:\n  words: Inherited once\n",
            "overrides/main.html": '{% extends "base.html" %}{% block announce %}'
            "<p id=note>Note. {{ config.extra.words }}.</p>{% endblock %}",
        }
    )
    project.edit(
        "mkdocs.yml",
        "  name: material\n",
        "  name: material\n  custom_dir: overrides\nextra_css: [own.css]\nINHERIT: base.yml\n",
    )
    site.start()
    page.goto(site.page(0))
    note = page.locator("#note")
    expect(note).to_have_text("Note. Inherited once.")
    mark(page)
    project.edit("docs/own.css", "rgb(1, 1, 1)", "rgb(2, 2, 2)")
    text = page.get_by_text(paragraph(0))
    expect(text).to_have_css("color", "rgb(2, 2, 2)", timeout=SHOWN_MS)
    project.edit("overrides/main.html", "Note.", "Notice.")
    expect(note).to_have_text("Notice. Inherited once.", timeout=SHOWN_MS)
    project.edit("base.yml", "once", "twice")
    expect(note).to_have_text("Notice. Inherited twice.", timeout=SHOWN_MS)
    assert is_marked(page)
    project.edit("mkdocs.yml", "site_name: Made", "site_name: Renamed")
    expect(page).to_have_title(re.compile("Renamed"), timeout=SHOWN_MS)
    project.write({"docs/new.md": "# Brand new\n"})
    expect(page.get_by_text("Brand new").first).to_be_attached(timeout=SHOWN_MS)


def test_a_theme_toggle_and_highlighting_survive(small: Callable[[str], Site], page: Page) -> None:
    site = small("mkdocs")
    site.project.edit(
        "mkdocs.yml",
        "  name: material\n",
        "  name: material\n  features: [content.code.copy]\n  palette:\n"
        "    - scheme: default\n      toggle: {icon: material/weather-night, name: Dark}\n"
        "    - scheme: slate\n      toggle: {icon: material/weather-sunny, name: Light}\n",
    )
    site.project.edit("docs/c0/p0.md", "## More", "```\ncode\n```\n\n## More")
    site.start()
    page.goto(site.page(0))
    page.get_by_title("Dark").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    # By the theme's script, around the highlighted code.
    copy = page.get_by_title("Copy to clipboard")
    expect(copy).to_have_count(1)
    mark(page)
    site.edit(0, paragraph(0), f"{paragraph(0)} Edited.")
    expect(page.get_by_text("Edited.")).to_be_visible(timeout=SHOWN_MS)
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    expect(copy).to_have_count(1)
    assert is_marked(page)


def test_pelican_builds_anew_for_all_that_it_depends_on(
    small: Callable[[str], Site], page: Page
) -> None:
    site = small("pelican")
    project = site.project
    project.write(
        {
            "own/templates/article.html": "<!doctype html><html><head><meta charset=utf-8>"
            "<title>{{ SITENAME }}</title><link rel=stylesheet href=/theme/own.css></head>"
            "<body><h1>Template</h1>{{ article.content }}</body></html>",
            "own/static/own.css": "p { color: rgb(1, 1, 1) }",
        }
    )
    settings = project.root / "pelicanconf.py"
    settings.write_text(settings.read_text() + "THEME = 'own'\n")
    site.start()
    page.goto(site.page(0))
    mark(page)
    text = page.get_by_text(paragraph(0))
    project.edit("own/static/own.css", "rgb(1, 1, 1)", "rgb(2, 2, 2)")
    expect(text).to_have_css("color", "rgb(2, 2, 2)", timeout=SHOWN_MS)
    project.edit("own/templates/article.html", "Template", "Other template")
    expect(page.locator("h1")).to_have_text("Other template", timeout=SHOWN_MS)
    project.edit("pelicanconf.py", "SITENAME = 'Made'", "SITENAME = 'Renamed'")
    expect(page).to_have_title("Renamed", timeout=SHOWN_MS)
    assert is_marked(page)
