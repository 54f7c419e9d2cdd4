"""Every way a page's session can go, step by step. In any order, it ends with what is on disk.

The server's side is real but for the network and the watcher, whose moments the machine chooses.
"""

import itertools
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from hotreload.live.decode import decode
from hotreload.live.journal import Journal
from hotreload.live.protocol import Ack, Hello
from hotreload.live.session import MAX_WAITING, Hub, Session
from hotreload.live.updates import Updates
from hotreload.project.files import FileMissingError, Mount, ProjectFiles
from hotreload.site import Site
from tests.client import Client

TEXTS = {
    "main.js": "import './mid.js';\nimport.meta.hot.accept();\nexport const main = {};\n",
    "mid.js": "import './dep.js';\nexport const mid = {};\n",
    "dep.js": "export const dep = {};\n",
    "a.css": "h1 {{ margin: {}px }}\n",
    "index.html": "<!doctype html><link rel=stylesheet href=a.css><script type=module src=main.js>"
    "</script><h1>{}</h1>\n",
}
MODULES = ("/main.js", "/mid.js", "/dep.js")
# What is preloaded depends on it.
DEFAULT = "export default 1;\n"


class SessionMachine(RuleBasedStateMachine):
    """One project, one page."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name).resolve()
        self.numbers = itertools.count()
        self.boots = itertools.count()
        self.unseen: set[str] = set()
        self.session: Session | None = None
        self.texts: dict[str, str] = {}
        for name in TEXTS:
            self._write(name)
        self._boot()
        self.client = self._load()

    def teardown(self) -> None:
        self.settle()
        self._folder.cleanup()

    def _boot(self) -> None:
        self.site = Site(ProjectFiles((Mount("/", self.root),)))
        self.journal = Journal(f"boot{next(self.boots)}", size=8, project="project")
        self.hub = Hub()
        self.updates = Updates(self.site, self.hub, self.journal)

    def _write(self, name: str) -> None:
        number = next(self.numbers)
        default = DEFAULT if name == "dep.js" and number % 5 == 0 else ""
        self.texts[name] = TEXTS[name].format(number) + default
        (self.root / name).write_text(self.texts[name])

    def _load(self) -> Client:
        """The page as its browser loads it now."""
        text, digest, _ = self.site.documents.page("/index.html")
        birth = {
            "project": "project",
            "boot": self.journal.boot,
            "rev": self.journal.rev,
            "hash": digest,
        }
        sheet = self.site.documents.stylesheet("/a.css")
        return Client(
            birth,
            text,
            {s.url: (s.hash, "", "") for s in self.site.modules.crawl(["/main.js"])},
            {"/a.css": (sheet.hash, self.site.documents.render_stylesheet(sheet))},
        )

    @rule(names=st.lists(st.sampled_from(sorted(TEXTS)), min_size=1, max_size=3, unique=True))
    def save(self, names: list[str]) -> None:
        for name in names:
            self._write(name)
            self.unseen.add(f"/{name}")

    @rule(name=st.sampled_from(["mid.js", "dep.js", "a.css"]))
    def remove(self, name: str) -> None:
        """It is there again before all is settled; the watcher may see it gone or not."""
        (self.root / name).unlink(missing_ok=True)
        self.unseen.add(f"/{name}")

    @rule()
    def undo(self) -> None:
        """What was removed is as it was before."""
        for name, text in self.texts.items():
            if not (self.root / name).exists():
                (self.root / name).write_text(text)
                self.unseen.add(f"/{name}")

    @rule()
    def watch(self) -> None:
        """The watcher's batch."""
        for url in self.unseen:
            self.site.files.read_changed(url)
        self.updates.batches.apply(self.unseen)
        self.unseen = set()

    @precondition(lambda self: self.session is not None)
    @rule(times=st.integers(1, 3))
    def save_again(self, times: int) -> None:
        """The same file again and again, and seen each time: what is preloaded is used."""
        for _ in range(times):
            self.save(["dep.js"])
            self.watch()
            self.read(10_000)

    @rule(name=st.sampled_from(sorted(TEXTS)))
    def burst(self, name: str) -> None:
        """More updates than a page that does not read is sent."""
        for _ in range(MAX_WAITING + 3):
            self.save([name])
            self.watch()

    @precondition(lambda self: self.session is None)
    @rule()
    def connect(self) -> None:
        self.session = Session("http://localhost")
        self.hub.add(self.session)
        hello = decode(self.client.hello())
        assert isinstance(hello, Hello)
        self.updates.hello(self.session, hello)

    @precondition(lambda self: self.session is not None)
    @rule(most=st.integers(1, 30))
    def read(self, most: int) -> None:
        session = self.session
        assert session is not None
        for _ in range(most):
            if session.outbox.empty():
                if session.behind is None:
                    return
                self.updates.catch_up(session)
                continue
            for answer in self.client.take(session.outbox.get_nowait()):
                ack = decode(answer)
                assert isinstance(ack, Ack)
                self.updates.ack(session, ack)

    @precondition(lambda self: self.session is not None)
    @rule()
    def lose(self) -> None:
        """The connection breaks, with all that was on its way."""
        assert self.session is not None
        self.updates.leave(self.session)
        self.session = None

    @rule()
    def restart(self) -> None:
        if self.session is not None:
            self.lose()
        self._boot()
        self.unseen = set()

    @rule()
    def load_another_page(self) -> None:
        """Somebody else's page is served: that must not hide what this one misses."""
        self.site.modules.crawl(["/main.js"])
        try:
            self.site.documents.stylesheet("/a.css")
        except FileMissingError:
            self.site.known.miss("/a.css")

    @rule()
    def settle(self) -> None:
        self.undo()
        self.watch()
        if self.session is None:
            self.connect()
        self.read(10_000)
        assert self.session is not None
        assert self.session.outbox.qsize() <= MAX_WAITING
        assert self.client.reloads == []
        assert self.client.problems == []
        assert self.client.html == (self.root / "index.html").read_text()
        _, text = self.client.styles["/a.css"]
        assert text == (self.root / "a.css").read_text()
        for url in MODULES:
            current = self.site.current_hash(url)
            assert self.client.modules[url][0] == current
            assert self.session.modules[url].hash == current
        self.updates.reports.when_settled(lambda waiting: settled.append(waiting))
        assert settled.pop() == 0
        assert settled == []


settled: list[int] = []
SessionMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestSessionMachine = SessionMachine.TestCase


class JournalMachine(RuleBasedStateMachine):
    """The journal beside a list that forgets nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 4
        self.journal = Journal("boot", self.size)
        self.entries: list[frozenset[str]] = []

    @rule(paths=st.frozensets(st.sampled_from(["/a.js", "/b.css", "/c.png"])))
    def append(self, paths: frozenset[str]) -> None:
        self.entries.append(paths)
        assert self.journal.append(paths) == len(self.entries)

    @rule(back=st.integers(-2, 8))
    def since(self, back: int) -> None:
        rev = len(self.entries) - back
        missed = self.journal.since("boot", rev)
        if 0 <= back <= min(self.size, len(self.entries)):
            assert missed == frozenset().union(*self.entries[rev:])
        else:
            assert missed is None
        assert self.journal.since("another", rev) is None


JournalMachine.TestCase.settings = settings(max_examples=50, deadline=None)
TestJournalMachine = JournalMachine.TestCase
