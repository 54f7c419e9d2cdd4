"""The library: a dev server that builds."""

import asyncio
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import pytest

import hotreload
from hotreload import DevServer
from hotreload.hosts.rebuild.function import BuildFunction  # noqa: TC001
from hotreload.project.settings import SettingsError
from tests.build.waiting import eventually

PAGE = "<!doctype html><html><head><title>t</title></head><body>{}</body></html>"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTRELOAD_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "index.txt").write_text("one")
    return tmp_path / "content"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "public"


def get(url: str) -> str:
    """The body of an answer, or its status if it is no good one."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            body: bytes = answer.read()
            return body.decode()
    except urllib.error.HTTPError as error:
        return str(error.code)


def render(content: Path, output: Path) -> list[Path]:
    output.mkdir(exist_ok=True)
    written = []
    for file in content.glob("*.txt"):
        target = output / f"{file.stem}.html"
        target.write_text(PAGE.format(file.read_text()))
        written.append(target)
    return written


def test_everything_public_is_there() -> None:
    assert "DevServer" in hotreload.__all__
    assert hotreload.DevServer is DevServer
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        hotreload.Nothing  # noqa: B018


@pytest.mark.parametrize("kind", ["plain", "async", "silent"])
def test_a_change_is_built_and_served(content: Path, output: Path, kind: str) -> None:
    calls: list[frozenset[Path]] = []
    loops: set[object] = set()

    def plain(changed: frozenset[Path]) -> Iterable[Path]:
        calls.append(changed)
        return render(content, output)

    async def asynchronous(changed: frozenset[Path]) -> Iterable[Path]:
        loops.add(asyncio.get_running_loop())
        return plain(changed)

    def silent(changed: frozenset[Path]) -> None:
        plain(changed)

    builds: dict[str, BuildFunction] = {"plain": plain, "async": asynchronous, "silent": silent}
    with DevServer(output, [content], builds[kind], port=0) as server:
        assert "one" in get(server.url), "the first request waits for the first build"
        (content / "index.txt").write_text("two")
        eventually(lambda: "two" in get(server.url))
        # The same bytes once more are no change.
        (content / "index.txt").write_text("two")
        (content / "other.txt").write_text("three")
        eventually(lambda: "three" in get(server.url + "other.html"))
    assert calls == [frozenset(), {content / "index.txt"}, {content / "other.txt"}]
    assert len(loops) == (kind == "async"), "one event loop for all builds"
    with pytest.raises(urllib.error.URLError):
        get(server.url or "http://127.0.0.1:9/")


def test_the_last_good_site_is_served_during_a_build_and_after_a_failed_one(
    content: Path, output: Path
) -> None:
    go_on = threading.Event()
    building = threading.Event()

    def build(changed: frozenset[Path]) -> None:
        for file in output.glob("*"):
            file.unlink()
        if changed:
            building.set()
            assert go_on.wait(10)
        if "broken" in (content / "index.txt").read_text():
            raise ValueError("it is broken")
        render(content, output)

    with DevServer(output, [content], build, port=0) as server:
        assert "one" in get(server.url)
        (content / "index.txt").write_text("broken")
        assert building.wait(10)
        assert "one" in get(server.url)
        building.clear()
        # An edit during a build, which will fail.
        (content / "index.txt").write_text("two")
        go_on.set()
        eventually(lambda: "two" in get(server.url))


def test_an_event_loop_of_builds_ends_with_the_server(
    content: Path, output: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "hotreload")
    ended: list[str] = []

    async def build(changed: frozenset[Path]) -> None:
        async def endless() -> AsyncIterator[None]:
            try:
                while True:
                    yield
            finally:
                ended.append("by its loop")

        await anext(endless())
        render(content, output)

    server = DevServer(output, [content], build, port=0)

    def stop() -> None:
        eventually(lambda: "built in" in caplog.text)
        server.stop()

    stopper = threading.Thread(target=stop)
    stopper.start()
    asyncio.run(server.serve())
    stopper.join()
    assert ended == ["by its loop"]


def test_what_a_failed_build_has_left_is_not_shown(content: Path, output: Path) -> None:
    built = threading.Semaphore(0)

    def build(changed: frozenset[Path]) -> None:
        if "broken" in (content / "index.txt").read_text():
            (output / "index.html").write_text("half")
            built.release()
            raise ValueError("it is broken")
        render(content, output)
        built.release()

    with DevServer(output, [content], build, port=0) as server:
        assert "one" in get(server.url)
        assert built.acquire(timeout=10)
        (content / "index.txt").write_text("broken")
        assert built.acquire(timeout=10)
        # Written by hand after it: heard of later than what the build has left.
        (output / "mark.txt").write_text("x")
        (content / "other.txt").write_text("broken too")
        assert built.acquire(timeout=10)
        assert "one" in get(server.url)
        (content / "index.txt").write_text("mended")
        eventually(lambda: "mended" in get(server.url))
        assert get(server.url + "mark.txt") == "x"


def test_a_failed_first_build_answers_with_what_there_is(content: Path, output: Path) -> None:
    healthy = threading.Event()

    def build(changed: frozenset[Path]) -> None:
        if not healthy.is_set():
            raise ValueError("not yet")
        render(content, output)

    with DevServer(output, [content], build, port=0) as server:
        assert get(server.url) == "404"
        healthy.set()
        (content / "index.txt").write_text("two")
        eventually(lambda: "two" in get(server.url))


def test_a_build_that_ends_like_a_command_has_failed(
    content: Path, output: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As those generators do whose commands are called as functions."""

    def build(changed: frozenset[Path]) -> None:
        if "broken" in (content / "index.txt").read_text():
            raise SystemExit(1)
        render(content, output)

    with DevServer(output, [content], build, port=0) as server:
        assert "one" in get(server.url)
        (content / "index.txt").write_text("broken")
        eventually(lambda: "SystemExit: 1" in caplog.text)
        (content / "index.txt").write_text("two")
        eventually(lambda: "two" in get(server.url))


