"""Random edits of projects that generators build: each changes a mapping of names to texts."""

import random
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

Files: TypeAlias = dict[str, str]
Edit: TypeAlias = Callable[[random.Random, Files], None]

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "kelp")


def words(rng: random.Random, count: int = 2) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(count))


def pick(rng: random.Random, files: Files, pattern: str) -> str | None:
    names = sorted(name for name in files if re.fullmatch(pattern, name))
    return rng.choice(names) if names else None


def replacing(pattern: str, old: str, new: Callable[[random.Random], str]) -> Edit:
    """An edit of a random file whose name matches: a random match of ``old`` becomes another."""

    def edit(rng: random.Random, files: Files) -> None:
        name = pick(rng, files, pattern)
        found = list(re.finditer(old, files[name], re.M)) if name else []
        if name and found:
            match = rng.choice(found)
            files[name] = files[name][: match.start()] + new(rng) + files[name][match.end() :]

    return edit


def appending(pattern: str, new: Callable[[random.Random], str]) -> Edit:
    def edit(rng: random.Random, files: Files) -> None:
        if name := pick(rng, files, pattern):
            files[name] += new(rng)

    return edit


def removing(pattern: str) -> Edit:
    def edit(rng: random.Random, files: Files) -> None:
        if name := pick(rng, files, pattern):
            del files[name]

    return edit


def adding(name: Callable[[random.Random], str], text: Callable[[random.Random], str]) -> Edit:
    def edit(rng: random.Random, files: Files) -> None:
        files[name(rng)] = text(rng)

    return edit


def shuffling(pattern: str, line: str) -> Edit:
    """The lines that match change places."""

    def edit(rng: random.Random, files: Files) -> None:
        if name := pick(rng, files, pattern):
            lines = files[name].split("\n")
            places = [n for n, text in enumerate(lines) if re.fullmatch(line, text)]
            texts = [lines[n] for n in places]
            rng.shuffle(texts)
            for place, text in zip(places, texts, strict=True):
                lines[place] = text
            files[name] = "\n".join(lines)

    return edit


def steps(rng: random.Random, files: Files, edits: dict[str, Edit]) -> Iterator[tuple[str, Files]]:
    """Endless: what was done, and the files as they are then; some steps undo, some do several."""
    history = [dict(files)]
    while True:
        if len(history) > 2 and rng.random() < 0.12:
            files = dict(history[-rng.randint(2, min(4, len(history)))])
            done = "undo"
        else:
            files = dict(history[-1])
            names = [rng.choice(list(edits)) for _ in range(rng.choice((1, 1, 1, 2)))]
            for name in names:
                edits[name](rng, files)
            done = " + ".join(names)
        if files != history[-1]:
            history.append(dict(files))
            yield done, files


# Sphinx

_DOCS = r"[a-h]\.rst"


def _rst(rng: random.Random, label: str = "") -> str:
    title = words(rng).title()
    return (
        f"{f'.. _{label}:' if label else ''}\n\n{title}\n{'=' * 30}\n\n{words(rng, 6)}.\n\n"
        f"{words(rng).title()}\n{'-' * 30}\n\n{words(rng, 6)}.\n"
    )


