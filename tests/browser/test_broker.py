"""Two replicas that share nothing but a Redis, and one folder in which files are edited."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.appproject import FILES, AppProject
from tests.browser.site import is_marked, mark
from tests.project import Project
from tests.redis_server import Redis

APP = FILES["app.py"].replace(
    'watch=["templates"]', 'watch=["templates"], broker=__import__("os").environ["BROKER"]'
)


class Source(Project):
    """The folder in which files are edited, and what publishes them."""

    ready_line = r"published"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "hotreload", "publish", "templates", "static", *arguments]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def replicas(
    tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Source, AppProject, AppProject]]:
    monkeypatch.setenv("BROKER", redis.url)
    source = Source(tmp_path / "source", tmp_path / "source-state").write(FILES)
    apps = []
    for name in ("a", "b"):
        app = AppProject(tmp_path / name, tmp_path / f"{name}-state").write(
            {**FILES, "app.py": APP}
        )
        apps.append(app)
    source.start("--broker", redis.url)
    first, second = apps
    yield source, first, second
    for project in (source, first, second):
        with contextlib.suppress(ProcessLookupError):
            project.close()


def open_page(page: Page, project: AppProject) -> None:
    with page.expect_console_message(lambda message: "connected" in message.text):
        page.goto(project.url)
    page.locator("#name").fill("what I wrote")
    mark(page)


def test_every_replica_follows_the_one_watcher(
    page: Page, replicas: tuple[Source, AppProject, AppProject], redis: Redis
) -> None:
    source, first, second = replicas
    first.start()
    second.start()
    other = page.context.new_page()
    open_page(page, first)
    open_page(other, second)
    source.edit("templates/home.html", "One", "Two")
    source.edit("static/word.js", "first", "second")
    for each in (page, other):
        expect(each.locator("body h1")).to_have_text("Two")
        expect(each.locator("#out")).to_have_text("second")

    # What is edited while the Redis is gone, and with it all it knew, is not lost.
    redis.stop()
    source.edit("templates/home.html", "Two", "Three")
    redis.start()
    for each in (page, other):
        expect(each.locator("body h1")).to_have_text("Three", timeout=15_000)
        expect(each.locator("#name")).to_have_value("what I wrote")
        assert is_marked(each)
    # Nor is what was published before and not changed since: a new replica gets it.
    source.edit("static/word.js", "second", "third")
    for each in (page, other):
        expect(each.locator("#out")).to_have_text("third")


def test_a_page_resumes_with_another_replica(
    page: Page, replicas: tuple[Source, AppProject, AppProject]
) -> None:
    source, first, second = replicas
    first.start()
    open_page(page, first)
    source.edit("static/word.js", "first", "second")
    expect(page.locator("#out")).to_have_text("second")
    first.stop()
    source.edit("templates/home.html", "One", "Two")
    source.edit("static/word.js", "second", "third")
    # The other one, with a disk of its own, takes the first one's place.
    second.port = first.port
    second.start()
    expect(page.locator("body h1")).to_have_text("Two", timeout=15_000)
    expect(page.locator("#out")).to_have_text("third")
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)


def test_an_app_that_starts_without_redis_joins_when_there_is_one(
    page: Page, replicas: tuple[Source, AppProject, AppProject], redis: Redis
) -> None:
    source, first, second = replicas
    redis.stop()
    first.start()
    open_page(page, first)
    assert first.output.count("the broker does not answer") == 1
    # On its own meanwhile, as without a broker.
    first.edit("templates/home.html", "One", "Own")
    expect(page.locator("body h1")).to_have_text("Own")
    first.edit("static/word.js", "first", "mine")
    expect(page.locator("#out")).to_have_text("mine")

    redis.start()
    first.wait_for_output("the broker answers: this replica follows it from now on")
    source.edit("templates/home.html", "One", "Two")
    expect(page.locator("body h1")).to_have_text("Two", timeout=15_000)
    expect(page.locator("#out")).to_have_text("first", timeout=15_000)
    expect(page.locator("#name")).to_have_value("what I wrote")
    assert is_marked(page)
    assert first.output.count("the broker does not answer") == 1
    # From there on it is one of the replicas: its page goes on with another one.
    first.stop()
    source.edit("static/word.js", "first", "second")
    second.port = first.port
    second.start()
    expect(page.locator("#out")).to_have_text("second", timeout=15_000)
    assert is_marked(page)
