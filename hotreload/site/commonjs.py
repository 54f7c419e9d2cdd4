"""The project's CommonJS modules: which files are such, and what stands for them."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hotreload.project.files import FileMissingError, content_hash
from hotreload.project.look import FileContent
from hotreload.project.problems import ProblemError
from hotreload.project.resolve import EMPTY, External, Local, UnresolvedError
from hotreload.project.urls import file_url, suffix
from hotreload.site.sources import Sources
from hotreload.transform.commonjs import (
    REQUIRED_AS,
    Asked,
    Required,
    as_imported,
    as_required,
    asked_by,
    asset_as_required,
    json_as_required,
    module_as_required,
)
from hotreload.transform.wrap import import_url, is_export_name, wrap_query

if TYPE_CHECKING:
    from hotreload.transform.commonjs_shape import Shape
    from hotreload.transform.lexer import Import

_MARKS = re.compile(rb"\b(?:exports|require|module)\b")
_NAMESPACE = re.compile(r"import\b[^'\"*]*\*\s*as\s+([\w$]+)")


@dataclass(slots=True, eq=False, repr=False)
class CommonJS:
    """Reads and renders CommonJS modules; remembers it until their bytes change.

    Args:
        sources: what they are made of, and where what they require leads.
    """

    sources: Sources
    _shapes: "dict[str, tuple[str, Shape | None]]" = field(default_factory=dict)
    _made: dict[str, tuple[str, FileContent]] = field(default_factory=dict)

    def forget(self) -> None:
        """Where specifiers lead has changed."""
        self._made.clear()

    def address(self, url: str, found: "Import", importer: str, source: str) -> str:
        """The URL by which a module imports another: a CommonJS one by what stands for it.

        Args:
            url: the other's URL.
            found: how it is imported.
            importer: URL of the module that does.
            source: its text.
        """
        if "?" in url or suffix(url) not in (".js", ".cjs") or found.attributes is not None:
            return url
        dynamic = found.kind.name == "DYNAMIC"
        native = not self.sources.resolver.is_packaged(url) and suffix(url) != ".cjs"
        if native and (dynamic or found.names == frozenset()):
            # Runs as it is, which is what a script that sets globals needs.
            return url
        shape = self.shape(url)
        if shape is None:
            return url
        names = found.names
        if names is None and not dynamic:
            names = _used(source, found.statement) | {"default"}
        known, complete, es_module = self.names(url)
        node = "default" in (names or ()) and (es_module or not complete)
        asked = Asked(
            ()
            if complete
            else tuple(sorted(filter(is_export_name, (names or frozenset()) - known))),
            node=node and self._is_node(importer),
            dynamic=dynamic and not complete,
        )
        return f"{url}?{asked.query()}"

    def _is_node(self, importer: str) -> bool:
        """Whether a module is one that Node.js would run, and so knows what it imports by Node."""
        return suffix(importer) == ".mjs" or (
            suffix(importer) in (".js", ".cjs")
            and self.sources.resolver.is_of_type_module(importer)
        )

    def shape(self, url: str) -> "Shape | None":
        """What a CommonJS module exports and requires; None for what is none."""
        file = file_url(url)
        known = self._shapes.get(file)
        if known is not None and "/node_modules/" in file:
            # Nobody edits it; what is served of it is looked at again all the same.
            return known[1]
        try:
            content = self.sources.read(file, "script")
        except (FileMissingError, ProblemError):
            return None
        if known is None or known[0] != content.hash:
            known = self._shapes[file] = content.hash, self._read(file, content)
        return known[1]

    def _read(self, file: str, content: FileContent) -> "Shape | None":
        data = content.data
        # The lexer's patterns take long to compile, and a start need not wait for them.
        from hotreload.site.kept_shapes import WORTH_KEEPING, keep_shape, kept_shape
        from hotreload.transform.commonjs_shape import shape_or_nothing
        from hotreload.transform.link import is_module_source

        resolver = self.sources.resolver
        packaged = resolver.is_packaged(file)
        marked = _MARKS.search(data) is not None
        # Most files of packages are ES modules, and their text is not read twice for that.
        plainly = not marked and (b"import" in data or b"export" in data)
        if suffix(file) not in (".js", ".cjs") or plainly or is_module_source(data):
            return None
        if suffix(file) == ".js":
            if resolver.is_of_type_module(file):
                return None
            if not packaged and not marked:
                return None
        if not packaged or len(data) < WORTH_KEEPING:
            return shape_or_nothing(_prepared(data))
        shape = kept_shape(content.hash)
        if shape is None:
            shape = shape_or_nothing(_prepared(data))
            keep_shape(content.hash, shape)
        return shape

    def names(self, url: str, seen: frozenset[str] = frozenset()) -> tuple[set[str], bool, bool]:
        """The names that a CommonJS module exports, whether these are all, and if it was an ES one.

        What it passes on of others is included.
        """
        shape = self.shape(url)
        if shape is None or url in seen:
            return {"default"}, shape is not None, False
        names, complete, es_module = {"default", *shape.names}, shape.complete, shape.es_module
        for specifier in shape.passed_on:
            try:
                target = self.sources.locate(specifier, url, required=True)
            except (UnresolvedError, ProblemError):
                complete = False
                continue
            if target == EMPTY or isinstance(target, External):
                continue
            passed_on = self.names(file_url(target.url), seen | {url})
            names |= passed_on[0]
            complete = complete and passed_on[1]
            es_module = es_module or passed_on[2]
        return names, complete, es_module

    def content(self, url: str) -> FileContent:
        """The text of what stands for a module, with the query ``commonjs`` or ``exports``.

        Raises:
            FileMissingError, ProblemError, UnicodeDecodeError: there is none.
        """
        file = file_url(url)
        if wrap_query(url) == "exports":
            return _content(as_imported(url, self.names(file)[0], asked_by(url)))
        kind = self.sources.kind(file)
        source = self.sources.read(file, kind) if kind == "script" else self._plain(file)
        known = self._made.get(url)
        if known is None or known[0] != source.hash:
            if known is not None:
                self._shapes.pop(file, None)
            known = self._made[url] = source.hash, _content(self._as_required(file, source.data))
        return known[1]

    def _plain(self, file: str) -> FileContent:
        return self.sources.files.read(file)

    def _as_required(self, file: str, data: bytes) -> str:
        if suffix(file) == ".json":
            return json_as_required(data.decode("utf-8-sig"))
        kind = self.sources.kind(file)
        if kind != "script":
            return asset_as_required(import_url(file, None), style=kind == "style")
        shape = self.shape(file)
        if shape is None:
            return module_as_required(file)
        required = [self._required(specifier, file) for specifier in shape.required]
        return as_required(file, _prepared(data, strict=True), required)

    def _required(self, specifier: str, importer: str) -> Required:
        try:
            target = self.sources.resolve(REQUIRED_AS + specifier, None, importer)
        except (UnresolvedError, ProblemError) as error:
            # It may never run, or be caught: it is said when it does.
            return Required(specifier, problem=str(error))
        match target:
            case Local():
                return Required(specifier)
            case _ if target == EMPTY:
                return Required(specifier, empty=True)
            case External():
                return Required(specifier, problem="it is not on this server")


def _prepared(data: bytes, *, strict: bool = False) -> str:
    from hotreload.transform.link import prepare

    return prepare(data.decode("utf-8", "strict" if strict else "replace"), packaged=True)


def _content(text: str) -> FileContent:
    data = text.encode("utf-8", "surrogatepass")
    return FileContent(data, content_hash(data))


def _used(source: str, statement: int) -> frozenset[str]:
    """The members that a module names of another that it imports as a whole."""
    from hotreload.transform.commonjs_shape import names_used_of

    bound = _NAMESPACE.match(source, statement)
    return frozenset() if bound is None else names_used_of(source, bound[1])
