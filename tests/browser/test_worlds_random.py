"""Random small projects, edited at random: every open page ends as a fresh load of it alone.

`pytest tests/browser/test_worlds_random.py --worlds-steps 500 --chaos-seed 7`: longer, or another.
What a fresh load is, a server says that knows nothing: it hands out the files as they are.
"""

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from tests.browser.wait import sync
from tests.contexts import context_of
from tests.project import Project

SECONDS = 5
PAGES = ("a.html", "b.html", "sub/c.html")
ENTRIES = ("one", "two", "shared")
# What is imported only by modules before it, so that nothing goes round in a circle.
MIDDLES = ("left", "inner/right")
LEAVES = ("x", "y", "alt/x", "alt/y")
EXACT = {"imports": {"lib": "/x.js"}}
MAPS: tuple[tuple[dict[str, Any], ...], ...] = (
    (),
    (EXACT,),
    ({"imports": {"lib": "./y.js", "parts/": "./alt/"}},),
    ({"imports": {"lib": "/y.js", "parts/": "/", "parts/y.js": "/x.js"}},),
    ({"imports": {"lib": "/x.js"}, "scopes": {"/inner/": {"lib": "/alt/y.js"}}},),
    ({"scopes": {"/": {"lib": "/x.js"}, "/inner/": {"parts/": "/alt/"}}},),
    ({"imports": {"/x.js": "/y.js", "lib": "/x.js"}},),
    (EXACT, {"imports": {"lib": "/y.js", "parts/": "/alt/"}}),
    (EXACT, {"imports": {"late": "/y.js"}, "scopes": {"/inner/": {"lib": "/alt/x.js"}}}),
)
SPECIFIERS = ("/x.js", "/y.js", "/alt/x.js", "lib", "parts/x.js", "parts/y.js", "/gone.js")
LIKELY = (6, 6, 3, 4, 2, 2, 1)
STATE = """() => ({
  texts: [...document.querySelectorAll('p')].map(({ id, textContent }) => [id, textContent]),
  ran: [...globalThis.ran ?? []].sort(),
  asked: document.querySelectorAll('script[src$=".js"][type=module]:not([data-hotreload])').length,
})"""
HAS_OVERLAY = "() => document.querySelector('hotreload-overlay') !== null"


class State(NamedTuple):
    """What a page is: what it shows, and whether all its scripts ran."""

    texts: list[list[str]]
    works: bool


