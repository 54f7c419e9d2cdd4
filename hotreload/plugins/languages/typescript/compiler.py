"""Sucrase, which makes JavaScript of TypeScript and JSX."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hotreload.plugins.languages.engine import Engine

PROGRAM = Path(__file__).with_name("sucrase.js")


class TransformError(Exception):
    """The source can't be transformed; places are 1-based, columns in UTF-16 units."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Job:
    """What to transform.

    Args:
        code: the source.
        url: what it is called in the output.
        typescript: it has types.
        jsx: it has elements.
        options: Sucrase's, by its own names.
    """

    code: str
    url: str
    typescript: bool
    jsx: bool
    options: Mapping[str, object]


@cache
def sucrase() -> "Sucrase":
    """The one of this process."""
    return Sucrase()


class Sucrase:
    """An engine with Sucrase in it."""

    def __init__(self) -> None:
        self._engine = Engine(PROGRAM)

    def begin(self, job: Job) -> None:
        """Begin what will be transformed; never waits."""
        self._engine.begin(_request(job, exact=False))

    def transform(self, job: Job) -> str:
        """The JavaScript of a source, each line where it was.

        Raises:
            TransformError: it can't be transformed.
            MissingExtraError, EngineError: see :meth:`Engine.call`.
        """
        return str(self._compile(job, "code"))

    def map(self, job: Job) -> str:
        """The source map of what :meth:`transform` gives, as JSON.

        Raises:
            TransformError, MissingExtraError, EngineError: as there.
        """
        return json.dumps(self._compile(job, "map"))

    def _compile(self, job: Job, wanted: str) -> object:
        answer = self._engine.call(_request(job, exact=wanted == "map"))
        if wanted in answer:
            return answer[wanted]
        raise TransformError(answer["message"], answer["line"], answer["column"])


def _request(job: Job, *, exact: bool) -> dict[str, object]:
    return {
        "code": job.code,
        "url": job.url,
        "typescript": job.typescript,
        "jsx": job.jsx,
        "options": dict(job.options),
        "map": exact,
    }
