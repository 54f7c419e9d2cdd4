"""HTML that a page's scripts ask for: kept as it came, for the page's runtime."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from starlette.types import Scope

from tests.asgi.apps import HTML, hot
from tests.asgi_client import answering, ask, http_scope

SCRIPT = {
    "host": "localhost",
    "accept": "*/*",
    "sec-fetch-dest": "empty",
    "sec-fetch-mode": "cors",
    "sec-fetch-site": "same-origin",
}
HTMX = {**SCRIPT, "hx-request": "true", "hx-target": "here", "cookie": "secret=1"}
KEY = re.compile(r'hotreload-html;desc="([\w.-]+)"')


def test_what_a_script_puts_into_its_page_is_kept(root: Path) -> None:
    async def follow() -> None:
        app = hot(answering([b"<p>one", b"</p>"]), root)
        scope = http_scope("/part", headers=HTMX, query_string=b"n=1")
        answer = await ask(app, scope)
        assert answer.body == b"<p>one</p>"
        key = KEY.fullmatch(answer.headers["server-timing"])
        assert key is not None
        kept = await ask(app, http_scope(f"/@hotreload/base/{key[1]}", headers=SCRIPT))
        assert json.loads(kept.body) == {
            "method": "GET",
            "url": "/part?n=1",
            "asked": {"accept": "*/*", "hx-request": "true", "hx-target": "here"},
            "html": "<p>one</p>",
        }

    asyncio.run(follow())


@pytest.mark.parametrize(
    ("headers", "answered"),
    [
        ({**SCRIPT, "sec-fetch-site": "cross-site"}, [HTML]),
        ({**SCRIPT, "accept": "application/json"}, [HTML]),
        ({**SCRIPT, "range": "bytes=0-3"}, [HTML]),
        (SCRIPT, [("content-type", "application/json")]),
        (SCRIPT, [HTML, ("content-encoding", "br")]),
        ({**SCRIPT, "host": "evil.test"}, [HTML]),
    ],
)
def test_nothing_else_is(
    root: Path, headers: dict[str, str], answered: list[tuple[str, str]]
) -> None:
    async def pass_on() -> None:
        app = answering([b"<p>one</p>"], headers=answered)
        scope = http_scope(headers=headers)
        assert (await ask(hot(app, root), scope)).messages == (await ask(app, scope)).messages

    asyncio.run(pass_on())


def test_answers_that_nothing_has_changed_are_left_to_scripts_that_know_them(root: Path) -> None:
    async def asked(headers: dict[str, str]) -> dict[bytes, bytes]:
        seen: list[Scope] = []

        async def note(scope: Scope) -> None:
            seen.append(scope)

        given = {**headers, "if-none-match": '"x"', "accept-encoding": "br"}
        await ask(hot(answering([b"<p>"], seen=note), root), http_scope(headers=given))
        return dict(seen[0]["headers"])

    plain, html = asyncio.run(asked(SCRIPT)), asyncio.run(asked(HTMX))
    assert plain[b"accept-encoding"] == html[b"accept-encoding"] == b"identity"
    assert b"if-none-match" in plain
    assert b"if-none-match" not in html
