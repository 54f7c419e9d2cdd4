"""What is served as a module, a classic script or a worker, by a real server."""

from collections.abc import Iterator

import pytest

from tests.http_site import CLASSIC, FILES, MODULE, NAVIGATION, WORKER, ask, serve_site
from tests.project import Project


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """One server for all tests that only ask."""
    with serve_site(tmp_path_factory.mktemp("http")) as project:
        yield project


def test_modules_have_absolute_addresses_and_a_preamble(site: Project) -> None:
    answer = ask(site, "/main.js", **MODULE)
    assert answer.text.startswith('import{module as __hr}from"/@hotreload/client.js";')
    assert "import '/dep.js';\nimport p from '/node_modules/p/lib/i.js';\n" in answer.text
    assert 'import("/dep.js")' in answer.text
    assert ask(site, "/main.js").text == answer.text
    assert ask(site, "/node_modules/p/lib/i.js", **MODULE).status == 200


@pytest.mark.parametrize("path", ["/classic.js", "/main.js"])
def test_a_classic_script_is_left_as_it_is(site: Project, path: str) -> None:
    answer = ask(site, path, **CLASSIC)
    assert answer.text == FILES[path[1:]]
    assert "sec-fetch-mode" in answer.headers["vary"]


def test_without_fetch_metadata_the_source_tells(site: Project) -> None:
    assert ask(site, "/classic.js").text == FILES["classic.js"]
    assert ask(site, "/classic.js", **MODULE).text.startswith("import{module as __hr}")


def test_a_worker_gets_addresses_and_its_own_runtime(site: Project) -> None:
    answer = ask(site, "/main.js", **WORKER)
    assert answer.text.startswith('import{module as __hr}from"/@hotreload/client.js?worker"')
    assert "import '/dep.js'" in answer.text


def test_a_module_that_leads_nowhere_is_an_error_that_says_where(site: Project) -> None:
    answer = ask(site, "/broken.js", **MODULE)
    assert answer.status == 500
    assert "/broken.js:1:9" in answer.text
    assert "./gone.js" in answer.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/theme.css?import", 'import.meta.style("/theme.css",'),
        ("/theme.css?raw", 'export default "body { background'),
        ("/data.json?import", "export const a=1;"),
        ("/data.json?url", 'export default import.meta.asset("/data.json");'),
    ],
)
def test_other_files_are_modules_where_they_are_imported(
    site: Project, path: str, words: str
) -> None:
    answer = ask(site, path, **MODULE)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert words in answer.text


def test_a_module_that_asks_for_another_is_no_page(project: Project) -> None:
    mapped = '<!doctype html><script type="importmap">{"imports": {"lib": "/x.js"}}</script>'
    asks = '<script type="module" src="/shared.js"></script>'
    project.write(
        {
            "with.html": mapped + asks,
            "without.html": f"<!doctype html>{asks}",
            "shared.js": "import './dep.js';\nimport 'lib';\n",
            "dep.js": "export {};\n",
            "x.js": "export {};\n",
        }
    ).start()
    answers = {"with": 200, "without": 500}
    for page, status in (*answers.items(), *answers.items()):
        ask(project, f"/{page}.html", **NAVIGATION)
        answer = ask(project, "/shared.js", **MODULE, referer=f"{project.url}{page}.html")
        assert answer.status == status, page
        # Browsers name the importer, whose map is that of the page it is in.
        ask(project, "/dep.js", **MODULE, referer=f"{project.url}shared.js")
