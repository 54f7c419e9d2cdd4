"""Modules that mean other files than when they were linked, though their own text is the same."""

from collections.abc import Callable, Collection, Iterable
from urllib.parse import unquote

from hotreload.project.problems import ProblemError
from hotreload.project.resolve import Local, Target, UnresolvedError
from hotreload.project.urls import file_url
from hotreload.transform.javascript import Led, Script

# From a specifier, a ``type`` attribute and an importer to the target.
Resolve = Callable[[str, str | None, str], Target]


def led_by(files: Collection[str], scripts: Iterable[Script], resolve: Resolve) -> set[str]:
    """The modules with imports that lead elsewhere now that files are there which were not.

    Args:
        files: their URL paths.
        scripts: all modules, as they were linked.
        resolve: as links lead now.
    """
    # "." and ".." name nothing.
    stems = {"", *map(_stem, files)}
    return led_elsewhere(scripts, resolve, lambda led: _stem(led.specifier) in stems)


def led_elsewhere(
    scripts: Iterable[Script], resolve: Resolve, concerned: Callable[[Led], bool] = lambda led: True
) -> set[str]:
    """The modules with imports that lead elsewhere now.

    Args:
        scripts, resolve: see :func:`led_by`.
        concerned: which of the imports may.
    """

    def differs(led: Led, importer: str) -> bool:
        try:
            return resolve(led.specifier, led.kind, importer) != Local(led.url)
        except (UnresolvedError, ProblemError):
            return True

    return {
        script.url
        for script in scripts
        if any(concerned(led) and differs(led, script.url) for led in script.led)
    }


def globbing(
    files: Collection[str], scripts: Iterable[Script], is_file: Callable[[str], bool]
) -> set[str]:
    """The modules whose ``import.meta.glob`` means other files now.

    Args:
        files: URL paths of what was added, changed or removed.
        scripts: modules, as they were linked.
        is_file: whether there is a file at a URL path.
    """
    return {
        script.url
        for script in scripts
        if any(
            glob.changes_with(unquote(file), is_file=is_file(file))
            for glob in script.globs
            for file in files
            if file != file_url(script.url)
        )
    }


def _stem(path: str) -> str:
    """What a file and the imports that may mean it have in common: a name without its ending."""
    folder, _, name = file_url(path).rpartition("/")
    if name.partition(".")[0] == "index":
        name = folder.rpartition("/")[2]
    return name.partition(".")[0]
