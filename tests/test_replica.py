"""Where a replica lets itself write to, whatever names come over the network."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from hotreload.hosts.broker.clients import connect
from hotreload.hosts.broker.replica import Replica
from hotreload.hosts.broker.store import BrokerAwayError, shared_identity
from hotreload.project.files import content_hash
from hotreload.project.identity import Identity
from hotreload.project.settings import SettingsError
from tests.project import free_port


class Store:
    """What a replica asks of a Redis, with one file in it."""

    def __init__(self, name: str, data: bytes, *, removed: bool = False) -> None:
        self._name, self._data, self._removed = name.encode(), data, removed

    async def xrevrange(self, _key: str, *, count: int) -> list[Any]:
        assert count == 1
        return []

    async def hgetall(self, _key: str) -> dict[bytes, bytes]:
        return {} if self._removed else {self._name: content_hash(self._data).encode()}

    async def smembers(self, _key: str) -> set[bytes]:
        return {self._name} if self._removed else set()

    async def hget(self, _key: str, name: str) -> bytes:
        assert name.encode() == self._name
        return self._data


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "out").symlink_to(tmp_path)
    (folder / "templates" / "link.html").symlink_to(folder / "app.txt")
    (folder / "app.txt").write_text("as it was")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {p.as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


async def catch_up(root: Path, store: Store) -> None:
    await Replica(store, root, [root / "templates"])._catch_up()


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "templates/../../evil",
        "templates/../app.txt",
        "/etc/evil",
        "app.txt",
        "templates",
        "templates/",
        "templates//a.html",
        "templates/.env",
        "templates/.git/config",
        "templates/a.py",
        "templates/out/evil",
        "templates/link.html",
        "templatesx/a.html",
        "",
    ],
)
@pytest.mark.parametrize("removed", [True, False])
def test_other_places_are_not_touched(root: Path, name: str, removed: bool) -> None:
    before = contents(root.parent)
    asyncio.run(catch_up(root, Store(name, b"evil", removed=removed)))
    assert contents(root.parent) == before


def test_files_come_change_and_go(root: Path) -> None:
    file = root / "templates" / "deep" / "a.html"
    for text in (b"one", b"two"):
        asyncio.run(catch_up(root, Store("templates/deep/a.html", text)))
        assert file.read_bytes() == text
    asyncio.run(catch_up(root, Store("templates/deep/a.html", b"", removed=True)))
    assert not file.exists()


def test_what_is_wrong_with_a_broker_is_said() -> None:
    with pytest.raises(SettingsError, match="no URL of a Redis"):
        connect("http://x")
    with pytest.raises(BrokerAwayError):
        shared_identity(f"redis://127.0.0.1:{free_port()}/0", Identity("project", "token"))
