"""What a foreign page may include without reading it: nothing. What leads here: links."""

import pytest

from tests.security.fort import Fort
from tests.security.wire import MODULE, NAVIGATION, request

TARGETS = ["/", "/main.js", "/classic.js", "/theme.css", "/data.json", "/x.png"]
OWN = ["/@hotreload/client.js", "/@hotreload/status"]
DESTINATIONS = ["script", "style", "image", "worker", "object", "embed", "font", "track", "empty"]


@pytest.mark.parametrize("destination", DESTINATIONS)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_foreign_page_includes_nothing(fort: Fort, site: str, destination: str) -> None:
    fort.answers()
    for mode in ("no-cors", "cors", "same-origin", "websocket"):
        sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination}
        for target in (*TARGETS, *OWN, "/gone.js"):
            answer = fort.ask(target, sent)
            assert answer.status == 403
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_where_browsers_don_t_say_who_asks_the_answer_does(fort: Fort) -> None:
    """On plain http beyond this machine browsers send no fetch metadata."""
    for target in (*TARGETS, *OWN, "/gone.js", "/.env", "/sub", "/%2f"):
        for validator in ({}, {"If-None-Match": "*"}, {"Range": "bytes=0-1"}):
            sent = {"Referer": "http://evil.example/", **validator}
            answer = fort.ask(target, sent)
            assert answer.headers["cross-origin-resource-policy"] == "same-origin", target
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_foreign_form_posts_nothing(fort: Fort) -> None:
    sent = {**NAVIGATION, "Sec-Fetch-Site": "cross-site", "Content-Length": "0"}
    assert fort.send(request("/", sent, method="POST", host=fort.host)).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none"])
@pytest.mark.parametrize("destination", ["document", "iframe", "frame"])
def test_a_link_from_anywhere_leads_here(fort: Fort, site: str, destination: str) -> None:
    sent = {**NAVIGATION, "Sec-Fetch-Site": site, "Sec-Fetch-Dest": destination}
    answer = fort.ask("/", sent)
    assert answer.status == 200
    assert "page" in answer.text


def test_our_own_page_and_tools_get_everything(fort: Fort) -> None:
    for target in (*TARGETS, *OWN):
        assert fort.ask(target, MODULE).status == 200
        assert fort.ask(target, {"Sec-Fetch-Site": "none"}).status == 200
        assert fort.ask(target).status == 200
