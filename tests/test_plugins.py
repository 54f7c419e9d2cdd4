"""Plugins in the pipeline, without a browser: a site of real files, and real plugins."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hotreload.plugins import (
    Claim,
    Plugin,
    PluginError,
    Project,
    Source,
    Transformed,
)
from hotreload.project.files import FileMissingError, Mount, ProjectFiles
from hotreload.project.problems import ProblemError
from hotreload.site import Site
from tests.problems import problem_of

Made = Callable[..., Site]


@pytest.fixture
def make(tmp_path: Path) -> Made:
    def site(files: dict[str, str], *plugins: Plugin) -> Site:
        for name, text in files.items():
            path = tmp_path / "site" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return Site(ProjectFiles((Mount("/", (tmp_path / "site").resolve()),)), "/", plugins)

    return site


def served(site: Site, url: str) -> str:
    return site.modules.render_answer(site.modules.script(url), "")


class Shout(Plugin):
    """Text files as modules in upper case; counts how often it works."""

    claims = (Claim(".txt", "script"),)
    calls = 0

    def transform(self, code: str, source: Source) -> str:
        self.calls += 1
        return f"export default {json.dumps(code.upper())};"


class Typed(Plugin):
    """A language that only differs from JavaScript by a type after each name."""

    name = "typed"
    claims = (Claim(".tx", "script", stands_for=("", ".js")), Claim(".sx", "style"))

    def transform(self, code: str, source: Source) -> str | Transformed:
        if source.kind == "style":
            return code.replace("$", "--")
        # Everything moves one line down, and nothing else.
        lines = code.count("\n") + 1
        mappings = ";AAAA" + ";AACA" * (lines - 1)
        mapped = {"version": 3, "sources": ["a"], "names": [], "mappings": mappings}
        return Transformed("\n" + code.replace(": any", ""), mapped)


def test_a_claimed_file_is_a_module_like_any_other(make: Made) -> None:
    site = make(
        {"main.js": "import a from './a.txt'; import './b.txt?raw'", "a.txt": "hello"}, Shout()
    )
    make({"b.txt": "raw"})
    assert '"HELLO"' in served(site, "/a.txt")
    assert '"raw"' in served(site, "/b.txt?raw")
    assert site.modules.script("/main.js").node.static == ("/a.txt", "/b.txt?raw")
    assert [script.url for script in site.modules.crawl(["/main.js"])] == [
        "/a.txt",
        "/b.txt?raw",
        "/main.js",
    ]


def test_a_transform_runs_once_for_the_same_bytes(make: Made, tmp_path: Path) -> None:
    shout = Shout()
    site = make({"a.txt": "hello"}, shout)
    first = site.modules.script("/a.txt").hash
    os.utime(tmp_path / "site/a.txt", (1, 1))
    assert site.modules.script("/a.txt").hash == first
    assert shout.calls == 1
    make({"a.txt": "goodbye"})
    assert site.modules.script("/a.txt").hash != first
    assert shout.calls == 2


def test_what_comes_out_the_same_is_no_change(make: Made) -> None:
    site = make({"a.txt": "hello"}, Shout())
    first = site.modules.script("/a.txt").hash
    make({"a.txt": "Hello"})
    assert site.modules.script("/a.txt").hash == first


def test_an_import_finds_the_file_that_stands_for_it(make: Made) -> None:
    files = {
        "main.js": "import './a'; import './b.js'; import './c.js'; import './d'; import './e.tx'",
        "a.tx": "",
        "b.tx": "",
        "c.tx": "",
        "c.js": "",
        "d/index.tx": "",
        "e.tx": "",
    }
    site = make(files, Typed())
    assert site.modules.script("/main.js").node.static == (
        "/a.tx",
        "/b.tx",
        "/c.js",
        "/d/index.tx",
        "/e.tx",
    )


def test_an_import_that_nothing_stands_for_is_a_problem(make: Made) -> None:
    site = make({"main.js": "import './a'"}, Typed())
    with pytest.raises(ProblemError, match=r'failed to resolve import "\./a": there is no file /a'):
        site.modules.script("/main.js")


def test_a_claimed_stylesheet_is_one_linked_or_imported(make: Made) -> None:
    site = make({"a.sx": "p { $x: 1px }", "main.js": "import './a.sx'"}, Typed())
    assert site.documents.stylesheet("/a.sx").parts == ("p { --x: 1px }",)
    assert site.modules.script("/main.js").node.static == ("/a.sx?import",)
    assert "import.meta.style(" in served(site, "/a.sx?import")
    assert "--x: 1px" in served(site, "/a.sx?import")


def test_a_source_map_is_served_and_places_problems(make: Made) -> None:
    site = make({"a.tx": "let a: any = 1;\nlet b: any = ;\n"}, Typed())
    assert "sourceMappingURL=data:application/json;base64," in served(site, "/a.tx")
    problem = problem_of(site, "/a.tx")
    assert (problem.owner, problem.kind, problem.line) == ("/a.tx", "syntax", 2)
    assert "> 2 | let b: any = ;" in problem.frame


def test_without_a_map_a_problem_in_what_was_made_has_no_place(make: Made) -> None:
    class Bad(Plugin):
        def transform(self, code: str, source: Source) -> str:
            return "\n\nlet let"

    site = make({"a.js": "let a"}, Bad())
    problem = problem_of(site, "/a.js")
    assert problem.line is None
    assert "in what a plugin made of the file" in problem.message
    assert "let let" in problem.frame


def test_plugins_transform_one_after_the_other(make: Made) -> None:
    class Add(Plugin):
        def __init__(self, text: str) -> None:
            self.text = text

        def transform(self, code: str, source: Source) -> str | None:
            return code + self.text if source.url == "/a.js" else None

    site = make({"a.js": "0", "b.js": "0"}, Add("+1"), Add("+2"))
    assert served(site, "/a.js").endswith("0+1+2")
    assert served(site, "/b.js").endswith(";0")


def test_what_a_transform_reads_brings_it_up_to_date(make: Made, tmp_path: Path) -> None:
    class Include(Plugin):
        suffixes = (".js",)

        def transform(self, code: str, source: Source) -> str:
            return code.replace("INCLUDED", source.read("./inner/part.txt"))

    site = make({"a.js": "INCLUDED", "inner/part.txt": "1"}, Include())
    assert served(site, "/a.js").endswith(";1")
    part = (tmp_path / "site/inner/part.txt").resolve()
    assert site.dependents([part]) == {("/a.js", "script")}
    assert not site.sources.renew("/a.js", "script")
    make({"inner/part.txt": "2"})
    assert site.sources.renew("/a.js", "script")
    assert served(site, "/a.js").endswith(";2")
    part.unlink()
    with pytest.raises(ProblemError, match=r"plugin Include: there is no file /inner/part\.txt"):
        site.modules.script("/a.js")
    make({"inner/part.txt": "3"})
    assert site.dependents([part]) == {("/a.js", "script")}
    assert served(site, "/a.js").endswith(";3")
    assert not site.known.problems


def test_a_folder_is_a_dependency_by_its_names(make: Made, tmp_path: Path) -> None:
    class Listing(Plugin):
        suffixes = (".js",)

        def resolve(self, specifier: str, importer: str, project: Project) -> str | None:
            return "/@posts/index.js" if specifier == "virtual:posts" else None

        def load(self, source: Source) -> str | None:
            if source.url != "/@posts/index.js":
                return None
            folder = source.path("/posts")
            source.depends_on(folder)
            return f"export default {sorted(path.name for path in folder.iterdir())}"

    files = {"main.js": "import posts from 'virtual:posts'", "posts/a.txt": "", "posts/b.txt": ""}
    site = make(files, Listing())
    assert site.modules.script("/main.js").node.static == ("/@posts/index.js",)
    assert served(site, "/@posts/index.js").endswith("['a.txt', 'b.txt']")
    make({"posts/b.txt": "changed"})
    assert not site.sources.renew("/@posts/index.js", "script")
    make({"posts/c.txt": ""})
    assert site.dependents([(tmp_path / "site/posts/c.txt").resolve()])
    assert site.sources.renew("/@posts/index.js", "script")
    assert "'c.txt'" in served(site, "/@posts/index.js")


def test_what_a_plugin_does_not_load_is_still_missing(make: Made) -> None:
    class Nothing(Plugin):
        def load(self, source: Source) -> str | None:
            return None

    site = make({"main.js": "import '/@nothing/a.js'"}, Nothing())
    with pytest.raises(ProblemError, match=r"there is no file /@nothing/a\.js"):
        site.modules.script("/main.js")
    with pytest.raises(FileMissingError):
        site.modules.script("/@nothing/a.js")


def test_a_page_is_transformed_too(make: Made) -> None:
    class Year(Plugin):
        suffixes = (".html",)

        def transform(self, code: str, source: Source) -> str:
            assert source.kind == "page"
            return code.replace("{{ year }}", "2026 → é")

    site = make({"index.html": "<meta charset='latin1'><p>{{ year }}</p>"}, Year())
    text, digest, _ = site.documents.page("/index.html")
    assert text.endswith("<p>2026 → é</p>")
    assert digest == site.page_hash("/index.html")


class Fails(Plugin):
    name = "fails"

    def __init__(self, error: Exception | None = None, result: object = None) -> None:
        self.error, self.result = error, result

    def transform(self, code: str, source: Source) -> str | None:
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]


def test_what_a_plugin_raises_is_a_problem_of_the_file(make: Made) -> None:
    site = make({"a.js": "1\nlet b"}, Fails(ZeroDivisionError("by nought")))
    with pytest.raises(ProblemError) as raised:
        site.modules.script("/a.js")
    problem = raised.value.problem
    assert (problem.owner, problem.kind) == ("/a.js", "plugin")
    assert "plugin fails failed in transform: ZeroDivisionError: by nought" in problem.message
    assert "test_plugins.py:" in problem.message
    assert site.known.problems["/a.js"] == problem


def test_a_plugin_says_where_the_mistake_is(make: Made) -> None:
    error = PluginError("no b here", line=2, column=5, file="/b.js")
    site = make({"a.js": "1", "b.js": "1\nlet b"}, Fails(error))
    with pytest.raises(ProblemError) as raised:
        site.modules.script("/a.js")
    problem = raised.value.problem
    assert (problem.owner, problem.line, problem.column) == ("/b.js", 2, 5)
    assert problem.message == "plugin fails: no b here"
    assert "> 2 | let b" in problem.frame


def test_what_a_plugin_may_not_return_is_a_problem(make: Made) -> None:
    site = make({"a.js": "1"}, Fails(result=b"bytes"))
    with pytest.raises(ProblemError, match="transform returned a bytes, not a str or Transformed"):
        site.modules.script("/a.js")


def test_a_map_that_is_none_is_a_problem(make: Made) -> None:
    site = make({"a.js": "1"}, Fails(result=Transformed("2", {"version": 3})))
    with pytest.raises(ProblemError, match="a source map needs mappings"):
        site.modules.script("/a.js")


def test_a_plugin_that_fails_to_resolve_is_a_problem(make: Made) -> None:
    class Lost(Plugin):
        def resolve(self, specifier: str, importer: str, project: Project) -> str | None:
            raise ValueError(specifier)

    site = make({"a.js": "import './b.js'", "b.js": ""}, Lost())
    with pytest.raises(ProblemError, match="plugin Lost failed in resolve: ValueError"):
        site.modules.script("/a.js")


def test_resolve_may_ask_for_the_rules_and_lead_elsewhere(make: Made) -> None:
    class Swap(Plugin):
        def resolve(self, specifier: str, importer: str, project: Project) -> str | None:
            found = project.resolve(specifier, importer)
            if found == "/a.js":
                return "/b.js"
            return "https://elsewhere.test/x.js" if specifier == "x" else None

    site = make({"main.js": "import './a.js'; import 'x'", "a.js": "", "b.js": ""}, Swap())
    assert site.modules.script("/main.js").node.static == ("/b.js",)
    assert "https://elsewhere.test/x.js" in served(site, "/main.js")


def test_a_dependency_that_is_not_watched_is_named(
    make: Made, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Far(Plugin):
        suffixes = (".js",)

        def transform(self, code: str, source: Source) -> None:
            source.depends_on(tmp_path / "far.txt")

    site = make({"a.js": "", "b.js": ""}, Far())
    site.watch_dependencies(lambda path: False)
    site.modules.script("/a.js")
    site.modules.script("/b.js")
    assert [record.message for record in caplog.records] == [
        f"/a.js depends on {(tmp_path / 'far.txt').resolve()}, where changes go unnoticed "
        f"(--watch {(tmp_path / 'far.txt').resolve()})"
    ]


def test_without_plugins_nothing_of_them_is_imported() -> None:
    code = (
        "import sys, hotreload.hosts.server; from pathlib import Path;"
        "from hotreload.project.settings import Settings;"
        "hotreload.hosts.server.Engine(Settings(Path('.')));"
        "print([m for m in sys.modules if 'plug' in m and m.startswith('hotreload')"
        " or 'pipeline' in m])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