def sphinx_project(theme: str) -> Files:
    rng = random.Random(0)
    return {
        "conf.py": (
            "import sys\nfrom pathlib import Path\n"
            "sys.path.insert(0, str(Path(__file__).parent / 'src'))\n"
            f"project = 'Made'\nhtml_theme = {theme!r}\nnumfig = True\n"
            "extensions = ['sphinx.ext.autodoc', 'sphinx.ext.autosummary', 'sphinx.ext.todo', "
            "'myst_parser', 'sphinx_design', 'sphinx_copybutton']\n"
            "templates_path = ['_templates']\nhtml_static_path = ['_static']\n"
            "exclude_patterns = ['_build', 'left']\ntodo_include_todos = True\n"
            "html_last_updated_fmt = None\n"
        ),
        "index.rst": (
            "Home\n====\n\n.. toctree::\n   :caption: First\n   :maxdepth: 2\n\n   a\n   b\n\n"
            ".. toctree::\n   :caption: Second\n\n   Named <c>\n   d\n   m\n   api\n"
            "   Outside <https://example.test/>\n\n* :ref:`label-a`\n* :ref:`label-c`\n"
            "* :doc:`b`\n* :term:`thing`\n\n.. todolist::\n"
        ),
        "a.rst": _rst(rng, "label-a") + "\n.. include:: part.txt\n\n.. todo:: Do this.\n",
        "b.rst": _rst(rng) + "\n.. figure:: _static/x.png\n   :name: fig-b\n\n   A figure.\n",
        "c.rst": _rst(rng, "label-c") + "\nSee :numref:`fig-b` and :ref:`label-a`.\n",
        "d.rst": _rst(rng) + "\n.. glossary::\n\n   thing\n      A thing.\n\n"
        ".. literalinclude:: code.py\n",
        "m.md": "# Markdown\n\nWords.\n\n## More\n\n{ref}`label-a`\n\n:::{note}\nA note.\n:::\n",
        "api.rst": "API\n===\n\n.. automodule:: made\n   :members:\n",
        "part.txt": "Included words.\n",
        "code.py": "print(1)\n",
        "src/made.py": '"""Module."""\n\n\ndef made():\n    """Makes."""\n',
        "_static/x.css": "p { color: red }\n",
        "_static/x.png": "not really",
        "_templates/unused.html": "",
    }


def _entry(rng: random.Random) -> str:
    return f"   {rng.choice('abcdefgh')}\n"


SPHINX: dict[str, Edit] = {
    "text": replacing(_DOCS, r"^[a-z ]+\.$", lambda rng: f"{words(rng, 6)}."),
    "title": replacing(_DOCS, r"^[A-Z].*(?=\n=)", lambda rng: words(rng).title()),
    "heading": replacing(_DOCS, r"^[A-Z].*(?=\n-)", lambda rng: words(rng).title()),
    "markdown": replacing(r"m\.md", r"^(#+) .*$", lambda rng: f"## {words(rng)}"),
    "label": replacing(_DOCS, r"label-\w", lambda rng: f"label-{rng.choice('ac')}"),
    "reference": appending(_DOCS, lambda rng: f"\n:ref:`label-{rng.choice('ac')}`\n"),
    "include": appending(r"part\.txt", lambda rng: f"\n{words(rng)}.\n"),
    "code": appending(r"code\.py", lambda rng: f"print({rng.randint(0, 9)})\n"),
    "docstring": replacing(
        r"src/made\.py", r'"""\w+\."""', lambda rng: f'"""{rng.choice(WORDS)}."""'
    ),
    "member": appending(
        r"src/made\.py", lambda rng: f'\n\ndef {rng.choice(WORDS)}():\n    """Words."""\n'
    ),
    "term": replacing(r"d\.rst", r"^      \w.*$", lambda rng: f"      {words(rng)}."),
    "caption": replacing(r"index\.rst", r":caption: .*$", lambda rng: f":caption: {words(rng)}"),
    "options": replacing(
        r"index\.rst",
        r"^   :(maxdepth|numbered|titlesonly|hidden).*$",
        lambda rng: rng.choice(
            ("   :maxdepth: 1", "   :numbered:", "   :titlesonly:", "   :hidden:")
        ),
    ),
    "order": shuffling(r"index\.rst", r"   \w"),
    "entry": replacing(r"index\.rst", r"^   [a-h]\n", _entry),
    "named": replacing(r"index\.rst", r"^   \w+ <c>", lambda rng: f"   {rng.choice(WORDS)} <c>"),
    "add": adding(lambda rng: f"{rng.choice('efgh')}.rst", _rst),
    "add with entry": lambda rng, files: _add_with_entry(rng, files),
    "delete": removing(r"[e-h]\.rst"),
    "delete more": removing(_DOCS),
    "figure": appending(_DOCS, lambda rng: f"\n.. figure:: _static/x.png\n\n   {words(rng)}.\n"),
    "break": appending(_DOCS, lambda rng: "\n.. nonsense::\n"),
    "break the include": removing(r"part\.txt"),
    "mend": replacing(_DOCS, r"\n\.\. nonsense::\n", lambda rng: ""),
    "template": adding(
        lambda rng: "_templates/page.html",
        lambda rng: (
            '{% extends "!page.html" %}{% block body %}{{ super() }}<p>'
            f"{words(rng)}</p>{{% endblock %}}"
        ),
    ),
    "no template": removing(r"_templates/page\.html"),
    "static": replacing(r"_static/x\.css", r"\w+ (?=\})", lambda rng: f"{rng.choice(WORDS)} "),
    "conf": replacing(
        r"conf\.py", r"^(project|numfig) = .*$", lambda rng: f"project = '{words(rng)}'"
    ),
    "numfig": appending(r"conf\.py", lambda rng: f"numfig = {rng.choice((True, False))}\n"),
    "left out": adding(lambda rng: "left/x.rst", _rst),
}


