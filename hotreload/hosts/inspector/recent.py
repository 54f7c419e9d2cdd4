"""The last things that were said of a server, kept for who looks later."""

import logging
from collections import deque
from dataclasses import dataclass
from typing import Any

from hotreload.live.facts import Fact

KEPT = 100


@dataclass(frozen=True, slots=True)
class Said:
    """One record.

    Args:
        number: counts from 1.
        time: seconds since the epoch.
        level: debug, info, warning or error.
        kind: that of the fact, or the level where it is none.
        text: the line.
        fact: what the fact says, by name; empty where it is none.
    """

    number: int
    time: float
    level: str
    kind: str
    text: str
    fact: dict[str, Any]


class Recent(logging.Handler):
    """Keeps the last records of ``logging.getLogger("hotreload")``."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.said: deque[Said] = deque(maxlen=KEPT)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        fact: Any = getattr(record, "fact", None)
        known = isinstance(fact, Fact)
        level = record.levelname.lower()
        self.count += 1
        self.said.append(
            Said(
                number=self.count,
                time=record.created,
                level=level,
                kind=fact.kind if known else level,
                text=record.getMessage(),
                fact=fact._asdict() if known else {},
            )
        )
