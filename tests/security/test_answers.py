"""What every answer says and none does, the token, the addresses listened on."""

import json
import re
import socket

import pytest

from tests.project import Project
from tests.security.fort import Fort
from tests.security.wire import MODULE, NAVIGATION, parse, request, talk

REQUESTS = {
    "a page": request("/", NAVIGATION),
    "a module": request("/main.js", MODULE),
    "a stylesheet": request("/theme.css"),
    "an image": request("/x.png"),
    "a part": request("/x.png", {"Range": "bytes=0-3"}),
    "no such part": request("/x.png", {"Range": "bytes=900-"}),
    "unchanged": request("/x.png", {"If-None-Match": "*"}),
    "a redirect": request("/sub", NAVIGATION),
    "missing": request("/gone"),
    "a missing page": request("/gone", NAVIGATION),
    "denied": request("/.env"),
    "a bad path": request("/%2f"),
    "a bad name": request("/", host="evil.example"),
    "foreign": request("/", {"Sec-Fetch-Site": "cross-site"}),
    "a method": request("/", method="POST"),
    "broken": request("/broken.js", MODULE),
    "the runtime": request("/@hotreload/client.js", MODULE),
    "the status": request("/@hotreload/status", MODULE),
    "no HTTP": b"\x00\r\n\r\n",
    "no host": request("/", host=None),
    "HEAD": request("/", NAVIGATION, method="HEAD"),
    "a stream": request("/@hotreload/stream", method="POST"),
    "frames": request("/@hotreload/frames", method="POST"),
}


@pytest.mark.parametrize("data", REQUESTS.values(), ids=REQUESTS)
def test_every_answer(fort: Fort, data: bytes) -> None:
    fort.project.write({"broken.js": "import './nowhere.js'"})
    answer = fort.send(data)
    assert answer.status >= 200
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch(r"no-(cache|store).*", answer.headers["cache-control"])
    assert not {"server", "x-powered-by", "set-cookie", "via"} & set(answer.headers)
    assert not [name for name in answer.headers if name.startswith("access-control")]
    fort.keeps_secrets(answer)


def test_the_token_can_not_be_guessed_and_is_where_it_should_be_only(fort: Fort) -> None:
    token = fort.token
    assert re.fullmatch(r"[\w-]{32,}", token)
    assert len(set(token)) > 12
    for name, data in REQUESTS.items():
        held = token.encode() in fort.send(data).raw
        assert held is (name in ("the runtime", "the status")), name
    birth = fort.ask("/", NAVIGATION).text
    assert token not in birth


def test_the_runtime_is_a_module_and_no_script(fort: Fort) -> None:
    """A classic script of a foreign page stops at its first import.meta, before it runs."""
    text = fort.ask("/@hotreload/client.js", MODULE).text
    assert re.search(r"\bimport\.meta\b", text)
    assert re.search(r"[;}\n]export\s*\{", text)


def test_nothing_asked_for_shows_the_token_in_the_terminal(project: Project) -> None:
    fort = Fort(project.write({"ok.txt": "ok"}).start())
    for target in (f"/?{fort.token}", f"/@hotreload/{fort.token}", f"/{fort.token}%2f"):
        fort.send(request(target))
    # A stranger's text that happens to be the token: the one line that may have it.
    fort.said(fort.token)
    project.stop()
    assert all("refused" in line for line in project.lines if fort.token in line)


def test_terminal_sequences_in_source_and_requests_are_only_shown(project: Project) -> None:
    project.write({"x.js": "import '\x1b]0;owned\x07\x1b[31m\u202e.js';\n", "ok.txt": "ok"}).start()
    port = project.port
    assert parse(talk(port, request("/ok.txt"))).status == 200
    assert parse(talk(port, request("/x.js", MODULE))).status == 500
    talk(port, request("/\x1b[31m"))
    talk(port, request("/", host="a\x1b[31m"))
    Fort(project).said("x1b")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", project.output)


def test_it_listens_on_this_machine_only(fort: Fort) -> None:
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as probe:
            probe.connect((address, fort.port))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        own = probe.getsockname()[0]
    with socket.socket() as probe:
        probe.settimeout(2)
        assert probe.connect_ex((own, fort.port)) != 0


def test_the_status_says_why_a_page_is_refused(fort: Fort) -> None:
    def status(origin: str) -> dict[str, str]:
        found: dict[str, str] = json.loads(
            fort.ask(f"/@hotreload/status?origin={origin}", MODULE).text
        )
        return found

    assert "refused" not in status(fort.origin)
    assert "--allow-host app.test" in status("https://app.test")["refused"]
    assert "refused" in status("http://localhost:1")
    assert "refused" in status("null")
