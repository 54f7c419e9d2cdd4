"""What is said of the server that runs an app, and of answers for which it waits."""

import asyncio
import logging

import pytest

from hotreload.hosts.asgi.endless import Endless
from hotreload.hosts.asgi.servers import hint
from tests.asgi_client import answering, http_scope


@pytest.mark.parametrize(
    ("modules", "arguments", "part"),
    [
        ({"gunicorn.arbiter"}, ["-k", "asgi", "--reload"], "--graceful-timeout 1"),
        ({"gunicorn.arbiter"}, ["--reload", "--graceful-timeout=1"], ""),
        ({"granian"}, ["--reload"], "--reload-ignore-dirs"),
        ({"granian"}, ["--reload", "--reload-ignore-dirs", "templates"], ""),
        ({"hypercorn"}, ["--reload"], "1011"),
        ({"hypercorn"}, [], ""),
        ({"uvicorn"}, ["--reload"], ""),
    ],
)
def test_hints_are_given_where_they_help(
    modules: set[str], arguments: list[str], part: str
) -> None:
    said = hint(modules, arguments)
    assert part in said
    assert bool(said) == bool(part)


def test_an_answer_without_end_is_named(caplog: pytest.LogCaptureFixture) -> None:
    async def waiting() -> None:
        endless, going = Endless(), asyncio.Event()

        async def stay(_: object) -> None:
            going.set()
            await asyncio.Future()

        streams = answering([b"data: 1\n\n"], seen=stay)
        scope = http_scope("/events", headers={"accept": "text/event-stream"})
        passing = asyncio.create_task(endless.pass_on(streams, scope, None, None))  # type: ignore[arg-type]
        await going.wait()
        endless.warn()
        passing.cancel()
        await asyncio.gather(passing, return_exceptions=True)
        endless.warn()

    with caplog.at_level(logging.WARNING, "hotreload"):
        asyncio.run(waiting())
    assert [r.message.partition(",")[0] for r in caplog.records] == ["the server waits for /events"]
