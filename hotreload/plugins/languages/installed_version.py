"""Which version of a package a project has: what compilers make runs on that."""

import json
from pathlib import Path

from hotreload.plugins import PluginError, Project


def installed_version(package: str, url: str, project: Project) -> str | None:
    """The version of a package in ``node_modules``, or None: of an import map nothing is known.

    Args:
        package: its name.
        url: URL path of the module that imports it.
        project: for questions.
    """
    found = project.resolve(package, url)
    folder = f"/{package}/"
    if found is None or not found.startswith("/") or folder not in found:
        return None
    try:
        return _version(project.path(found[: found.rindex(folder)] + folder + "package.json"))
    except PluginError:
        return None


def older(version: str, than: tuple[int, int]) -> bool:
    """Whether a version's major and minor number are those of an older one."""
    return tuple(map(int, version.split(".")[:2])) < than


def _version(path: Path) -> str | None:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    version = data.get("version") if isinstance(data, dict) else None
    parts = version.split(".") if isinstance(version, str) else []
    return version if len(parts) > 1 and all(part.isdigit() for part in parts[:2]) else None
