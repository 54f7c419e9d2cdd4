"""Random edits of Sphinx projects."""

import random

from tests.build.edits import (
    WORDS,
    Edit,
    Files,
    adding,
    appending,
    removing,
    renaming,
    replacing,
    shuffling,
    words,
)

_DOCS = r"[a-h]\.rst"


def _rst(rng: random.Random, label: str = "") -> str:
    title = words(rng).title()
    return (
        f"{f'.. _{label}:' if label else ''}\n\n{title}\n{'=' * 30}\n\n{words(rng, 6)}.\n\n"
        f"{words(rng).title()}\n{'-' * 30}\n\n{words(rng, 6)}.\n"
    )


def project(theme: str) -> Files:
    rng = random.Random(0)
    return {
        "conf.py": (
            "import sys\nfrom pathlib import Path\n"
            "sys.path.insert(0, str(Path(__file__).parent / 'src'))\n"
            f"project = 'Made'\nhtml_theme = {theme!r}\nnumfig = True\n"
            "extensions = ['sphinx.ext.autodoc', 'sphinx.ext.autosummary', 'sphinx.ext.todo', "
            "'sphinx.ext.viewcode', 'myst_parser', 'sphinx_design', 'sphinx_copybutton']\n"
            "html_extra_path = ['extra']\nrst_prolog = '.. |word| replace:: amber'\n"
            "templates_path = ['_templates']\nhtml_static_path = ['_static']\n"
            "exclude_patterns = ['_build', 'left']\ntodo_include_todos = True\n"
            "html_last_updated_fmt = None\n"
        ),
        "index.rst": (
            "Home\n====\n\n.. toctree::\n   :caption: First\n   :maxdepth: 2\n\n   a\n   b\n\n"
            ".. toctree::\n   :caption: Second\n\n   Named <c>\n   d\n   m\n   api\n   more/index\n"
            "   Outside <https://example.test/>\n\n* :ref:`label-a`\n* :ref:`label-c`\n"
            "* :doc:`b`\n* :term:`thing`\n\n.. todolist::\n"
        ),
        "a.rst": _rst(rng, "label-a") + "\n.. include:: part.txt\n\n.. todo:: Do this.\n",
        "b.rst": _rst(rng) + "\n.. figure:: _static/x.png\n   :name: fig-b\n\n   A figure.\n",
        "c.rst": _rst(rng, "label-c") + "\nSee :numref:`fig-b` and :ref:`label-a`.\n",
        "d.rst": _rst(rng) + "\n.. glossary::\n\n   thing\n      A thing.\n\n"
        ".. literalinclude:: code.py\n",
        "m.md": "# Markdown\n\nWords.\n\n## More\n\n{ref}`label-a`\n\n:::{note}\nA note.\n:::\n",
        "api.rst": "API\n===\n\n.. automodule:: made\n   :members:\n\n"
        ".. autosummary::\n   :toctree: generated\n\n   made.made\n",
        "more/index.rst": "More\n====\n\n.. toctree::\n   :glob:\n\n   x*\n",
        "more/x1.rst": _rst(rng) + "\n.. index:: stones\n\n|word|\n",
        "extra/robots.css": "p { color: red }\n",
        "table.csv": "a,b\n",
        "part.txt": "Included words.\n",
        "code.py": "print(1)\n",
        "src/made.py": '"""Module."""\n\n\ndef made():\n    """Makes."""\n',
        "_static/x.css": "p { color: red }\n",
        "_static/x.png": "not really",
        "_templates/unused.html": "",
    }


def _entry(rng: random.Random) -> str:
    return f"   {rng.choice('abcdefgh')}\n"


EDITS: dict[str, Edit] = {
    "text": replacing(_DOCS, r"^[a-z ]+\.$", lambda rng: f"{words(rng, 6)}."),
    "title": replacing(_DOCS, r"^[A-Z].*(?=\n=)", lambda rng: words(rng).title()),
    "heading": replacing(_DOCS, r"^[A-Z].*(?=\n-)", lambda rng: words(rng).title()),
    "markdown": replacing(r"m\.md", r"^(#+) .*$", lambda rng: f"## {words(rng)}"),
    # Of two that are the same, the one that Sphinx happens to read last wins.
    "label": replacing(r"a\.rst", r"label-\w+(?=:)", lambda rng: f"label-a{rng.choice('xy')}"),
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
    "mend the include": adding(lambda rng: "part.txt", lambda rng: f"{words(rng)}.\n"),
    "glob": adding(lambda rng: f"more/x{rng.randint(1, 4)}.rst", _rst),
    "no glob": removing(r"more/x\d\.rst"),
    "rename": renaming(r"[b-h]\.rst", lambda rng: f"{rng.choice('bcdefgh')}.rst"),
    "index entry": appending(_DOCS, lambda rng: f"\n.. index:: {words(rng)}\n"),
    "object": appending(
        _DOCS, lambda rng: f"\n.. py:function:: {rng.choice(WORDS)}{rng.randrange(10**9)}(x)\n"
    ),
    "object reference": appending(_DOCS, lambda rng: f"\n:py:func:`{rng.choice(WORDS)}`\n"),
    "footnote": appending(_DOCS, lambda rng: f"\n[#]_\n\n.. [#] {words(rng)}.\n"),
    "download": appending(_DOCS, lambda rng: "\n:download:`code.py`\n"),
    "table": appending(_DOCS, lambda rng: "\n.. csv-table::\n   :file: table.csv\n"),
    "cells": appending(r"table\.csv", lambda rng: f"{rng.choice(WORDS)},{rng.choice(WORDS)}\n"),
    "only": appending(_DOCS, lambda rng: f"\n.. only:: html\n\n   {words(rng)}.\n"),
    "orphan": replacing(_DOCS, r"\A(?!:)", lambda rng: ":orphan:\n\n"),
    "contents": appending(_DOCS, lambda rng: "\n.. contents::\n"),
    "todo": appending(_DOCS, lambda rng: f"\n.. todo:: {words(rng)}\n"),
    "design": appending(_DOCS, lambda rng: f"\n.. card:: {words(rng)}\n\n   {words(rng)}\n"),
    "another file": adding(
        lambda rng: f"_static/{rng.choice(WORDS)}.css", lambda rng: "p { color: blue }\n"
    ),
    "no other file": removing(r"_static/(?!x\.)\w+\.css"),
    "extra": adding(lambda rng: f"extra/{rng.choice(WORDS[:3])}.css", words),
    "no extra": removing(r"extra/\w+\.css"),
    "prolog": replacing(r"conf\.py", r"replace:: [a-z ]+", lambda rng: f"replace:: {words(rng)}"),
    "theme": replacing(
        r"conf\.py",
        r"^html_theme = .*$",
        lambda rng: f"html_theme = {rng.choice(('alabaster', 'furo', 'sphinx_rtd_theme'))!r}",
    ),
    "extension": replacing(r"conf\.py", r"'sphinx.ext.viewcode', ", lambda rng: ""),
    "extension again": replacing(
        r"conf\.py", r"(?<='sphinx.ext.todo', )(?='myst)", lambda rng: "'sphinx.ext.viewcode', "
    ),
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
