"""What workers run besides modules: the scripts that classic ones import by `importScripts`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hotreload.project.files import MISSING, FileMissingError, content_hash
from hotreload.project.importmap import NO_MAP
from hotreload.project.problems import ProblemError
from hotreload.project.urls import file_url, join
from hotreload.site.modules import Modules
from hotreload.site.sources import Sources

# What a worker's hash begins with, since it is no hash of one file.
CLOSURE = "w-"


@dataclass(slots=True, eq=False, repr=False)
class Workers:
    """Which workers run which scripts.

    Args:
        sources: what they are made of.
        modules: what they import as modules.
    """

    sources: Sources
    modules: Modules
    _importers: dict[str, set[str]] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _files: dict[str, frozenset[str]] = field(default_factory=dict)
    # Shared worker → its hash when it was first asked for.
    _shared: dict[str, str] = field(default_factory=dict)

    def is_module(self, url: str) -> bool:
        """Whether a worker's script has to be a module: it has syntax that only a module may have.

        Args:
            url: URL path of the script.
        """
        from hotreload.transform.link import (
            is_module_source,
        )  # late: its patterns take long to compile

        return is_module_source(self._data(url))

    def files_of(self, url: str) -> frozenset[str]:
        """What a worker's script imports, and itself; nothing where it is no worker's.

        Args:
            url: URL path of the script.
        """
        return self._files.get(url, frozenset())

    def is_one(self, address: str) -> bool:
        """Whether an address is that of a worker's script."""
        return self.sources.resolver.here(urlsplit(address).path) in self._known

    def is_plain(self, url: str) -> bool:
        """Whether a script has nothing in it that might have to be resolved.

        Args:
            url: URL path of a script that need not be a module.
        """
        from hotreload.transform.lexer import LexError, lex

        try:
            return not lex(self._data(url).decode("utf-8", "replace")).imports
        except LexError:
            return True

    def _data(self, url: str) -> bytes:
        try:
            return self.sources.read(url, "script").data
        except (FileMissingError, ProblemError):
            return b""

    def closure_hash(self, url: str) -> str:
        """One hash of a worker's script and of all that it imports as far as can be read.

        Args:
            url: URL path of the script.
        """
        worker = file_url(url)
        self._known.add(worker)
        if url not in self.modules.graph:
            self.modules.syntax.note_use(url, worker=True)
        self.modules.adopt([url], NO_MAP)
        crawled = self.modules.crawl([url], dynamic=True)
        lines = [f"{script.url} {script.hash}" for script in crawled]
        lines += [f"{script} {digest}" for script, digest in self._imported(url)]
        self._files[worker] = frozenset(file_url(line.partition(" ")[0]) for line in lines)
        return CLOSURE + content_hash("\n".join(sorted(lines)).encode("utf-8", "surrogateescape"))

    def note_shared(self, url: str, digest: str) -> None:
        """Note that a script runs as a shared worker.

        Args:
            url: URL path of the script.
            digest: its hash, as of :meth:`closure_hash`.
        """
        self._shared.setdefault(file_url(url), digest)

    def changed_shared(self) -> dict[str, str]:
        """The hashes of the shared workers that have changed: who starts one asks by that.

        A page that is reloaded may find the old one still running, since browsers end it late.
        """
        now = {url: self.closure_hash(url) for url in self._shared}
        return {url: digest for url, digest in now.items() if digest != self._shared[url]}

    def note_import(self, module: str) -> None:
        """Note what a worker imported while it ran: no source may say so, nor which worker it was.

        Args:
            module: URL of the module.
        """
        for script in self.modules.crawl([module], dynamic=True):
            self._importers.setdefault(file_url(script.url), set()).update(self._known)

    def importing(self, script: str) -> frozenset[str]:
        """The workers that import a script, whether or not there is one.

        Args:
            script: URL path of its file.
        """
        return frozenset(self._importers.get(script, ()))

    def note_request(self, script: str, referrer: str) -> None:
        """Note who asked for a file: a worker may have fetched it, or made up a script's name.

        Args:
            script: URL path of the file.
            referrer: the address that asked, or ``""``.
        """
        worker = self.sources.resolver.here(urlsplit(referrer).path)
        if worker is not None and worker in self._known:
            self._importers.setdefault(script, set()).add(worker)

    def _imported(self, worker: str) -> Iterator[tuple[str, str]]:
        """Each script that a worker imports, directly or not, and the hash of its bytes."""
        # Nothing imports this at the start: the lexer's patterns take long to compile.
        from hotreload.transform.import_scripts import imported_scripts

        queue, seen = [file_url(worker)], {file_url(worker)}
        for script in queue:
            try:
                if script == queue[0]:
                    content = self.sources.read(worker, "script")
                else:
                    content = self.sources.files.read(script)
            except (FileMissingError, ProblemError):
                self.sources.known.miss(script)
                yield script, MISSING
                continue
            self.sources.see(script, content)
            yield script, content.hash
            for address in imported_scripts(content.data.decode("utf-8", "replace")):
                # A worker's addresses are relative to itself, whichever script they stand in.
                url = self.sources.resolver.here(join(file_url(worker), address))
                if url is None:
                    continue
                self._importers.setdefault(file_url(url), set()).add(file_url(worker))
                if file_url(url) not in seen:
                    seen.add(file_url(url))
                    queue.append(file_url(url))
