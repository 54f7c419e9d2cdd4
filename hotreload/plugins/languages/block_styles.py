"""Style blocks of components as CSS, whatever language they are written in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hotreload.plugins import Source
from hotreload.project.kinds import Kind
from hotreload.project.problems import Problem, ProblemError, problem_at
from hotreload.project.urls import join

_SASS = {"scss": ".scss", "sass": ".sass"}


class StyleBlock(Protocol):
    """A style block: its text, its language, the file that has the text instead, or ``""``."""

    @property
    def content(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def src(self) -> str: ...


@dataclass(frozen=True, slots=True)
class StylePlace:
    """Where a block is.

    Args:
        url: URL path of its component.
        code: the component's text.
        line: the line in which the block's text begins, 1-based.
        index: its number among the component's styles, from 0.
    """

    url: str
    code: str
    line: int
    index: int


@dataclass(frozen=True, slots=True)
class BlockCss:
    """A block as CSS, and how a place in that is told as a problem: message, line, column."""

    css: str
    problem: Callable[[str, int, int], Problem]


class BlockStyles:
    """Compiles style blocks; Sass is loaded when one is written in it."""

    def css(self, place: StylePlace, block: StyleBlock, source: Source) -> BlockCss:
        """A block as CSS.

        Args:
            place: where it is.
            block: what it says.
            source: for questions and dependencies.

        Raises:
            ProblemError: it can't be compiled.
            PluginError: it is in a file that is not there, or Sass is not installed.
        """
        owner, text, first = place.url, block.content, place.line
        if block.src:
            owner, first = join(place.url, block.src), 1
            text = source.read(owner)
        whole = text if block.src else place.code

        def problem(message: str, line: int, column: int) -> Problem:
            return problem_at(owner, "syntax", message, whole, line + first - 1, column)

        if block.lang in ("css", "postcss"):
            return BlockCss(text, problem)
        ending = _SASS.get(block.lang)
        if ending is None:
            message = f'lang="{block.lang}" is not supported for styles: write CSS, SCSS or Sass'
            raise ProblemError(problem_at(place.url, "syntax", message, place.code, place.line, 1))
        from hotreload.plugins.languages.sass import Sass

        name = f"{place.url}.{place.index}{ending}" if not block.src else owner
        try:
            made = Sass().transform(text, _Named(source, name))
        except ProblemError as error:
            found = error.problem
            if found.owner != name or found.line is None:
                raise
            raise ProblemError(problem(found.message, found.line, found.column or 1)) from None

        def somewhere(message: str, line: int, column: int) -> Problem:
            return Problem(owner, "syntax", f"{message} (in what Sass made of it)")

        return BlockCss(made.code, somewhere)


@dataclass(frozen=True, slots=True)
class _Named:
    """A source by another name: a block as if it were in a file beside its component's."""

    source: Source
    url: str
    kind: Kind = "style"

    def is_file(self, url: str) -> bool:
        return self.source.is_file(join(self.url, url))

    def read(self, url: str) -> str:
        return self.source.read(join(self.url, url))

    def read_bytes(self, url: str) -> bytes:
        return self.source.read_bytes(join(self.url, url))

    def path(self, url: str) -> Path:
        return self.source.path(join(self.url, url))

    def resolve(self, specifier: str, importer: str) -> str | None:
        return self.source.resolve(specifier, importer)

    def depends_on(self, file: str | Path) -> None:
        self.source.depends_on(join(self.url, file) if isinstance(file, str) else file)
