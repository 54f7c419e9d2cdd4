"""Problems: what is wrong with a project's source right now. State, not events."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One thing that is wrong, in words a person can act on.

    Args:
        owner: URL path of the file that has to change (problems are keyed by it).
        kind: what sort of problem: ``"syntax"``, ``"import"``, ``"link"``, ``"read"``, ``"build"``.
        message: what is wrong and what to do.
        line: 1-based, or None where no place is known.
        column: 1-based, in UTF-16 units as editors and browsers count; None where it is not known.
        frame: the source around it, with a mark under the place; ``""`` likewise.
    """

    owner: str
    kind: str
    message: str
    line: int | None = None
    column: int | None = None
    frame: str = ""

    def __str__(self) -> str:
        place = "".join(f":{number}" for number in (self.line, self.column) if number is not None)
        frame = f"\n{self.frame}" if self.frame else ""
        return f"{self.owner}{place}: {self.message}{frame}"


class ProblemError(Exception):
    """Carries a problem out of a transform."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def locate(source: str, position: int) -> tuple[int, int]:
    """The 1-based line and UTF-16 column of a position (a code point index) in a source text."""
    position = min(max(position, 0), len(source))
    line_start = source.rfind("\n", 0, position) + 1
    column = len(source[line_start:position].encode("utf-16-le")) // 2
    return source.count("\n", 0, position) + 1, column + 1


def code_frame(source: str, line: int, column: int | None, context: int = 2) -> str:
    """The lines around a place, numbered, with a mark under it; "" where there is no such line.

    Args:
        source: the whole text.
        line: 1-based.
        column: 1-based, or None if it is not known.
        context: lines shown above and below.
    """
    # As engines and `locate` count: a form feed, say, ends no line.
    lines = [text.removesuffix("\r") for text in source.split("\n")]
    if not lines[-1] and line < len(lines):
        lines.pop()
    if line > len(lines):
        return ""
    first = max(1, line - context)
    last = min(len(lines), line + context)
    width = len(str(last))
    rows = []
    for number in range(first, last + 1):
        text = lines[number - 1].replace("\t", " ")
        cut = max(0, column - 80) if number == line and column is not None else 0
        rows.append(f"{'>' if number == line else ' '} {number:>{width}} | {text[cut : cut + 160]}")
        if number == line and column is not None:
            rows.append(f"  {' ' * width} | {' ' * (column - 1 - cut)}^")
    return "\n".join(rows)


def problem_at(owner: str, kind: str, message: str, source: str, line: int, column: int) -> Problem:
    """A problem with its code frame."""
    return Problem(owner, kind, message, line, column, code_frame(source, line, column))
