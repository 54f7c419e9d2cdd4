"""What pages of a Sphinx project show of each other, as one hash.

A page is made of its own doctree, of the environment, and of what all pages share. If the
environment is what it was, an edit of one document changes no other page.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.search import js_index

# Times, which each build changes, what is the document's own, and what does not change by edits.
_LEFT_OUT = (
    *("all_docs", "dependencies", "settings", "config", "intersphinx", "temp_data", "srcdir"),
    "_search_index",
)
_ATOMS = (str, bytes, int, float, bool, type(None))


def digest(env: BuildEnvironment) -> str:
    """A hash that differs where the environment does; where it can't be told, it is none's."""
    found = hashlib.sha256()
    state = env.__getstate__()
    known: dict[int, str] = {}
    try:
        for name in sorted(state):
            if not name.startswith(_LEFT_OUT) and name.strip("_") not in ("version_info",):
                found.update(
                    f"{name}={_form(state[name], (id(env),), known)}\n".encode("utf-8", "replace")
                )
    except (RecursionError, TypeError):
        # It is not pickled like this, then.
        return ""
    return found.hexdigest()


def put_in_order(env: BuildEnvironment) -> None:
    """Put what is kept for each document in the order in which a clean build reads documents.

    Lists of what is in all of them, of todos for one, are made in the order of reading.
    """
    for data in (vars(env), *env.domaindata.values()):
        for kept in data.values():
            if isinstance(kept, dict) and kept and kept.keys() <= env.found_docs:
                items = sorted(kept.items(), key=lambda item: str(item[0]))
                kept.clear()
                kept.update(items)


def forget_numbers(env: BuildEnvironment) -> None:
    """Take the section numbers off titles: those that are numbered still get theirs again."""
    titles = (*env.titles.values(), *env.longtitles.values())
    references = (ref for toc in env.tocs.values() for ref in toc.findall(nodes.reference))
    for node in (*titles, *references):
        node.attributes.pop("secnumber", None)


def restore_index_entries(app: Sphinx) -> None:
    """Give the search index the index entries that its file has.

    Sphinx reads everything else from there for the documents that are not written again.
    """
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder) or not builder.search:
        return
    entries = app.env._search_index_index_entries
    entries.clear()
    try:
        with Path(builder.outdir, builder.searchindex_filename).open(encoding="utf-8") as file:
            frozen = js_index.load(file)
    except (OSError, ValueError):
        return
    documents = frozen["docnames"]
    for entry, places in frozen.get("indexentries", {}).items():
        for document, anchor, is_main in places:
            if (name := documents[document]) in app.env.found_docs:
                entries.setdefault(name, []).append((entry, anchor, "main" if is_main else ""))


def forget_trees(env: BuildEnvironment) -> None:
    """Empty what an environment keeps of trees, which its pickle may hold, too."""
    for name in ("master_doctree",):
        env.__dict__.pop(name, None)
    for name in ("_pickled_doctree_cache", "_write_doc_doctree_cache"):
        getattr(env, name, {}).clear()


def _form(value: Any, within: tuple[int, ...], known: dict[int, str]) -> str:
    """A text that is the same for equal values, whatever order they were made in.

    Args:
        value: anything.
        within: the identities of what it is in.
        known: the forms of what has been met, by identity.
    """
    if isinstance(value, _ATOMS):
        return repr(value)
    if id(value) in within:
        return "…"
    if id(value) not in known:
        known[id(value)] = _short(_compound(value, (*within, id(value)), known))
    return known[id(value)]


def _compound(value: Any, within: tuple[int, ...], known: dict[int, str]) -> str:
    def inner(part: Any) -> str:
        return _form(part, within, known)

    if isinstance(value, nodes.Node):
        return str(value.pformat())
    if isinstance(value, Mapping):
        return f"{{{','.join(sorted(f'{inner(k)}:{inner(v)}' for k, v in value.items()))}}}"
    if isinstance(value, set | frozenset):
        return f"<{','.join(sorted(map(inner, value)))}>"
    if isinstance(value, list | tuple | Iterator):
        return f"[{','.join(map(inner, value))}]"
    if isinstance(value, type) or callable(value):
        return str(getattr(value, "__qualname__", type(value).__qualname__))
    # What is left of it in a pickle: anything else is gone in the next build.
    return f"{type(value).__qualname__}({','.join(map(inner, value.__reduce_ex__(4)[1:]))})"


def _short(text: str) -> str:
    if len(text) < 64:
        return text
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
