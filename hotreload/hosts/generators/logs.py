"""What generators say in their logs, as problems."""

import logging
import os
from pathlib import Path

from hotreload.project.problems import Problem, problem_at


def source_problem(file: Path, line: int | None, message: str) -> Problem:
    """A problem with a source file, with the lines around it if they can be read.

    Args:
        file: the file.
        line: 1-based, or None where it is not known.
        message: what is wrong.
    """
    owner = os.path.relpath(file) if file.is_relative_to(Path.cwd()) else str(file)
    if line is None:
        return Problem(owner, "build", message)
    try:
        text = file.read_text("utf-8", "replace")
    except OSError:
        return Problem(owner, "build", message)
    return problem_at(owner, "build", message, text, min(line, text.count("\n") + 1), 1)


class Collector(logging.Handler):
    """Collects what a generator logs as wrong.

    Args:
        level: from which level on.
    """

    def __init__(self, level: int = logging.ERROR) -> None:
        super().__init__(level)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def take(self) -> list[logging.LogRecord]:
        """What was collected since this was last asked for."""
        taken, self.records = self.records, []
        return taken
