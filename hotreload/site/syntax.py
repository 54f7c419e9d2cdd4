"""Whether scripts parse: as modules, or as the classic scripts that workers may be."""

from dataclasses import dataclass, field

from hotreload.project.problems import ProblemError
from hotreload.site.doubts import Doubts
from hotreload.transform.check import SyntaxChecker


@dataclass(slots=True, eq=False, repr=False)
class Syntax:
    """Looks for syntax errors, once for the same bytes.

    ``doubts`` is what is not pushed before a browser has judged it.
    """

    doubts: Doubts = field(default_factory=Doubts)
    _checker: SyntaxChecker = field(default_factory=SyntaxChecker)
    _checked: dict[str, str] = field(default_factory=dict)
    # What was asked for by workers, and as a module by nobody.
    _of_workers: set[str] = field(default_factory=set)

    def was_checked(self, url: str, source: str) -> bool:
        """Whether a script was found to parse.

        Args:
            url: module URL.
            source: hash of its bytes.
        """
        return self._checked.get(url) == source

    def may_be_classic(self, url: str, text: str) -> bool:
        """Whether nothing says that a script which nobody imports is a module.

        How a worker runs it, browsers don't say.
        """
        if url not in self._of_workers:
            return False
        from hotreload.transform.link import is_module_source

        return not is_module_source(text)

    def check(self, url: str, source: str, text: str, *, classic: bool) -> None:
        """Look for syntax errors.

        Args:
            url: module URL.
            source: hash of its bytes.
            text: what is to be parsed.
            classic: it may be a classic script, and need not be a module.

        Raises:
            ProblemError: it does not parse.
            DoubtError: a browser has to judge that first.
        """
        found = self._checker.check(url, text, classic=classic)
        if found is None:
            self.doubts.dismiss(url)
        elif (confirmed := self.doubts.hear(found, url, text, classic=classic)) is not None:
            raise ProblemError(confirmed)
        self._checked[url] = source

    def note_use(self, url: str, *, worker: bool) -> None:
        """Note how a script was asked for, by which is known whether it has to be a module.

        Args:
            url: module URL.
            worker: as a worker's own script, which may be a classic one; else as a module.
        """
        if worker:
            self._of_workers.add(url)
        else:
            self._of_workers.discard(url)

    def warm_up(self) -> None:
        """Load what the first check would otherwise wait for."""
        self._checker.check("/", "")
