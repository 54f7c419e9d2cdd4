"""The documentation as a site: built without a warning, asking nobody for anything, and hot."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.edits import edit_heading
from tests.browser.site import search
from tests.docs.samples import DOCS, ROOT
from tests.project import Project

MOST_BYTES = 150_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` does it: in strict mode."""
    folder = tmp_path_factory.mktemp("documentation")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "-q", "build", "-d", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


class Documentation(Project):
    """A copy of the documentation, served by ``hotreload mkdocs``."""

    def __init__(self, root: Path, state: Path) -> None:
        super().__init__(root, state)
        self.asked = ("mkdocs",)
        for name in ("docs", "examples"):
            ignore = shutil.ignore_patterns("__pycache__", "node_modules")
            shutil.copytree(ROOT / name, root / name, ignore=ignore)
        # Not the whole package, or it would be the one that runs.
        (root / "hotreload/plugins").mkdir(parents=True)
        for name in ("mkdocs.yml", "SECURITY.md", "CHANGELOG.md", "hotreload/plugins/__init__.py"):
            shutil.copy(ROOT / name, root / name)


@pytest.fixture
def documentation(tmp_path: Path) -> Iterator[Documentation]:
    documentation = Documentation(tmp_path / "project", tmp_path / "state")
    yield documentation
    documentation.close()


def test_every_page_is_in_the_navigation(built: Path) -> None:
    index = (built / "index.html").read_text("utf-8")
    for page in DOCS.glob("*.md"):
        assert f'href="{page.stem}.html"' in index or page.stem == "index", page.name


def test_options_and_sources_are_put_in(built: Path) -> None:
    commands = (built / "cli.html").read_text("utf-8")
    assert "--strict-port" in commands
    assert "--re-ignore" in commands
    assert "<!-- options" not in commands
    source = built / "source/examples/frameworks/lit/hot-elements.js.html"
    assert "customElements" in source.read_text("utf-8")


def test_the_site_asks_nobody_else_for_anything(built: Path, project: Project, page: Page) -> None:
    shutil.copytree(built, project.root, dirs_exist_ok=True)
    project.start()
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    for name in ("index.html", "architecture.html", "cli.html"):
        page.goto(f"{project.url}{name}")
        page.wait_for_load_state("load")
    search(page, "heartbeat")
    expect(page.locator(".md-search-result__item").first).to_be_visible(timeout=30_000)
    foreign = [url for url in asked if not url.startswith((project.url, "data:", "blob:"))]
    assert asked
    assert foreign == []


def test_it_is_served_by_ourselves_and_takes_edits(
    documentation: Documentation, page: Page
) -> None:
    documentation.start()
    page.goto(f"{documentation.url}tutorial.html")
    edit_heading(documentation, page, "docs/tutorial.md", "Tutorial", "Lesson")


@pytest.mark.parametrize("image", sorted((DOCS / "images").iterdir()), ids=lambda path: path.name)
def test_pictures_are_small_and_used(image: Path) -> None:
    assert image.stat().st_size < MOST_BYTES
    pages = [*DOCS.glob("*.md"), ROOT / "README.md"]
    assert any(f"images/{image.name}" in page.read_text("utf-8") for page in pages)


def test_the_recording_moves() -> None:
    with Image.open(DOCS / "images/edit.webp") as recording:
        assert getattr(recording, "n_frames", 1) > 20


def test_pictures_say_what_they_show() -> None:
    for page in [*DOCS.glob("*.md"), ROOT / "README.md"]:
        for text in re.findall(r"!\[([^\]]*)\]", page.read_text("utf-8")):
            assert len(text.split()) > 1, f"{page.name}: {text!r}"
    drawing = ElementTree.parse(DOCS / "images/edit.svg").getroot()
    labels = {element.get("id") for element in drawing.iter() if element.text}
    assert set((drawing.get("aria-labelledby") or "").split()) <= labels
