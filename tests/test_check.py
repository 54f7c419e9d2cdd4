"""Syntax errors: where they are, and no false alarm."""

import subprocess
import sys
import threading

import pytest

from hotreload.project.problems import Problem, code_frame, locate
from hotreload.transform.check import SyntaxChecker

pytest.importorskip("quickjs")


@pytest.fixture(scope="module")
def checker() -> SyntaxChecker:
    return SyntaxChecker()


def problem(checker: SyntaxChecker, source: str) -> Problem:
    found = checker.check("/a.js", source)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("let a = ;", 1, 9),
        ("let a = 1;\nlet b = ;\n", 2, 9),
        ("a(\n\n", 3, 1),
        ("let a; let a;", 1, 12),
        ("\n\n  }", 3, 3),
        ("#!/usr/bin/env node\nlet a = ;", 2, 9),
        ("#! let a\nlet b = ;", 2, 9),
        ("return 1", 1, 1),
        ("const a;\n", 1, 8),
        ("await = 1", 1, 7),
        ("with (a) {}", 1, 1),
    ],
)
def test_an_error_has_its_place(
    checker: SyntaxChecker, source: str, line: int, column: int
) -> None:
    found = problem(checker, source)
    assert (found.owner, found.kind) == ("/a.js", "syntax")
    assert found.message.startswith("SyntaxError: ")
    assert found.line == line
    assert found.column is not None
    # The engine points at the token or just behind it.
    assert abs(found.column - column) <= 3


def test_the_message_and_frame_are_of_the_source_and_not_of_what_checks_it(
    checker: SyntaxChecker,
) -> None:
    found = problem(checker, "let a = 1;\nlet b = ;\nlet c;\n")
    assert "hotreload" not in found.message
    assert "\n" not in found.message
    lines = found.frame.splitlines()
    assert lines[0] == "  1 | let a = 1;"
    assert lines[1] == "> 2 | let b = ;"
    assert lines[2].endswith("^")
    assert lines[2].index("^") == len("> 2 | ") + (found.column or 0) - 1


@pytest.mark.parametrize(
    "source",
    [
        "",
        "#!/usr/bin/env node\na()",
        "import a, {b} from './c.js'; export * from 'd'; export default a",
        "import s from './a.css' with {type: 'css'}",
        "const a = await import('./b.js'); import.meta.hot?.accept()",
        "class A { #a = 1; static { this.b = 2 } get #c() { return #a in this } }",
        "a ??= b?.c?.[0] ?? 1n; label: for await (const x of y) continue label",
        "const re = /(?<year>\\d{4})[\\p{L}--[a-z]]/v",
        "const {a, ...b} = c; f`x${`y`}z`",
        "export {a as 'a b'}; const a = 1",
        "async function* f() { yield* g() }",
        "using x = f()",
        "await using x = f()",
        "throw new Error('it must not run')",
        "while (true) {}",
        "nothing.here()",
        "export const a = JSON.parse('{')",
        "var let_ = 1; // SyntaxError",
        "throw new SyntaxError('mine')",
        "\u2028let a = '\u2028'",
    ],
)
def test_what_a_browser_takes_is_no_error(checker: SyntaxChecker, source: str) -> None:
    assert checker.check("/a.js", source) is None


@pytest.mark.parametrize(
    "mention",
    ["// import source of it", "'import defer'", "/* using x */", "`\n@media print {}`"],
)
def test_words_in_comments_and_strings_switch_nothing_off(
    checker: SyntaxChecker, mention: str
) -> None:
    assert problem(checker, f"{mention}\nlet b = ;").line == mention.count("\n") + 2


@pytest.mark.parametrize(
    "source",
    ["with (a) {}", "010", "<!-- don't\na()", "var await", "await a", "import a from './b.js'"],
)
def test_what_may_be_a_classic_script_is_compiled_as_both(
    checker: SyntaxChecker, source: str
) -> None:
    assert checker.check("/a.js", source, classic=True) is None


def test_an_error_in_a_classic_script_has_its_place(checker: SyntaxChecker) -> None:
    found = checker.check("/a.js", "with (a) {}\n  let b = ;\n", classic=True)
    assert found is not None
    assert (found.line, "> 2 |   let b = ;" in found.frame) == (2, True)


def test_modules_are_checked_apart_from_each_other(checker: SyntaxChecker) -> None:
    for _ in range(3):
        assert checker.check("/a.js", "export const a = 1; let shared;") is None
        assert checker.check("/b.js", "let a = ;") is not None


def test_threads_may_check_at_once(checker: SyntaxChecker) -> None:
    results: list[bool] = []

    def check() -> None:
        results.extend(checker.check("/a.js", "let a = ;") is not None for _ in range(50))

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 200


def test_deep_nesting_does_not_end_the_process() -> None:
    code = (
        "from hotreload.transform.check import SyntaxChecker as C;"
        "C().check('/a.js', '(' * 200000); C().check('/a.js', '[' * 200000 + ']' * 200000);"
        "print('alive')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "alive\n", done.stderr


@pytest.mark.parametrize(
    ("source", "position", "place"),
    [
        ("", 0, (1, 1)),
        ("ab", 1, (1, 2)),
        ("a\nb", 2, (2, 1)),
        ("\U0001f600a", 1, (1, 3)),
        ("ab", 99, (1, 3)),
        ("a\r\nb", 3, (2, 1)),
    ],
)
def test_a_position_has_a_line_and_a_column(
    source: str, position: int, place: tuple[int, int]
) -> None:
    assert locate(source, position) == place


def test_a_frame_shows_the_lines_around_with_a_mark() -> None:
    source = "\n".join(f"line {n}" for n in range(1, 13))
    assert code_frame(source, 10, 6).splitlines() == [
        "   8 | line 8",
        "   9 | line 9",
        "> 10 | line 10",
        "     |      ^",
        "  11 | line 11",
        "  12 | line 12",
    ]


@pytest.mark.parametrize(("line", "column"), [(1, 1), (3, 1), (99, 1), (1, 500)])
def test_a_frame_of_a_place_that_is_not_there_is_still_made(line: int, column: int) -> None:
    assert isinstance(code_frame("a\n", line, column), str)
    assert isinstance(code_frame("", line, column), str)


def test_a_frame_of_a_long_line_shows_the_place() -> None:
    row, mark = code_frame("x" * 5_000 + "HERE" + "y" * 5_000, 1, 5_001).splitlines()
    assert len(row) < 200
    assert row[mark.index("^") :].startswith("HERE")


def test_a_frame_counts_lines_as_the_engine_does() -> None:
    """A form feed or U+2028 in a string ends no line in an editor."""
    frame = code_frame("a = '\x0c \x85'\nb = ;", 2, 5)
    assert "> 2 | b = ;" in frame


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("const x = 1;\nexport { x,\n  gone };\n", 3, 3),
        ("const x = 1;\nexport { x as gone };\nexport { gone as y };\n", 3, 10),
        ("export { gone as other } from './a.js';\nexport { gone };\n", 2, 10),
    ],
)
def test_an_export_of_what_is_not_declared_has_its_place(
    source: str, line: int, column: int
) -> None:
    problem = SyntaxChecker().check("/a.js", source)
    assert problem is not None
    assert (problem.line, problem.column) == (line, column)
