"""What languages make of files before they are asked for it, in threads of their own."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from hotreload.plugins import Plugin, Transformed
from hotreload.plugins.call import call_transform
from hotreload.plugins.languages.base import Language
from hotreload.plugins.view import SourceView
from hotreload.project.files import FileMissingError, ProjectFiles
from hotreload.project.kinds import Kind, Output
from hotreload.project.problems import Problem, ProblemError
from hotreload.project.resolve import Target
from hotreload.project.urls import file_url
from hotreload.site.dependencies import Dependencies
from hotreload.transform.html import decode_html


@dataclass(frozen=True, slots=True)
class Early:
    """What a language made of a file.

    Args:
        source: the hash of the file's bytes.
        dependencies: stamps of what else it was made of, by path.
        result: what came out, or what was wrong.
    """

    source: str
    dependencies: dict[str, str]
    result: Transformed | Problem | None

    def given(self) -> Transformed | None:
        """What came out.

        Raises:
            ProblemError: something was wrong.
        """
        if isinstance(self.result, Problem):
            raise ProblemError(self.result)
        return self.result


@dataclass(slots=True)
class EarlyTransforms:
    """What was made early and not asked for yet.

    Args:
        files: the gate to the project's files.
        dependencies: for stamps.
        locate: where an import leads.
    """

    files: ProjectFiles
    dependencies: Dependencies
    locate: Callable[[str, str], Target]
    _made: dict[Output, Early] = field(default_factory=dict)

    def begin(self, language: Language, url: str, before: str | None) -> None:
        """Let a language begin with a script that may have changed; never waits.

        Args:
            language: whose it is.
            url: its URL path.
            before: the hash of its file's bytes when something was last made of it.
        """
        with suppress(FileMissingError, ProblemError):  # said when it is asked for
            content = self.files.read(url)
            if content.hash != before:
                text = decode_source(url, "script", content.data)
                language.begin(text, url, self.files.place(url))

    def make(self, language: Language, url: str, kind: Kind) -> None:
        """Transform a file; in any thread."""
        view = SourceView(self.files, self.locate, url, kind, self.dependencies.stamp)
        result: Transformed | Problem | None
        with suppress(FileMissingError):  # said when it is asked for
            content = self.files.read(url)
            try:
                text = decode_source(file_url(url), kind, content.data)
                result = call_transform(language, text, view, self.files)
            except ProblemError as error:
                result = error.problem
            self._made[url, kind] = Early(content.hash, view.stamps, result)

    def has(self, output: Output, source: str) -> bool:
        """Whether something is made of what the files hold now.

        Args:
            output: what.
            source: the hash of its file's bytes.
        """
        made = self._made.get(output)
        return made is not None and self._holds(made, source)

    def take(self, source: str | None, view: SourceView) -> Early | None:
        """What is made of what the files hold now, once; the view then depends on the same.

        Args:
            source: the hash of the file's bytes.
            view: of the file.
        """
        made = self._made.pop((view.url, view.kind), None)
        if made is None or not self._holds(made, source):
            return None
        view.stamps.update(made.dependencies)
        return made

    def _holds(self, made: Early, source: str | None) -> bool:
        return made.source == source and self.dependencies.hold(made.dependencies)


def language_of(hooks: tuple[tuple[Plugin, ...], tuple[Plugin, ...]]) -> Language | None:
    """The language that gets a file's own text, if one does.

    Args:
        hooks: who loads the file, and who transforms it.
    """
    loading, transforming = hooks
    first = transforming[0] if transforming and not loading else None
    return first if isinstance(first, Language) else None


def decode_source(file: str, kind: Kind, data: bytes) -> str:
    """A file's text.

    Args:
        file: its URL path.
        kind: what it becomes.
        data: its bytes.

    Raises:
        ProblemError: it is not UTF-8, and has to be.
    """
    if kind == "page":
        return decode_html(data)
    try:
        return data.decode("utf-8-sig", "strict" if kind == "script" else "replace")
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8: {error.reason}"
        raise ProblemError(Problem(file, "read", message)) from None
