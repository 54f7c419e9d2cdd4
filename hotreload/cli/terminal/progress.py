"""How long a build has been going on, shown while it does: what it prints goes above."""

import logging
from typing import TYPE_CHECKING

from hotreload.live.facts import BuildEnded, BuildStarted

if TYPE_CHECKING:
    from rich.progress import Progress


class BuildProgress(logging.Handler):
    """Shows a build's time on the terminal's last line, from what is said of it."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._shown: Progress | None = None

    def emit(self, record: logging.LogRecord) -> None:
        fact = getattr(record, "fact", None)
        if isinstance(fact, BuildStarted | BuildEnded):
            self._stop()
        if isinstance(fact, BuildStarted):
            self._shown = _progress()
            self._shown.start()

    def close(self) -> None:
        self._stop()
        super().close()

    def _stop(self) -> None:
        if self._shown is not None:
            self._shown.stop()
            self._shown = None


def _progress() -> "Progress":
    # Only a terminal in which sites are built needs it.
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    progress = Progress(
        SpinnerColumn(),
        TextColumn("building"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    progress.add_task("", total=None)
    return progress
