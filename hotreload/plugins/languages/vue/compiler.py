"""Vue's compiler for components, which makes JavaScript and CSS of their blocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hotreload.plugins.languages.engine import Engine

PROGRAM = Path(__file__).with_name("vue.js")


class MistakeError(Exception):
    """A component can't be compiled; places are 1-based, columns in UTF-16 units.

    Args:
        file: URL path of the file that has to change, if it is another than the component's.
    """

    def __init__(self, message: str, line: int, column: int, file: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.file = file


@dataclass(frozen=True, slots=True)
class Block:
    """A style block: its text, language, the file that it is in, and its first line, 1-based."""

    content: str
    lang: str
    src: str
    line: int


@dataclass(frozen=True, slots=True)
class Compiled:
    """A component's module.

    Args:
        code: its JavaScript.
        lines: the mappings of a source map that knows lines only.
        exact: those of one that knows columns.
        warnings: what the compiler has to say.
        used: URL paths of the files that it is made of, too, or would be if they were there.
    """

    code: str
    lines: str
    exact: str
    warnings: tuple[str, ...]
    used: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """URL paths of files whose texts have to be known first."""

    paths: tuple[str, ...]


@cache
def vue_compiler() -> "VueCompiler":
    """The one of this process."""
    return VueCompiler()


class VueCompiler:
    """An engine with ``@vue/compiler-sfc`` in it.

    All methods raise :class:`MistakeError`, and what :meth:`Engine.call` does.
    """

    def __init__(self) -> None:
        self._engine = Engine(PROGRAM)

    def begin(self, code: str, url: str, known: Mapping[str, str | None]) -> None:
        """Begin what :meth:`module` will be asked for; never waits."""
        self._engine.begin(_module(code, url, known))

    def module(self, code: str, url: str, known: Mapping[str, str | None]) -> Compiled | Needs:
        """What a component becomes, or what has to be known for that.

        Args:
            code: its text.
            url: its URL path.
            known: texts by URL path; None for what is not there.
        """
        answer = self._ask(_module(code, url, known))
        if "needs" in answer:
            return Needs(tuple(answer["needs"]))
        return Compiled(
            answer["code"],
            answer["lines"],
            answer["exact"],
            tuple(answer["warnings"]),
            tuple(answer["used"]),
        )

    def block(self, code: str, url: str, index: int) -> Block | None:
        """A style block of a component; None if it has not so many."""
        answer = self._ask({"wanted": "block", "url": url, "code": code, "index": index})
        if not answer:
            return None
        return Block(answer["content"], answer["lang"], answer["src"], answer["line"])

    def style(self, code: str, url: str, index: int, css: str) -> str:
        """A style block's stylesheet, scoped if the block says so.

        Args:
            css: the block's text as CSS; places of mistakes are in it.
        """
        asked = {"wanted": "style", "url": url, "code": code, "index": index, "css": css}
        return str(self._ask(asked)["css"])

    def _ask(self, request: dict[str, object]) -> dict[str, Any]:
        answer: dict[str, Any] = self._engine.call(request)
        if "message" in answer:
            raise MistakeError(
                answer["message"], answer["line"], answer["column"], answer.get("file")
            )
        return answer


def _module(code: str, url: str, known: Mapping[str, str | None]) -> dict[str, object]:
    return {"wanted": "module", "url": url, "code": code, "known": dict(known)}
