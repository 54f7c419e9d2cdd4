"""From facts to lines: plain where they are piped, coloured in a terminal, JSON for tools."""

import json
import logging
import os
import sys
import time
from typing import Any, TextIO

import click

from hotreload.cli.terminal.harmless import HarmlessFormatter
from hotreload.live.facts import Fact, Ready

_COLOURS = {
    "ready": "cyan",
    "update": "green",
    "reload": "yellow",
    "solved": "green",
    "console": "blue",
}


def start_output(level: str, *, as_json: bool) -> None:
    """Have all that is said go to the terminal.

    Args:
        level: how much to say: debug, info, warning or error.
        as_json: one JSON object a line on stdout, for tools.
    """
    handler = JsonHandler() if as_json else LineHandler()
    handler.setFormatter(HarmlessFormatter("%(message)s"))
    # Not the root's level: the server's own debug lines would print the token.
    logging.basicConfig(level="WARNING", handlers=[handler])
    logging.getLogger("hotreload").setLevel(level.upper())


class LineHandler(logging.Handler):
    """One line for a fact, several for an error with its code frame.

    Where the server is found goes to stdout, and all else to stderr.
    """

    def emit(self, record: logging.LogRecord) -> None:
        ready = isinstance(getattr(record, "fact", None), Ready)
        stream = sys.stdout if ready else sys.stderr
        try:
            text = self.format(record)
            stream.write(f"{coloured(record, text) if wants_colours(stream) else text}\n")
            stream.flush()
        except Exception:
            self.handleError(record)


class JsonHandler(logging.Handler):
    """One JSON object a line: ``kind``, ``time`` (seconds since the epoch), and what a fact says.

    What is no fact has the kind of its level, and its text as ``message``.
    """

    def emit(self, record: logging.LogRecord) -> None:
        fact: Any = getattr(record, "fact", None)
        said: dict[str, Any] = {"kind": record.levelname.lower(), "time": round(record.created, 3)}
        if isinstance(fact, Fact):
            said |= {"kind": fact.kind, **fact._asdict()}
        else:
            said["message"] = self.format(record)
        try:
            sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        except Exception:
            self.handleError(record)


def wants_colours(stream: TextIO) -> bool:
    """Whether to colour, after https://no-color.org and https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def coloured(record: logging.LogRecord, text: str) -> str:
    """A record's text with its time, in the colours of its kind."""
    first, newline, rest = text.partition("\n")
    moment = click.style(time.strftime("%H:%M:%S", time.localtime(record.created)), dim=True)
    return f"{moment} {_coloured_line(record, first)}{newline}{rest}"


def _coloured_line(record: logging.LogRecord, line: str) -> str:
    if record.levelno >= logging.ERROR:
        return click.style(line, fg="red", bold=True)
    if record.levelno >= logging.WARNING:
        return click.style(line, fg="yellow")
    kind = getattr(getattr(record, "fact", None), "kind", "")
    colour = _COLOURS.get(kind)
    word, space, rest = line.partition(" ")
    return f"{click.style(word, fg=colour, bold=True)}{space}{rest}" if colour else line
