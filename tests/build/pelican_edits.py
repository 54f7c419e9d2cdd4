"""Random edits of Pelican projects."""

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

_POSTS = r"content/p\d\.(md|rst)"


def _post(rng: random.Random) -> str:
    series = f"Series: {rng.choice(WORDS[:2])}\n" if rng.random() < 0.5 else ""
    return (
        f"Title: {words(rng).title()}\nDate: 2026-01-0{rng.randint(1, 9)}\n"
        f"Slug: {rng.choice(WORDS)}-{rng.randint(0, 99)}\nTags: {rng.choice(WORDS)}\n"
        f"Category: {rng.choice(WORDS[:3])}\nAuthors: by {rng.choice(WORDS)}\n"
        f"Status: published\n{series}\n{words(rng, 6)}.\n"
    )


def project(theme: str) -> Files:
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
        "own/templates/base.html": "<title>Own</title>{% block content %}{% endblock %}",
        "own/templates/index.html": '{% extends "base.html" %}{% block content %}'
        "{% for article in articles_page.object_list %}<a href={{ article.url }}>"
        "{{ article.title }}</a>{% endfor %}{% endblock %}",
        "own/static/css/own.css": "p { color: red }\n",
    }


_SETTINGS = (
    "USE_FOLDER_AS_CATEGORY = False",
    "ARTICLE_URL = ARTICLE_SAVE_AS = 'posts/{slug}.html'",
    "DEFAULT_CATEGORY = 'kelp'",
    "DIRECT_TEMPLATES = ['index', 'tags']",
    "SUMMARY_MAX_LENGTH = 3",
)

EDITS: dict[str, Edit] = {
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
    "link": appending(_POSTS, lambda rng: f"\n[link]({{filename}}p{rng.randint(0, 9)}.md)\n"),
    "attached": appending(_POSTS, lambda rng: "\n[file]({attach}images/x.css)\n"),
    "author": replacing(_POSTS, r"^Authors: .*$", lambda rng: f"Authors: by {rng.choice(WORDS)}"),
    "rename": renaming(r"content/p\d\.md", lambda rng: f"content/p{rng.randint(0, 9)}.md"),
    "translation": adding(
        lambda rng: "content/t.md",
        lambda rng: f"Title: {words(rng)}\nDate: 2026-01-01\nSlug: t\nLang: de\n\nWords.\n",
    ),
    "another page": adding(
        lambda rng: f"content/pages/{rng.choice(WORDS[:3])}.md",
        lambda rng: f"Title: {words(rng)}\nStatus: {rng.choice(('draft', 'published'))}\n\nText.\n",
    ),
    "no page": removing(r"content/pages/\w+\.md"),
    "theme": replacing(
        r"pelicanconf\.py",
        r"^THEME = .*$",
        lambda rng: f"THEME = {rng.choice(('notmyidea', 'simple', './own'))!r}",
    ),
    "own template": replacing(
        r"own/templates/base\.html",
        r"<title>.*</title>",
        lambda rng: f"<title>{words(rng)}</title>",
    ),
    "own static": adding(
        lambda rng: f"own/static/{rng.choice(WORDS[:3])}.css", lambda rng: f"/* {words(rng)} */"
    ),
    "no own static": removing(r"own/static/\w+\.css"),
    "pagination": appending(
        r"pelicanconf\.py", lambda rng: f"DEFAULT_PAGINATION = {rng.randint(1, 4)}\n"
    ),
    "setting": appending(r"pelicanconf\.py", lambda rng: f"{rng.choice(_SETTINGS)}\n"),
    "break the settings": appending(r"pelicanconf\.py", lambda rng: "nonsense = [\n"),
    "mend the settings": replacing(r"pelicanconf\.py", r"^nonsense = \[\n", lambda rng: ""),
    "override": adding(
        lambda rng: "over/page.html",
        lambda rng: f"<html><body>{{{{ page.content }}}}{words(rng)}</body></html>",
    ),
    "no override": removing(r"over/page\.html"),
}
