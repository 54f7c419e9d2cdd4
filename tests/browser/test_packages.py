"""Packages as npm has them, by their bare names: the telling ones of those in bench/packages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bench.packages.pages import PAGE, PAGES
from tests.packages import node_modules
from tests.project import Project

CHOSEN = (
    *("react", "react-dom", "vue", "preact", "lit", "lodash", "dayjs", "rxjs", "leaflet"),
    *("leaflet (names)", "uuid", "zustand", "socket.io-client", "marked", "chart.js"),
    *("alpinejs", "htmx.org"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("packages")
    project = Project(folder / "site", folder / "state")
    for name in CHOSEN:
        project.write({f"{name}/index.html": PAGE, f"{name}/main.js": PAGES[name]})
    try:
        yield project.start("--mount", f"/node_modules={node_modules()}")
    finally:
        project.close()


@pytest.mark.parametrize("name", CHOSEN)
def test_a_package_works(site: Project, name: str, page: Page) -> None:
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    for _ in range(2):
        page.goto(f"{site.url}{name}/")
        expect(page.locator("#out")).to_contain_text("ok")
    assert not said
    expect(page.locator("hotreload-overlay")).to_have_count(0)
