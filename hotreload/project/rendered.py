"""What an app renders its pages from, told apart by content: templates, and the process itself.

Code, plugins and data that a process has loaded stay as they are while it runs, and nobody can tell
from outside which of them a page is made of: some are loaded by the first request that needs them.
So each process has a state of its own, and who comes from another one fetches its page again.
"""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path, PurePath

from hotreload.project.files import content_hash

# Whatever an app is written in: its templates, its code, and the texts beside them. Not what apps
# write themselves as they answer: databases, logs, JSON.
SOURCES = frozenset(
    {
        *(
            ".html",
            ".htm",
            ".xhtml",
            ".xht",
            ".jinja",
            ".jinja2",
            ".j2",
            ".tmpl",
            ".tpl",
            ".mustache",
        ),
        *(".hbs", ".handlebars", ".ejs", ".pug", ".njk", ".liquid", ".erb", ".haml", ".slim"),
        *(".twig", ".phtml", ".gohtml", ".templ", ".heex", ".leex", ".cshtml", ".mako", ".ftl"),
        *(".py", ".rb", ".php", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".go", ".ex", ".exs"),
        *(".rs", ".java", ".kt", ".clj", ".lua", ".pl", ".cs", ".md", ".yaml", ".yml", ".toml"),
    }
)
# Of other people's, or made.
NOT_SOURCES = frozenset(
    {"venv", "env", "site-packages", "vendor", "target", "dist", "build", "tmp", "log", "logs"}
)


def is_source(path: Path, root: Path) -> bool:
    """Whether a file below an app's folder may be what the app renders its pages from."""
    if path.suffix.lower() not in SOURCES or not path.is_relative_to(root):
        return False
    return NOT_SOURCES.isdisjoint(path.relative_to(root).parts[:-1])


class RenderedFrom:
    """The files that pages are rendered from, by their bytes.

    Args:
        root: names are given below this folder.
        process: tells the process from all others, before and beside it.
    """

    def __init__(self, root: Path, process: str) -> None:
        self._root = root
        self._process = process
        self._hashes: dict[str, str] = {}
        self._state = ""

    def state(self) -> str:
        """A hash of it all, or "" before :meth:`begin`."""
        return self._state

    def begin(self, files: Iterable[Path]) -> None:
        """Take note of every file."""
        self.look(files)
        self._settle()

    def renew(self) -> None:
        """Another process renders from now on."""
        self._process += "+"
        self._settle()

    def look(self, files: Iterable[Path], below: Iterable[Path] = ()) -> tuple[str, ...]:
        """The names of those files that are not what they were.

        Args:
            files: such as may have changed.
            below: of these, files that are gone are looked for: of a folder that was moved away
                nothing more is told.
        """
        unknown = (path for path in below if self._name(path) not in self._hashes)
        tops = {PurePath(self._name(path)) for path in unknown if not path.is_file()}
        lost = [n for n in self._hashes if not tops.isdisjoint(PurePath(n).parents)] if tops else []
        changed = []
        for name, file in {
            **{name: self._root / name for name in lost},
            **{self._name(file): file for file in files},
        }.items():
            try:
                digest = content_hash(file.read_bytes())
            except OSError:
                digest = ""
            if self._hashes.get(name, "") == digest:
                continue
            changed.append(name)
            if digest:
                self._hashes[name] = digest
            else:
                del self._hashes[name]
        if changed:
            self._settle()
        return tuple(sorted(changed))

    def _settle(self) -> None:
        files = (f"{name} {digest}" for name, digest in sorted(self._hashes.items()))
        text = "\n".join((self._process, *files))
        self._state = blake2b(text.encode("utf-8", "surrogateescape"), digest_size=9).hexdigest()

    def _name(self, file: Path) -> str:
        return (
            file.relative_to(self._root).as_posix()
            if file.is_relative_to(self._root)
            else str(file)
        )
