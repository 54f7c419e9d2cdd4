"""In an app of another's: its traffic is not judged, our addresses are, and no stranger's page gets
the token. And the proxy never gets what is ours."""

from pathlib import Path

import pytest

from hotreload.project.options import ProxyRule
from hotreload.web.front.proxy import Proxy
from hotreload.web.guard import Guard
from tests.asgi.apps import hot, root, state, stop
from tests.asgi_client import NAVIGATION, answering, asked, http_scope

__all__ = ["root", "state", "stop"]

PAGE = b"<!doctype html><html><head></head><body>the app's</body></html>"
HOSTS = ["evil.example", "localhost.evil.example:8000", "localhost:8000@evil.example", "0.0.0.0"]


@pytest.mark.parametrize("host", HOSTS)
def test_another_name_gets_the_app_s_page_and_nothing_of_ours(root: Path, host: str) -> None:
    app = hot(answering([PAGE]), root)
    assert b"data-hotreload" in asked(app, http_scope()).body
    answer = asked(app, http_scope(headers={**NAVIGATION, "host": host}))
    assert (answer.status, answer.body) == (200, PAGE)
    for path in ("/@hotreload/client.js", "/@hotreload/status", "/@hotreload/base/x"):
        own = asked(app, http_scope(path, headers={"host": host}))
        assert own.status == 403
        assert own.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/@hotreload/client.js", "/@hotreload/status"])
def test_a_foreign_page_gets_nothing_of_ours(root: Path, path: str) -> None:
    app = hot(answering([PAGE]), root)
    assert asked(app, http_scope(path, headers={"host": "localhost"})).status == 200
    for site in ("cross-site", "same-site"):
        headers = {"host": "localhost", "sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
        assert asked(app, http_scope(path, headers=headers)).status == 403


def test_the_app_s_own_answers_are_not_touched(root: Path) -> None:
    sent = (("content-type", "application/json"), ("access-control-allow-origin", "*"))
    app = hot(answering([b"{}"], headers=sent), root)
    headers = {
        "host": "any.example",
        "origin": "http://evil.example",
        "sec-fetch-site": "cross-site",
    }
    for method in ("GET", "POST", "OPTIONS", "TRACE"):
        answer = asked(app, http_scope("/api", method=method, headers=headers))
        assert answer.headers == dict(sent)
        assert answer.body == b"{}"


@pytest.mark.parametrize("prefix", ["/", "/@", "/app"])
def test_no_proxy_gets_our_own_addresses(prefix: str) -> None:
    proxy = Proxy(answering([b"ours"]), [ProxyRule(prefix, "http://127.0.0.1:9")], Guard("t" * 32))
    for path in ("/@hotreload/ws", "/app/@hotreload/client.js", "/@hotreload/status"):
        assert asked(proxy, http_scope(path)).body == b"ours"
