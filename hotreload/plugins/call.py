"""Calling a plugin: whatever it raises or returns becomes a result, or a problem that names it."""

import logging
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from hotreload.plugins import Plugin, PluginError, Source, Transformed, name_of
from hotreload.project.files import FileMissingError, ProjectFiles
from hotreload.project.problems import Problem, ProblemError, code_frame
from hotreload.project.urls import file_url

logger = logging.getLogger("hotreload")

_Result = TypeVar("_Result")


def call(
    plugin: Plugin,
    hook: str,
    file: str,
    run: Callable[[], _Result],
    expected: tuple[type, ...],
    files: ProjectFiles,
) -> _Result:
    """Run a hook of a plugin.

    Args:
        plugin: whose.
        hook: its name.
        file: URL path of the file it is called for.
        run: calls it.
        expected: what it may return besides None.
        files: for code frames.

    Raises:
        ProblemError: it raised something, or returned what it may not.
    """
    try:
        result = run()
    except ProblemError:
        raise
    except PluginError as error:
        raise ProblemError(_problem(plugin, error, file, files)) from None
    except Exception as error:
        logger.debug("plugin %s, %s of %s", name_of(plugin), hook, file, exc_info=True)
        place = traceback.extract_tb(error.__traceback__)[-1]
        message = (
            f"plugin {name_of(plugin)} failed in {hook}: {type(error).__name__}: {error} "
            f"({Path(place.filename).name}:{place.lineno})"
        )
        raise ProblemError(Problem(file, "plugin", message)) from None
    if result is not None and not isinstance(result, expected):
        names = " or ".join(kind.__name__ for kind in expected)
        message = (
            f"plugin {name_of(plugin)}: {hook} returned a {type(result).__name__}, "
            f"not a {names} or None"
        )
        raise ProblemError(Problem(file, "plugin", message))
    return result


def call_transform(
    plugin: Plugin, text: str, source: Source, files: ProjectFiles
) -> Transformed | None:
    """What a plugin makes of a text.

    Raises:
        ProblemError: see :func:`call`.
    """
    run = partial(plugin.transform, text, source)
    result = call(plugin, "transform", file_url(source.url), run, (str, Transformed), files)
    return Transformed(result) if isinstance(result, str) else result


def _problem(plugin: Plugin, error: PluginError, file: str, files: ProjectFiles) -> Problem:
    owner = error.file or file
    message = f"plugin {name_of(plugin)}: {error.message}"
    if error.line is None:
        return Problem(owner, "plugin", message)
    column = error.column or 1
    try:
        text = files.read(owner).data.decode("utf-8", "replace")
    except FileMissingError:
        return Problem(owner, "plugin", message, error.line, column)
    frame = code_frame(text, error.line, column)
    return Problem(owner, "plugin", message, error.line, column, frame)