class World:
    """The files, each with a number that only grows, and what may be wrong with it."""

    def __init__(self, project: Project, chance: random.Random) -> None:
        self.project = project
        self.chance = chance
        self.number = 0
        self.imports: dict[str, list[str]] = {n: [] for n in (*ENTRIES, *MIDDLES, *LEAVES)}
        self.wrong: dict[str, str] = {}
        self.accepting = set(ENTRIES)
        self.done: list[str] = []
        for name in self.imports:
            self.rewire(name)
        for page in PAGES:
            self.write_page(page)

    def rewire(self, name: str) -> None:
        """Let a module import other ones."""
        count = self.chance.randint(1, 2)
        if name in ENTRIES:
            known = [f"/{other}.js" for other in MIDDLES]
            self.imports[name] = self.chance.sample([*known, "/x.js", "/y.js", "lib"], count)
        elif name in MIDDLES:
            picked = self.chance.choices(SPECIFIERS, LIKELY, k=count)
            self.imports[name] = list(dict.fromkeys(picked))
        self.write(name)

    def write(self, name: str) -> None:
        self.number += 1
        wrong = self.wrong.get(name, "")
        if wrong == "gone":
            (self.project.root / f"{name}.js").unlink(missing_ok=True)
            return
        lines = [
            f"import {{ value as v{i} }} from '{specifier}';"
            for i, specifier in enumerate(self.imports[name])
        ]
        parts = "".join(f" + ' ' + v{i}" for i in range(len(self.imports[name])))
        lines.append(f"const text = '({name} {self.number}'{parts} + ')';")
        if name in ENTRIES:
            lines.append(f"document.querySelector('#{name}').textContent = text;")
            lines.append(f"(globalThis.ran ??= new Set()).add('{name}');")
            if name in self.accepting:
                lines.append("import.meta.hot?.accept();")
        else:
            lines.append(f"export const {'nope' if wrong == 'name' else 'value'} = text;")
        if wrong == "syntax":
            lines.append("const = ;")
        self.project.write({f"{name}.js": "\n".join(lines) + "\n"})

    def write_page(self, page: str) -> None:
        self.number += 1
        maps = self.chance.choice(MAPS)
        scripts = self.chance.sample(ENTRIES, self.chance.randint(1, 2))
        self.project.write(
            {
                page: f"<!doctype html><title>{self.number}</title>\n"
                + "".join(f'<script type="importmap">{json.dumps(m)}</script>\n' for m in maps)
                + "".join(f'<script type="module" src="/{s}.js"></script>\n' for s in scripts)
                + "".join(f'<p id="{s}"></p>\n' for s in ENTRIES)
                + f'<p id="number">{self.number}</p>\n'
            }
        )

    def edit(self) -> None:
        """One edit, of whatever kind."""
        chance = self.chance
        name = chance.choice([*self.imports])
        what = chance.choices(
            ("value", "imports", "accept", "page", "break", "mend"), (8, 4, 2, 3, 3, 6)
        )[0]
        match what:
            case "page":
                name = chance.choice(PAGES)
                self.write_page(name)
            case "imports":
                self.rewire(name)
            case "accept":
                name = chance.choice(ENTRIES)
                self.accepting ^= {name}
                self.write(name)
            case "break":
                whole = ("syntax",) if name in ENTRIES else ("syntax", "name", "gone")
                self.wrong[name] = what = chance.choice(whole)
                self.write(name)
            case "mend" if self.wrong:
                name = chance.choice([*self.wrong])
                del self.wrong[name]
                self.write(name)
            case _:
                self.write(name)
        self.done.append(f"{what} {name}")

    def __str__(self) -> str:
        files = {*PAGES, *(f"{name}.js" for name in self.imports)}
        shown = []
        for file in sorted(files):
            path = self.project.root / file
            shown.append(f"--- {file}\n{path.read_text() if path.exists() else '(gone)'}")
        said = "".join(self.project.lines[-12:])
        return "\n".join([", ".join(self.done[-12:]), said, *shown])


class Plain(SimpleHTTPRequestHandler):
    """Hands out files, and asks browsers to keep none."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def plain_server(project: Project) -> Iterator[str]:
    handler = partial(Plain, directory=str(project.root))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def state_of(page: Page) -> State:
    found = page.evaluate(STATE)
    return State(found["texts"], len(found["ran"]) == found["asked"])


def reload(page: Page) -> None:
    """Press F5, unless the page is already on its way."""
    with suppress(PlaywrightError):
        page.reload()


def compare(live: Page, fresh: State, what: str, world: World) -> None:
    """Wait until an open page is what a fresh load is, as far as it can be, and no more."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            sync(live)
            has_overlay, found = live.evaluate(HAS_OVERLAY), state_of(live)
        except PlaywrightError:
            # A page that could not load is loaded anew once it can.
            assert time.monotonic() < deadline, f"{what} does not come to rest\n{world}"
            continue
        same = found.texts == fresh.texts or not fresh.works
        if same and has_overlay != fresh.works:
            return
        assert time.monotonic() < deadline, (
            f"{what}: {found}, overlay: {has_overlay}; a fresh load: {fresh}\n{world}"
        )
        live.wait_for_timeout(10)


@pytest.mark.slow
def test_every_page_is_what_a_fresh_load_of_it_alone_would_be(
    project: Project, browser: Browser, request: pytest.FixtureRequest
) -> None:
    seed: int = request.config.getoption("--chaos-seed")
    steps: int = request.config.getoption("--worlds-steps")
    print(f"--chaos-seed {seed}")
    chance = random.Random(seed)
    world = World(project, chance)
    project.start()
    with plain_server(project) as plain, context_of(browser) as apart, context_of(browser) as tabs:
        pages = {file: tabs.new_page() for file in PAGES}
        for file, page in pages.items():
            page.goto(project.url + file)
        alone = apart.new_page()
        while steps > 0:
            for _ in range(chance.choice((1, 1, 1, 2, 3))):
                world.edit()
                steps -= 1
            if chance.random() < 0.1:
                reload(pages[chance.choice(PAGES)])
            for file, page in pages.items():
                alone.goto(plain + file)
                compare(page, state_of(alone), file, world)
    assert "Traceback" not in project.output
