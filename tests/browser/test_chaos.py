"""A long random life of a page: edits, kills, cuts, freezes, and all that tools do to files.

It ends as if just loaded. `pytest tests/browser/test_chaos.py --chaos-steps 10000 --chaos-seed 7`:
longer, or another life.
"""

import json
import os
import random
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page

from tests.browser.site import console_of
from tests.browser.wait import sync
from tests.project import Project
from tests.proxy import Proxy

COUNT = 3
HEARTBEAT = ("--heartbeat", "0.4")
# Steps between two looks at whether the page is what a fresh load would be.
STRETCH = 200
# More than inotify(7) queues by default: what comes then is lost.
OVERFLOW = 16_500

STATE = """() => {
  const text = (id) => document.getElementById(id).textContent;
  const color = (id) => getComputedStyle(document.getElementById(id)).color;
  return {
    texts: [...document.querySelectorAll('[id]')].map(({ id }) => [id, text(id), color(id)]),
    optional: getComputedStyle(document.body).marginTop,
    title: document.title,
    data: globalThis.data,
  };
}"""


class Files:
    """The project's files, each with a number that only grows, so that no content comes twice."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.numbers: dict[str, int] = {}
        self._removed: dict[Path, bytes] = {}
        self._lock = project.root / ".git" / "index.lock"
        self._lock.parent.mkdir()
        for index in range(COUNT):
            self.edit(f"m{index}")
            self.edit(f"d{index}")
            self.edit(f"s{index}")
        self.edit("page")
        self.edit("data")

    def edit(self, name: str) -> None:
        number = self.numbers[name] = self.numbers.get(name, 0) + 1
        file, text = content(name, number)
        if file.startswith("lib/") and self._moved.exists():
            file = f"lib2/{file.removeprefix('lib/')}"
        self._removed.pop(self.project.root / file, None)
        self.project.write({file: text})

    @property
    def _moved(self) -> Path:
        return self.project.root / "lib2"

    def move_folder(self) -> None:
        """Rename the folder, or give it its name back."""
        library = self.project.root / "lib"
        if self._moved.exists():
            self._moved.rename(library)
        else:
            library.rename(self._moved)

    def exchange_folder(self) -> None:
        """Make the folder anew, beside itself, and put that in its place."""
        if self._moved.exists():
            return
        root = self.project.root
        for index in range(COUNT):
            number = self.numbers[f"d{index}"] = self.numbers[f"d{index}"] + 1
            file, text = content(f"d{index}", number)
            self._removed.pop(root / file, None)
            self.project.write({file.replace("lib/", "lib.new/"): text})
        (root / "lib").rename(root / "lib.old")
        (root / "lib.new").rename(root / "lib")
        shutil.rmtree(root / "lib.old")

    def remove(self, chance: random.Random) -> None:
        """Take a file away, for a time."""
        path = self.project.root / chance.choice(["m0.js", "s1.css", "lib/d2.js"])
        if path.exists():
            self._removed[path] = path.read_bytes()
            path.unlink()

    def write_in_pieces(self, name: str, wait: Callable[[], None]) -> None:
        """Hold a file open while it is written."""
        number = self.numbers[name] = self.numbers[name] + 1
        file, text = content(name, number)
        path = self.project.root / file
        self._removed.pop(path, None)
        with path.open("w") as opened:
            for start in range(0, len(text), 40):
                opened.write(text[start : start + 40])
                opened.flush()
                wait()

    def lock_or_unlock(self) -> None:
        """As a checkout that begins, or ends."""
        if self._lock.exists():
            self._lock.unlink()
        else:
            self._lock.touch()

    def lose_events(self) -> None:
        """Let more happen than the system keeps for who does not look."""
        for number in range(OVERFLOW):
            with suppress(FileNotFoundError):
                os.utime(self.project.root / f"m{1 + number % 2}.js")

    def heal(self) -> None:
        """Nothing is gone any more that was not meant to be."""
        if self._moved.exists():
            self.move_folder()
        self._lock.unlink(missing_ok=True)
        for path, data in self._removed.items():
            path.write_bytes(data)
        self._removed.clear()

    def toggle(self) -> None:
        """Make the stylesheet that is only sometimes there, or delete it."""
        path = self.project.root / "optional.css"
        if path.exists():
            path.unlink()
        else:
            number = self.numbers["optional"] = self.numbers.get("optional", 0) + 1
            self.project.write({"optional.css": f"body {{ margin-top: {number}px }}"})


def content(name: str, number: int) -> tuple[str, str]:
    """A file's name and text."""
    index = name[1:]
    match name[0]:
        case "m":
            return f"{name}.js", (
                f"import {{ d }} from './lib/d{index}.js';\n"
                f"(globalThis.log ??= []).push('{name} {number}/' + d);\n"
                f"document.getElementById('{name}').textContent = '{number}/' + d;\n"
                "import.meta.hot.accept();\n"
            )
        case "d" if name != "data":
            text = f"export const d = {number};\n(globalThis.log ??= []).push('{name} {number}');\n"
            return f"lib/{name}.js", text
        case "d":
            return "data.json", json.dumps(number)
        case "s":
            return f"{name}.css", f"#m{index} {{ color: rgb({number % 256}, {number // 256}, 0) }}"
        case _:
            return "index.html", page(number)


