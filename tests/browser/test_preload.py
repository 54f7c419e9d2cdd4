"""Who saves a file is likely to save it again: what that takes is preloaded."""

import json
import signal
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import (
    SHOW,
    console_of,
    frames_of,
    html,
    is_marked,
    open_marked,
    run_counts,
    runs,
)
from tests.browser.wait import sync, wait_until
from tests.contexts import context_of
from tests.project import Project

LEAF = runs("leaf") + "export const word = 'one';\n"
CHAIN = {
    "index.html": html("<input id='name'>"),
    "main.js": runs("main")
    + f"import {{ text }} from './top.js';\n{SHOW} = text;\nimport.meta.hot.accept();\n",
    "top.js": runs("top") + "import { word } from './mid.js';\nexport const text = `${word}!`;\n",
    "mid.js": runs("mid") + "export { word } from './leaf.js';\n",
    "leaf.js": LEAF,
}
NAMES = ("leaf", "mid", "top", "main")


class Frames:
    """What a page is sent."""

    def __init__(self, page: Page) -> None:
        self._received = frames_of(page)
        self._page = page

    def of(self, kind: str) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = [json.loads(text) for text in self._received]
        return [frame for frame in frames if frame["type"] == kind]

    def wait_for_preload(self, count: int = 1) -> dict[str, Any]:
        wait_until(self._page, lambda: len(self.of("preload")) >= count)
        return self.of("preload")[-1]

    def sent_code(self) -> list[str]:
        """The names of the modules whose text the last update carried."""
        return [m["path"] for m in self.of("update")[-1]["modules"] if m["code"] is not None]


def opened(project: Project, page: Page, **files: str) -> Frames:
    project.write({**CHAIN, **{f"{name}.js": text for name, text in files.items()}}).start()
    frames = Frames(page)
    open_marked(project, page)
    expect(page.locator("#out")).to_have_text("one!")
    return frames


def test_a_second_save_sends_only_what_changed(project: Project, page: Page) -> None:
    said = console_of(page)
    frames = opened(project, page)
    page.locator("#name").fill("typed")
    words = ["one", "two", "three", "four"]
    for count, (old, new) in enumerate(pairwise(words), 1):
        project.edit("leaf.js", old, new)
        expect(page.locator("#out")).to_have_text(f"{new}!")
        preload = frames.wait_for_preload(count)
        assert preload["path"] == "/leaf.js"
        assert [m["path"] for m in preload["modules"]] == ["/mid.js", "/top.js", "/main.js"]
        first = ["/leaf.js", "/mid.js", "/top.js", "/main.js"]
        assert frames.sent_code() == (first if count == 1 else ["/leaf.js"])
        assert run_counts(page) == dict.fromkeys(NAMES, count + 1)
    assert page.locator("#name").input_value() == "typed"
    assert is_marked(page)
    assert [line for line in said if "preload" in line or "import map" in line] == []
    assert page.evaluate("document.querySelectorAll('link[rel=modulepreload]').length") == 0
    fetched = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert [name for name in fetched if "?v=" in name] == []


def test_an_update_that_comes_before_the_page_was_idle(project: Project, page: Page) -> None:
    page.add_init_script("globalThis.requestIdleCallback = () => {}")
    frames = opened(project, page)
    project.edit("leaf.js", "one", "two")
    frames.wait_for_preload()
    project.edit("leaf.js", "two", "three")
    expect(page.locator("#out")).to_have_text("three!")
    assert frames.sent_code() == ["/leaf.js"]
    assert run_counts(page) == dict.fromkeys(NAMES, 3)
    assert is_marked(page)


def test_a_browser_that_loads_ahead_what_modules_import_too(project: Project, page: Page) -> None:
    """As the HTML standard lets it: there the facade would fail for ever."""
    page.add_init_script("""
        const { append } = HTMLHeadElement.prototype;
        HTMLHeadElement.prototype.append = function (element) {
          if (element.rel !== 'modulepreload') return append.call(this, element);
          import(element.href).catch(() => {}).then(() => element.onload());
        };
    """)
    frames = opened(project, page)
    for count, (old, new) in enumerate([("one", "two"), ("two", "three"), ("three", "four")], 1):
        project.edit("leaf.js", old, new)
        expect(page.locator("#out")).to_have_text(f"{new}!")
        frames.wait_for_preload(count)
        sync(page)
    assert run_counts(page) == dict.fromkeys(NAMES, 4)
    assert is_marked(page)


