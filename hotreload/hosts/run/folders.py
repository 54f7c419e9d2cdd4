"""What an app's folder says of its templates and static files, by how it is usually laid out."""

from collections.abc import Iterator, Sequence
from pathlib import Path

# Whatever is in them, pages are rendered from it.
_TEMPLATES = ("templates", "views", "app/views", "resources/views", "lib/templates")
# What is no app's own, and may be large.
LARGE = ("venv", "env", "site-packages", "vendor", "target", "tmp", "log", "logs")


def template_folders(root: Path) -> tuple[Path, ...]:
    """The folders of templates of an app, and of the packages in it.

    Args:
        root: the app's folder.
    """
    below = (package / "templates" for package in _packages(root))
    named = (root / name for name in _TEMPLATES)
    return tuple(folder for folder in (*named, *below) if folder.is_dir())


def static_folders(words: Sequence[str], root: Path) -> dict[str, list[str]]:
    """URL prefix → folders that an app serves as files, where a command tells of which kind it is.

    Args:
        words: the command.
        root: the app's folder.
    """
    names = [Path(word).name for word in words]
    if "manage.py" in names or "django-admin" in names:
        # As Django's finders: the project's own come first.
        found = [root / "static", *(package / "static" for package in _packages(root))]
    elif "flask" in names:
        packages = [root / name for name in _flask_packages(words)]
        found = [folder / "static" for folder in (*packages, root)]
        found = [folder for folder in found if folder.is_dir()][:1]
    else:
        found = []
    folders = [str(folder) for folder in found if folder.is_dir()]
    return {"/static/": folders} if folders else {}


def _packages(root: Path) -> Iterator[Path]:
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and folder.name not in LARGE and not folder.name.startswith("."):
            yield folder


def _flask_packages(words: Sequence[str]) -> Iterator[str]:
    """Where the app is that ``--app``, ``-A`` names."""
    for option, value in zip(words, (*words[1:], ""), strict=True):
        name, _, given = option.partition("=")
        if name in ("--app", "-A"):
            yield (given or value).partition(":")[0].replace(".", "/")
