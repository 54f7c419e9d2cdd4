"""The middleware off, and with options that can't be used."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from hotreload import HotReload
from hotreload.project.settings import SettingsError
from tests.asgi.apps import PAGE
from tests.asgi_client import answering, asked, http_scope


@pytest.fixture
def unused(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("middleware", [True, False])
def test_off_it_does_nothing_and_loads_nothing(unused: Path, middleware: bool) -> None:
    wrap = (
        "app = Starlette(routes=r, middleware=[Middleware(HotReload, watch=['nothing'])])"
        if middleware
        else "app = HotReload(Starlette(routes=r), enabled=False, watch=['nothing'])"
    )
    code = f"""
import asyncio, sys
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route
from hotreload import HotReload
async def home(request): return HTMLResponse("<head></head>")
r = [Route("/", home)]
{wrap}
from tests.asgi_client import ask, http_scope
async def all():
    assert (await ask(app, http_scope())).body == b"<head></head>"
    answer = await ask(app, http_scope("/@hotreload/client.js"))
    assert answer.status == 404, answer
asyncio.run(all())
loaded = [name for name in sys.modules if name.startswith("hotreload.")]
rooms = ["hotreload.hosts", "hotreload.hosts.asgi"]
own = ["hotreload.hosts.asgi.debug", "hotreload.hosts.asgi.middleware"]
assert sorted(loaded) == rooms + own, loaded
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_it_is_said_when_debug_turns_it_off(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = HotReload(Starlette(debug=False), root=root)
    asked(app, http_scope())
    asked(app, http_scope())
    assert sum("hotreload is off" in record.message for record in caplog.records) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"watch": ["templatez"]}, "there is no"),
        ({"static": {"static": "static"}}, "/prefix=folder"),
        ({"static": {"/static": "nothing"}}, "there is no folder"),
        ({"base": "app"}, "begins with a slash"),
        ({"root": "/nothing/there"}, "there is no folder"),
    ],
)
def test_what_can_t_be_used_is_said(root: Path, options: dict[str, Any], message: str) -> None:
    app = HotReload(answering([PAGE]), **{"enabled": True, "root": root, **options})
    with pytest.raises(SettingsError, match=message):
        asked(app, http_scope())
