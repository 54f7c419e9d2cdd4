"""What Sphinx prints while it builds."""

import io
from typing import TextIO


class SphinxStatus(io.StringIO):
    """Where Sphinx tells of its progress."""

    def __init__(self, stream: TextIO, *, quiet: bool) -> None:
        super().__init__()
        self._stream = stream
        self.quiet = quiet

    def write(self, text: str) -> int:
        if not self.quiet:
            self._stream.write(text)
            self._stream.flush()
        return len(text)

    def isatty(self) -> bool:
        return False
