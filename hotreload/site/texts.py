"""What modules are made of: a file's text, or what stands for a file that is no script."""

from dataclasses import dataclass

from hotreload.project.files import content_hash
from hotreload.project.look import FileContent
from hotreload.project.mime import media_type
from hotreload.project.problems import Problem, ProblemError
from hotreload.project.urls import file_url, suffix
from hotreload.site.commonjs import CommonJS
from hotreload.site.sources import Sources
from hotreload.transform.wrap import COMMONJS_QUERIES, WORKER_QUERIES, wrap, wrap_query


@dataclass(slots=True, eq=False, repr=False)
class Texts:
    """The texts of modules, by their URLs.

    Args:
        sources: what they are made of.
        commonjs: what CommonJS becomes.
    """

    sources: Sources
    commonjs: CommonJS

    def content(self, url: str) -> FileContent:
        """What a module is made of.

        Raises:
            FileMissingError, ProblemError: see :meth:`Modules.script`.
        """
        match wrap_query(url):
            case None:
                return self.sources.read(url, "script")
            case "commonjs" | "exports":
                return self.commonjs.content(url)
            case "names":
                from hotreload.transform.css_modules import names_module

                # Edits that leave the names as they are leave the module as it is.
                names = self.sources.names(file_url(url)).names
                text = names_module(url, names).encode("utf-8")
                return FileContent(text, content_hash(text))
            case query if query in WORKER_QUERIES:
                # Who starts the worker is the same whatever it runs.
                return FileContent(b"", query)
            case "import" | "inline" if self.sources.kind(url) == "style":
                return self.sources.read(file_url(url), "style")
            case query:
                content = self.sources.files.read(url)
                if content.large and query not in ("url", "import", "init"):
                    message = f"too large for an import with ?{query}: take its address, with ?url"
                    raise ProblemError(Problem(file_url(url), "read", message))
                return content

    def text(self, url: str, data: bytes) -> str:
        """A module's text as it is linked.

        Raises:
            UnicodeDecodeError, ProblemError: it can't be.
        """
        from hotreload.transform.link import prepare

        if wrap_query(url) in COMMONJS_QUERIES:
            return data.decode("utf-8")
        if wrap_query(url) in (None, "names"):
            text = data.decode("utf-8")
        else:
            style = self.sources.kind(url) == "style"
            text = wrap(url, data, media_type(suffix(url)), style=style)
        return prepare(text, packaged=self.sources.resolver.is_packaged(url))
