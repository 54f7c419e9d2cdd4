"""Opening files in the editor: off by default, guarded, a list and never a shell."""

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from hotreload.web.editor import EditorError, editor_command, parse_editor
from tests.browser.site import html
from tests.project import Project

READY_SECONDS = 10
# Writes its arguments into a file, as one step.
EDITOR = """import json, os, sys
temporary = sys.argv[1] + '.part'
open(temporary, 'w').write(json.dumps(sys.argv[2:]))
os.replace(temporary, sys.argv[1])
"""


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """Where the pretended editor writes what it was told."""
    (tmp_path / "editor.py").write_text(EDITOR)
    return tmp_path / "opened.json"


def editor(opened: Path) -> str:
    script = opened.parent / "editor.py"
    return f"'{sys.executable}' '{script}' '{opened}' {{file}} {{line}} {{column}}"


def wait_for(opened: Path) -> list[str]:
    deadline = time.monotonic() + READY_SECONDS
    while not opened.exists():
        assert time.monotonic() < deadline, "the editor was not run"
        time.sleep(0.01)
    told: list[str] = json.loads(opened.read_text())
    return told


def ask(project: Project, body: object, headers: Mapping[str, str] | None = None) -> httpx.Response:
    token = httpx.get(f"{project.url}@hotreload/status").json()["token"]
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"x-hotreload-token": token, **(headers or {})}
    return httpx.post(f"{project.url}@hotreload/open", content=content, headers=sent)


def place(path: str, line: object = 1, column: object = 1) -> dict[str, object]:
    return {"path": path, "line": line, "column": column}


def test_a_click_opens_the_file_at_its_place(project: Project, page: Page, opened: Path) -> None:
    project.write({"index.html": html(), "a; touch b.js": "\n", "main.js": "const = 1;\n"})
    project.start("--editor", editor(opened))
    page.goto(project.url)
    page.locator("hotreload-overlay").get_by_role("button", name="/main.js:1:").click()
    assert wait_for(opened)[:2] == [str(project.root / "main.js"), "1"]
    opened.unlink()
    # Only a name, whatever signs are in it.
    assert ask(project, place("/a%3B%20touch%20b.js", 3, 4)).status_code == 204
    assert wait_for(opened) == [str(project.root / "a; touch b.js"), "3", "4"]


def test_without_an_editor_there_is_nothing_to_click(project: Project, page: Page) -> None:
    project.write({"index.html": html(), "main.js": "const = 1;\n"}).start()
    page.goto(project.url)
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("/main.js:1:")
    expect(overlay.get_by_role("button")).to_have_text(["Copy", "Close"])
    answer = ask(project, place("/main.js"))
    assert answer.status_code == 404
    assert "--editor" in answer.text


def test_only_the_project_s_pages_may_ask(project: Project, opened: Path) -> None:
    project.write({"main.js": "\n"}).start("--editor", editor(opened))
    good = place("/main.js")
    assert ask(project, good, {"x-hotreload-token": "wrong"}).status_code == 403
    assert ask(project, good, {"x-hotreload-token": ""}).status_code == 403
    assert ask(project, good, {"origin": "http://evil.example"}).status_code == 403
    assert ask(project, good, {"sec-fetch-site": "cross-site"}).status_code == 403
    assert ask(project, good, {"host": "evil.example"}).status_code == 403
    assert httpx.get(f"{project.url}@hotreload/open").status_code == 404
    assert not opened.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (place("/../outside.txt"), 404),
        (place("/%2e%2e/outside.txt"), 404),
        (place("/.env"), 404),
        (place("/link.txt"), 404),
        (place("/none.js"), 404),
        (place("/"), 404),
        (place("main.js"), 400),
        (place("--wait"), 400),
        (place("\\\\127.0.0.1\\share"), 400),
        (place("/main.js", "1; touch x"), 400),
        (place("/main.js", True), 400),
        (place("/main.js", 0), 400),
        (place("/main.js", 10**9), 400),
        ({"path": "/main.js"}, 400),
        ([], 400),
        (b"{", 400),
        (b"[" * 4000, 400),
        (b" " * 5000, 400),
    ],
)
def test_only_files_that_are_served_are_opened(
    project: Project, opened: Path, body: object, status: int
) -> None:
    outside = project.root.parent / "outside.txt"
    outside.write_text("secret")
    project.write({"main.js": "\n", ".env": "secret"})
    (project.root / "link.txt").symlink_to(outside)
    project.start("--editor", editor(opened))
    assert ask(project, body).status_code == status
    # One that works is the last to be run.
    assert ask(project, place("/main.js", 7)).status_code == 204
    assert wait_for(opened) == [str(project.root / "main.js"), "7", "1"]


def test_known_editors_are_told_the_line_in_their_way(tmp_path: Path) -> None:
    file = Path("/site/a b.js")
    for name, expected in (
        ("code", ["--goto", "/site/a b.js:3:4"]),
        ("subl", ["/site/a b.js:3:4"]),
        ("emacsclient", ["+3:4", "/site/a b.js"]),
        ("idea", ["--line", "3", "--column", "4", "/site/a b.js"]),
        ("unheard-of", ["/site/a b.js"]),
    ):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        assert editor_command(parse_editor(str(program)), file, 3, 4) == [str(program), *expected]


@pytest.mark.parametrize("text", ["", "  ", "'unclosed", "no-such-program-here"])
def test_a_command_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(EditorError):
        parse_editor(text)


def test_a_batch_file_is_not_handed_what_it_would_run() -> None:
    with pytest.raises(EditorError, match="safely"):
        editor_command(("C:\\bin\\code.CMD", "{file}"), Path("C:/site/a&calc.js"), 1, 1)


def test_a_name_with_a_brace_is_no_placeholder() -> None:
    command = editor_command(("/bin/x", "{file}:{line}"), Path("/site/{line}.js"), 1, 1)
    assert command == ["/bin/x", "/site/{line}.js:1"]
