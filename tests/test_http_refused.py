"""What a real server gives to nobody: not under any spelling, name or origin."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.http_site import CLASSIC, MODULE, NAVIGATION, SECRET, ask, ask_raw, serve_site
from tests.project import Project


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """One server for all tests that only ask."""
    with serve_site(tmp_path_factory.mktemp("http")) as project:
        yield project


@pytest.mark.parametrize(
    "target",
    [
        *("/../secret.txt", "/docs/../../secret.txt", "/./../secret.txt", "//../secret.txt"),
        *("/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..%5csecret.txt", "/..\\secret.txt"),
        *(
            "/%252e%252e%252fsecret.txt",
            "/....//secret.txt",
            "/..;/secret.txt",
            "/..%00/secret.txt",
        ),
        *(
            "/%c0%ae%c0%ae/secret.txt",
            "/../site/../secret.txt",
            "/#/../secret.txt",
            "../secret.txt",
        ),
        *(
            "/main.js#/../../secret.txt",
            "//127.0.0.1/../secret.txt",
            "/@hotreload/../../secret.txt",
        ),
        *("/@fs/secret.txt", "/leak.txt", "/leak.txt?raw", "/leak.txt?import&raw", "/%6ceak.txt"),
        *(
            "/.env",
            "/%2eenv",
            "/.ENV",
            "/.env?raw",
            "/.env?import&raw",
            "/.env?url&import",
            "/.env/",
        ),
        *("/.env%00.js", "/.env::$DATA", "/.env%20", "/.env.", "//.env", "/./.env", "/x/../.env"),
        *("/sub/.git/config", "/sub/.git%2fconfig", "/server.pem", "/SERVER.PEM", "/manage.py"),
        *("/manage.py?raw", "/server.pem?import&raw", "/sub/.git/config?raw", "/.env#.js"),
    ],
)
def test_no_way_leads_to_what_is_not_served(site: Project, target: str) -> None:
    for extra in (b"", b"Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: script\r\n"):
        host = f"127.0.0.1:{site.port}".encode()
        answer = ask_raw(
            site,
            b"GET "
            + target.encode()
            + b" HTTP/1.1\r\nHost: "
            + host
            + b"\r\n"
            + extra
            + b"Connection: close\r\n\r\n",
        )
        assert re.match(rb"HTTP/1\.1 40[034] ", answer), answer[:200]
        assert SECRET.encode() not in answer


def test_a_refusal_tells_nothing_of_what_is_there(site: Project) -> None:
    there, gone = ask(site, "/.env", "HEAD"), ask(site, "/.nothing", "HEAD")
    assert {**there.headers, "date": ""} == {**gone.headers, "date": ""}
    assert there.status == gone.status == 403


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "0.0.0.0",
        "192.168.1.5",
        "localhost:1@evil",
        "[::1",
    ],
)
def test_a_request_under_another_name_gets_nothing(site: Project, host: str) -> None:
    for path in ("/", "/main.js", "/@hotreload/client.js"):
        answer = ask(site, path, host=host, **NAVIGATION)
        assert answer.status in (400, 403)
        assert b"page" not in answer.body.replace(b"a page", b"")
        assert b"token" not in answer.body


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "[::1]:8000", "app.localhost"])
def test_names_of_this_machine_are_answered(site: Project, host: str) -> None:
    assert ask(site, "/dep.js", host=host).status == 200


def test_other_pages_can_lead_here_but_not_read(site: Project) -> None:
    for path in ("/main.js", "/x.png", "/", "/@hotreload/client.js", "/@hotreload/status"):
        for foreign in ("cross-site", "same-site"):
            assert ask(site, path, **{**CLASSIC, "sec-fetch-site": foreign}).status == 403
    assert ask(site, "/", **{**NAVIGATION, "sec-fetch-site": "cross-site"}).status == 200


def test_the_token_is_in_the_runtime_only(site: Project) -> None:
    status = json.loads(ask(site, "/@hotreload/status").text)
    token = status["token"]
    runtime = ask(site, "/@hotreload/client.js", **MODULE)
    assert token in runtime.text
    assert re.search(r"^export|[;}]export", runtime.text), "a classic script could run it"
    assert runtime.headers["cache-control"] == "no-store"
    for path in ("/", "/main.js", "/gone", "/@hotreload/gone"):
        assert token not in ask(site, path, **NAVIGATION).text
    assert token not in site.output


def test_what_is_refused_can_not_forge_lines_in_the_terminal(site: Project) -> None:
    ask_raw(site, b"GET / HTTP/1.1\r\nHost: evil\x1b[31m.example\r\nConnection: close\r\n\r\n")
    assert "\x1b" not in site.output