def test_an_output_that_is_there_is_served_at_once(content: Path, output: Path) -> None:
    render(content, output)
    calls: list[object] = []
    with DevServer(output, [content], calls.append, port=0) as server:
        assert "one" in get(server.url)
        # Somebody else writes to the output.
        (output / "style.css").write_text("p { color: red }")
        eventually(lambda: "red" in get(server.url + "style.css"))
    assert calls == []


def test_a_folder_that_holds_its_own_sources_is_served_as_it_is(content: Path) -> None:
    root = content.parent
    (root / "index.html").write_text(PAGE.format("start"))

    def build(changed: frozenset[Path]) -> None:
        render(content, root)

    with DevServer(root, [content], build, port=0) as server:
        assert "start" in get(server.url)
        (content / "index.txt").write_text("two")
        eventually(lambda: "two" in get(server.url))


def test_serve_in_a_running_loop(content: Path, output: Path) -> None:
    async def main() -> None:
        ready: asyncio.Queue[str] = asyncio.Queue()
        server = DevServer(
            output,
            [content],
            lambda changed: render(content, output),
            port=0,
            on_ready=ready.put_nowait,
        )
        serving = asyncio.create_task(server.serve())
        url = await asyncio.wait_for(ready.get(), 10)
        assert "one" in await asyncio.to_thread(get, url)
        server.stop()
        await asyncio.wait_for(serving, 10)

    asyncio.run(main())


def test_without_a_build_it_serves_a_folder(output: Path) -> None:
    output.mkdir()
    (output / "index.html").write_text(PAGE.format("plain"))
    with DevServer(output, port=0) as server:
        assert "plain" in get(server.url)


def test_what_can_only_go_wrong_is_refused(content: Path, output: Path) -> None:
    def build(changed: frozenset[Path]) -> None: ...

    wrong: list[tuple[Callable[[], DevServer], str]] = [
        (lambda: DevServer(output), "there is no folder"),
        (lambda: DevServer(output, build=build), "say what the site is built from"),
        (lambda: DevServer(content / "index.txt", [content], build), "is not a folder"),
    ]
    for make, message in wrong:
        with pytest.raises(SettingsError, match=message):
            make()


def test_an_address_in_use_is_an_error_of_the_block(content: Path, output: Path) -> None:
    output.mkdir()
    with DevServer(output, port=0) as first:
        port = int(first.url.rsplit(":", 1)[1].strip("/"))
        with (
            pytest.raises(SettingsError, match="in use"),
            DevServer(output, port=port, strict_port=True),
        ):
            pass
