"""Whether the Vue that a page has fits the compiler."""

import json
from functools import cache
from pathlib import Path

from hotreload.plugins import PluginError, Project

_OLDEST = (3, 5)


def check_runtime(url: str, project: Project) -> tuple[str, ...]:
    """What is to be said of the `vue` that a component imports.

    Args:
        url: the component's URL path.
        project: for questions.
    """
    found = project.resolve("vue", url)
    if found is None or "/vue/" not in found or not found.startswith("/"):
        return ()  # of an import map's address nothing is known
    folder = found[: found.rindex("/vue/") + len("/vue/")]
    try:
        version = _version(project.path(folder + "package.json"))
    except PluginError:
        return ()
    if version is None or tuple(map(int, version.split(".")[:2])) >= _OLDEST:
        return ()
    return (
        f"the project has vue {version}, and components are compiled for 3.5 and later: "
        "npm install vue@latest",
    )


@cache
def _version(path: Path) -> str | None:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    version = data.get("version") if isinstance(data, dict) else None
    return version if isinstance(version, str) and version[:1].isdigit() else None
