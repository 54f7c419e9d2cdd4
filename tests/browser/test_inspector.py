"""The inspector's page follows a real server."""

from playwright.sync_api import Page, expect

from tests.browser.site import html
from tests.project import Project

ACCEPTS = 'export let text = "one";\nimport.meta.hot.accept();\n'


def site() -> dict[str, str]:
    return {
        "index.html": html(script="a.js"),
        "a.js": (
            'import "./b.js";\nimport("./lazy.js");\nimport.meta.hot.accept("./b.js", () => {});\n'
        ),
        "b.js": ACCEPTS,
        "lazy.js": "export {};\n",
    }


def test_it_shows_the_graph_the_pages_the_updates_and_the_errors_as_they_change(
    project: Project, page: Page
) -> None:
    project.write(site())
    project.start()
    page.goto(f"{project.url}@hotreload/")
    expect(page.get_by_role("status")).to_contain_text("0 pages")
    title = page.locator("h1").element_handle()

    other = page.context.new_page()
    other.goto(project.url)
    expect(page.locator("#pages")).to_contain_text("/index.html")
    expect(page.get_by_role("status")).to_contain_text("1 page · 3 modules · 0 errors")
    expect(page.locator("#graph g")).to_have_count(3)
    expect(page.locator("#graph path.lazy")).to_have_count(1)
    expect(page.locator("#graph path.accepted")).to_have_count(1)

    project.write({"b.js": ACCEPTS.replace("one", "two")})
    expect(page.locator("#updates")).to_contain_text("hmr /b.js · 1 page")
    expect(page.locator("#updates")).to_contain_text(" ms")
    expect(page.locator("#graph g.touched text")).to_have_text(["/b.js"])

    project.write({"b.js": "let = ;"})
    expect(page.locator("#problems")).to_contain_text("/b.js:1")
    expect(page.locator("#graph g.broken text")).to_have_text(["/b.js"])
    project.write({"b.js": ACCEPTS})
    expect(page.locator("#problems")).to_have_text("None.")

    page.get_by_label("Show modules").fill("lazy")
    expect(page.locator("#graph text")).to_have_text(["/a.js", "/lazy.js"])
    page.get_by_text("As a table").click()
    expect(page.locator("#modules tbody tr")).to_have_count(3)
    # The page was never loaded anew.
    assert title is not None
    assert title.is_visible()


def test_no_text_of_the_project_is_markup_in_it(project: Project, page: Page) -> None:
    name = "<img src=x onerror=alert(1)>.js"
    project.write(
        {
            "index.html": '<script type="module" src="/a.js"></script>',
            "a.js": f'import "./{name}";\n',
            name: "let = <b>;\n",
        }
    )
    project.start()
    page.goto(project.url)
    inspector = page.context.new_page()
    inspector.goto(f"{project.url}@hotreload/")
    expect(inspector.locator("#problems")).to_contain_text("onerror")
    assert inspector.locator("img, b").count() == 0


def test_it_comes_back_with_the_server(project: Project, page: Page) -> None:
    project.write(site())
    project.start()
    page.goto(f"{project.url}@hotreload/")
    expect(page.get_by_role("status")).to_contain_text("revision 0")
    project.stop()
    expect(page.get_by_role("status")).to_contain_text("does not answer")
    project.start()
    expect(page.get_by_role("status")).to_contain_text("revision 0")
