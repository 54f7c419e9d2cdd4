"""Linking: every specifier of a module is found once, and its source cut there.

Nothing imports this at the start: the lexer's patterns take as long to compile as half a server.
"""

import json
import re
from collections.abc import Callable
from typing import NoReturn
from urllib.parse import unquote

from hotreload.project.files import content_hash
from hotreload.project.graph import Acceptance, Node
from hotreload.project.problems import ProblemError, locate, problem_at
from hotreload.project.resolve import EMPTY, External, Local, Target, UnresolvedError
from hotreload.project.urls import file_url
from hotreload.transform.commonjs import nothing
from hotreload.transform.exports import exports_of
from hotreload.transform.globs import Globbed, GlobError, read_glob, render_keys
from hotreload.transform.javascript import (
    Address,
    DynamicImport,
    Import,
    Led,
    Part,
    Reference,
    Script,
)
from hotreload.transform.lexer import Import as FoundImport
from hotreload.transform.lexer import ImportKind, Lexed, LexError, Literal, lex, words
from hotreload.transform.lexer_tokens import LITERAL, SPACE, WORD_END, CodeWalker
from hotreload.transform.meta_calls import MetaCall, NoLiteralError, read_arguments
from hotreload.transform.webpack import replace_module_hot
from hotreload.transform.wrap import wrap_query

_EXPORT = re.compile(
    rf"export(?:{SPACE}[{{*]|{SPACE}(?:default|const|let|var|function|class|async|enum){WORD_END})"
)
_NODE_ENV = re.compile(r"(?<![\w$.])process\.env\.NODE_ENV\b(?!\s*=[^=])")
_BARE = re.compile(r"(?!\.{0,2}/)(?![A-Za-z][A-Za-z\d+.-]*:).")
_FIRST_LITERAL = re.compile(rf"{SPACE}({LITERAL})")
_IMPORT_CALL = re.compile(rf"import(?={SPACE}\()")

Resolve = Callable[[str, str | None], Target]
Find = Callable[[tuple[str, ...], bool], tuple[str, ...]]
# By which URL a module is imported, from the one that it has and how it is imported.
AddressOf = Callable[[str, FoundImport], str]


def prepare(source: str, *, packaged: bool) -> str:
    """A module's text as it is linked: lines stay where they are.

    Args:
        source: its text as it is in the file.
        packaged: it is part of a package.
    """
    source = source.removeprefix("\ufeff")
    if source.startswith("#!"):
        # The preamble comes first, and a hashbang is only allowed there.
        source = "//" + source[2:]
    if packaged and "NODE_ENV" in source:
        # Packages are written for bundlers, which put this in; a browser has no `process`.
        source = _NODE_ENV.sub('"development"', source)
    return replace_module_hot(source)


def _no_files(patterns: tuple[str, ...], exhaustive: bool) -> tuple[str, ...]:
    return ()


def link(
    url: str,
    digest: str,
    source: str,
    resolve: Resolve,
    find: Find = _no_files,
    address: AddressOf = lambda url, found: url,
) -> Script:
    """Find and resolve what a module imports and accepts.

    Args:
        url: URL path of the module.
        digest: hash of its source bytes.
        source: its prepared text.
        resolve: from a specifier and its ``type`` attribute (or None) to its target.
        find: from patterns of paths, and whether hidden ones and packages count, to the paths of
            files.
        address: see :data:`AddressOf`.

    Raises:
        ProblemError: the source can't be read, or a specifier leads nowhere.
    """
    try:
        lexed = lex(source)
    except LexError as error:
        line, column = locate(source, error.position)
        raise ProblemError(
            problem_at(url, "syntax", f"SyntaxError: {error.message}", source, line, column)
        ) from None
    return _Linker(url, digest, source, lexed, resolve, find, address).script()


def link_classic(url: str, digest: str, source: str, resolve: Resolve) -> Script:
    """As :func:`link`, for what may be a classic script.

    Where it can't be read it is left as it is: comments may begin as in HTML there.
    """
    try:
        return link(url, digest, source, resolve)
    except ProblemError:
        return Script(url, digest, (source,), Node((), (), Acceptance(), {}, None), source=digest)


