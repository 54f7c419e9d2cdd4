"""What a terminal is shown: source, file names and requests are others' text, terminals obey."""

import logging
import re

# Control characters but tab and line feed, and those that turn the direction of what follows.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """A text with what a terminal would obey written out, as ``\\x1b``."""
    return _OBEYED.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


class HarmlessFormatter(logging.Formatter):
    """Formats records as text that a terminal only shows."""

    def format(self, record: logging.LogRecord) -> str:
        return harmless(super().format(record))
