"""From facts to lines: plain where they are piped, coloured in a terminal, JSON for tools."""

import json
import logging
import os
import sys
import time
from dataclasses import asdict, is_dataclass
from typing import Any

import click

from hotreload.terminal.harmless import harmless


def start_output(level: str, *, as_json: bool) -> None:
    """Have all that is said go to the terminal.

    Args:
        level: how much to say: debug, info, warning or error.
        as_json: one JSON object a line on stdout, for tools.
    """
    handler = logging.StreamHandler(sys.stdout if as_json else sys.stderr)
    handler.setFormatter(
        JsonFormatter() if as_json else LineFormatter(colours=_wants_colours(sys.stderr))
    )
    # Not the root's level: the server's own debug lines would print the token.
    logging.basicConfig(level="WARNING", handlers=[handler])
    logging.getLogger("hotreload").setLevel(level.upper())


class LineFormatter(logging.Formatter):
    """One line for a fact, several for an error with its code frame.

    Args:
        colours: whether the terminal shows them.
    """

    def __init__(self, *, colours: bool) -> None:
        super().__init__("%(message)s")
        self.colours = colours

    def format(self, record: logging.LogRecord) -> str:
        text = harmless(super().format(record))
        if not self.colours:
            return text
        moment = click.style(time.strftime("%H:%M:%S", time.localtime(record.created)), dim=True)
        first, newline, rest = text.partition("\n")
        return f"{moment} {_coloured(record, first)}{newline}{rest}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ``kind``, ``time`` (seconds since the epoch), and what the fact says.

    What is no fact has the kind of its level, and its text as ``message``.
    """

    def format(self, record: logging.LogRecord) -> str:
        fact: Any = getattr(record, "fact", None)
        said: dict[str, Any] = {"kind": record.levelname.lower(), "time": round(record.created, 3)}
        if is_dataclass(fact) and not isinstance(fact, type):
            said |= {"kind": getattr(fact, "kind", said["kind"]), **asdict(fact)}
        else:
            said["message"] = super().format(record)
        return json.dumps(said, ensure_ascii=False)


def _wants_colours(stream: Any) -> bool:
    """Whether to colour, after https://no-color.org and https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return bool(stream.isatty()) and os.environ.get("TERM") != "dumb"


def _coloured(record: logging.LogRecord, line: str) -> str:
    if record.levelno >= logging.ERROR:
        return click.style(line, fg="red", bold=True)
    if record.levelno >= logging.WARNING:
        return click.style(line, fg="yellow")
    word, space, rest = line.partition(" ")
    colour = {"hmr": "green", "reload:": "yellow", "build": "cyan"}.get(word)
    return f"{click.style(word, fg=colour, bold=True)}{space}{rest}" if colour else line
