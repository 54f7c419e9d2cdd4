"""What the model of the disk has found, and what it can't reach: nothing stays as it was."""

import os
from pathlib import Path

import pytest

from hotreload.build.sources import Contents
from hotreload.live.changes import sort_changes
from hotreload.live.journal import Journal
from hotreload.live.protocol import Hello
from hotreload.live.session import Hub, Session
from hotreload.live.updates import Updates
from hotreload.project.files import Mount, ProjectFiles
from hotreload.project.rendered import RenderedFrom
from hotreload.site import Site


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "lib").mkdir()
    (tmp_path / "main.js").write_text("import './lib/b.js';\n")
    (tmp_path / "lib" / "b.js").write_text("export {};\n")
    (tmp_path / "index.html").write_text("<script type=module src=main.js></script>")
    return tmp_path.resolve()


@pytest.fixture
def site(root: Path) -> Site:
    return Site(ProjectFiles((Mount("/", root),)))


def test_a_file_that_was_linked_to_and_never_asked_for_is_missed(site: Site, root: Path) -> None:
    """After a restart somebody asks for a module, and what it imports goes before anyone has."""
    site.modules.script("/main.js")
    (root / "lib" / "b.js").unlink()
    changes = sort_changes(site, ["/lib/b.js"], lambda url: set())
    assert changes.modules == {"/main.js"}
    site.modules.link_changed(changes.modules)
    assert "there is no file /lib/b.js" in site.known.problems["/main.js"].message


def test_a_module_that_nobody_may_read_is_a_problem_of_its_importer(
    site: Site, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may read everything, so that rights alone prove nothing here.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "b.js")
    site.modules.crawl(["/main.js"])
    assert "nobody gave the right to read /lib/b.js" in site.known.problems["/main.js"].message


def test_a_page_that_nobody_may_read_does_not_reload_for_ever(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def refused(path: str, flags: int) -> int:
        if str(path).endswith("index.html"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags)

    monkeypatch.setattr(os, "open", refused)
    hub, session = Hub(), Session("http://localhost")
    updates = Updates(site, hub, Journal("boot", project="project"))
    hub.add(session)
    updates.hello(session, Hello(1, "project", "boot", 0, "/", ""))
    told = [session.outbox.get_nowait() for _ in range(session.outbox.qsize())]
    assert not any("answers / by now" in frame for frame in told)


def test_a_folder_of_templates_that_was_moved_away_is_seen(root: Path) -> None:
    templates = root / "templates" / "parts"
    templates.mkdir(parents=True)
    (templates / "a.html").write_text("a")
    rendered = RenderedFrom(root, "process")
    rendered.begin([templates / "a.html"])
    state = rendered.state()
    templates.rename(root / "elsewhere")
    assert rendered.look([], below=[templates]) == ("templates/parts/a.html",)
    assert rendered.state() != state
    assert rendered.look([], below=[root]) == ()


def test_a_source_that_went_unseen_calls_for_a_build(root: Path) -> None:
    contents = Contents()
    assert contents.differ(root / "lib" / "b.js")
    assert not contents.differ(root)
    (root / "lib" / "b.js").unlink()
    assert contents.differ(root)
    assert not contents.differ(root)