def _add_with_entry(rng: random.Random, files: Files) -> None:
    name = rng.choice("efgh")
    files[f"{name}.rst"] = _rst(rng)
    if "   b\n" in files["index.rst"]:
        files["index.rst"] = files["index.rst"].replace("   b\n", f"   b\n   {name}\n", 1)


# MkDocs

_PAGES = r"docs/[a-h]\.md"


def _md(rng: random.Random) -> str:
    tags = f"---\ntags: [{rng.choice(WORDS)}]\n---\n\n" if rng.random() < 0.5 else ""
    return f"{tags}# {words(rng)}\n\n{words(rng, 6)}.\n\n## {words(rng)}\n\n[b](b.md)\n"


def mkdocs_project(plugins: str) -> Files:
    rng = random.Random(0)
    return {
        "mkdocs.yml": (
            "site_name: Made\nsite_url: https://example.test/\ntheme:\n  name: material\n"
            f"  custom_dir: over\nplugins:\n  - search\n{plugins}"
            "markdown_extensions:\n  - admonition\n  - pymdownx.snippets:\n"
            "      base_path: [parts]\n"
        ),
        "docs/index.md": "# Home\n\nHome.\n\n[a](a.md)\n",
        **{f"docs/{name}.md": _md(rng) for name in "abcd"},
        "docs/e.md": '# Parts\n\n--8<-- "part.txt"\n',
        "docs/x.css": "p { color: red }\n",
        "parts/part.txt": "Included.\n",
        "over/unused.html": "",
    }


MKDOCS: dict[str, Edit] = {
    "text": replacing(_PAGES, r"^[a-z ]+\.$", lambda rng: f"{words(rng, 6)}."),
    "title": replacing(_PAGES, r"^# .*$", lambda rng: f"# {words(rng)}"),
    "heading": replacing(_PAGES, r"^## .*$", lambda rng: f"## {words(rng)}"),
    "tags": replacing(_PAGES, r"^tags: .*$", lambda rng: f"tags: [{rng.choice(WORDS)}]"),
    "link": appending(_PAGES, lambda rng: f"\n[link]({rng.choice('abcdefgh')}.md)\n"),
    "part": appending(r"parts/part\.txt", lambda rng: f"\n{words(rng)}.\n"),
    "add": adding(lambda rng: f"docs/{rng.choice('efgh')}.md", _md),
    "delete": removing(r"docs/[b-h]\.md"),
    "static": replacing(r"docs/x\.css", r"\w+ (?=\})", lambda rng: f"{rng.choice(WORDS)} "),
    "override": adding(
        lambda rng: "over/main.html",
        lambda rng: (
            '{% extends "base.html" %}{% block content %}{{ super() }}<p>'
            f"{words(rng)}</p>{{% endblock %}}"
        ),
    ),
    "no override": removing(r"over/main\.html"),
    "name": replacing(r"mkdocs\.yml", r"^site_name: .*$", lambda rng: f"site_name: {words(rng)}"),
    "nav": appending(
        r"mkdocs\.yml",
        lambda rng: f"nav:\n  - index.md\n  - {words(rng)}: a.md\n  - b.md\n",
    ),
    "break": replacing(r"mkdocs\.yml", r"^plugins:$", lambda rng: "plugins: ["),
    "mend": replacing(r"mkdocs\.yml", r"^plugins: \[$", lambda rng: "plugins:"),
}