def page(number: int) -> str:
    links = "".join(f'<link rel="stylesheet" href="s{i}.css">' for i in range(COUNT))
    scripts = "".join(f'<script type="module" src="m{i}.js"></script>' for i in range(COUNT))
    places = "".join(f'<p id="m{i}"></p>' for i in range(COUNT))
    items = "".join(f"<li>{n}</li>" for n in range(number % 7))
    return (
        f"<!doctype html><html><head><title>{number}</title>{links}"
        f'<link rel="stylesheet" href="optional.css">{scripts}</head>'
        f'<body><h1 id="heading">{number}</h1><ul id="list">{items}</ul>{places}'
        "<script>fetch('data.json').then((r) => r.json()).then((n) => { globalThis.data = n });"
        "</script></body></html>"
    )


class Life:
    """One page, its server, and the line between them."""

    def __init__(self, project: Project, proxy: Proxy, page: Page) -> None:
        self.files = Files(project)
        self.project = project
        self.proxy = proxy
        self.page = page
        self.runs = False
        self.frozen = False
        self.loads = 0
        self.reloads_allowed = 0
        self.said = console_of(page)
        page.on("load", lambda _: self._count())
        self.devtools: CDPSession = page.context.new_cdp_session(page)

    def _count(self) -> None:
        self.loads += 1

    def start(self, *, polling: bool = False) -> None:
        # As where nothing tells of changes.
        self.project._environment["WATCHFILES_FORCE_POLLING"] = str(polling).lower()
        self.project.start(*HEARTBEAT)
        self.runs = True

    def kill_or_start(self, chance: random.Random) -> None:
        if self.runs:
            self.project.stop(chance.choice([signal.SIGKILL, signal.SIGTERM]))
            self.runs = False
        else:
            self.start(polling=chance.random() < 0.3)

    def cut_or_restore(self) -> None:
        if self.proxy.is_up:
            self.proxy.cut()
        else:
            self.proxy.restore()

    def freeze_or_thaw(self) -> None:
        self.frozen = not self.frozen
        state = "frozen" if self.frozen else "active"
        self.devtools.send("Page.setWebLifecycleState", {"state": state})

    def stall(self, edit: Callable[[], None]) -> None:
        if not self.runs:
            return
        with self.project.held_up():
            edit()
            self.page.wait_for_timeout(20)

    def settle(self) -> None:
        """All works again; wait until the page has what there is."""
        self.files.heal()
        if not self.runs:
            self.start()
        if self.frozen:
            self.freeze_or_thaw()
        self.proxy.restore()
        sync(self.page)
        # The page has found out; the browser keeps other dead connections for minutes, and would
        # load pages by them.
        self.proxy.end_silence()

    def reload_for_data(self) -> None:
        """The one edit that only a reload can bring, made while one is possible."""
        self.settle()
        self.reloads_allowed += 1
        self.files.edit("data")
        number = self.files.numbers["data"]
        self.page.wait_for_function(f"globalThis.data === {number}")
        sync(self.page)

    def check(self) -> None:
        """Nothing lost, nothing twice, and no reload that was not needed."""
        self.settle()
        with self.page.context.new_page() as fresh:
            fresh.goto(self.proxy.url)
            fresh.wait_for_function("globalThis.data !== undefined")
            sync(fresh)
            assert self.page.evaluate(STATE) == fresh.evaluate(STATE)
        log: list[str] = self.page.evaluate("globalThis.log")
        assert len(log) == len(set(log)), [entry for entry in log if log.count(entry) > 1]
        assert self.loads <= 1 + self.reloads_allowed, "\n".join(
            s for s in self.said if "reload" in s.split("bold")[-1]
        )

    def happen(self, chance: random.Random) -> None:
        """What tools do to files."""
        files = self.files
        match chance.randrange(6):
            case 0:
                files.toggle()
            case 1:
                files.move_folder()
            case 2:
                files.exchange_folder()
            case 3:
                files.remove(chance)
            case 4:
                files.lock_or_unlock()
            case _:
                name = chance.choice(["m0", "s0"])
                files.write_in_pieces(name, lambda: self.page.wait_for_timeout(2))

    def step(self, chance: random.Random) -> None:
        names = [name for name in self.files.numbers if name not in ("data", "optional")]

        def edit() -> None:
            for name in chance.sample(names, chance.choice([1, 1, 1, 2, 5])):
                self.files.edit(name)

        what = chance.random()
        if what < 0.74:
            edit()
            if chance.random() < 0.3:
                self.page.wait_for_timeout(chance.choice([1, 5, 30]))
        elif what < 0.86:
            self.happen(chance)
        elif what < 0.90:
            self.cut_or_restore()
        elif what < 0.92:
            self.proxy.go_silent()
        elif what < 0.95:
            self.freeze_or_thaw()
        elif what < 0.965:
            self.stall(edit)
        elif what < 0.97:
            self.stall(self.files.lose_events)
        elif what < 0.99:
            self.kill_or_start(chance)
        elif what < 0.995:
            self.reload_for_data()
        else:
            self.settle()


@pytest.mark.slow
def test_whatever_happens_a_page_ends_as_it_would_be_loaded(
    project: Project, page: Page, request: pytest.FixtureRequest
) -> None:
    steps: int = request.config.getoption("--chaos-steps")
    seed: int = request.config.getoption("--chaos-seed")
    chance = random.Random(seed)
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(error))
    with Proxy(project.port) as proxy:
        life = Life(project, proxy, page)
        life.start()
        page.goto(proxy.url)
        page.wait_for_function("globalThis.data !== undefined")
        sync(page)
        for number in range(1, steps + 1):
            life.step(chance)
            if number % STRETCH == 0:
                life.check()
        life.check()
    assert errors == []
    assert "Traceback" not in project.output
