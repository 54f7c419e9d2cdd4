"""The configurations of docs/nginx.md, in nginx itself."""

import getpass
import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.edits import edit_heading
from tests.browser.site import html
from tests.docs.samples import DOCS, Sample, samples
from tests.nginx import Nginx
from tests.project import Project

SAMPLES = samples("nginx", pages=(DOCS / "nginx.md",))


class Documented(Nginx):
    """An nginx with a server of the documentation, but for its ports, names and folders."""

    def __init__(self, folder: Path, target: int, sample: Sample, root: Path) -> None:
        super().__init__(folder, target)
        server = sample.code.replace("listen 80;", f"listen 127.0.0.1:{self.port};")
        server = server.replace("127.0.0.1:8000", f"127.0.0.1:{target}")
        server = server.replace("/var/www/site", str(root))
        conf = folder / "nginx.conf"
        before, listen, after = conf.read_text().partition(
            f"  server {{\n    listen 127.0.0.1:{self.port}"
        )
        assert listen
        # The server that tells that nginx answers stays.
        status = after[after.index("  server { listen") :]
        # Its workers have to read a folder that is the test's own.
        user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
        conf.write_text(f"{user}{before}{server}\n{status}")


@pytest.mark.parametrize(("sample", "base"), [(SAMPLES[0], "/"), (SAMPLES[1], "/shop/")], ids=str)
def test_updates_come_through(
    sample: Sample, base: str, project: Project, page: Page, tmp_path: Path
) -> None:
    project.write({"index.html": html("<h1>One</h1>", script="")})
    project.start("--allow-host", "app.test", "--base", base)
    with Documented(tmp_path / "nginx", project.port, sample, project.root) as nginx:
        with page.expect_websocket() as socket:
            page.goto(f"http://127.0.0.1:{nginx.port}{base}")
        edit_heading(project, page, "index.html", "One", "Two")
        assert f":{nginx.port}{base}@hotreload/ws" in socket.value.url


def test_the_folder_can_be_served_without_us(project: Project, page: Page, tmp_path: Path) -> None:
    project.write({"index.html": "Home", "about.html": "About", "404.html": "Lost"})
    with Documented(tmp_path / "nginx", project.port, SAMPLES[-1], project.root) as nginx:
        address = f"http://127.0.0.1:{nginx.port}"
        for path, text in (("/", "Home"), ("/about", "About"), ("/none", "Lost")):
            page.goto(f"{address}{path}")
            expect(page.locator("body")).to_have_text(text)


def test_all_configurations_are_tried() -> None:
    assert len(SAMPLES) == 3