# Pelican

_POSTS = r"content/p\d\.(md|rst)"


def _post(rng: random.Random) -> str:
    series = f"Series: {rng.choice(WORDS[:2])}\n" if rng.random() < 0.5 else ""
    return (
        f"Title: {words(rng).title()}\nDate: 2026-01-0{rng.randint(1, 9)}\n"
        f"Slug: {rng.choice(WORDS)}-{rng.randint(0, 99)}\nTags: {rng.choice(WORDS)}\n"
        f"Category: {rng.choice(WORDS[:3])}\nStatus: published\n{series}\n{words(rng, 6)}.\n"
    )


def pelican_project(theme: str) -> Files:
    rng = random.Random(0)
    return {
        "pelicanconf.py": (
            f"SITENAME = 'Made'\nPATH = 'content'\nTIMEZONE = 'UTC'\nTHEME = {theme!r}\n"
            "SITEURL = ''\nPLUGINS = ['pelican.plugins.series']\nfrom pathlib import Path\n"
            "THEME_TEMPLATES_OVERRIDES = [str(Path(__file__).parent / 'over')]\n"
        ),
        **{f"content/p{number}.md": _post(rng) for number in range(5)},
        "content/p5.rst": "Five\n####\n\n:date: 2026-01-05\n\n.. include:: part.txt\n",
        "content/part.txt": "Included.\n",
        "content/pages/about.md": "Title: About\n\nAbout.\n",
        "content/images/x.css": "p { color: red }\n",
        "over/unused.html": "",
    }


PELICAN: dict[str, Edit] = {
    "text": replacing(_POSTS, r"^[a-z ]+\.$", lambda rng: f"{words(rng, 6)}."),
    "title": replacing(_POSTS, r"^Title: .*$", lambda rng: f"Title: {words(rng)}"),
    "slug": replacing(
        _POSTS, r"^Slug: .*$", lambda rng: f"Slug: {rng.choice(WORDS)}-{rng.randint(0, 99)}"
    ),
    "draft": replacing(
        _POSTS,
        r"^Status: .*$",
        lambda rng: f"Status: {rng.choice(('draft', 'published', 'hidden'))}",
    ),
    "tags": replacing(_POSTS, r"^Tags: .*$", lambda rng: f"Tags: {rng.choice(WORDS)}"),
    "category": replacing(
        _POSTS, r"^Category: .*$", lambda rng: f"Category: {rng.choice(WORDS[:3])}"
    ),
    "series": replacing(_POSTS, r"^Series: .*$", lambda rng: f"Series: {rng.choice(WORDS[:2])}"),
    "date": replacing(_POSTS, r"^Date: .*$", lambda rng: f"Date: 2026-01-0{rng.randint(1, 9)}"),
    "include": appending(r"content/part\.txt", lambda rng: f"\n{words(rng)}.\n"),
    "add": adding(lambda rng: f"content/p{rng.randint(6, 9)}.md", _post),
    "delete": removing(r"content/p[1-9]\.md"),
    "page": appending(r"content/pages/about\.md", lambda rng: f"\n{words(rng)}.\n"),
    "static": replacing(
        r"content/images/x\.css", r"\w+ (?=\})", lambda rng: f"{rng.choice(WORDS)} "
    ),
    "no static": removing(r"content/images/x\.css"),
    "name": replacing(
        r"pelicanconf\.py", r"^SITENAME = .*$", lambda rng: f"SITENAME = '{words(rng)}'"
    ),
    "override": adding(
        lambda rng: "over/page.html",
        lambda rng: f"<html><body>{{{{ page.content }}}}{words(rng)}</body></html>",
    ),
    "no override": removing(r"over/page\.html"),
}
