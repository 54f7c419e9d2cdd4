"""What takes long is made beside the event loop, which goes on."""

import asyncio
import http.client
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from hotreload.project.files import Mount, ProjectFiles
from hotreload.site import Site
from hotreload.site.patience import NotReadyError, Patience
from tests.project import Project
from tests.sockets import FILES, greet, hello, open_socket, receive

ENDLESS = "@while true {}"
# Far more than an answer takes, and less than what has no end may.
SECONDS = 10


class Work:
    """Something that takes as long as it is told to, of a file that changes meanwhile."""

    def __init__(self, changes: int = 0) -> None:
        self.changes = changes
        self.times = 0
        self.may_end = threading.Event()
        self.may_end.set()
        self.patience = Patience(self.early, lambda url: False)

    def early(self, url: str) -> Callable[[], None] | None:
        return self.make if self.times <= self.changes else None

    def make(self) -> None:
        assert self.may_end.wait(SECONDS)
        self.times += 1

    def ask(self) -> str:
        if self.patience.active and self.early("/a.scss"):
            raise NotReadyError("/a.scss")
        return f"after {self.times}"


@pytest.mark.parametrize("changes", [0, 1, 2])
def test_who_asks_gets_what_there_is_at_last(changes: int) -> None:
    work = Work(changes)
    assert asyncio.run(work.patience.do(work.ask)) == f"after {changes + 1}"


def test_what_changes_all_the_time_is_not_waited_for_without_end() -> None:
    work = Work(1000)
    assert asyncio.run(work.patience.do(work.ask)).startswith("after ")
    assert work.times < 20


def test_many_wait_for_the_same_work_and_one_that_leaves_ends_it_for_nobody() -> None:
    work = Work()
    work.may_end.clear()

    async def run() -> list[str | BaseException]:
        asking = [asyncio.create_task(work.patience.do(work.ask)) for _ in range(5)]
        await asyncio.sleep(0)
        asking[2].cancel()
        await asyncio.sleep(0)
        work.may_end.set()
        return await asyncio.gather(*asking, return_exceptions=True)

    answers = asyncio.run(run())
    assert isinstance(answers.pop(2), asyncio.CancelledError)
    assert answers == ["after 1"] * 4
    assert work.times == 1


def test_nobody_waits_for_what_is_quick() -> None:
    work = Work()
    assert work.patience.waiting(["/a.css", "/a.js", "/a.scss?import"]) == ["/a.scss"]


def test_a_stylesheet_is_made_in_another_thread_of_what_the_files_hold(tmp_path: Path) -> None:
    (tmp_path / "a.scss").write_text("@use 'b'; .a { b: b.$c }")
    (tmp_path / "_b.scss").write_text("$c: 1;")
    site = Site(ProjectFiles((Mount("/", tmp_path.resolve()),)))
    patience = site.sources.patience

    def css() -> str:
        return site.sources.read("/a.scss", "style").data.decode()

    async def run() -> None:
        patience.active = True
        with pytest.raises(NotReadyError):
            css()
        patience.active = False
        await patience.make(["/a.scss"])
        assert patience.waiting(["/a.scss"]) == []
        # Who can't wait gets what was made before, while something else is being made.
        before = css()
        (tmp_path / "_b.scss").write_text("$c: 333;")
        making = asyncio.create_task(patience.know(["/a.scss"]))
        await asyncio.wait([making])
        assert patience.is_under_way("/a.scss")
        assert css() == before
        assert "b: 333" in await patience.do(css)
        # Not what was made before is given, but what there is.
        (tmp_path / "_b.scss").write_text("$c: 22;")
        assert patience.waiting(["/a.scss"]) == ["/a.scss"]
        assert "b: 22" in await patience.do(css)
        (tmp_path / "a.scss").unlink()
        assert patience.waiting(["/a.scss"]) == []

    asyncio.run(run())


def test_a_page_is_welcome_while_its_stylesheet_is_made(project: Project) -> None:
    project.write({**FILES, "a.scss": ".a { b: c }"}).start()
    with urlopen(f"{project.url}a.scss", timeout=SECONDS) as answer:
        shown = answer.headers["server-timing"].partition('"')[2].rstrip('"')
    frame = hello(project, resources={"/a.scss": shown})
    project.write({"a.scss": ENDLESS})
    with open_socket(project) as socket:
        greet(socket, frame)
        project.write({"dep.js": "export const a = 2;"})
        assert receive(socket, "update")["modules"][0]["path"] == "/dep.js"


def test_others_are_answered_while_a_stylesheet_is_made_and_the_server_ends(
    project: Project,
) -> None:
    page = "<!doctype html><head><script type=module src=a.js></script></head>"
    project.write(
        {
            "index.html": page,
            "a.js": "import './endless.scss';",
            "b.js": "export {};",
            "endless.scss": ENDLESS,
        }
    ).start()
    headers = {"sec-fetch-dest": "document", "sec-ch-ua": '"Chromium";v="140"'}
    waiting = []
    for path in ("/endless.scss", "/"):
        connection = http.client.HTTPConnection("127.0.0.1", project.port, timeout=SECONDS)
        connection.request("GET", path, headers={**headers, "connection": "keep-alive"})
        waiting.append(connection)
    # When the second one is answered, what was sent before the first is being dealt with.
    for _ in range(2):
        other = http.client.HTTPConnection("127.0.0.1", project.port, timeout=SECONDS)
        other.request("GET", "/b.js")
        assert other.getresponse().status == 200
        other.close()
    for connection in waiting:
        assert connection.sock is not None
        connection.sock.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.sock.recv(1)
    # It would be waited for longer than that.
    project.stop()
    for connection in waiting:
        connection.close()
