"""Runs a case: one real site in a real browser, on a server that all cases share."""

import time
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.conformance.steps import (
    Case,
    Console,
    Edit,
    Js,
    Later,
    Offline,
    Open,
    Overlay,
    Quiet,
    Remove,
    Restart,
    Says,
    Shows,
    Step,
    Together,
    Write,
    page,
)
from tests.project import Project

PATIENCE_MS = 15_000
MARK = "\u00a7"

# What every document of a case has before anything else of it runs.
_PRELUDE = f"""
// By way of BiDi a tab's first, empty document is given it, too.
if (self !== top || location.protocol.startsWith('http')) {{
  globalThis.log = (...words) => console.log('{MARK}' + words.join(' '));
  globalThis.ours = ({{ boundaries }}) =>
    boundaries.some((b) => !b.path.endsWith('/barrier.js'));
  log(self === top ? 'load' : 'frame load');
  const Native = WebSocket;
  globalThis.sockets = [];
  globalThis.WebSocket = class extends Native {{
    constructor(...args) {{
      if (sessionStorage.getItem('offline')) throw new Error('offline');
      super(...args);
      sockets.push(this);
    }}
  }};
}}
"""

# Its update is applied after all that came before; it says so when all of its own update is over.
_BARRIER = f"""const n = 0;
const {{ hot }} = import.meta;
hot.accept();
const again = 'ran' in hot.data;
hot.data.ran = true;
globalThis.isReady = true;
const over = () => {{
  hot.off('hotreload:afterUpdate', over);
  if (self === top) console.log('{MARK}over ' + n);
}};
if (again) hot.on('hotreload:afterUpdate', over);
"""


def files_of(case: Case) -> dict[str, str | bytes]:
    """A case's site with what every site has."""
    return {"index.html": page(), "main.js": "", "barrier.js": _BARRIER, **case.files}


class Tab:
    """A page of a case, and what it said that no step has named yet."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lines: list[str] = []
        self.console: list[str] = []
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text.startswith(MARK):
            self.lines.append(message.text.removeprefix(MARK))
        else:
            self.console.append(message.text)

    def expect(self, expected: tuple[str, ...]) -> None:
        """Wait for lines; what else was said before the last of them is an error."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while True:
            # A page that comes back catches up with the barrier, too.
            self.lines = [x for x in self.lines if x in expected or not x.startswith("over ")]
            if self.lines[: len(expected)] == list(expected):
                break
            wrong = any(a != b for a, b in zip(self.lines, expected, strict=False))
            assert not wrong, f"said {self.lines}, not {list(expected)}; console: {self.console}"
            self._wait(deadline, f"said {self.lines}, not {list(expected)}")
        del self.lines[: len(expected)]

    def hear(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not any(text in line for line in self.console):
            self._wait(deadline, f"{text!r} was not said")

    def _wait(self, deadline: float, problem: str) -> None:
        left = (deadline - time.monotonic()) * 1000
        try:
            self.page.wait_for_event("console", timeout=max(1, left))
        except PlaywrightTimeout:
            raise AssertionError(f"{problem}; console: {self.console}") from None


class Runner:
    """Takes a case's steps.

    Args:
        case: the case; its files are there.
        project: the server that all cases share.
        context: for its tabs.
    """

    def __init__(self, case: Case, project: Project, context: BrowserContext) -> None:
        self.case = case
        self.project = project
        self.context = context
        self.tabs: list[Tab] = []
        self._rounds = 0
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(_PRELUDE)

    def run(self) -> None:
        self._take(Open())
        self.tabs[0].expect(("load", *self.case.opened))
        if not self.case.broken:
            self._take(Quiet())
        for step in self.case.steps:
            self._take(step)
        self._take(Quiet())

    def _take(self, step: Step) -> None:
        match step:
            case Says(lines, tab):
                self.tabs[tab].expect(lines)
            case Quiet():
                self._wait_until_over()
            case Edit(name, old, new):
                text = self._path(name).read_text("utf-8")
                assert old in text, f"{old!r} is not in {name}"
                self._save(name, text.replace(old, new))
            case Write(files):
                for name, content in files.items():
                    self._save(name, content)
            case Remove(names):
                for name in names:
                    self._path(name).unlink()
            case Together(steps):
                with self.project.held_up():
                    for each in steps:
                        self._take(each)
            case Js(code, gives, tab):
                given = self.tabs[tab].page.evaluate(code)
                assert gives is None or given == gives, f"{code} gives {given!r}"
            case Shows(selector, text, css, tab):
                found = expect(self.tabs[tab].page.locator(selector))
                if css:
                    found.to_have_css(css, text, timeout=PATIENCE_MS)
                else:
                    found.to_have_text(text, timeout=PATIENCE_MS)
            case Overlay(text, tab):
                overlay = expect(self.tabs[tab].page.locator("hotreload-overlay"))
                if text:
                    overlay.to_contain_text(text, timeout=PATIENCE_MS)
                else:
                    overlay.to_have_count(0, timeout=PATIENCE_MS)
            case Console(text, tab):
                self.tabs[tab].hear(text)
            case Open(path):
                self._open(path)
            case Restart(meanwhile):
                self.project.stop()
                for each in meanwhile:
                    self._take(each)
                self.project.start()
            case Offline(meanwhile, tab):
                self._break(self.tabs[tab], meanwhile)
            case Later(seconds, tab):
                self.tabs[tab].page.clock.fast_forward(int(seconds * 1000))

    def _open(self, path: str) -> None:
        tab = Tab(self.context.new_page())
        self.tabs.append(tab)
        if self.case.own_clock:
            tab.page.clock.install()
        tab.page.goto(f"{self.project.url}{self.case.name}/{path}")

    def _break(
        self, tab: Tab, meanwhile: tuple[Edit | Write | Remove | Js | Together, ...]
    ) -> None:
        tab.page.evaluate("sessionStorage.setItem('offline', '1'); sockets.at(-1).close()")
        for each in meanwhile:
            self._take(each)
        tab.page.evaluate(
            "sessionStorage.removeItem('offline'); dispatchEvent(new Event('online'))"
        )

    def _wait_until_over(self) -> None:
        for tab in self.tabs:
            # A page that has just been loaded must not get the new barrier as its first.
            tab.page.wait_for_function("globalThis.isReady")
        self._rounds += 1
        self._save("barrier.js", _BARRIER.replace("n = 0", f"n = {self._rounds}"))
        for tab in self.tabs:
            tab.expect((f"over {self._rounds}",))

    def _save(self, name: str, content: str | bytes) -> None:
        """At once, as editors do: a file that is written bit by bit may be seen as it grows."""
        draft = self.project.root.parent / "draft"
        draft.write_bytes(content.encode() if isinstance(content, str) else content)
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(path)

    def _path(self, name: str) -> Path:
        return self.project.root / self.case.name / name
