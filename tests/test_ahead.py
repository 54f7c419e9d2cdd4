"""What is done before anybody asks: the first page's modules, and its birth map once."""

from pathlib import Path

from hotreload.live.late import Live
from hotreload.project.files import Mount, ProjectFiles
from hotreload.site import Site
from hotreload.site.ahead import look_ahead
from hotreload.web.birth_map import Births
from hotreload.web.kept import KeptModules

ORIGIN = "http://127.0.0.1:1"
FILES = {
    "index.html": "<!doctype html><head></head><script type=module src=main.js></script>",
    "main.js": "import './dep.js'; import './odd.js'; import('./late.js');",
    "dep.js": "export const a = 1;",
    "odd.js": "import './gone.js'",
    "late.js": "",
}


def site_of(root: Path) -> Site:
    for name, text in FILES.items():
        (root / name).write_text(text)
    return Site(ProjectFiles((Mount("/", root.resolve()),)))


def births_of(site: Site) -> Births:
    def nobody() -> None:
        raise AssertionError("nobody is told")

    return Births(site, KeptModules(site, Live(site, nobody, 1.0)))  # type: ignore[arg-type]


def test_what_the_first_page_imports_is_loaded_and_nobody_told(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    steps = len(list(look_ahead(site, "/index.html")))
    assert steps >= 2
    assert "/dep.js" in site.modules.graph
    assert "/late.js" not in site.modules.graph
    assert site.known.problems == {}
    # Whoever opened a page went first; and there may be no page.
    assert list(look_ahead(site, "/index.html")) == []
    other = tmp_path / "other"
    other.mkdir()
    nothing = Site(ProjectFiles((Mount("/", other.resolve()),)))
    assert list(look_ahead(nothing, "/index.html")) == []
    assert nothing.known.problems == {}


def test_a_map_is_made_anew_when_something_in_it_is_another(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    births = births_of(site)

    def elements() -> str:
        return births.elements("/index.html", site.documents.page("/index.html")[2], ORIGIN)

    first = elements()
    site.known.generation += 1
    assert elements() is first
    site.modules.set_versions(["/dep.js"], "2")
    second = elements()
    assert "/dep.js?v=2" in second
    (tmp_path / "dep.js").write_text("export const a = 2; // another")
    third = elements()
    assert third not in (first, second)
    assert elements() is third
