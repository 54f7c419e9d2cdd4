"""Pages and texts we make ourselves: what a stranger wrote in a request is shown as text."""

import pytest

from tests.security.fort import Fort
from tests.security.wire import NAVIGATION, request

TAG = "<svg/onload=hrxss()>"
WRITTEN = TAG.replace("<", "%3Csvg").replace(">", "%3E").replace("%3Csvgsvg", "%3Csvg")
TARGETS = [
    *(f"/{TAG}", f"/{WRITTEN}", f"/x.html?{TAG}", f"/{WRITTEN}.html", f"/{WRITTEN}/"),
    *(f"/sub/{WRITTEN}", f"/@hotreload/{WRITTEN}", f"/@hotreload/base/{WRITTEN}", f"/@fs/{TAG}"),
    *(f"/gone?{WRITTEN}", f"/gone#{TAG}", "/gone'%22onload=hrxss()", "/%22%3E%3Csvg%20onload=x()"),
]


@pytest.mark.parametrize("target", TARGETS)
def test_what_was_asked_for_is_text(fort: Fort, target: str) -> None:
    for method in ("GET", "POST", "<SVG/ONLOAD=HRXSS()>"):
        sent = {**NAVIGATION, "Referer": TAG, "X-Any": TAG, "User-Agent": TAG}
        answer = fort.send(request(target, sent, method=method, host=fort.host))
        body = answer.text.lower()
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "<svg" not in body
            assert '"onload' not in body
        else:
            assert answer.headers["content-type"].startswith("text/plain")
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_name_that_is_no_name_is_text(fort: Fort) -> None:
    answer = fort.send(request("/", NAVIGATION, host=TAG))
    assert answer.status in (400, 403)
    assert answer.headers["content-type"].startswith("text/plain")


def test_our_own_page_runs_nothing_but_the_runtime(fort: Fort) -> None:
    answer = fort.ask("/gone", NAVIGATION)
    assert answer.status == 404
    assert "default-src 'none'; script-src 'self'; connect-src 'self'" in answer.text
    assert answer.text.index("Content-Security-Policy") < answer.text.index("<script")


def test_a_folder_is_not_listed(fort: Fort) -> None:
    fort.project.write({f"list/{TAG.replace('/', ' ')}.txt": "x", "list/plain-name.txt": "x"})
    for target in ("/list/", "/list", "/list/?list", "/list/index.html", "/list/.", "/list/*"):
        answer = fort.ask(target, NAVIGATION)
        assert answer.status in (307, 400, 404)
        assert "plain-name" not in answer.text


def test_a_file_s_name_in_a_message_is_text(fort: Fort) -> None:
    fort.project.write({"names.js": f"import './{TAG.replace('/', ' ')}.js'"})
    answer = fort.ask("/names.js")
    assert answer.status == 500
    assert answer.headers["content-type"].startswith("text/plain")
