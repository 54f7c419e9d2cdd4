"""Refused requests, said in the terminal."""

import logging

logger = logging.getLogger("hotreload")

_MOST = 50
_LONGEST = 300  # characters


class Refusals:
    """One line a distinct refusal, and not without end: a stranger chooses the words."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def say(self, refusal: object) -> None:
        text = str(refusal).encode("ascii", "backslashreplace").decode("ascii")
        text = "".join(c if c.isprintable() else "?" for c in text)[:_LONGEST]
        if text in self._said:
            return
        if len(self._said) >= _MOST:
            logger.debug("refused: %s", text)
            return
        self._said.add(text)
        logger.warning("refused: %s", text)
        if len(self._said) == _MOST:
            logger.warning("more refusals are not shown: --log-level debug shows them")
