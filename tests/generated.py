"""Sources of sites that generators build, for tests and for the bench."""

from pathlib import Path

PAGES = 200
_CHAPTERS = 10


def paragraph(number: int) -> str:
    """The paragraph of a page that is edited."""
    return f"The paragraph of page {number}."


def _chapters(pages: int) -> list[range]:
    size = -(-pages // _CHAPTERS)
    return [range(start, min(start + size, pages)) for start in range(0, pages, size)]


def write_sphinx(root: Path, pages: int = PAGES, conf: str = "") -> None:
    """``conf.py``, an index, ten chapters and pages ``c0/p0.rst`` and so on."""
    root.mkdir(parents=True, exist_ok=True)
    theme = "html_theme = 'alabaster'\nhtml_sidebars = {'**': ['about.html', 'searchbox.html']}\n"
    (root / "conf.py").write_text(f"project = 'Made'\n{theme}{conf}")
    names = []
    for chapter, numbers in enumerate(_chapters(pages)):
        folder = root / f"c{chapter}"
        folder.mkdir(exist_ok=True)
        names.append(f"c{chapter}/index")
        toctree = "".join(f"   p{number}\n" for number in numbers)
        title = f"Chapter {chapter}\n{'=' * 20}\n\n.. toctree::\n\n{toctree}"
        (folder / "index.rst").write_text(title)
        for number in numbers:
            text = f"Page {number}\n{'=' * 20}\n\n{paragraph(number)}\n\nMore\n----\n\n"
            code = ".. code-block:: python\n\n   print(1)\n\n"
            (folder / f"p{number}.rst").write_text(f"{text}{code}*Markup* and words.\n")
    toctree = "".join(f"   {name}\n" for name in names)
    (root / "index.rst").write_text(f"Made\n====\n\n.. toctree::\n   :maxdepth: 1\n\n{toctree}")


def write_mkdocs(root: Path, pages: int = PAGES, theme: str = "material") -> None:
    """``mkdocs.yml`` and ``docs/c0/p0.md`` and so on."""
    docs = root / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    (root / "mkdocs.yml").write_text(
        f"site_name: Made\nsite_url: https://example.test/\ntheme:\n  name: {theme}\n"
        "markdown_extensions:\n  - admonition\n  - tables\nplugins:\n  - search\n"
    )
    (docs / "index.md").write_text("# Made\n\nHome.\n")
    for chapter, numbers in enumerate(_chapters(pages)):
        (docs / f"c{chapter}").mkdir(exist_ok=True)
        for number in numbers:
            text = f"# Page {number}\n\n{paragraph(number)}\n\n## More\n\n*Markup* and words.\n"
            (docs / f"c{chapter}" / f"p{number}.md").write_text(text)


def write_pelican(root: Path, pages: int = PAGES) -> None:
    """``pelicanconf.py`` and ``content/p0.md`` and so on."""
    content = root / "content"
    content.mkdir(parents=True, exist_ok=True)
    (root / "pelicanconf.py").write_text(
        "AUTHOR = 'Me'\nSITENAME = 'Made'\nSITEURL = ''\nPATH = 'content'\nTIMEZONE = 'UTC'\n"
        "DEFAULT_LANG = 'en'\nDEFAULT_PAGINATION = 10\n"
        "FEED_ALL_ATOM = None\nCATEGORY_FEED_ATOM = None\n"
    )
    for chapter, numbers in enumerate(_chapters(pages)):
        for number in numbers:
            day = f"2026-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
            head = f"Title: Page {number}\nDate: {day}\nCategory: c{chapter}\nTags: all\n"
            summary = f"Summary: About {number}.\n"
            text = f"{head}{summary}\n{paragraph(number)}\n\n## More\n\n*Markup* and words.\n"
            (content / f"p{number}.md").write_text(text)
