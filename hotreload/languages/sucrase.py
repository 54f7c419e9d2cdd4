"""Sucrase, which makes JavaScript of TypeScript and JSX, in a V8 of its own."""

import atexit
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

# Far longer than any file takes: what hangs must not hang the server.
_SECONDS = 20.0


class MissingExtraError(Exception):
    """The engine is not installed."""


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
    """An engine that is loaded in the background from the start; usable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: MiniRacer | None = None
        threading.Thread(target=self._warm_up, name="hotreload-sucrase", daemon=True).start()

    def transform(self, job: Job) -> str:
        """The JavaScript of a source, each line where it was.

        Raises:
            TransformError: it can't be transformed.
            MissingExtraError: the engine is not installed.
        """
        request = json.dumps(
            {
                "code": job.code,
                "url": job.url,
                "typescript": job.typescript,
                "jsx": job.jsx,
                "options": job.options,
            }
        )
        with self._lock:
            answer: Any = self._load().eval(
                f"JSON.stringify(compile({request}))", timeout_sec=_SECONDS
            )
        result = json.loads(answer)
        if "code" in result:
            return str(result["code"])
        raise TransformError(result["message"], result["line"], result["column"])

    def _warm_up(self) -> None:
        with self._lock:
            try:
                engine = self._load()
            except MissingExtraError:
                return  # whoever transforms says so
        engine.eval("warmUp()")

    def _load(self) -> "MiniRacer":
        if self._engine is None:
            try:
                from py_mini_racer import MiniRacer
            except ImportError as error:
                raise MissingExtraError from error
            engine = MiniRacer()
            # Its thread would otherwise be waited for when it is no more.
            atexit.register(engine.close)
            bundle = resources.files("hotreload.languages").joinpath("sucrase.js")
            engine.eval(f"{bundle.read_text('utf-8')};0")
            self._engine = engine
        return self._engine
