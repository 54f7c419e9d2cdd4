"""Symbolic links in what is served: whatever they lead to is hot, by each URL that leads there."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.site import SHOW, html, is_marked, mark, open_marked
from tests.project import Project

ACCEPT = "import.meta.hot.accept();\n"


def test_a_folder_that_is_a_link_is_hot_by_both_urls(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(
                head="<link rel=stylesheet href='shared/a.css'>", body="<img src='shared/x.svg'>"
            ),
            "main.js": (
                "import {word} from './shared/a.js';\nimport {word as other} from './real/a.js';\n"
                f"{SHOW} = word + other;\n{ACCEPT}"
            ),
            "real/a.js": "export {word} from './sub/b.js';\n",
            "real/sub/b.js": "export const word = '1';\n",
            "real/a.css": "#out { color: rgb(1, 1, 1) }\n",
            "real/x.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        }
    )
    (project.root / "shared").symlink_to("real")
    project.start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("11")
    expect(out).to_have_css("color", "rgb(1, 1, 1)")
    project.edit("real/sub/b.js", "1", "2")
    expect(out).to_have_text("22")
    project.edit("real/a.css", "1, 1, 1", "2, 2, 2")
    expect(out).to_have_css("color", "rgb(2, 2, 2)")
    # By its other name.
    project.edit("shared/sub/b.js", "2", "3")
    expect(out).to_have_text("33")
    image = page.locator("img")
    before = image.get_attribute("src")
    project.edit("real/x.svg", "/>", " width='1'/>")
    expect(image).not_to_have_attribute("src", before or "")
    assert is_marked(page)


def test_a_file_that_is_a_link_is_hot(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(body="<b>one</b>"),
            "main.js": f"import {{word}} from './word.js';\n{SHOW} = word;\n{ACCEPT}",
            "elsewhere/w.js": "export const word = 'one';\n",
            "pages/page.html": html(script="../main.js", body="<b>one</b>"),
        }
    )
    (project.root / "word.js").symlink_to("elsewhere/w.js")
    (project.root / "page.html").symlink_to("pages/page.html")
    project.start()
    open_marked(project, page, "page.html")
    out = page.locator("#out")
    page.evaluate("import('/word.js').then(({word}) => { out.textContent = word; })")
    expect(out).to_have_text("one")
    bold = page.locator("b")
    project.edit("pages/page.html", "<b>one", "<b>two")
    expect(bold).to_have_text("two")
    assert is_marked(page)
    open_marked(project, page)
    expect(out).to_have_text("one")
    project.edit("elsewhere/w.js", "one", "two")
    expect(out).to_have_text("two")
    # An editor that saves by a rename, where the link leads.
    temporary = project.root / "elsewhere/w.js.new"
    temporary.write_text("export const word = 'three';\n", "utf-8")
    temporary.replace(project.root / "elsewhere/w.js")
    expect(out).to_have_text("three")
    assert is_marked(page)


def turn(link: Path, target: str) -> None:
    """As `ln -sfn` does it."""
    temporary = link.with_name(f"{link.name}.turning")
    temporary.symlink_to(target)
    temporary.replace(link)


def test_a_link_that_is_turned_to_another_place(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(head="<link rel=stylesheet href='lib/a.css'>"),
            "main.js": f"import {{word}} from './lib/in/a.js';\n{SHOW} = word;\n{ACCEPT}",
            "rel1/in/a.js": "export const word = 'one';\n",
            "rel1/a.css": "#out { color: rgb(1, 1, 1) }\n",
            "rel2/in/a.js": "export const word = 'two';\n",
            "rel2/a.css": "#out { color: rgb(2, 2, 2) }\n",
        }
    )
    root = project.root
    (root / "current").symlink_to("rel1")
    (root / "lib").symlink_to("current")
    project.start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("one")
    turn(root / "lib", "rel2")
    expect(out).to_have_text("two")
    expect(out).to_have_css("color", "rgb(2, 2, 2)")
    project.edit("rel2/in/a.js", "two", "two!")
    expect(out).to_have_text("two!")
    turn(root / "lib", "current")
    expect(out).to_have_text("one")
    # A link that another one leads to.
    turn(root / "current", "rel2")
    expect(out).to_have_text("two!")
    expect(out).to_have_css("color", "rgb(2, 2, 2)")
    assert is_marked(page)
    # What it led to before concerns nobody any more.
    project.edit("rel1/in/a.js", "one", "three")
    page.evaluate("import('/@hotreload/client.js').then(({sync}) => sync())")
    expect(out).to_have_text("two!")
    assert is_marked(page)


def test_a_link_that_was_missing_or_led_nowhere(project: Project, page: Page) -> None:
    project.write(
        {
            "index.html": html(head="<link rel=stylesheet href='lib/a.css'>"),
            "main.js": f"import {{word}} from './lib/a.js';\n{SHOW} = word;\n{ACCEPT}",
            "real/a.css": "#out { color: rgb(1, 1, 1) }\n",
        }
    ).start()
    page.goto(project.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("there is no file /lib/a.js")
    (project.root / "lib").symlink_to("real")
    out = page.locator("#out")
    expect(out).to_have_css("color", "rgb(1, 1, 1)")
    # The link is there, the file is not yet.
    project.write({"real/a.js": "export const word = 'one';\n"})
    expect(out).to_have_text("one")
    expect(overlay).to_have_count(0)
    mark(page)
    project.edit("real/a.js", "one", "two")
    expect(out).to_have_text("two")
    assert is_marked(page)


def test_a_link_that_leads_out_stays_refused(project: Project, page: Page) -> None:
    outside = project.root.parent / "outside"
    outside.mkdir()
    (outside / "a.js").write_text("export const word = 'secret';\n", "utf-8")
    project.write({"index.html": html(), "real/a.js": "export const word = 'one';\n"})
    link = project.root / "lib"
    link.symlink_to("real")
    project.write(
        {"main.js": f"import {{word}} from './lib/a.js';\n{SHOW} = word;\n{ACCEPT}"}
    ).start()
    open_marked(project, page)
    out = page.locator("#out")
    expect(out).to_have_text("one")
    turn(link, "../outside")
    expect(page.locator("hotreload-overlay")).to_contain_text("/lib/a.js")
    assert page.request.get(f"{project.url}lib/a.js").status == 403
    (outside / "a.js").write_text("export const word = 'more secret';\n", "utf-8")
    turn(link, "real")
    project.edit("real/a.js", "one", "two")
    expect(out).to_have_text("two")
    assert "secret" not in page.content()
