"""The part of python-livereload's server that site generators use."""

import sys
import urllib.request
from pathlib import Path

import pytest

from hotreload.livereload import Server, shell
from tests.build.waiting import eventually


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTRELOAD_STATE_DIR", str(tmp_path / "state"))
    folder = tmp_path / "here"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "a.rst").write_text("one")
    (folder / "docs" / "b.txt").write_text("one")
    (folder / "out").mkdir()
    (folder / "out" / "index.html").write_text("<!doctype html><p>start</p>")
    monkeypatch.chdir(folder)
    return folder


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
        return body.decode()


def test_a_callback_runs_when_what_it_watches_changes(here: Path) -> None:
    calls: list[str] = []

    def build() -> None:
        calls.append("rst")
        (here / "out" / "index.html").write_text((here / "docs" / "a.rst").read_text())

    server = Server()
    server.watch("docs/*.rst", build)
    server.watch("docs/*.txt", lambda: calls.append("txt"))
    server.watch("docs/ignored", lambda: calls.append("ignored"), ignore=lambda path: True)
    with server.dev_server(0, root="out", open=False) as running:
        assert "start" in get(running.url)
        (here / "docs" / "a.rst").write_text("two")
        eventually(lambda: "two" in get(running.url))
        assert calls == ["rst"]
        (here / "docs" / "b.txt").write_text("two")
        eventually(lambda: calls == ["rst", "txt"])


def test_a_callback_can_be_a_command_and_can_take_what_changed(here: Path) -> None:
    changed: list[list[str]] = []
    asked: list[str] = []

    def ignore(path: str) -> bool:
        asked.append(path)
        return path.endswith("b.txt")

    server = Server()
    server.watch("docs/*.rst", f"{sys.executable} -c \"open('out/made.txt', 'a').write('x')\"")
    server.watch("docs/**/*.*", changed.append, ignore=ignore)
    with server.dev_server(0, root="out", open=False) as running:
        (here / "docs" / "a.rst").write_text("two")
        eventually(lambda: changed == [[str(Path("docs/a.rst"))]])
        eventually((here / "out" / "made.txt").exists)
        eventually(lambda: get(f"{running.url}made.txt") == "x")
        (here / "docs" / "deep" / "er").mkdir(parents=True)
        (here / "docs" / "deep" / "er" / "c.rst").write_text("one")
        eventually(lambda: changed[1:] == [[str(Path("docs/deep/er/c.rst"))]])
        (here / "docs" / "b.txt").write_text("two")
        eventually(lambda: str(Path("docs/b.txt")) in asked)
    assert len(changed) == 2
    # One star means one folder.
    assert (here / "out" / "made.txt").read_text() == "x"


def test_a_root_that_holds_its_sources(here: Path) -> None:
    def build() -> None:
        (here / "out" / "made.txt").write_text((here / "docs" / "a.rst").read_text())

    server = Server()
    server.watch("docs", build)
    with server.dev_server(0, open=False) as running:
        (here / "docs" / "a.rst").write_text("two")
        eventually(lambda: (here / "out" / "made.txt").exists())
        eventually(lambda: get(f"{running.url}out/made.txt") == "two")


def test_shell_runs_a_command_and_keeps_its_output(here: Path) -> None:
    shell([sys.executable, "-c", "print('said')"], output="log/said.txt")()
    assert (here / "log" / "said.txt").read_text() == "said\n"
    shell(f"{sys.executable} -c \"open('made', 'w')\"", cwd="docs")()
    assert (here / "docs" / "made").exists()
    with pytest.raises(RuntimeError, match="ended with status 3"):
        shell(f'{sys.executable} -c "exit(3)"')()


def test_a_wsgi_application_is_refused_with_what_to_do() -> None:
    with pytest.raises(TypeError, match="middleware"):
        Server(lambda environ, start: [])  # type: ignore[arg-type]
