"""One server for each module that only asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import CHROMIUM_ARGS
from tests.contexts import context_of
from tests.security.fort import Fort, build


@pytest.fixture(scope="module")
def fort(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fort]:
    with build(tmp_path_factory.mktemp("fort")) as fort:
        yield fort


@pytest.fixture(autouse=True)
def _it_answers(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test passes because the server is down: it answers before and after."""
    if "fort" not in request.fixturenames:
        yield
        return
    fort: Fort = request.getfixturevalue("fort")
    fort.answers()
    yield
    fort.answers()


@pytest.fixture(scope="session")
def misled(browser: Browser, chromium_path: Path) -> Iterator[Browser]:
    """A browser for which other names lead to this machine."""
    names = ("evil.example", "rebound.example", "app.test")
    rules = ", ".join(f"MAP {name} 127.0.0.1" for name in names)
    arguments = [*CHROMIUM_ARGS, f"--host-resolver-rules={rules}"]
    misled = browser.browser_type.launch(executable_path=chromium_path, args=arguments)
    yield misled
    misled.close()


@pytest.fixture
def misled_page(misled: Browser) -> Iterator[Page]:
    with context_of(misled) as context:
        yield context.new_page()
