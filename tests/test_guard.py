"""Who may ask: the tables of hostile and honest requests."""

import pytest

from hotreload.live.handshake import SUBPROTOCOL, TOKEN_PREFIX
from hotreload.web.guard import Guard, Headers, Refusal

TOKEN = "the-token_of-32-characters-or-so"
GUARD = Guard(TOKEN)
WITH_TOKEN = (SUBPROTOCOL, TOKEN_PREFIX + TOKEN)


def headers(**named: str) -> Headers:
    """Headers by name, with underscores for hyphens."""
    return [(name.replace("_", "-").encode(), v.encode("latin-1")) for name, v in named.items()]


def request(host: str, guard: Guard = GUARD) -> Refusal | None:
    return guard.check_request("GET", headers(host=host))


def socket(
    host: str = "127.0.0.1:8000",
    *,
    offered: tuple[str, ...] = WITH_TOKEN,
    guard: Guard = GUARD,
    **named: str,
) -> Refusal | str:
    return guard.check_socket(headers(host=host, **named), offered)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "localhost:8000", "LocalHost:8000", "localhost.:8000", "app.localhost"),
        *("127.0.0.1", "127.0.0.1:8000", "127.0.0.2:1", "[::1]", "[::1]:8000", "[0:0::0:1]:8000"),
    ],
)
def test_names_of_this_machine_are_answered(host: str) -> None:
    assert request(host) is None


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8000", "localhost.evil.example:8000", "evillocalhost"),
        *("127.0.0.1.evil.example", "127.0.0.1.nip.io", "evil-localhost", "localhost.evil"),
        *("localhost:8000@evil.example", "evil.example@localhost:8000", "localhost:8000.evil"),
        *("localhost:8000, evil.example", "localhost:8000 evil.example", "localhost/?x=:8000"),
        *("localhost:8000/../evil", "evil#localhost", "localhost\\evil", "localhost%00.evil"),
        *("[::1", "[localhost]", ":::::", "", " ", "a" * 30_000, "localhost:99999999", "[::2]"),
        *("localhost:65536", "localhost:", "localhost:-1", "localhost:8000:8000", "::1"),
        *("0.0.0.0:8000", "[::]:8000", "192.168.1.5:8000", "203.0.113.5", "10.0.0.1", "2130706433"),
        *(
            "0x7f.1",
            "localhost\n",
            "localhost\r\nx: y",
            ".localhost",
            "localhost..",
            "-",
            "\xff\xfe",
        ),
        "[fe80::1%25lo]",
    ],
)
def test_other_names_are_refused(host: str) -> None:
    assert isinstance(request(host), Refusal)


def test_no_host_or_two_are_refused() -> None:
    assert isinstance(GUARD.check_request("GET", []), Refusal)
    both = [*headers(host="localhost:8000"), *headers(host="evil.example")]
    for pair in (both, both[::-1], [both[0], both[0]]):
        assert isinstance(GUARD.check_request("GET", pair), Refusal)
        assert isinstance(GUARD.check_socket(pair, WITH_TOKEN), Refusal)


@pytest.mark.parametrize("name", ["x_forwarded_host", "forwarded", "x_forwarded_for"])
def test_what_a_proxy_might_say_changes_nothing(name: str) -> None:
    said = headers(**{name: "127.0.0.1:8000"})
    assert isinstance(GUARD.check_request("GET", [*headers(host="evil.example"), *said]), Refusal)
    said = headers(**{name: "evil.example"})
    assert GUARD.check_request("GET", [*headers(host="127.0.0.1:8000"), *said]) is None


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("app.test", True),
        ("APP.test:81", True),
        ("x.app.test", False),
        ("xapp.test", False),
        ("dev.test", True),
        ("a.dev.test", True),
        ("evildev.test", False),
        ("mixed.test", True),
    ],
)
def test_allowed_names(host: str, allowed: bool) -> None:
    guard = Guard(TOKEN, allow_hosts=("app.test", ".dev.test", "Mixed.test"))
    assert (request(host, guard) is None) is allowed


@pytest.mark.parametrize(
    ("bind", "host", "allowed"),
    [
        ("0.0.0.0", "192.168.1.5:8000", True),
        ("0.0.0.0", "[fe80::1]:8000", True),
        ("0.0.0.0", "evil.example", False),
        ("::", "192.168.1.5", True),
        ("192.168.1.5", "192.168.1.5:8000", True),
        ("192.168.1.5", "localhost", True),
        ("dev.lan", "dev.lan:8000", True),
        ("dev.lan", "evil.example", False),
        ("127.0.0.1", "192.168.1.5", False),
        ("localhost", "192.168.1.5", False),
        ("::1", "[::1]:8000", True),
        ("0.0.0.0", "[::]:8000", False),
    ],
)
def test_an_address_is_a_name_only_when_bound_beyond_this_machine(
    bind: str, host: str, allowed: bool
) -> None:
    assert (request(host, Guard(TOKEN, bind)) is None) is allowed


