"""Random edits of MkDocs projects."""

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
    words,
)

_PAGES = r"docs/[a-h]\.md"


def _md(rng: random.Random) -> str:
    tags = f"---\ntags: [{rng.choice(WORDS)}]\n---\n\n" if rng.random() < 0.5 else ""
    return f"{tags}# {words(rng)}\n\n{words(rng, 6)}.\n\n## {words(rng)}\n\n[b](b.md)\n"


_HOOK = """
def on_page_markdown(markdown, **rest):
    return markdown + "\\n\\n{}\\n"
"""


def _blog_post(rng: random.Random) -> str:
    return (
        f"---\ndate: 2026-01-0{rng.randint(1, 9)}\ncategories: [{rng.choice(WORDS[:3])}]\n"
        f"draft: {rng.choice(('true', 'false'))}\n---\n\n# {words(rng)}\n\n{words(rng, 6)}.\n\n"
        f"<!-- more -->\n\n{words(rng, 6)}.\n"
    )


def project(plugins: str) -> Files:
    rng = random.Random(0)
    return {
        "mkdocs.yml": (
            "site_name: Made\nsite_url: https://example.test/\ntheme:\n  name: material\n"
            f"  custom_dir: over\nplugins:\n  - search\n{plugins}"
            "hooks: [hook.py]\nmarkdown_extensions:\n  - admonition\n  - pymdownx.snippets:\n"
            "      base_path: [parts]\n"
        ),
        "docs/index.md": "# Home\n\nHome.\n\n[a](a.md)\n",
        **{f"docs/{name}.md": _md(rng) for name in "abcd"},
        "docs/e.md": '# Parts\n\n--8<-- "part.txt"\n',
        "docs/blog/index.md": "# Blog\n",
        "docs/blog/posts/one.md": _blog_post(rng),
        "docs/deep/index.md": "# Deep\n\nWords.\n",
        "docs/deep/x.md": _md(rng).replace("b.md", "../b.md"),
        "hook.py": _HOOK.format("amber"),
        "docs/x.css": "p { color: red }\n",
        "parts/part.txt": "Included.\n",
        "over/unused.html": "",
    }


EDITS: dict[str, Edit] = {
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
    "deep": adding(lambda rng: f"docs/deep/{rng.choice('xyz')}.md", _md),
    "no deep": removing(r"docs/deep/\w+\.md"),
    "rename": renaming(r"docs/[b-h]\.md", lambda rng: f"docs/{rng.choice('bcdefgh')}.md"),
    "post": adding(lambda rng: f"docs/blog/posts/{rng.choice(WORDS)}.md", _blog_post),
    "post title": replacing(r"docs/blog/posts/\w+\.md", r"^# .*$", lambda rng: f"# {words(rng)}"),
    "post date": replacing(
        r"docs/blog/posts/\w+\.md", r"^date: .*$", lambda rng: f"date: 2026-02-0{rng.randint(1, 9)}"
    ),
    "no post": removing(r"docs/blog/posts/\w+\.md"),
    "hook": adding(lambda rng: "hook.py", lambda rng: _HOOK.format(words(rng))),
    "reference": appending(_PAGES, lambda rng: f"\n[words][{rng.choice(WORDS)}]\n"),
    "anchor": appending(_PAGES, lambda rng: f"\n## {rng.choice(WORDS)}\n"),
    "hidden": replacing(_PAGES, r"\A(?!---)", lambda rng: "---\nhide: [navigation]\n---\n\n"),
    "excluded": replacing(
        r"mkdocs\.yml",
        r"^(exclude_docs: .*\n)?hooks",
        lambda rng: f"exclude_docs: {rng.choice('cd')}.md\nhooks",
    ),
    "another file": adding(
        lambda rng: f"docs/{rng.choice(WORDS)}.css", lambda rng: "p { color: blue }\n"
    ),
    "no other file": removing(r"docs/(?!x\.)\w+\.css"),
    "break the hook": adding(lambda rng: "hook.py", lambda rng: "def on_page_markdown(\n"),
    "break": replacing(r"mkdocs\.yml", r"^plugins:$", lambda rng: "plugins: ["),
    "mend": replacing(r"mkdocs\.yml", r"^plugins: \[$", lambda rng: "plugins:"),
}
