"""What languages can do that plugins of others can't."""

from pathlib import Path

from hotreload.plugins import Plugin


class Language(Plugin):
    """A plugin that may begin its work before it is asked for it.

    Attributes:
        slow: its work may take so long that nothing else should wait for it: :meth:`transform` is
            then called in another thread where that can be.
    """

    slow = False

    def begin(self, code: str, url: str, path: Path) -> None:
        """Begin to transform a file that has changed, in the watcher's thread; never waits.

        Args:
            code: its text.
            url: its URL path.
            path: its place on the disk.
        """
