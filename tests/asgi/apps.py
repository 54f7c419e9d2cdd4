"""What apps answer, and the middleware around them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from hotreload import HotReload
from hotreload.hosts.asgi.host import Host

PAGE = b"<!doctype html><html><head><title>T</title></head><body><p>text</p></body></html>"
BLOCK = re.compile(
    rb'<meta name="hotreload"[^>]*data-hotreload=""/><script[^>]*data-hotreload=""></script>'
)
HTML = ("content-type", "text/html; charset=utf-8")


def hot(app: ASGIApp, root: Path, **options: Any) -> HotReload:
    return HotReload(app, root=root, **{"enabled": True, "watch": [], **options})


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTRELOAD_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture(autouse=True)
def stop(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without a lifespan nobody says when it is over."""
    started: set[Host] = set()
    start = Host.start

    def noted(host: Host, root: str) -> None:
        started.add(host)
        start(host, root)

    monkeypatch.setattr(Host, "start", noted)
    yield
    for host in started:
        host.stop()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "templates").mkdir(parents=True)
    (folder / "static").mkdir()
    (folder / "static" / "a.js").write_text("export const a = 1;\n")
    (folder / "static" / "page.html").write_text("<p>mine")
    return folder
