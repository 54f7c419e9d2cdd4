"""What the model of the disk has found, and what it can't reach: nothing stays as it was."""

import asyncio
import errno
import os
import resource
import socket
from pathlib import Path

import pytest

from hotreload.hosts.broker.replica import Replica
from hotreload.hosts.engine import Engine
from hotreload.hosts.rebuild.sources import Contents
from hotreload.live.changes import sort_changes
from hotreload.live.journal import Journal
from hotreload.live.protocol import Hello
from hotreload.live.session import Hub, Session
from hotreload.live.updates import Updates
from hotreload.project.files import Mount, ProjectFiles
from hotreload.project.identity import Identity
from hotreload.project.rendered import RenderedFrom
from hotreload.project.settings import Settings
from hotreload.site import Site
from hotreload.web.app import DevApp
from tests.asgi_client import ask, http_scope
from tests.http_site import ask as request
from tests.project import Project
from tests.test_replica import Store


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


def test_out_of_descriptors_every_answer_is_503_and_then_as_before(root: Path) -> None:
    """Not 404, which pages would take for the end of a file."""
    engine = Engine(Settings(root), Identity("site.project", "token"))
    app = DevApp(engine.site, engine.guard, engine.live, engine.journal)
    asked = ["/", "/main.js", "/lib/b.js"]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    loop = asyncio.new_event_loop()

    def statuses() -> list[int]:
        scopes = [http_scope(url) for url in asked]
        return [loop.run_until_complete(ask(app, scope)).status for scope in scopes]

    try:
        statuses()
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            assert statuses() == [503, 503, 503]
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert statuses() == [200, 200, 200]
    finally:
        loop.close()


def test_a_replica_whose_disk_is_full_says_so_once_and_goes_on_when_there_is_room(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def run() -> None:
        replica = Replica(Store("lib/b.js", b"new"), root, [root / "lib"])
        monkeypatch.setattr(Path, "write_bytes", full)
        for _ in range(3):
            await replica._catch_up()
        assert (root / "lib" / "b.js").read_bytes() == b"export {};\n"
        monkeypatch.setattr(Path, "write_bytes", real)
        await replica._catch_up()

    asyncio.run(run())
    assert (root / "lib" / "b.js").read_bytes() == b"new"
    assert [p.name for p in (root / "lib").iterdir()] == ["b.js"]
    said = [record.getMessage() for record in caplog.records]
    assert sum("No space left on device" in line for line in said) == 1
    assert "is as it was published" in said[-1]


def test_a_server_without_descriptors_says_so_in_a_line_and_goes_on(project: Project) -> None:
    project.write({"a.js": "export {};\n"}).start()
    assert request(project, "/a.js").status == 200
    was = resource.prlimit(project.pid, resource.RLIMIT_NOFILE)
    # As many as there are open now, so that none is left.
    used = len(list(Path(f"/proc/{project.pid}/fd").iterdir()))
    resource.prlimit(project.pid, resource.RLIMIT_NOFILE, (used, was[1]))
    with socket.create_connection(("127.0.0.1", project.port)):
        project.wait_for_output("no connection can be taken: Too many open files")
        resource.prlimit(project.pid, resource.RLIMIT_NOFILE, was)
    assert request(project, "/a.js").status == 200
    assert "Traceback" not in project.output
