"""What tests expect of a problem."""

import pytest

from hotreload.project.problems import Problem, ProblemError
from hotreload.site import Site


def problem_of(site: Site, url: str) -> Problem:
    """What is wrong with a module, if a browser says, too, that it does not parse."""
    site.modules.link_changed([url])
    for doubt in site.modules.syntax.doubts.open:
        site.modules.syntax.doubts.settle(doubt.key, parses=False)
    with pytest.raises(ProblemError) as raised:
        site.modules.script(url, checked=True)
    return raised.value.problem


def assert_is(problem: Problem | None, message: str, line: int, column: int) -> None:
    """It begins with a message, and is shown at a place."""
    assert problem is not None
    assert problem.message.startswith(message)
    assert (problem.line, problem.column) == (line, column)
    assert f"> {line} |" in problem.frame
