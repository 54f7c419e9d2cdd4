"""Fixtures shared by all tests, and the order in which tests run."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests import firefox
from tests.appproject import AppProject
from tests.chromium import CHROMIUM_ARGS, MISSING, find_chromium
from tests.contexts import context_of
from tests.firefox import find_firefox, write_launcher
from tests.project import Project

# How long an example takes says more about the machine than about the code.
settings.register_profile("hotreload", deadline=None)
settings.load_profile("hotreload")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", default="chromium", choices=["chromium", "firefox"])
    parser.addoption("--chaos-steps", type=int, default=1000, help="Steps of the chaos test.")
    parser.addoption("--chaos-seed", type=int, default=1, help="Which life the chaos test leads.")
    parser.addoption("--trees", default="some", help="'all' for every document of html5lib.")
    parser.addoption("--fuzz-steps", type=int, default=60, help="Random pairs of HTML and CSS.")
    parser.addoption("--fuzz-seed", type=int, default=1, help="Which pairs and documents.")
    parser.addoption("--model-examples", type=int, default=40, help="Lives of the disk's model.")
    parser.addoption("--worlds-steps", type=int, default=30, help="Edits of random projects.")


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are processors: tests wait as often as they compute."""
    return (os.cpu_count() or 1) + 1


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests that drive a browser, for ``-m``."""
    if _has_browser(item):
        item.add_marker("browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, and leave the rest in the order of pytest-randomly."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with _own_loop(item):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _own_loop(item):
        return (yield)


@contextmanager
def _own_loop(item: pytest.Item) -> Iterator[None]:
    """Let a test that has no browser run an event loop of its own, whichever ran before it.

    Playwright's synchronous interface keeps a loop running in this thread for as long as a browser
    is open, and asyncio allows a thread one loop. Nobody needs it while another test runs.
    """
    if _has_browser(item):
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


def _has_browser(item: pytest.Item) -> bool:
    return not {"browser", "chromium_path"}.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """A Chromium that runs; without one the tests that need it fail, for a skip goes unnoticed."""
    path = find_chromium()
    if path is None:
        pytest.fail(MISSING)
    return path


@pytest.fixture(scope="session")
def whole_chromium_path(chromium_path: Path) -> Path:
    """One with all that a window has; `chromium_path` may be without."""
    path = find_chromium(whole=True)
    if path is None:
        pytest.fail(f"{MISSING} {chromium_path} is none that has windows.")
    return path


@pytest.fixture(scope="session")
def browser(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """One headless browser for the whole run: Chromium, or what ``--engine`` names."""
    with sync_playwright() as playwright:
        if request.config.getoption("engine") == "firefox":
            path = find_firefox()
            if path is None:
                pytest.fail(firefox.MISSING)
            launcher = write_launcher(tmp_path_factory.mktemp("firefox"), path)
            browser = playwright.firefox.launch(channel="moz-firefox", executable_path=launcher)
        else:
            chromium = request.getfixturevalue("chromium_path")
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own: no cookie, cache or storage of another test."""
    with context_of(browser) as context:
        yield context.new_page()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """An empty project; its server ends with the test."""
    project = Project(tmp_path / "site", tmp_path / "state")
    yield project
    project.close()


@pytest.fixture
def app_project(tmp_path: Path) -> Iterator[AppProject]:
    """A folder for an ASGI app; its server ends with the test."""
    project = AppProject(tmp_path / "site", tmp_path / "state")
    yield project
    project.close()
