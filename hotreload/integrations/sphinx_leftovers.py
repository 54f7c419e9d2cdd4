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
    out = Path(builder.outdir)
    names = {Path(builder.get_outfilename(name)).relative_to(out).as_posix() for name in pages}
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


def remembered(file: Path) -> set[str]:
    """What :func:`remember` has written, or nothing."""
    try:
        return set(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError):
        return set()


def remember(file: Path, names: Iterable[str]) -> None:
    """Keep the names of what was made for the next server."""
    file.write_text(json.dumps(sorted(names)), "utf-8")


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
