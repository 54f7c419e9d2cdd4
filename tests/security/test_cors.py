"""No origin but our own is let in by an answer."""

import pytest

from tests.security.fort import Fort
from tests.security.wire import MODULE, request

ORIGINS = [
    *("http://evil.example", "null", "http://localhost.evil.example", "http://evillocalhost"),
    *("http://127.0.0.1:1", "http://localhost:3000", "{own}"),
]
TARGETS = ["/", "/main.js", "/theme.css", "/x.png", "/@hotreload/client.js", "/@hotreload/ws"]


def grants(answer_headers: object) -> list[str]:
    return [name for name in answer_headers if name.startswith("access-control")]  # type: ignore[attr-defined]


@pytest.mark.parametrize("origin", ORIGINS)
def test_no_answer_lets_an_origin_read(fort: Fort, origin: str) -> None:
    origin = origin.replace("{own}", fort.origin)
    fort.answers()
    for target in (*TARGETS, "/gone", "/.env", "/@hotreload/status", "/@hotreload/gone"):
        for method in ("GET", "HEAD", "POST"):
            answer = fort.ask(target, {"Origin": origin, **MODULE}, method=method)
            assert answer.status in (200, 403, 404, 405)
            assert not grants(answer.headers)
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("network", ["Private-Network", "Local-Network"])
@pytest.mark.parametrize("target", TARGETS)
def test_a_preflight_is_granted_nothing(fort: Fort, target: str, network: str) -> None:
    asked = {
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-any",
        f"Access-Control-Request-{network}": "true",
    }
    answer = fort.send(request(target, asked, method="OPTIONS", host=fort.host))
    assert answer.status == 405
    assert not grants(answer.headers)
