"""Updates, without a server: what must not be lost between a save and its batch."""

import json
from pathlib import Path
from typing import Any

import pytest

from hotreload.live.journal import Journal
from hotreload.live.protocol import Held, Hello
from hotreload.live.session import Hub, Session
from hotreload.live.updates import Updates
from hotreload.plugins import Plugin, Source
from hotreload.project.files import Mount, ProjectFiles
from hotreload.site import Site


class Project:
    """A site on disk, and one page that is open on it."""

    def __init__(self, root: Path, *plugins: Plugin) -> None:
        self.root = root
        self.write("main.js", "import './dep.js';\nimport.meta.hot.accept();\n")
        self.write("dep.js", "export const v = 1;\n")
        self.write("a.css", "h1 { color: red }\n")
        self.site = Site(ProjectFiles((Mount("/", root),)), plugins=plugins)
        self.journal = Journal("boot", project="project")
        self.hub = Hub()
        self.updates = Updates(self.site, self.hub, self.journal)
        self.session = Session("http://localhost")
        self.hub.add(self.session)

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text)

    def save(self, name: str, text: str) -> None:
        """What the watcher does after a save: the new bytes are read, their batch comes later."""
        self.write(name, text)
        self.site.files.read_changed(f"/{name}")

    def load(self) -> dict[str, Held]:
        """Serve the page's modules and stylesheet, as its browser asks for them."""
        self.site.documents.stylesheet("/a.css")
        return {script.url: Held(script.hash) for script in self.site.modules.crawl(["/main.js"])}

    def connect(self, modules: dict[str, Held], resources: dict[str, str]) -> None:
        hello = Hello(1, "project", "boot", 0, "/", "", modules, resources)
        self.updates.hello(self.session, hello)
        self.frames()

    def frames(self) -> list[dict[str, Any]]:
        """The updates that were sent since the last call."""
        sent = []
        while not self.session.outbox.empty():
            frame = json.loads(self.session.outbox.get_nowait())
            if frame["type"] == "update":
                sent.append(frame)
        return sent


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "site"
    root.mkdir()
    return Project(root.resolve())


def test_a_module_that_another_page_fetched_before_its_batch_is_still_pushed(
    project: Project,
) -> None:
    project.connect(project.load(), {})
    project.save("dep.js", "export const v = 2;\n")
    project.load()
    project.updates.batches.apply({"/dep.js"})
    (update,) = project.frames()
    assert [module["path"] for module in update["modules"]] == ["/dep.js", "/main.js"]


def test_a_stylesheet_that_changed_just_before_hello_is_still_pushed(project: Project) -> None:
    modules = project.load()
    project.save("a.css", "h1 { color: green }\n")
    project.connect(modules, {"/a.css": ""})
    project.updates.batches.apply({"/a.css"})
    (update,) = project.frames()
    assert [(style["path"], style["css"]) for style in update["styles"]] == [
        ("/a.css", "h1 { color: green }\n")
    ]


def test_what_a_page_already_holds_is_not_pushed_again(project: Project) -> None:
    project.load()
    project.save("dep.js", "export const v = 2;\n")
    project.connect(project.load(), {})
    project.updates.batches.apply({"/dep.js"})
    assert [frame for frame in project.frames() if frame["modules"]] == []


def test_the_same_bytes_are_no_update(project: Project) -> None:
    project.connect(project.load(), {"/a.css": ""})
    project.save("dep.js", "export const v = 1;\n")
    project.save("a.css", "h1 { color: red }\n")
    project.updates.batches.apply({"/dep.js", "/a.css"})
    assert project.frames() == []
    assert project.journal.rev == 0


def test_a_page_born_before_a_reload_of_all_reloads_when_it_says_hello(project: Project) -> None:
    project.updates.batches.reload_all("numbers.csv changed")
    project.updates.hello(project.session, Hello(1, "project", "boot", 0, "/", ""))
    (update,) = project.frames()
    assert update["reload"]["reason"] == "numbers.csv changed"
    reloaded = Session("http://localhost")
    project.hub.add(reloaded)
    project.updates.hello(reloaded, Hello(1, "project", "boot", update["rev"], "/", ""))
    assert reloaded.ready


def test_a_file_that_was_missing_heals_the_page_whoever_sees_it_first(project: Project) -> None:
    project.write("main.js", "import './gone.js';\n")
    for seen_first in (True, False):
        (project.root / "gone.js").unlink(missing_ok=True)
        project.updates.batches.apply({"/gone.js"})
        project.session = Session("http://localhost")
        project.hub.add(project.session)
        project.connect(project.load(), {})
        if not seen_first:
            project.updates.load_failed(project.session, "/main.js")
        assert [problem.owner for problem in project.updates.board.told.problems] == ["/main.js"]
        project.save("gone.js", "export {};\n")
        # What another page's request does, before the watcher's batch is here.
        project.load()
        if seen_first:
            project.updates.load_failed(project.session, "/main.js")
        else:
            project.updates.batches.apply({"/gone.js"})
        (update,) = project.frames()
        assert "/main.js" in update["reload"]["reason"]


