"""A build with commands before and after it."""

from dataclasses import replace
from pathlib import Path

from hotreload.hosts.rebuild.command import CommandBuild
from hotreload.hosts.rebuild.contract import Build, Built, Publish


class StepsBuild:
    """Runs commands, a build and further commands, one after the other, until one fails.

    Args:
        before: commands, each as it would be typed.
        build: what makes the output.
        after: commands, likewise.
    """

    def __init__(self, before: tuple[str, ...], build: Build, after: tuple[str, ...]) -> None:
        self._build = build
        self._after = bool(after)
        self._alone = not before and not after
        self._steps: list[Build] = [
            *map(CommandBuild, before),
            build,
            *map(CommandBuild, after),
        ]

    def run(self, changed: frozenset[Path], publish: Publish) -> Built:
        if self._alone:
            return self._build.run(changed, publish)
        built = Built()
        for step in self._steps:
            done = step.run(changed, publish)
            if step is self._build:
                # What the commands wrote is not known.
                built = replace(done, own=None)
        return replace(built, written=None) if self._after else built

    def hurry(self) -> None:
        for step in self._steps:
            step.hurry()

    def give_up(self) -> None:
        for step in self._steps:
            step.give_up()

    def close(self) -> None:
        for step in self._steps:
            step.close()
