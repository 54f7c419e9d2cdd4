"""What open pages were told of what plugins made: as :mod:`hotreload.site.known`, for outputs."""

from dataclasses import dataclass, field

from hotreload.project.kinds import Output
from hotreload.project.urls import file_url


@dataclass(slots=True)
class Told:
    """What pages were told of each output.

    An output may be read between a change and its batch. That must not hide the change from pages
    that have the old output, so what counts as told changes only when a batch is dealt with.
    """

    _hashes: dict[Output, str] = field(default_factory=dict)
    # Outputs of which somebody was answered with something else than what counts as told.
    _doubted: set[Output] = field(default_factory=set)

    def see(self, output: Output, digest: str) -> None:
        """Take note of what somebody is answered.

        Args:
            output: a URL, and what is made of it.
            digest: the hash of that.
        """
        if self._hashes.setdefault(output, digest) != digest:
            self._doubted.add(output)

    def doubt(self, output: Output) -> None:
        """Take note that somebody was answered that there is nothing."""
        self._doubted.add(output)

    def drop(self, file: str) -> None:
        """Take note that a file is gone, of which pages are told now."""
        for output in self._hashes:
            if file_url(output[0]) == file:
                self._doubted.add(output)

    def tell(self, output: Output, digest: str) -> bool:
        """Pages are told of an output now, if that is news to one of them: say whether it is."""
        news = output in self._doubted or self._hashes.get(output) != digest
        self._hashes[output] = digest
        self._doubted.discard(output)
        return news
