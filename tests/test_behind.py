"""What `hotreload run` finds out: folders, ports, what a server's last words are about."""

import signal
from pathlib import Path

import httpx
import pytest

from hotreload.hosts.asgi.failures import explain_failure
from hotreload.hosts.run.folders import static_folders, template_folders
from hotreload.hosts.run.listening import choose, url_of
from hotreload.project.options import ProxyRule
from hotreload.project.rendered import is_source
from tests.runproject import RunProject


@pytest.mark.parametrize(
    ("places", "lines", "url"),
    [
        ([("127.0.0.1", 5000)], [], "http://127.0.0.1:5000"),
        ([("127.0.0.1", 9229), ("0.0.0.0", 3000)], [], "http://127.0.0.1:3000"),
        (
            [("::", 4000), ("127.0.0.1", 5173)],
            ["Local: http://localhost:5173/"],
            "http://127.0.0.1:5173",
        ),
        ([("::1", 8080)], ["see http://example.org:80/"], "http://[::1]:8080"),
    ],
)
def test_the_place_of_a_server(places: list[tuple[str, int]], lines: list[str], url: str) -> None:
    place = choose(places, lines)
    assert place is not None
    assert url_of(place) == url
    assert choose([], lines) is None


def test_folders_of_usual_apps(tmp_path: Path) -> None:
    for name in ("templates", "static", "shop/templates", "shop/static", "venv/templates", "a.b"):
        (tmp_path / name).mkdir(parents=True)
    assert [f.relative_to(tmp_path).as_posix() for f in template_folders(tmp_path)] == [
        "templates",
        "shop/templates",
    ]
    static, shop = str(tmp_path / "static"), str(tmp_path / "shop/static")
    assert static_folders(["python", "./manage.py", "runserver"], tmp_path) == {
        "/static/": [static, shop]
    }
    assert static_folders(["flask", "run"], tmp_path) == {"/static/": [static]}
    assert static_folders(["flask", "--app", "shop:app", "run"], tmp_path) == {"/static/": [shop]}
    assert static_folders(["node", "server.js"], tmp_path) == {}


def test_what_pages_may_be_rendered_from() -> None:
    root = Path("/app")
    assert is_source(root / "views/home.erb", root)
    assert is_source(root / "shop/views.py", root)
    assert not is_source(root / "venv/lib/a.py", root)
    assert not is_source(root / "db.sqlite3", root)
    assert not is_source(Path("/other/a.py"), root)


def test_redirects_to_the_server_itself_stay_with_us() -> None:
    whole = ProxyRule("/", "http://127.0.0.1:5000")
    assert whole.own_location(b"http://127.0.0.1:5000/a?b") == b"/a?b"
    assert whole.own_location(b"http://127.0.0.1:50001/a") == b"http://127.0.0.1:50001/a"
    assert whole.own_location(b"/a") == b"/a"
    part = ProxyRule("/api", "http://127.0.0.1:5000")
    assert part.own_location(b"http://127.0.0.1:5000/a") == b"http://127.0.0.1:5000/a"


def test_pages_about_errors_name_the_line(tmp_path: Path) -> None:
    (tmp_path / "home.html").write_text("one\ntwo\n")
    file = tmp_path / "home.html"
    trace = f'Traceback (most recent call last):\n  File "{file}", line 2, in template\nBad: why'
    escaped = trace.replace('"', "&quot;")
    for text in (
        trace,
        f"<!doctype html><title>500</title><div>{escaped}</div><!--\n{escaped}\n-->",
        f"<html><textarea>Environment:\n\nTemplate error:\nIn template {file}, error at line 2\n\n"
        "Traceback (most recent call last):\n  File &quot;/x.py&quot;, line 1, in f\nBad: why"
        "</textarea></html>",
    ):
        problem = explain_failure(text, None, root=tmp_path)
        assert problem is not None
        assert (problem.owner, problem.line, problem.message) == ("home.html", 2, "Bad: why")


@pytest.fixture
def run_project(tmp_path: Path) -> RunProject:
    return RunProject(tmp_path / "app", tmp_path / "state")


def test_a_command_that_ends_ends_us(run_project: RunProject) -> None:
    run_project.ready_line = r"never"
    run_project.words = ("python", "-c", "raise SystemExit(7)")
    with pytest.raises(AssertionError):
        run_project.start()
    assert run_project.stop() == 7
    run_project.words = ("no-such-program",)
    with pytest.raises(AssertionError, match="can't be run"):
        run_project.start()
    assert run_project.stop() == 2


def test_a_strangers_page_gets_nothing(run_project: RunProject) -> None:
    run_project.write({"secret.txt": "mine"})
    run_project.words = ("python", "-m", "http.server", "--bind", "127.0.0.1", "PORT")
    run_project.start()
    try:
        url = f"{run_project.url}secret.txt"
        assert httpx.get(url).text == "mine"
        strange = {"host": "evil.test"}
        assert httpx.get(url, headers=strange).status_code == 403
        foreign = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
        assert httpx.get(url, headers=foreign).status_code == 403
        assert httpx.get(f"{run_project.url}x/@hotreload/client.js").status_code == 403
    finally:
        assert run_project.stop(signal.SIGINT) in (0, -signal.SIGINT)
