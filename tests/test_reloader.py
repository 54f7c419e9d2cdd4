"""Uvicorn's reloader beside our sockets: it is not held up, and pages are told to come back."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotreload.hosts.asgi.host import STREAM_SECONDS
from tests.appproject import FILES, RELOADING, AppProject
from tests.lines import HELLO, LINES


@pytest.fixture
def app_project(tmp_path: Path) -> Iterator[AppProject]:
    project = AppProject(tmp_path / "app", tmp_path / "state")
    yield project
    project.close()


@pytest.mark.parametrize("kind", LINES)
def test_a_worker_ends_with_pages_connected_and_the_next_one_answers(
    app_project: AppProject, kind: str
) -> None:
    app_project.write(FILES).start(*RELOADING)
    with LINES[kind](app_project) as line:
        line.send(HELLO)
        assert json.loads(line.receive())["type"] == "welcome"
        app_project.edit("app.py", 'mode = "page"', 'mode = "other"')
        assert line.ended() == 1012
        told = time.monotonic()
        app_project.wait_for_output("Started server process", count=2)
    # The rest is what the new worker's imports take on a machine that runs everybody's tests; a
    # stream that is not ended would be waited for as long.
    assert time.monotonic() - told < STREAM_SECONDS
    with LINES[kind](app_project) as line:
        line.send(HELLO)
        assert json.loads(line.receive())["type"] == "welcome"
