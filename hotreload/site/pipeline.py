"""Plugins at work: what they make of the project's files, remembered until an input changes."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from hotreload.plugins import Claim, Plugin, Transformed, overrides
from hotreload.plugins.call import call, call_transform
from hotreload.plugins.languages.base import Language
from hotreload.plugins.view import ProjectView, SourceView
from hotreload.project.files import FileMissingError, ProjectFiles, content_hash
from hotreload.project.kinds import Kind, Output
from hotreload.project.look import FileContent
from hotreload.project.problems import Problem, ProblemError, code_frame
from hotreload.project.resolve import External, Local, Resolver, Target
from hotreload.project.urls import file_url, suffix
from hotreload.site.dependencies import Dependencies
from hotreload.site.early import EarlyTransforms, decode_source, language_of
from hotreload.site.made import Made, Step
from hotreload.site.patience import NotReadyError
from hotreload.site.told import Told
from hotreload.transform.places import Place, before_preparing, before_transform
from hotreload.transform.sourcemap import SourceMap, join_maps, parse_map, with_map

logger = logging.getLogger("hotreload")

# What a URL may hold besides letters and digits (RFC 3986, 2.2 and 2.3), but no quotes.
_URL_MARKS = "%:/?#[]@!$&()*+,;=-._~"


@dataclass(slots=True)
class Pipeline:
    """The plugins, and what they made.

    Args:
        plugins: in the order in which they are asked.
        files: the gate to the project's files.
        resolver: the rules for all imports.
    """

    plugins: tuple[Plugin, ...]
    files: ProjectFiles
    resolver: Resolver
    dependencies: Dependencies = field(default_factory=Dependencies)
    _claims: dict[str, Claim] = field(init=False)
    _made: dict[Output, Made] = field(default_factory=dict)
    _told: Told = field(default_factory=Told)
    _early: EarlyTransforms = field(init=False)
    _missing: set[Output] = field(default_factory=set)
    _interested: dict[str, tuple[tuple[Plugin, ...], tuple[Plugin, ...]]] = field(
        default_factory=dict
    )
    _resolving: tuple[Plugin, ...] = field(init=False)
    deciding: tuple[Plugin, ...] = field(init=False)
    hearing: tuple[Plugin, ...] = field(init=False)
    serving: tuple[Plugin, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._early = EarlyTransforms(self.files, self.dependencies, self._by_all)
        self._begin()

    def _begin(self) -> None:
        self._claims = {}
        for plugin in self.plugins:
            for claim in plugin.claims:
                self._claims.setdefault(claim.suffix, claim)
        self._interested.clear()
        self._resolving = self._with("resolve")
        self.deciding = self._with("hot_update")
        self.hearing = self._with("hear")
        self.serving = self._with("serve")

    def understand(self, language: Plugin) -> None:
        """Let a plugin take part, too: first, so that the others get what they know.

        Args:
            language: what it claims and another has claimed is left to that one.
        """
        language.claims = [c for c in language.claims if c.suffix not in self._claims]
        self.plugins = (language, *self.plugins)
        self._begin()

    def _with(self, hook: str) -> tuple[Plugin, ...]:
        return tuple(plugin for plugin in self.plugins if overrides(plugin, hook))

    def claimed(self, ending: str) -> Kind | None:
        """What files with a suffix become, if a plugin claims them."""
        claim = self._claims.get(ending)
        return claim.kind if claim is not None else None

    # Where imports lead

    def resolve(self, specifier: str, importer: str) -> Target | None:
        """Where plugins say that an import leads.

        Raises:
            ProblemError: a plugin failed.
        """
        view = ProjectView(self.files, self.resolver.resolve)
        for plugin in self._resolving:
            ask = partial(plugin.resolve, specifier, importer, view)
            found = call(plugin, "resolve", importer, ask, (str,), self.files)
            if found is not None:
                local = found.startswith("/") and not found.startswith("//")
                address = quote(found, safe=_URL_MARKS)
                return Local(address) if local else External(address)
        return None

    def stand_in(self, url: str, exists: Callable[[str], bool]) -> str:
        """The file that an import means which names none, by the claims; else the URL as it is."""
        path, question, query = url.partition("?")
        for candidate in self._stand_ins(path):
            if exists(candidate):
                return candidate + question + query
        return url

    def _stand_ins(self, path: str) -> Iterable[str]:
        written = suffix(path)
        for ending, claim in self._claims.items():
            if written and written in claim.stands_for:
                yield path[: -len(written)] + ending
        bare = [ending for ending, claim in self._claims.items() if "" in claim.stands_for]
        for stem in (path, f"{path.rstrip('/')}/index"):
            yield from (stem + ending for ending in bare)

    # What files become

    def provides(self, url: str, kind: Kind | None) -> bool:
        """Whether a plugin has a file that is not on the disk."""
        if kind is None or not self._hooks(url)[0]:
            return False
        try:
            self.make(url, kind)
        except FileMissingError:
            return False
        except ProblemError:
            return True
        return True

    def make(self, url: str, kind: Kind, *, patient: bool = False) -> FileContent:
        """What a file becomes.

        Args:
            url: its URL.
            kind: what that is.
            patient: rather be told that it takes long than wait.

        Raises:
            FileMissingError: there is no such file, and no plugin has it.
            ProblemError: a plugin could not make anything of it.
            NotReadyError: it takes long, and has to be made by :meth:`early` first.
        """
        loading, transforming = self._hooks(url)
        if not loading and not transforming:
            return self.files.read(url)
        output = (url, kind)
        made = self._made.get(output)
        if made is None or not self._holds(url, made):
            if patient and self.early(url, kind) is not None:
                raise NotReadyError(url)
            try:
                made = self._build(url, kind)
            except FileMissingError:
                self._missing.add(output)
                self._told.doubt(output)
                raise
            self.dependencies.note(output, made.dependencies)
            self._made[output] = made
            if made.content is not None:
                self._told.see(output, made.content.hash)
        return made.given()

    def was_made(self, url: str, kind: Kind) -> bool:
        """Whether something was made of a file, which may be another by now."""
        return (url, kind) in self._made

    def last_made(self, url: str, kind: Kind) -> FileContent:
        """What was made of a file, whether or not that is another by now.

        Raises:
            ProblemError: nothing could be made of it.
        """
        return self._made[url, kind].given()

    def begin(self, url: str) -> None:
        """Begin what :meth:`make` will do with a file that has changed, where that takes time.

        For the thread of the watcher.
        """
        made = self._made.get((url, "script"))
        # Looked up only: what is noted is noted by the other thread.
        language = language_of(self._interested.get(suffix(url), ((), ())))
        if made is not None and language is not None:
            self._early.begin(language, url, made.source)

    def early(self, url: str, kind: Kind) -> Callable[[], None] | None:
        """What takes long of making something, as a function for any thread.

        Returns:
            None where nothing does, or that has been made of what the files hold now.
        """
        language = language_of(self._hooks(url))
        source = self.source_hash(url) if language is not None and language.slow else None
        if language is None or source is None:
            return None
        made = self._made.get((url, kind))
        holds = made is not None and self._holds(url, made)
        if holds or self._early.has((url, kind), source):
            return None
        return partial(self._early.make, language, url, kind)

    def concerns(self, url: str) -> bool:
        """Whether plugins load or transform a file."""
        return any(self._hooks(url))

    def wants(self, url: str, kind: Kind) -> bool:
        """Whether somebody has asked for what a file becomes."""
        return (url, kind) in self._made or (url, kind) in self._missing

    def tell(self, output: Output, digest: str) -> bool:
        """Pages are told of an output now, if that is news to one of them: say whether it is."""
        return self._told.tell(output, digest)

    def drop(self, file: str) -> None:
        """Take note that a file is gone."""
        self._told.drop(file)

    def forget(self, url: str) -> None:
        """Make something anew when it is next asked for."""
        for output in [output for output in self._made if output[0] == url]:
            del self._made[output]

    def relocate(self, url: str, problem: Problem) -> Problem:
        """A problem in what was made of a file, as one in the file."""
        if not self.changes(url) or problem.line is None:
            return problem
        text = self._made[url, "script"].steps[-1].text
        found = self.origin(url, Place(problem.line, problem.column, text))
        if found is not None and found.source == file_url(url):
            frame = code_frame(found.text or "", found.line, found.column)
            return problem._replace(line=found.line, column=found.column, frame=frame)
        message = f"{problem.message} (in what a plugin made of the file)"
        return Problem(problem.owner, problem.kind, message, frame=problem.frame)

    def origin(self, url: str, place: Place) -> Place | None:
        """A place in what was made of a script, in the text that it was made of.

        Args:
            url: URL of the script, which is changed by plugins.
            place: where in what is served.

        Returns:
            None where no map leads there.
        """
        for step in reversed(self._made[url, "script"].steps):
            source_map = step.map()
            if source_map is None:
                return None
            before = before_transform(source_map, before_preparing(place, step.text))
            if before is None or before.source != file_url(url):
                return before
            place = before
        return place if place.source else None

    def changes(self, url: str) -> bool:
        """Whether what is served of a script is not what is in its file."""
        made = self._made.get((url, "script"))
        return made is not None and made.changed

    def _hooks(self, url: str) -> tuple[tuple[Plugin, ...], tuple[Plugin, ...]]:
        """Who loads and who transforms files with the suffix of this one."""
        ending = suffix(url)
        hooks = self._interested.get(ending)
        if hooks is None:
            wanting = [plugin for plugin in self.plugins if _wants(plugin, ending)]
            hooks = self._interested[ending] = (
                tuple(plugin for plugin in wanting if overrides(plugin, "load")),
                tuple(plugin for plugin in wanting if overrides(plugin, "transform")),
            )
        return hooks

    def _holds(self, url: str, made: Made) -> bool:
        return made.source == self.source_hash(url) and self.dependencies.hold(made.dependencies)

    def source_hash(self, url: str) -> str | None:
        """The hash of a file's own bytes, or None where a plugin has made it up."""
        try:
            return self.files.read(url).hash
        except FileMissingError:
            return None

    def _build(self, url: str, kind: Kind) -> Made:
        source = self.source_hash(url)
        view = SourceView(self.files, self._by_all, url, kind, self.dependencies.stamp)
        try:
            return self._run(url, kind, source, view)
        except ProblemError as error:
            return Made(source, view.stamps, None, error.problem)

    def _run(self, url: str, kind: Kind, source: str | None, view: SourceView) -> Made:
        loading, transforming = self._hooks(url)
        file = file_url(url)
        original = None
        for plugin in loading:
            load = partial(plugin.load, view)
            original = call(plugin, "load", file, load, (str,), self.files)
            if original is not None:
                break
        loaded = original is not None
        if original is None:
            content = self.files.read(url)
            if not transforming:
                return Made(source, view.stamps, content)
            original = decode_source(file, kind, content.data)
        text = original
        source_map: SourceMap | None = None
        mapped = True
        steps: list[Step] = []
        for plugin in transforming:
            early = self._early.take(source, view) if isinstance(plugin, Language) else None
            if early is None:
                given = call_transform(plugin, text, view, self.files)
            else:
                given = early.given()
            if given is None:
                continue
            if given.map is None:
                mapped = False
            else:
                parse = partial(parse_map, given.map, file, text)
                own = call(plugin, "the map of transform", file, parse, (SourceMap,), self.files)
                source_map = own if source_map is None else join_maps(own, source_map)
            exact = partial(self._exact, plugin, given, file, text)
            text = given.code
            steps.append(Step(text, exact))
        if text == original and not loaded:
            return Made(source, view.stamps, self.files.read(url))
        whole = source_map if mapped else None
        served = with_map(text, whole, block=kind == "style") if whole is not None else text
        # The mark says how it is encoded, whatever the page itself declares.
        encoding = "utf-8-sig" if kind == "page" else "utf-8"
        data = served.encode(encoding, "replace")
        content = FileContent(data, content_hash(data))
        return Made(source, view.stamps, content, None, original, whole, True, tuple(steps))

    def _exact(self, plugin: Plugin, given: Transformed, file: str, text: str) -> SourceMap | None:
        """The best map of a transform to the text that it was given."""

        def make() -> SourceMap | None:
            found = given.map if given.exact is None else given.exact()
            return None if found is None else parse_map(found, file, text)

        try:
            return call(plugin, "the map of transform", file, make, (SourceMap,), self.files)
        except ProblemError as error:
            logger.warning("%s", error.problem)
            return None

    def view(self) -> ProjectView:
        """What a hook may ask that is called for no one file."""
        return ProjectView(self.files, self._by_all)

    def _by_all(self, specifier: str, importer: str) -> Target:
        return self.resolve(specifier, importer) or self.resolver.resolve(specifier, importer)


def _wants(plugin: Plugin, ending: str) -> bool:
    if plugin.suffixes is not None:
        return ending in plugin.suffixes
    return not plugin.claims or any(claim.suffix == ending for claim in plugin.claims)
