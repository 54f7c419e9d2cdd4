"""DNS rebinding: a stranger's name that leads here is still a stranger's."""

import pytest

from tests.security.fort import Fort
from tests.security.wire import MODULE, NAVIGATION, parse, request, talk

EVIL = [
    *("evil.example:8000", "localhost.evil.example:8000", "127.0.0.1.evil.example", "[::2]:8000"),
    *("127.0.0.1.nip.io", "evillocalhost", "evil-localhost", "localhost:8000@evil.example"),
    *("evil.example@localhost:8000", "localhost:8000.evil.example", "localhost:8000, evil.example"),
    *("localhost:8000 evil.example", "localhost/?x=:8000", "localhost:8000/../evil"),
    *("evil#localhost", "localhost\\evil", "[::1", "[localhost]", ":::::", "localhost%00.evil"),
    *("%FF%FE", "", "localhost:99999999", "0.0.0.0:8000", "[::]:8000", "192.168.0.7", "1.1"),
    *("10.0.0.1:8000", "2130706433", "0x7f.0.0.1", "localhost..", ".localhost", "a..localhost"),
    *("\xff\xfe.localhost", "b" * 30_000),
]


@pytest.mark.parametrize("host", EVIL, ids=lambda host: host[:30])
def test_other_names_get_nothing(fort: Fort, host: str) -> None:
    for target in ("/", "/main.js", "/@hotreload/client.js", "/@hotreload/status"):
        answer = fort.send(request(target, NAVIGATION, host=host))
        assert answer.status in (400, 403), answer.raw[:200]
        assert fort.token not in answer.text
        assert "<body" not in answer.text


def test_no_host_or_two_get_nothing(fort: Fort) -> None:
    assert fort.send(request("/", NAVIGATION, host=None)).status == 400
    for pair in ((fort.host, "evil.example"), ("evil.example", fort.host)):
        twice = [("Host", pair[0]), ("Host", pair[1]), *NAVIGATION.items()]
        assert fort.send(request("/", twice, host=None)).status == 400


@pytest.mark.parametrize(
    "said",
    [
        {"X-Forwarded-Host": "127.0.0.1:8000"},
        {"Forwarded": "host=127.0.0.1:8000"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Original-Host": "localhost"},
        {"X-Host": "localhost"},
    ],
)
def test_what_a_proxy_might_say_is_not_believed(fort: Fort, said: dict[str, str]) -> None:
    answer = fort.send(request("/", {**NAVIGATION, **said}, host="evil.example"))
    assert answer.status == 403


def test_a_forwarded_name_is_not_repeated(fort: Fort) -> None:
    named = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/evil.example",
        "Forwarded": "host=evil.example",
    }
    for target in ("/", "/sub", "/gone", "/main.js"):
        answer = fort.ask(target, {**NAVIGATION, **named})
        assert answer.status in (200, 307, 404)
        assert b"evil.example" not in answer.raw


def test_another_authority_in_the_request_line_is_refused(fort: Fort) -> None:
    for target in ("http://evil.example:8000/", f"http://{fort.host}/", "evil.example", "*"):
        assert fort.send(request(target, NAVIGATION, host=fort.host)).status == 400


@pytest.mark.parametrize(
    "host",
    ["localhost", "LocalHost", "localhost.", "127.0.0.1", "127.0.0.2", "[::1]", "app.localhost"],
)
def test_the_names_of_this_machine_are_answered(fort: Fort, host: str) -> None:
    for port in ("", f":{fort.port}", ":9000"):
        answer = parse(talk(fort.port, request("/main.js", MODULE, host=host + port)))
        assert answer.status == 200


def test_a_refusal_names_the_flag_once_and_never_more_than_fifty_names(fort: Fort) -> None:
    for _ in range(3):
        fort.send(request("/", host="app.test:8000"))
    fort.said("app.test")
    lines = [line for line in fort.project.lines if "app.test" in line]
    assert len(lines) == 1
    assert "--allow-host app.test" in lines[0]
    for number in range(80):
        talk(fort.port, request("/", host=f"n{number}.test"))
    fort.answers()
    assert len([line for line in fort.project.lines if "refused" in line]) <= 50
