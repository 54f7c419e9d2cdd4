"""Edits, one after the other, after which pages were once not what a clean build makes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.build.clean import Clean
from tests.build.compared import Compared
from tests.build.edits import Files

Make = Callable[..., Compared]

SETTINGS = "project = 'Made'\nhtml_theme = 'alabaster'\n"


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """The project of a generator, which each test puts another one in the place of."""
    made: dict[str, Compared] = {}
    cleans: dict[str, Clean] = {}

    def make(generator: str, name: str = "", **options: Any) -> Compared:
        name = name or generator
        if generator not in cleans:
            cleans[generator] = Clean(generator)
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            made[name] = Compared(generator, folder, cleans[generator], **options)
        return made[name]

    yield make
    for site in made.values():
        site.close()
    for clean in cleans.values():
        clean.close()


def owners(site: Compared) -> list[str]:
    """The names of the files in which something is wrong."""
    return [Path(problem.owner).name for problem in site.problems]


def document(title: str, text: str = "Words.") -> str:
    return f"{title}\n{'=' * 20}\n\n{text}\n"


def toctree(*entries: str, caption: str = "Parts") -> str:
    lines = "".join(f"   {entry}\n" for entry in entries)
    return document("Home", f".. toctree::\n   :caption: {caption}\n\n{lines}")


def small_sphinx(settings: str = SETTINGS) -> Files:
    return {
        "conf.py": settings,
        "index.rst": toctree("b", "d"),
        "b.rst": document("B"),
        "d.rst": document("D"),
    }


# Sphinx


def test_sidebars_follow_each_edit_of_a_toctree(compared: Make) -> None:
    site = compared("sphinx")
    extensions = "extensions = ['sphinx.ext.autodoc', 'sphinx.ext.viewcode']\n"
    # Its page is no document's, and has a sidebar, too.
    path = "import sys\nsys.path.insert(0, __file__.removesuffix('/conf.py'))\n"
    files = small_sphinx(f"{path}{extensions}{SETTINGS}")
    files["made.py"] = '"""Module."""\n\n\ndef made():\n    """Makes."""\n'
    files["b.rst"] += "\n.. automodule:: made\n   :members:\n"
    site.step(files)
    assert "_modules/made.html" in site.shown
    files["e.rst"] = document("E")
    away = "Away <https://example.test/>"
    for index in (
        toctree("b", "d", "e"),
        toctree("e", "d", "b", caption="Chapters"),
        toctree("Named <e>", "d", "b", away, caption="Chapters"),
        toctree("d", "b", caption="Chapters"),
    ):
        files["index.rst"] = index
        site.step(files)
    files["b.rst"] = document("B")
    # What an extension or a theme has made goes with it.
    for theme in ("furo", "sphinx_rtd_theme"):
        files["conf.py"] = SETTINGS.replace("alabaster", theme)
        files["index.rst"] = toctree("b", "e", "Named <d>", away, caption=f"In {theme}")
        site.step(files)
    # An entry leads nowhere until it is removed, too.
    del files["e.rst"]
    site.step(files)
    files["index.rst"] = toctree("b", "d")
    site.step(files)
    assert owners(site) == []


def test_texts_titles_and_numbers_are_new_in_all_of_a_page(compared: Make) -> None:
    site = compared("sphinx")
    files = small_sphinx(f"{SETTINGS}numfig = True\n")
    files["d.rst"] += "\n.. _here:\n\nBelow\n-----\n\nWords.\n"
    figure = ".. figure:: x.png\n   :name: fig-{0}\n\n   Of {0}.\n"
    files["b.rst"] += f"\n:ref:`here`\n\n{figure.format('b')}"
    files["x.png"] = "no image"
    site.step(files)
    for old, new in (
        ("Words.", "Other words."),
        ("B\n=", "Bee\n="),
        ("Bee\n=", "Buzz\n="),
    ):
        files["b.rst"] = files["b.rst"].replace(old, new, 1)
        site.step(files)
    # What others show: a section's title, and how many figures come before.
    files["b.rst"] = files["b.rst"].replace("Other words.", "Last words.")
    files["d.rst"] = files["d.rst"].replace("Below", "Above")
    site.step(files)
    files["d.rst"] += f"\n{figure.format('d')}"
    files["index.rst"] = toctree("d", "b")
    site.step(files)


def test_a_document_that_is_gone_is_warned_of_until_its_entry_is(compared: Make) -> None:
    site = compared("sphinx", "strict", fail=True)
    files = small_sphinx()
    site.step(files)
    del files["d.rst"]
    for index in (files["index.rst"], toctree("b")):
        files["index.rst"] = index
        # A clean build does not take a warning for an error.
        if "   d\n" in index:
            with pytest.raises(AssertionError, match="did not build"):
                site.step(files)
            assert "'d'" in site.problems[0].message
        else:
            site.step(files)
    assert owners(site) == []


def test_what_is_wrong_is_no_more_once_it_is_mended_wherever_it_was(compared: Make) -> None:
    site = compared("sphinx")
    files = small_sphinx()
    files["b.rst"] += "\n.. include:: part.txt\n"
    files["part.txt"] = "Part.\n"
    site.step(files)
    wrong = ".. nonsense::\n"
    site.step({**files, "part.txt": wrong})
    assert owners(site) == ["part.txt"]
    site.step(files)
    assert owners(site) == []
    site.step({**files, "d.rst": wrong})
    assert owners(site) == ["d.rst"]
    # Something else is edited: it is wrong all the same.
    site.step({**files, "d.rst": wrong, "b.rst": document("B")})
    assert owners(site) == ["d.rst"]
    files["index.rst"] = toctree("b")
    del files["d.rst"]
    site.step(files)
    assert owners(site) == []


def test_lists_of_what_is_in_all_documents_keep_their_order(compared: Make) -> None:
    site = compared("sphinx")
    files = small_sphinx(f"extensions = ['sphinx.ext.todo']\ntodo_include_todos = True\n{SETTINGS}")
    for name in ("b", "d"):
        files[f"{name}.rst"] += f"\n.. todo:: This in {name}.\n"
    files["index.rst"] += "\n.. todolist::\n"
    site.step(files)
    files["b.rst"] = files["b.rst"].replace("Words", "Verbs")
    site.step(files)


def test_what_is_searched_and_numbered_follows_what_is_removed(compared: Make) -> None:
    site = compared("sphinx")
    files = small_sphinx()
    files["d.rst"] += "\n.. index:: stones\n"
    files["b.rst"] += "\n.. index:: pebbles\n"
    numbered = toctree("b", "d").replace("   :caption", "   :numbered:\n   :caption")
    files["index.rst"] = numbered
    site.step(files)
    # The index entries of the others stay, the numbers don't.
    files["b.rst"] = files["b.rst"].replace("Words", "Verbs")
    site.step(files)
    assert '"stones"' in site.shown["searchindex.js"]
    files["index.rst"] = toctree("b", "d")
    site.step(files)
    files["index.rst"] = toctree("b")
    del files["d.rst"]
    site.step(files)


def test_a_file_that_is_put_back_with_its_old_time_is_read(compared: Make) -> None:
    site = compared("sphinx")
    files = small_sphinx()
    files["b.rst"] += "\n.. include:: part.txt\n"
    files["part.txt"] = "Part.\n"
    site.step(files)
    for name in ("b.rst", "part.txt"):
        info = (site.root / name).stat()
        files[name] = files[name].replace("Words", "Verbs").replace("Part", "Whole")
        site.old_times[name] = (info.st_atime_ns, info.st_mtime_ns)
        site.step(files)
    site.old_times.clear()


# MkDocs

MKDOCS = (
    "site_name: Made\nsite_url: https://example.test/\ntheme:\n  name: material\n"
    "plugins:\n  - search\n"
)


def test_what_plugins_have_a_server_watch_is_watched(compared: Make, tmp_path: Path) -> None:
    site = compared("mkdocs")
    hook = "def on_serve(server, **rest):\n    server.watch({!r})\n    return server\n"
    asked = tmp_path.resolve() / "data"
    asked.mkdir()
    settings = f"{MKDOCS}hooks: [hook.py]\n"
    site.step(
        {"mkdocs.yml": settings, "docs/index.md": "# Home\n", "hook.py": hook.format(str(asked))}
    )
    assert asked in site.sources


def test_no_page_is_shown_before_plugins_have_done_what_they_do_to_all(compared: Make) -> None:
    site = compared("mkdocs")
    files = {
        "mkdocs.yml": f"{MKDOCS}  - tags\n  - autorefs\n",
        "docs/index.md": "---\ntags: [one]\n---\n\n# Home\n\n[Other words][other]\n",
        "docs/b.md": "# B\n\n## Other\n\nWords.\n",
    }
    site.step(files)
    # Compared is also what was shown meanwhile.
    files["docs/index.md"] += "\nMore.\n"
    site.step(files)
    files["docs/index.md"] = files["docs/index.md"].replace("[one]", "[two]")
    site.step(files)
    assert not site.was_early
    files["mkdocs.yml"] = MKDOCS
    site.step(files)
    files["docs/index.md"] += "\nStill more.\n"
    site.step(files)
    assert site.was_early


# Pelican

PELICAN = "SITENAME = 'Made'\nPATH = 'content'\nTIMEZONE = 'UTC'\nSITEURL = ''\nTHEME = 'simple'\n"


def post(number: int, more: str = "", text: str = "Words.") -> str:
    return f"Title: Post {number}\nDate: 2026-01-0{number}\n{more}\n{text}\n"


def test_what_an_article_includes_its_slug_and_its_state_count(compared: Make) -> None:
    site = compared("pelican")
    files = {
        "pelicanconf.py": f"{PELICAN}PLUGINS = ['pelican.plugins.series']\n",
        "content/p1.md": post(1, "Series: one\n"),
        "content/p2.md": post(2, "Series: one\n"),
        "content/p3.rst": "Three\n#####\n\n:date: 2026-01-03\n\n.. include:: part.txt\n",
        "content/part.txt": "Part.\n",
    }
    site.step(files)
    for name, text in (
        ("content/part.txt", "Another part.\n"),
        ("content/p1.md", post(1, "Series: one\nSlug: renamed\n")),
        ("content/p2.md", post(2, "Series: one\nStatus: draft\n")),
        ("content/part.txt", "The last part.\n"),
    ):
        files[name] = text
        site.step(files)
    assert "renamed.html" in site.shown
    assert "post-1.html" not in site.shown
    assert "drafts/post-2.html" in site.shown
    files["pelicanconf.py"] = files["pelicanconf.py"].replace("'simple'", "'notmyidea'")
    site.step(files)
    assert "theme/css/main.css" in site.shown
    files["pelicanconf.py"] = files["pelicanconf.py"].replace("'notmyidea'", "'simple'")
    site.step(files)


def test_the_rest_of_a_site_is_there_beside_an_article_that_cannot_be_read(compared: Make) -> None:
    site = compared("pelican")
    files = {"pelicanconf.py": PELICAN, "content/p8.md": post(8), "content/p9.md": post(9)}
    bad = files["content/p9.md"].replace("2026-01-09", "someday")
    site.step({**files, "content/p9.md": bad})
    assert "post-8.html" in site.shown
    assert owners(site) == ["p9.md"]
    site.step(files)
    assert owners(site) == []
    assert "post-9.html" in site.shown
