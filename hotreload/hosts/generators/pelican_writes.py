"""What Pelican writes: the pages of edited sources first, and what it has left behind removed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pelican import Pelican
from pelican.writers import Writer

from hotreload.hosts.generators.adapter import Channel

if TYPE_CHECKING:
    from collections.abc import Callable


class Writes:
    """Takes over the writing of one build.

    Args:
        edited: the sources whose pages come first.
        channel: where what is written is shown.

    ``names`` are the files that were written, below the output, each with its source, if it is the
    page of one.
    """

    def __init__(self, edited: frozenset[Path], channel: Channel) -> None:
        self.names: dict[str, str | None] = {}
        self._edited = edited
        self._channel = channel
        self._later: list[Callable[[], None]] = []
        self._first: list[Path] = []

    def take_over(self, pelican: Pelican) -> None:
        """Have a site that was not run yet written through this."""
        get_writer, get_generators = pelican._get_writer, pelican._get_generator_classes
        writes = self

        def generators() -> list[type]:
            *others, last = get_generators()

            class Last(last):  # type: ignore[misc, valid-type]
                """Writes what was put off when all generators have written."""

                def generate_output(self, writer: Writer) -> None:
                    if hasattr(last, "generate_output"):
                        super().generate_output(writer)
                    for static in self.context.get("staticfiles", ()):
                        writes.names[static.save_as] = None
                    writes.names.update(dict.fromkeys(_of_theme(self.settings)))
                    writes._write_later()

            Last.__name__, Last.__qualname__ = last.__name__, last.__qualname__
            Last.__module__ = last.__module__
            return [*others, Last]

        pelican._get_writer = lambda: self._of(get_writer())
        pelican._get_generator_classes = generators

    def _of(self, writer: Writer) -> Writer:
        write_file = writer.write_file

        def write(name: Any, template: Any, context: Any, *rest: Any, **named: Any) -> None:
            item = named.get("article") or named.get("page")
            source = getattr(item, "source_path", None)
            path = Path(source).resolve() if source else None
            if name:
                self.names[str(name)] = str(path) if path else None
            if path in self._edited:
                write_file(name, template, context, *rest, **named)
                self._first.append(Path(writer.output_path, name))
                return
            # As it is now: what comes after may put something else into it.
            now = context.copy()
            self._later.append(lambda: write_file(name, template, now, *rest, **named))

        writer.write_file = write
        return writer

    def _write_later(self) -> None:
        if self._first:
            self._channel.written(self._first)
        for write in self._later:
            if self._first:
                self._channel.check()
            write()


def _of_theme(settings: Mapping[str, Any]) -> Iterator[str]:
    """The names of a theme's own files in the output."""
    for path in settings["THEME_STATIC_PATHS"]:
        source = Path(settings["THEME"], path)
        if source.is_file():
            yield f"{settings['THEME_STATIC_DIR']}/{source.name}"
        for file in source.rglob("*"):
            yield f"{settings['THEME_STATIC_DIR']}/{file.relative_to(source).as_posix()}"