@pytest.mark.parametrize(
    ("method", "site", "mode", "destination", "allowed"),
    [
        ("GET", "none", "navigate", "document", True),
        ("GET", "same-origin", "no-cors", "script", True),
        ("GET", "same-origin", "cors", "empty", True),
        ("GET", "cross-site", "navigate", "document", True),
        ("HEAD", "cross-site", "navigate", "iframe", True),
        ("GET", "same-site", "navigate", "frame", True),
        ("POST", "cross-site", "navigate", "document", False),
        ("GET", "cross-site", "no-cors", "script", False),
        ("GET", "same-site", "no-cors", "script", False),
        ("GET", "cross-site", "no-cors", "style", False),
        ("GET", "cross-site", "no-cors", "image", False),
        ("GET", "cross-site", "cors", "script", False),
        ("GET", "cross-site", "cors", "empty", False),
        ("GET", "cross-site", "navigate", "object", False),
        ("GET", "cross-site", "navigate", "embed", False),
        ("GET", "cross-site", "no-cors", "document", False),
        ("GET", "what", "no-cors", "script", False),
    ],
)
def test_other_pages_may_only_lead_here(
    method: str, site: str, mode: str, destination: str, allowed: bool
) -> None:
    sent = headers(
        host="localhost", sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest=destination
    )
    assert (GUARD.check_request(method, sent) is None) is allowed


def test_fetch_metadata_sent_twice_is_not_believed() -> None:
    site = headers(sec_fetch_site="cross-site")
    sent = [*headers(host="localhost"), *site, *headers(sec_fetch_site="same-origin")]
    assert isinstance(GUARD.check_request("GET", sent), Refusal)


OWN = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (OWN, "127.0.0.1:8000"),
        ("http://localhost:8000", "localhost:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("http://app.localhost:8000", "app.localhost:8000"),
        ("http://localhost:8000", "127.0.0.1:8000"),
        ("https://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://localhost", "localhost"),
        ("http://localhost", "localhost:80"),
    ],
)
def test_a_page_of_ours_gets_its_socket(origin: str, host: str) -> None:
    assert socket(host, origin=origin) == origin


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "https://evil.example", "null", "", "http://203.0.113.5"),
        *("http://localhost.evil.example:8000", "http://127.0.0.1.evil.example:8000"),
        *("http://evillocalhost:8000", "http://127.0.0.1:8000@evil.example", "file://"),
        *("http://evil.example@127.0.0.1:8000", "chrome-extension://abcdef", "http://127.0.0.1:1"),
        *("http://localhost:3000", "http://127.0.0.1", "http://[", "http://:80:80", "http://a b"),
        *("\x01", "http://" + "a" * 8_000, "http://127.0.0.1:99999999", "ws://127.0.0.1:8000"),
        *(OWN + "/", OWN + "/x", OWN + "?", OWN + "#", " " + OWN, OWN + " ", "127.0.0.1:8000"),
        *("//127.0.0.1:8000", "http:127.0.0.1:8000", "http://127.0.0.1:8000, http://evil.example"),
        *("HTTP://127.0.0.1:8000", "http://127.0.0.1:x", "http://\xff"),
    ],
)
def test_any_other_page_does_not_whatever_it_knows(origin: str) -> None:
    assert isinstance(socket(origin=origin), Refusal)
    assert isinstance(socket(origin=origin, offered=(SUBPROTOCOL,)), Refusal)


@pytest.mark.parametrize(
    "offered",
    [
        (),
        (SUBPROTOCOL,),
        (TOKEN_PREFIX + TOKEN,),
        (SUBPROTOCOL, TOKEN),
        (SUBPROTOCOL, TOKEN_PREFIX),
        (SUBPROTOCOL, TOKEN_PREFIX + TOKEN[:-1]),
        (SUBPROTOCOL, TOKEN_PREFIX + TOKEN + "x"),
        (SUBPROTOCOL, TOKEN_PREFIX + TOKEN.upper()),
        (SUBPROTOCOL, TOKEN_PREFIX + "x" * len(TOKEN)),
        (SUBPROTOCOL, TOKEN_PREFIX + "\u00e9" * 9),
        (SUBPROTOCOL, TOKEN_PREFIX + "\udcff" * 9),
        (SUBPROTOCOL, TOKEN_PREFIX + TOKEN + "\0"),
        (SUBPROTOCOL, TOKEN_PREFIX + TOKEN, TOKEN_PREFIX + "x"),
    ],
)
def test_without_the_token_there_is_no_socket(offered: tuple[str, ...]) -> None:
    assert isinstance(socket(origin=OWN, offered=offered), Refusal)
    assert isinstance(socket(offered=offered), Refusal)


def test_a_tool_with_the_token_needs_no_origin() -> None:
    assert socket() == OWN


def test_a_name_that_was_bound_anew_is_no_origin_of_ours() -> None:
    for offered in (WITH_TOKEN, (SUBPROTOCOL,)):
        refused = socket("evil.example", origin="http://evil.example", offered=offered)
        assert isinstance(refused, Refusal)


def test_two_origins_are_none() -> None:
    sent = [*headers(host="127.0.0.1:8000", origin=OWN), *headers(origin=OWN)]
    assert isinstance(GUARD.check_socket(sent, WITH_TOKEN), Refusal)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "what"])
def test_a_browser_that_says_it_is_another_site_is_believed(site: str) -> None:
    assert isinstance(socket(origin=OWN, sec_fetch_site=site), Refusal)
    assert socket(origin=OWN, sec_fetch_site="same-origin") == OWN


def test_an_allowed_name_may_be_the_origin_behind_a_proxy() -> None:
    guard = Guard(TOKEN, allow_hosts=("app.test",))
    assert socket(guard=guard, origin="https://app.test") == "https://app.test"
    assert isinstance(socket(guard=guard, origin="https://other.test"), Refusal)


def test_a_refusal_says_what_would_help() -> None:
    refused = request("dev.lan:8000")
    assert refused is not None
    assert "--allow-host dev.lan" in str(refused)
