"""Uvicorn's reloader beside our sockets: it is not held up, and pages are told to come back."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.appproject import FILES, AppProject
from tests.test_conformance_client import by_socket

HELLO = {
    "type": "hello",
    "version": 1,
    "project": "",
    "boot": "",
    "rev": 0,
    "page": "/",
    "hash": "",
}


@pytest.fixture
def app_project(tmp_path: Path) -> Iterator[AppProject]:
    project = AppProject(tmp_path / "app", tmp_path / "state")
    yield project
    project.close()


def test_a_worker_ends_with_a_socket_open_and_the_next_one_answers(app_project: AppProject) -> None:
    app_project.write(FILES).start("--reload")
    with by_socket(app_project) as line:
        line.send(json.dumps(HELLO))
        assert json.loads(line.receive())["type"] == "welcome"
        app_project.edit("app.py", 'mode = "page"', 'mode = "other"')
        with pytest.raises(ConnectionClosed) as closed:
            list(iter(line.receive, ""))
        told = time.monotonic()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        app_project.wait_for_output("Started server process", count=2)
    # The rest is what the new worker's imports take on a machine that runs everybody's tests.
    assert time.monotonic() - told < 5
    with by_socket(app_project) as line:
        line.send(json.dumps(HELLO))
        assert json.loads(line.receive())["type"] == "welcome"