class _Linker:
    def __init__(
        self,
        url: str,
        digest: str,
        source: str,
        lexed: Lexed,
        resolve: Resolve,
        find: Find,
        address: AddressOf,
    ) -> None:
        self.url = url
        self.digest = digest
        self.source = source
        self.lexed = lexed
        self.resolve = resolve
        self.find = find
        self.address = address
        self.edits: list[tuple[int, int, Part]] = []
        self.imported: list[Import] = []
        self.uses: dict[str, frozenset[str] | None] = {}
        self.targets: dict[str, str] = {}
        self.led: list[Led] = []
        self.globs: list[Globbed] = []

    def script(self) -> Script:
        static: dict[str, None] = {}
        dynamic: dict[str, None] = {}
        for found in self.lexed.imports:
            local = self._import(found)
            if local is not None:
                (dynamic if found.kind is ImportKind.DYNAMIC else static)[local] = None
        for call in self.lexed.meta_calls:
            if call.name == "resolve":
                self._resolve_bare(call)
            else:
                self._glob(call, static, dynamic)
        acceptance = self._acceptance()
        self.edits.sort(key=lambda edit: edit[0])
        exports = exports_of(self.source).names if "acceptExports" in self.source else None
        node = Node(tuple(static), tuple(dynamic), acceptance, self.uses, exports)
        return Script(
            self.url,
            self._hash(),
            self._parts(),
            node,
            tuple(self.imported),
            self.digest,
            tuple(self.led),
            tuple(end - start for start, end, _ in self.edits),
            tuple(self.globs),
        )

    def _hash(self) -> str:
        """Two modules of the same bytes are different ones if what they import is."""
        if not (self.led or self.globs):
            return self.digest
        lines = [self.digest, *(f"{found.specifier} {found.url}" for found in self.led)]
        lines += [file for found in self.globs for file in ("", *found.files)]
        return content_hash("\n".join(lines).encode("utf-8", "surrogateescape"))

    def _import(self, found: FoundImport) -> str | None:
        lazy = found.kind is ImportKind.DYNAMIC
        keyword = _IMPORT_CALL.match(self.source, found.statement) if lazy else None
        if keyword is not None:
            # An expression would be resolved against a data: URL, and a literal may name a version
            # that is replaced by the time it runs: the runtime does it for the module.
            self.edits.append((found.statement, keyword.end(), DynamicImport()))
        if found.specifier is None:
            return None
        match self._target(found.specifier, found.attributes, found.start, lazy=lazy):
            case Local(url):
                if not _names(found.specifier, url):
                    self.led.append(Led(found.specifier, found.attributes, url))
                url = self.address(url, found)
                self.edits.append((found.start, found.end, Reference(url, quoted=lazy)))
                wrapped = wrap_query(url) in ("json", "text")
                if wrapped and not lazy:
                    self.edits.append((*found.clause, ""))
                if found.names and (found.attributes is None or wrapped):
                    self.imported.append(Import(url, found.names, found.start))
                self.targets.setdefault(found.specifier, url)
                self._use(url, found.names)
                return url
            case External() as external:
                address = external.specifier
                if external == EMPTY:
                    address = nothing(found.names)
                if address != found.specifier:
                    replacement = json.dumps(address) if lazy else address
                    self.edits.append((found.start, found.end, replacement))
                return None

    def _resolve_bare(self, call: MetaCall) -> None:
        """Write down where a bare name in ``import.meta.resolve`` leads: to a package, perhaps."""
        try:
            arguments, _ = read_arguments(self.source, call.arguments)
            specifier = arguments[0] if arguments else None
            if not isinstance(specifier, str) or not _BARE.match(specifier):
                return
            target = self.resolve(specifier, "resolve")
        except (NoLiteralError, UnresolvedError):
            return  # The browser says so, where it is asked.
        literal = _FIRST_LITERAL.match(self.source, call.arguments)
        if isinstance(target, Local) and literal is not None:
            self.edits.append((*literal.span(1), Address(target.url)))

    def _glob(self, call: MetaCall, static: dict[str, None], dynamic: dict[str, None]) -> None:
        """Put an object of imports in place of ``import.meta.glob(…)``."""
        if call.name != "glob":
            self._fail(
                call.start,
                f"import.meta.{call.name} is not there, write import.meta.glob(…, {{eager: true}})",
            )
        try:
            arguments, end = read_arguments(self.source, call.arguments)
            glob = read_glob(self.url, arguments)
        except NoLiteralError as error:
            self._fail(
                error.position, "import.meta.glob is read without being run: it takes literals only"
            )
        except GlobError as error:
            self._fail(call.start, f"import.meta.glob: {error}")
        own = unquote(file_url(self.url))
        files = tuple(file for file in self.find(glob.patterns, glob.exhaustive) if file != own)
        self.globs.append(Globbed(glob.patterns, files, glob.exhaustive))
        value: list[Part] = ["({"]
        for number, (key, specifier) in enumerate(render_keys(glob, files).items()):
            target = self._target(specifier, None, call.start)
            if not isinstance(target, Local):
                continue
            url = target.url
            names = None if glob.name is None else frozenset({glob.name})
            self._use(url, names)
            value.append(f"{json.dumps(key)}:")
            if glob.eager:
                alias = f"__hr_glob_{len(self.globs)}_{number}"
                taken = "*" if glob.name is None else f"{{{json.dumps(glob.name)}"
                closing = "" if glob.name is None else "}"
                self.edits += [
                    (0, 0, f"import {taken} as {alias}{closing} from "),
                    (0, 0, Reference(url, quoted=True)),
                    (0, 0, ";"),
                ]
                value.append(f"{alias},")
                static[url] = None
                if names:
                    self.imported.append(Import(url, names, call.start))
            else:
                then = "" if glob.name is None else f".then(m=>m[{json.dumps(glob.name)}])"
                value += ["()=>", DynamicImport(), "(", Reference(url, quoted=True), f"){then},"]
                dynamic[url] = None
        lines = self.source.count("\n", call.start, end)
        value.append("})" + "\n" * lines)
        self.edits.append((call.start, end, value[0]))
        self.edits += [(end, end, part) for part in value[1:]]

    def _fail(self, position: int, message: str) -> NoReturn:
        line, column = locate(self.source, position)
        raise ProblemError(problem_at(self.url, "import", message, self.source, line, column))

    def _use(self, url: str, names: frozenset[str] | None) -> None:
        known = self.uses.get(url, frozenset())
        self.uses[url] = None if names is None or known is None else known | names

    def _acceptance(self) -> Acceptance:
        deps: set[str] = set()
        exports: set[str] | None = None
        itself = False
        for call in self.lexed.hot_calls:
            match call.name, call.deps:
                case "accept", ():
                    itself = True
                case (("accept" | "decline"), (*literals,)):
                    named = {url for literal in literals if (url := self._name(literal))}
                    deps |= named if call.name == "accept" else set()
                case "acceptExports", (*literals,):
                    exports = (exports or set()) | {literal.value for literal in literals}
                case _:
                    pass
        return Acceptance(itself, frozenset(deps), None if exports is None else frozenset(exports))

    def _name(self, literal: Literal) -> str | None:
        """Write a dependency as the runtime knows it; one that the module imports, as it does."""
        url = self.targets.get(literal.value)
        if url is None:
            match self._target(literal.value, None, literal.start):
                case Local(found):
                    url = found
                case External():
                    return None
        self.edits.append((literal.start, literal.end, Reference(url, True, False)))
        return url

    def _target(
        self, specifier: str, kind: str | None, position: int, *, lazy: bool = False
    ) -> Target:
        try:
            return self.resolve(specifier, kind)
        except UnresolvedError as error:
            if lazy:
                # It may never run; if it does, the browser's own error says what is missing.
                return External(specifier)
            line, column = locate(self.source, position)
            raise ProblemError(
                problem_at(
                    self.url,
                    "import",
                    f'failed to resolve import "{specifier}": {error}',
                    self.source,
                    line,
                    column,
                )
            ) from None

    def _parts(self) -> tuple[Part, ...]:
        parts: list[Part] = []
        position = 0
        for start, end, replacement in self.edits:
            parts += [self.source[position:start], replacement]
            position = end
        parts.append(self.source[position:])
        return tuple(parts)


def _names(specifier: str, url: str) -> bool:
    """Whether a specifier says by itself to which file it leads."""
    path = specifier.lstrip("./")
    if path == specifier or not path:
        return False
    return url.endswith(path) or file_url(url).endswith(file_url(path))


def is_module_source(script: str | bytes) -> bool:
    """Whether a script, by its text or its bytes, has syntax that only a module may have."""
    source = script if isinstance(script, str) else script.decode("utf-8", "replace")
    try:
        lexed = lex(source)
        if any(found.kind is not ImportKind.DYNAMIC for found in lexed.imports):
            return True
        walker = CodeWalker(source)
        exports = (at for at in words(source, "export") if _EXPORT.match(source, at))
        return lexed.uses_import_meta or any(
            walker.seek(at) and not walker.depth and not walker.is_property(at) for at in exports
        )
    except LexError:
        return False