def test_a_failure_that_names_no_module_is_looked_for_in_all_of_the_page(project: Project) -> None:
    project.write("index.html", '<script type="module" src="main.js"></script>')
    project.write("main.js", "import './between.js';\n")
    project.write("between.js", "import { nope } from './dep.js';\n")
    project.session.page = "/index.html"
    project.updates.load_failed(project.session, "/index.html")
    assert [problem.owner for problem in project.updates.board.told.problems] == ["/between.js"]


@pytest.mark.parametrize("name", ["dep.js", "a.css"])
@pytest.mark.parametrize("read_while_gone", [False, True])
def test_a_file_that_was_gone_and_is_back_is_pushed_whoever_reads_it_first(
    project: Project, name: str, read_while_gone: bool
) -> None:
    project.connect(project.load(), {"/a.css": ""})
    (project.root / name).unlink()
    project.site.files.read_changed(f"/{name}")
    project.updates.batches.apply({f"/{name}"})
    if read_while_gone:
        project.site.known.miss(f"/{name}")
    project.frames()
    back = "export const v = 'back';\n" if name == "dep.js" else "h1 { color: green }\n"
    project.save(name, back)
    project.load()
    project.updates.batches.apply({f"/{name}"})
    (update,) = project.frames()
    pushed = {f["path"] for f in (*update["modules"], *update["styles"])}
    assert f"/{name}" in pushed
    assert not project.updates.board.told.problems


def test_a_page_that_read_a_passing_version_is_told_of_what_is_there_again(
    project: Project,
) -> None:
    """The bytes are at last those of which the others know, and no batch came in between."""
    project.connect(project.load(), {})
    project.save("dep.js", "export const v = 2;\n")
    passing = Session("http://localhost")
    project.hub.add(passing)
    project.updates.hello(passing, Hello(1, "project", "boot", 0, "/", "", project.load(), {}))
    project.save("dep.js", "export const v = 1;\n")
    project.updates.batches.apply({"/dep.js"})
    assert [frame for frame in project.frames() if frame["modules"]] == []
    held = passing.modules["/dep.js"].hash
    assert held == project.site.current_hash("/dep.js")


def test_a_file_that_is_made_and_gone_before_its_batch_is_gone(project: Project) -> None:
    project.write("main.js", "import './new.js';\nimport.meta.hot.accept();\n")
    project.connect(project.load(), {})
    project.save("new.js", "export {};\n")
    project.load()
    (project.root / "new.js").unlink()
    project.site.files.read_changed("/new.js")
    project.updates.batches.apply({"/new.js"})
    assert [problem.owner for problem in project.updates.board.told.problems] == ["/main.js"]


class _Include(Plugin):
    suffixes = (".css", ".js", ".html")

    def transform(self, code: str, source: Source) -> str:
        return code.replace("PART", source.read("/part.txt"))


@pytest.mark.parametrize("passing", ["2", "3"])
def test_what_a_plugin_made_is_pushed_whoever_reads_it_before_the_batch(
    tmp_path: Path, passing: str
) -> None:
    """Whether it is then as that reader saw it, or as it was before."""
    project = Project(tmp_path.resolve(), _Include())
    project.write("part.txt", "1")
    project.write("dep.js", "export const v = PART;\n")
    project.write("a.css", "h1 { order: PART }\n")
    project.write("index.html", "<link rel=stylesheet href=a.css><p>PART\n")

    def read() -> str:
        project.site.documents.stylesheet("/a.css")
        return project.site.documents.page("/index.html")[1]

    page = read()
    modules = project.load()
    css = project.site.documents.hash("/a.css")
    assert css
    hello = Hello(1, "project", "boot", 0, "/", page, modules, {"/a.css": css})
    project.updates.hello(project.session, hello)
    assert not project.frames()
    project.write("part.txt", passing)
    late = Session("http://localhost")
    project.hub.add(late)
    page, held, css = read(), project.load(), project.site.documents.hash("/a.css")
    assert css
    project.updates.hello(late, Hello(1, "project", "boot", 0, "/", page, held, {"/a.css": css}))
    project.write("part.txt", "2" if passing == "2" else "1")
    project.updates.batches.apply((), project.site.dependents([project.root / "part.txt"]))
    told = late if passing == "3" else project.session
    project.session = told
    (update,) = project.frames()
    assert [module["path"] for module in update["modules"]] == ["/dep.js", "/main.js"]
    assert [style["path"] for style in update["styles"]] == ["/a.css"]
    assert [html["path"] for html in update["pages"]] == ["/index.html"]
