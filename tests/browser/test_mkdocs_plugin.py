"""``mkdocs serve`` with the plugin ``hotreload``: MkDocs as it is, by our server."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from mkdocs.commands import serve as serve_command
from playwright.sync_api import Page, expect

from hotreload.cli.mkdocs_plugin import HotReloadPlugin
from tests.browser.site import is_marked, mark
from tests.build.waiting import eventually
from tests.generated import paragraph, write_mkdocs
from tests.project import Project

SHOWN_MS = 60_000

# Reads what no plugin knows of, has it watched as plugins do, and edits a page while MkDocs builds
# for the first time.
HOOKS = """
import pathlib
begun = []

def on_page_markdown(markdown, **rest):
    return markdown.replace("WORD", pathlib.Path("data/word.txt").read_text())

def on_serve(server, **rest):
    server.watch("data")
    server.watch("elsewhere")
    server.unwatch("elsewhere")
    return server

def on_post_build(**rest):
    late = pathlib.Path("docs/c1/p1.md")
    if "Late." not in late.read_text():
        late.write_text(late.read_text().replace("page 1.", "page 1. Late."))
"""


class MkDocsServe(Project):
    """A project that ``mkdocs serve`` serves."""

    ready_line = r"hotreload serves"

    def command(self, *arguments: str) -> list[str]:
        address = f"127.0.0.1:{self.port}"
        return [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", address, *arguments]


def ended(project: MkDocsServe, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run what ends by itself."""
    return subprocess.run(
        project.command(*arguments),
        cwd=project.root,
        env=project._environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Iterator[MkDocsServe]:
    project = MkDocsServe(tmp_path / "site", tmp_path / "state")
    write_mkdocs(project.root, 10)
    project.edit("mkdocs.yml", "  - search\n", "  - search\n  - hotreload\n")
    yield project
    project.close()


def test_an_edit_is_merged_into_the_page_and_the_rest_follows(
    project: MkDocsServe, page: Page
) -> None:
    project.start()
    page.goto(f"{project.url}c0/p0/")
    mark(page)
    text = page.get_by_text(paragraph(0), exact=True).element_handle()
    assert text is not None
    project.edit("docs/c0/p0.md", paragraph(0), f"{paragraph(0)} Zebras.")
    expect(page.get_by_text("Zebras.")).to_be_visible(timeout=SHOWN_MS)
    assert text.evaluate("p => p.textContent") == f"{paragraph(0)} Zebras."
    eventually(
        lambda: "Zebras" in page.request.get(f"{project.url}search/search_index.json").text()
    )
    # The navigation of a page that was not edited.
    page.goto(f"{project.url}c1/p1/")
    mark(page)
    project.edit("docs/c0/p0.md", "# Page 0", "# Renamed")
    expect(page.locator("nav a", has_text="Renamed").first).to_be_attached(timeout=SHOWN_MS)
    assert is_marked(page)
    assert page.request.get(f"{project.url}nowhere/").status == 404
    # As MkDocs leaves nothing behind, even if it is ended by force.
    project.stop(signal.SIGTERM)
    assert list(project.temporary.iterdir()) == []


def test_all_that_mkdocs_watches_is_watched(project: MkDocsServe, page: Page) -> None:
    project.write({"hooks.py": HOOKS, "data/word.txt": "once", "more/read.txt": ""})
    project.edit("mkdocs.yml", "plugins:", "hooks: [hooks.py]\nplugins:")
    project.edit("docs/c0/p0.md", "More\n", "More\n\nRead WORD.\n")
    project.start("--watch", "more")
    page.goto(f"{project.url}c1/p1/")
    # It was edited after MkDocs had read it, and before there was a server.
    expect(page.get_by_text("Late.")).to_be_visible(timeout=SHOWN_MS)
    page.goto(f"{project.url}c0/p0/")
    mark(page)
    project.write({"data/word.txt": "twice"})
    expect(page.get_by_text("Read twice.")).to_be_visible(timeout=SHOWN_MS)
    begun = project.output.count("building: ")
    project.write({"more/read.txt": "x"})
    project.wait_for_output("building: more/read.txt")
    project.edit("mkdocs.yml", "site_name: Made", "site_name: Renamed")
    expect(page.locator(".md-header__title")).to_contain_text("Renamed", timeout=SHOWN_MS)
    assert is_marked(page)
    assert project.output.count("building: ") == begun + 2


def test_what_ends_a_build_is_shown_over_the_page(project: MkDocsServe, page: Page) -> None:
    project.start("--strict")
    page.goto(f"{project.url}c0/p0/")
    mark(page)
    overlay = page.locator("hotreload-overlay")
    project.edit("docs/c0/p0.md", "More\n", "More\n\n[gone](gone.md)\n")
    expect(overlay).to_contain_text("Aborted with 1 warnings in strict mode", timeout=SHOWN_MS)
    expect(overlay).to_contain_text("a link 'gone.md'")
    project.edit("docs/c0/p0.md", "[gone](gone.md)", "[there](../c1/p1.md)")
    expect(overlay).to_have_count(0, timeout=SHOWN_MS)
    expect(page.get_by_role("link", name="there")).to_be_visible()
    project.edit("mkdocs.yml", "plugins:\n  - search", "plugins: [search")
    expect(overlay).to_contain_text("mkdocs.yml", timeout=SHOWN_MS)
    project.edit("mkdocs.yml", "plugins: [search", "plugins:\n  - search")
    expect(overlay).to_have_count(0, timeout=SHOWN_MS)
    project.write({"hooks.py": "def on_page_markdown(markdown, page, **rest):\n    1 / 0\n"})
    project.edit("mkdocs.yml", "plugins:", "hooks: [hooks.py]\nplugins:")
    expect(overlay).to_contain_text("ZeroDivisionError", timeout=SHOWN_MS)
    expect(overlay).to_contain_text("hooks.py")
    project.edit("mkdocs.yml", "hooks: [hooks.py]\n", "")
    expect(overlay).to_have_count(0, timeout=SHOWN_MS)
    assert is_marked(page)


@pytest.mark.parametrize("hook", ["on_config(config)", "on_page_markdown(markdown, **rest)"])
def test_a_first_build_that_fails_is_shown_and_can_be_mended(
    project: MkDocsServe, page: Page, hook: str
) -> None:
    project.write({"hooks.py": f"def {hook}:\n    1 / 0\n"})
    project.edit("mkdocs.yml", "plugins:", "hooks: [hooks.py]\nplugins:")
    project.start()
    page.goto(f"{project.url}c0/p0/")
    overlay = page.locator("hotreload-overlay")
    expect(overlay).to_contain_text("ZeroDivisionError", timeout=SHOWN_MS)
    expect(overlay).to_contain_text("hooks.py")
    assert (
        "s: mkdocs.yml: ZeroDivisionError: division by zero; there is no site to show yet"
        in project.output
    )
    project.edit("mkdocs.yml", "hooks: [hooks.py]\n", "")
    expect(page.get_by_text(paragraph(0), exact=True)).to_be_visible(timeout=SHOWN_MS)
    expect(overlay).to_have_count(0)
    # From now on all is as ever.
    mark(page)
    project.edit("docs/c0/p0.md", paragraph(0), f"{paragraph(0)} Edited.")
    expect(page.get_by_text("Edited.")).to_be_visible(timeout=SHOWN_MS)
    assert is_marked(page)


def test_a_first_build_that_fails_ends_mkdocs_where_it_serves_by_itself(
    project: MkDocsServe,
) -> None:
    project.write({"hooks.py": "def on_config(config):\n    1 / 0\n"})
    project.edit("mkdocs.yml", "plugins:", "hooks: [hooks.py]\nplugins:")
    done = ended(project, "--no-livereload")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


def test_a_container_bound_to_itself_says_what_is_missing(project: MkDocsServe) -> None:
    mark_it = "import hotreload.hosts.listen\nhotreload.hosts.listen._CONTAINERS = (__file__,)\n"
    project.write({"hooks.py": mark_it})
    project.edit("mkdocs.yml", "plugins:", "hooks: [hooks.py]\nplugins:")
    for name in ("CODESPACES", "REMOTE_CONTAINERS", "GITPOD_WORKSPACE_ID"):
        project._environment.pop(name, None)
    project.start()
    said = f"add --dev-addr 0.0.0.0:{project.port}, and publish the port with -p 127.0.0.1:"
    project.wait_for_output(said)


def test_only_what_was_edited_with_dirty(project: MkDocsServe, page: Page) -> None:
    # The time that a file was written is what MkDocs goes by.
    project.write({"hooks.py": "def on_post_page(output, page, **rest):\n    print('did', page)\n"})
    project.edit("mkdocs.yml", "plugins:", "hooks: [hooks.py]\nplugins:")
    project.start("--dirty")
    page.goto(f"{project.url}c0/p0/")
    mark(page)
    before = project.output.count("did ")
    project.edit("docs/c0/p0.md", paragraph(0), f"{paragraph(0)} Edited.")
    expect(page.get_by_text("Edited.")).to_be_visible(timeout=SHOWN_MS)
    project.wait_for_output("built in")
    assert project.output.count("did ") - before <= 2
    assert is_marked(page)


def test_the_address_and_the_browser(
    project: MkDocsServe, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As the system would open a browser.
    project._environment["BROWSER"] = f"{sys.executable} {project.root / 'browser.py'} %s"
    project.write({"browser.py": "import sys; open('opened', 'w').write(sys.argv[1])"})
    project.edit("mkdocs.yml", "https://example.test/", "https://example.test/some/path/")
    project.start("--open")
    opened = project.root / "opened"
    eventually(lambda: opened.exists() and opened.read_text())
    assert opened.read_text() == f"{project.url}some/path/"
    page.goto(f"{project.url}some/path/c0/p0/")
    address = page.locator("link[rel=canonical]")
    expect(address).to_have_attribute("href", f"{project.url}some/path/c0/p0/")


def test_an_address_in_use_is_said(project: MkDocsServe) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", project.port))
        taken.listen()
        done = ended(project)
    assert done.returncode == 1
    assert f"port {project.port} is in use" in done.stdout
    assert "--dev-addr" in done.stdout


@pytest.mark.parametrize(
    ("given", "warned"), [([], True), (["--no-livereload"], False), (["--livereload"], False)]
)
def test_a_click_that_turns_mkdocs_reloading_off_is_named(
    given: list[str],
    warned: bool,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Taken back, whatever becomes of it.
    monkeypatch.setitem(vars(serve_command), "build", vars(serve_command)["build"])

    # As some versions of click read what MkDocs declares.
    @click.command()
    @click.option("--livereload/--no-livereload", default=False)
    def serve(livereload: bool) -> None:
        HotReloadPlugin().on_startup(command="serve", dirty=False)

    serve.main(given, standalone_mode=False)
    assert ("mkdocs serve --livereload" in caplog.text) == warned
