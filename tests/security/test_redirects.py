"""Redirects lead nowhere else, and no header can be put into an answer."""

import re

import pytest

from tests.security.fort import Fort
from tests.security.wire import NAVIGATION, request

ELSEWHERE = [
    *("//evil.example", "//sub", "///evil.example", "//evil.example/..", "//evil.example/%2f.."),
    *(
        "/\\evil.example",
        "/%5cevil.example",
        "/%2fevil.example",
        "/%09/evil.example",
        "//sub?x=//e",
    ),
    *("/.//evil.example", "//127.0.0.1@evil.example", "/evil.example", "/evil.example//", "/sub//"),
    *("/sub?x=//evil", "/sub?x=%0d%0aX-Injected:%20yes", "/%2e/evil.example", "/evil.example%2f"),
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_redirect_stays_here(fort: Fort, target: str) -> None:
    answer = fort.send(request(target, NAVIGATION, host=fort.host))
    location = re.sub(r"[\t\r\n]", "", answer.headers.get("location", "./"))
    assert re.fullmatch(r"\./([\w.-]+/)?", location), location
    assert answer.status in (200, 307, 400, 404)


def test_a_folder_is_redirected_to_its_slash(fort: Fort) -> None:
    answer = fort.ask("/sub", NAVIGATION)
    assert (answer.status, answer.headers["location"]) == (307, "./sub/")
    answer = fort.ask("/evil.example", NAVIGATION)
    assert (answer.status, answer.headers["location"]) == (307, "./evil.example/")


def test_what_a_proxy_says_is_not_in_a_redirect(fort: Fort) -> None:
    said = {
        f"X-Forwarded-{name}": "evil.example" for name in ("Host", "Proto", "Prefix", "Port", "Uri")
    }
    answer = fort.ask("/sub", {**NAVIGATION, **said})
    assert answer.headers["location"] == "./sub/"
    assert b"evil" not in answer.raw


@pytest.mark.parametrize("end", ["%0d%0a", "%0a", "%0d", "%e5%98%8d%e5%98%8a", "%E2%80%A8", "%00"])
@pytest.mark.parametrize("target", ["/sub{}X-Injected:%20yes", "/sub?a={}X-Injected:%20yes", "/{}"])
def test_no_header_is_put_into_an_answer(fort: Fort, target: str, end: str) -> None:
    answer = fort.send(request(target.format(end), NAVIGATION, host=fort.host))
    assert "x-injected" not in answer.headers
    assert b"\r\nX-Injected" not in answer.raw


def test_odd_folders_are_redirected_without_harm(fort: Fort) -> None:
    for name in ("a b", "a;b", "\u00e9", "x'y", "@evil.example", "a%b"):
        (fort.root / name).mkdir(exist_ok=True)
    for target in ("/a%20b", "/a;b", "/%C3%A9", "/x'y", "/@evil.example", "/a%25b"):
        answer = fort.ask(target, NAVIGATION)
        assert (answer.status, answer.headers["location"]) == (307, f".{target}/")
