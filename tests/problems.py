"""What tests expect of a problem."""

from hotreload.problems import Problem


def assert_is(problem: Problem | None, message: str, line: int, column: int) -> None:
    """It begins with a message, and is shown at a place."""
    assert problem is not None
    assert problem.message.startswith(message)
    assert (problem.line, problem.column) == (line, column)
    assert f"> {line} |" in problem.frame
