"""What Sphinx has made in its output and would not make any more: it removes nothing itself.

Only what a build is known to have made is removed. Anything else may be somebody's.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder


def made_by(app: Sphinx, pages: Iterable[str]) -> set[str]:
    """The names, below the output, of what a build has made that has written every page.

    Args:
        app: after the build.
        pages: the names of the pages.
    """
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder):
        return set()
    names = _page_files(builder, pages)
    names.update(f"{builder.imagedir}/{name}" for name in builder.images.values())
    names.update(f"_downloads/{file[1]}" for file in app.env.dlfiles.values())
    names.update(_sources(app))
    for folder in _theme_folders(builder):
        names.update(f"_static/{name}" for name in _copied(folder))
    for entry in app.config.html_static_path:
        names.update(f"_static/{name}" for name in _copied(Path(app.confdir, entry)))
    for entry in app.config.html_extra_path:
        names.update(_copied(Path(app.confdir, entry)))
    return names


def remove(app: Sphinx, names: Iterable[str]) -> None:
    """Remove files from the output."""
    for name in names:
        Path(app.outdir, name).unlink(missing_ok=True)


def generated(app: Sphinx, names: Iterable[str], pages: Iterable[str]) -> set[str]:
    """The files of pages that are no document's.

    Args:
        app: after a build.
        names: of files that were made before.
        pages: the names of the pages that it has written.

    An extension may leave such a page as it is if what it is about is older, as viewcode does,
    although all that surrounds it may be new.
    """
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder):
        return set()
    found = {name for name in names if name.endswith(builder.out_suffix)}
    return (found | _page_files(builder, pages)) - _page_files(builder, app.env.found_docs)


def remembered(file: Path) -> set[str]:
    """What :func:`remember` has written, or nothing."""
    try:
        return set(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError):
        return set()


def remember(file: Path, names: Iterable[str]) -> None:
    """Keep the names of what was made for the next server."""
    file.write_text(json.dumps(sorted(names)), "utf-8")


def _page_files(builder: StandaloneHTMLBuilder, pages: Iterable[str]) -> set[str]:
    files = (Path(builder.get_outfilename(name)) for name in pages)
    return {file.relative_to(builder.outdir).as_posix() for file in files}


def _sources(app: Sphinx) -> Iterator[str]:
    config = app.config
    if not config.html_copy_source:
        return
    for name in app.env.found_docs:
        suffix = app.env.doc2path(name).suffix
        more = config.html_sourcelink_suffix
        yield f"_sources/{name}{suffix}{'' if suffix == more else more}"


def _theme_folders(builder: StandaloneHTMLBuilder) -> Iterator[Path]:
    if builder.theme:
        for folder in builder.theme.get_theme_dirs():
            yield Path(folder, "static")


def _copied(entry: Path) -> Iterator[str]:
    """What a file or a folder is copied to: templates lose what says that they are."""
    files = [entry] if entry.is_file() else (path for path in entry.rglob("*") if path.is_file())
    top = entry.parent if entry.is_file() else entry
    for path in files:
        name = path.relative_to(top).as_posix()
        yield name.removesuffix(".jinja").removesuffix("_t") if _is_template(name) else name


def _is_template(name: str) -> bool:
    return name.endswith((".jinja", "_t"))
