"""What is measured, by whom, and what is asked of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.servers import Kind


@dataclass(frozen=True, slots=True)
class Ratio:
    """A target: the median of the ratios to another server, at most."""

    at_most: float
    of: str = "Vite"


@dataclass(frozen=True, slots=True)
class Limit:
    """A target: the median itself, at most."""

    at_most: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Args:
        key: its name in the JSON output.
        label: its name in the table.
        unit: of its values.
        targets: what is asked of it.
        values: for each server, by name, one value per run.
        notes: what else was seen, for each server.
    """

    key: str
    label: str
    unit: str
    targets: tuple[Ratio | Limit, ...]
    values: dict[str, list[float]]
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to measure.

    Args:
        kinds: the servers.
        chromium: path of the browser.
        runs: saves of each kind of file; a third as many starts and page loads, but at least 3.
        pause: seconds between two saves, on average.
        idle: seconds over which to take an idle server's CPU time.
        devtools: whether the browser shall report every request, as when its DevTools are open.
        bundlers: servers beside which page loads are measured, too.
    """

    kinds: Sequence[Kind]
    chromium: Path
    runs: int
    pause: float
    idle: float
    devtools: bool
    bundlers: Sequence[Kind] = ()

    @property
    def slow_runs(self) -> int:
        return max(3, self.runs // 3)

    def in_turn(self, runs: int, kinds: Sequence[Kind] = ()) -> Iterator[Kind]:
        """Every server once per run, each time another one first."""
        kinds = kinds or self.kinds
        for run in range(runs):
            first = run % len(kinds)
            yield from (*kinds[first:], *kinds[:first])
