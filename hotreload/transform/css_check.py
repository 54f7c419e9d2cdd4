"""Errors that break a stylesheet beyond the place they are at: what is opened and not closed.

A browser never refuses a stylesheet: after a missing brace it takes the rest for something else.
What concerns a single declaration only is the browser's to judge, for it knows the newest syntax.

Source of the token rules: CSS Syntax Level 3, section 4.
"""

import re

from hotreload.project.problems import Problem, locate, problem_at

_ESCAPE = r"\\[\s\S]"
_TOKEN = re.compile(
    rf"""(?P<comment>/\*[^*]*+(?:\*++[^/*][^*]*+)*+(?:\*++/)?)
    | (?P<string>"(?:[^"\\\n\r\f]|{_ESCAPE})*+"?|'(?:[^'\\\n\r\f]|{_ESCAPE})*+'?)
    | (?P<url>(?<![\w-])url\((?!\s*["'])(?:[^)\\]|{_ESCAPE})*+\)?)
    | {_ESCAPE}
    | (?P<open>[({{\[])
    | (?P<close>[)}}\]])""",
    re.I | re.X,
)
_PAIRS = {"(": ")", "{": "}", "[": "]"}


def check_stylesheet(url: str, source: str) -> Problem | None:
    """What is opened and not closed in a stylesheet, or closed and not opened; None where all is.

    Args:
        url: URL path of the file.
        source: its text.
    """
    opened: list[re.Match[str]] = []
    for token in _TOKEN.finditer(source):
        text = token[0]
        match token.lastgroup:
            case "comment" if len(text) < 4 or not text.endswith("*/"):
                return _problem(url, "this comment is not closed", source, token)
            case "string" if len(text) < 2 or text[-1] != text[0]:
                return _problem(
                    url, f"this string is not closed: {text[0]} is missing", source, token
                )
            case "url" if not text.endswith(")"):
                return _problem(url, "this url( is not closed", source, token)
            case "open":
                opened.append(token)
            case "close":
                if not opened:
                    return _problem(url, f"nothing is open that this {text} closes", source, token)
                wanted = _PAIRS[opened[-1][0]]
                if text != wanted:
                    message = f"this {opened[-1][0]} is not closed: {wanted} is missing"
                    return _problem(url, message, source, opened[-1])
                opened.pop()
            case _:
                pass
    if opened:
        last = opened[-1]
        message = f"this {last[0]} is not closed: {_PAIRS[last[0]]} is missing"
        return _problem(url, message, source, last)
    return None


def _problem(url: str, message: str, source: str, token: re.Match[str]) -> Problem:
    line, column = locate(source, token.start())
    return problem_at(url, "syntax", message, source, line, column)