def test_a_module_is_one_whoever_imports_it(project: Project, page: Page) -> None:
    """By name, as a namespace and from another module that loads later; its bindings are live."""
    mid = runs("mid") + "import * as leaf from './leaf.js';\nglobalThis.leaf = leaf;\n"
    main = CHAIN["main.js"] + "globalThis.load = () => import('./later.js');\n"
    frames = opened(
        project,
        page,
        leaf=LEAF + "export let count = 0;\nexport const add = () => { count += 1; };\n",
        mid=mid + "export const { word } = leaf;\n",
        main=main,
        later="import * as leaf from './leaf.js';\nexport { leaf };\n",
    )
    project.edit("leaf.js", "one", "two")
    frames.wait_for_preload()
    project.edit("leaf.js", "two", "three")
    expect(page.locator("#out")).to_have_text("three!")
    assert frames.sent_code() == ["/leaf.js"]
    assert page.evaluate("leaf.add(), leaf.count") == 1
    assert page.evaluate("load().then((later) => later.leaf === leaf)")
    assert page.evaluate("Object.keys(leaf)") == ["add", "count", "word"]
    assert run_counts(page)["leaf"] == 3


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("leaf.js", "export const", "export default 'x';\nexport const"),
        ("mid.js", "export {", "// seen\nexport {"),
        ("main.js", "import.meta", "globalThis.other = 1;\nimport.meta"),
        ("leaf.js", "export const", "import './new.js';\nexport const"),
        (
            "leaf.js",
            "export const",
            "export const other = 1;\nexport * from './new.js';\nexport const",
        ),
        ("leaf.js", "export const", "import './top.js';\nexport const"),
        ("new.js", "new", "newer"),
    ],
)
def test_what_else_changes_in_between(
    project: Project, page: Page, file: str, old: str, new: str
) -> None:
    project.write({"new.js": "export const one = 'new';\n"})
    frames = opened(project, page)
    project.edit("leaf.js", "one", "two")
    frames.wait_for_preload()
    project.edit(file, old, new)
    sync(page)
    for word, following in (("two", "three"), ("three", "four"), ("four", "five")):
        project.edit("leaf.js", word, following)
        expect(page.locator("#out")).to_have_text(f"{following}!")
        sync(page)
    assert is_marked(page)
    changed = NAMES.index(file.removesuffix(".js")) if file != "new.js" else len(NAMES)
    assert [run_counts(page)[name] for name in NAMES] == [
        6 if index >= changed else 5 for index, _ in enumerate(NAMES)
    ]


def test_default_exports_come_and_go(project: Project, page: Page) -> None:
    mid = runs("mid") + "import * as leaf from './leaf.js';\n"
    frames = opened(project, page, mid=mid + "export const word = leaf.default ?? leaf.word;\n")
    texts = [
        "",
        "export default 'two';\n",
        "export default 'three';\n",
        "",
        "export default 'x';\n",
    ]
    for count, text in enumerate(texts, 1):
        project.write({"leaf.js": f"// {count}\n{LEAF}{text}"})
        shown = text.split("'")[1] if text else "one"
        page.wait_for_function("(count) => runs.main === count", arg=count + 1)
        expect(page.locator("#out")).to_have_text(f"{shown}!")
        assert frames.wait_for_preload(count)["default"] is bool(text)
    assert is_marked(page)


@pytest.mark.parametrize("broken", ["export const word = ;\n", "throw new Error('no');\n"])
def test_what_is_broken_and_mended(project: Project, page: Page, broken: str) -> None:
    frames = opened(project, page)
    project.edit("leaf.js", "one", "two")
    frames.wait_for_preload()
    project.write(
        {"leaf.js": broken + ("export const word = 'no';\n" if "throw" in broken else "")}
    )
    sync(page)
    for word in ("three", "four"):
        project.write({"leaf.js": LEAF.replace("one", word)})
        expect(page.locator("#out")).to_have_text(f"{word}!")
        sync(page)
    assert is_marked(page)


def test_pages_that_come_later_and_go(project: Project, page: Page, browser: Browser) -> None:
    frames = opened(project, page)
    project.edit("leaf.js", "one", "two")
    frames.wait_for_preload()
    with context_of(browser) as context:
        other = context.new_page()
        open_marked(project, other)
        expect(other.locator("#out")).to_have_text("two!")
        sync(other)
        project.edit("leaf.js", "two", "three")
        for each in (page, other):
            expect(each.locator("#out")).to_have_text("three!")
        assert frames.sent_code() == ["/leaf.js"]
        frames.wait_for_preload(2)
        project.edit("leaf.js", "three", "four")
        for each in (page, other):
            expect(each.locator("#out")).to_have_text("four!")
        frames.wait_for_preload(3)
        assert is_marked(other)
    project.edit("leaf.js", "four", "five")
    expect(page.locator("#out")).to_have_text("five!")
    assert run_counts(page) == dict.fromkeys(NAMES, 5)
    assert is_marked(page)


def test_pages_that_come_back(project: Project, page: Page) -> None:
    frames = opened(project, page)
    project.edit("leaf.js", "one", "two")
    frames.wait_for_preload()
    project.stop(signal.SIGKILL)
    project.edit("leaf.js", "two", "three")
    project.start()
    expect(page.locator("#out")).to_have_text("three!")
    for old, new in (("three", "four"), ("four", "five")):
        project.edit("leaf.js", old, new)
        expect(page.locator("#out")).to_have_text(f"{new}!")
        sync(page)
    assert run_counts(page) == dict.fromkeys(NAMES, 5)
    assert is_marked(page)


def test_where_nothing_can_be_linked_it_is_fetched(project: Project, page: Page) -> None:
    policy = "script-src 'self'; object-src 'none'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    project.write({**CHAIN, "index.html": html(head=head)}).start()
    frames = Frames(page)
    open_marked(project, page)
    for count, (old, new) in enumerate([("one", "two"), ("two", "three"), ("three", "four")], 1):
        project.edit("leaf.js", old, new)
        expect(page.locator("#out")).to_have_text(f"{new}!")
        frames.wait_for_preload(count)
    assert run_counts(page) == dict.fromkeys(NAMES, 4)
    assert is_marked(page)
