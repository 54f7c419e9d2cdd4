"""Large birth maps: the browser keeps them, and what they lead to is what it was before."""

from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, html, is_marked, mark, run_counts, runs
from tests.browser.wait import sync
from tests.http_site import NAVIGATION, ask
from tests.project import Project

FILLING = "// a line of text, so that there is more of it\n"
# More than what comes in a page, and than what is given an address of its own.
OWN = "".join(FILLING for _ in range(1500))
LONG = "".join(FILLING for _ in range(500))
ASKED = """performance.getEntriesByType('resource').filter((each) => each.transferSize > 0)
    .map((each) => new URL(each.name).pathname)"""
FILES = {
    "index.html": html(),
    "main.js": runs("main") + "import './show.js';\n",
    "show.js": runs("show") + "import { word } from './word.js';\nimport { long, short, where } "
    "from 'it\\'s';\nimport('it\\'s').then((all) => { globalThis.same = all.long === long; });\n"
    f"globalThis.where = where;\n{SHOW} = [word, long.text, short].join(' ');\n"
    "import.meta.hot.accept();\n",
    "word.js": f"{runs('word')}export const word = 'one';\n{OWN}",
    "node_modules/it's/package.json": '{"exports": "./long.js"}',
    "node_modules/it's/long.js": "export { short } from './short.js';\n"
    + runs("long")
    + f"export const long = {{ text: 'long' }};\nexport const where = import.meta.url;\n{LONG}",
    "node_modules/it's/short.js": f"{runs('short')}export const short = 'short';\n",
}


def test_a_reload_asks_for_nothing_that_is_as_it_was(project: Project, page: Page) -> None:
    project.write(FILES).start()
    wrong: list[str] = []
    page.on(
        "console",
        lambda said: wrong.append(said.text) if said.type in ("warning", "error") else None,
    )
    page.goto(project.url)
    expect(page.locator("#out")).to_have_text("one long short")
    expect(page.locator("script[type=importmap]")).to_have_count(2)
    page.wait_for_function("globalThis.same")
    assert page.evaluate("where") == f"{project.url}node_modules/it's/long.js"
    once = dict.fromkeys(("main", "show", "word", "long", "short"), 1)
    assert run_counts(page) == once

    def reload(shown: str) -> list[str]:
        """What of the map and of packages is asked of the server."""
        page.reload()
        expect(page.locator("#out")).to_have_text(shown)
        mark(page)
        sync(page)
        asked: list[str] = page.evaluate(ASKED)
        return [p for p in asked if "/birth/" in p or "/kept/" in p or "node_modules" in p]

    assert reload("one long short") == []
    # The instances that the map gave are those that updates replace.
    project.edit("word.js", "'one'", "'two'")
    expect(page.locator("#out")).to_have_text("two long short")
    assert is_marked(page)
    assert run_counts(page) == {**once, "word": 2, "show": 2}
    # And what was replaced has a map of its own; packages keep theirs.
    assert [path.split("/")[2] for path in reload("two long short")] == ["birth"]
    assert reload("two long short") == []
    assert run_counts(page) == once
    assert wrong == []


def test_addresses_that_name_their_content(project: Project) -> None:
    project.write(FILES).start()
    chromium = {**NAVIGATION, "sec-ch-ua": '"Chromium";v="140"', "connection": "keep-alive"}

    def page() -> list[str]:
        text = ask(project, "/", **chromium).text
        assert len(text) < 2000
        return [part.partition('"')[0] for part in text.split('src="')[1:] if "/birth/" in part]

    kept = "private, max-age=31536000, immutable"
    installed, own = page()
    script = ask(project, installed)
    assert (script.status, script.headers["cache-control"]) == (200, kept)
    address = "/@hotreload/kept/" + script.text.partition("/@hotreload/kept/")[2].partition('"')[0]
    module = ask(project, address.replace("\\", ""))
    assert module.headers["cache-control"] == kept
    assert "text: 'long'" in module.text
    # What has become another is not kept under the old address; the map of then is no more.
    project.write({"node_modules/it's/long.js": "export const long = 2;", "word.js": OWN})
    later = ask(project, address.replace("\\", ""))
    assert (later.headers["cache-control"], "long = 2" in later.text) == ("no-store", True)
    assert ask(project, own).status == 200  # still held for a page that is on its way
    assert ask(project, "/@hotreload/birth/none.js").headers["cache-control"] == "no-store"
    assert ask(project, "/@hotreload/kept/none/secret.txt").status == 404
    assert ask(project, own, sec_fetch_site="cross-site").status == 403
