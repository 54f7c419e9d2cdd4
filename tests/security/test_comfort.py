"""Where it must stay comfortable: each row of the table in docs/security.md."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotreload.hosts.listen import notices, preview_hosts
from hotreload.project.settings import Settings
from tests.project import Project
from tests.security.fort import Fort
from tests.security.test_foreign_page import own_address
from tests.security.wire import MODULE, NAVIGATION, parse, request, talk

PAGE = {
    "index.html": "<!doctype html><head></head><body>page</body>",
    "dep.js": "export const a = 1",
}


@contextmanager
def served(project: Project, *arguments: str) -> Iterator[Fort]:
    fort = Fort(project.write(PAGE).start(*arguments))
    fort.answers()
    yield fort


def opens(fort: Fort, host: str, origin: str) -> bool:
    """Whether a page at this origin, asked for under this name, is served and gets its socket."""
    page = parse(talk(fort.port, request("/", NAVIGATION, host=host)))
    return page.status == 200 and fort.shake(origin, host=host).status == 101


def test_this_machine_needs_nothing(project: Project) -> None:
    with served(project) as fort:
        port = fort.port
        for name in ("localhost", "127.0.0.1", "[::1]", "app.localhost", "localhost.", "127.1.2.3"):
            assert opens(fort, f"{name}:{port}", f"http://{name}:{port}"), name
        # A browser tries either of them for "localhost"; both are ours, with the same port.
        for address in ("127.0.0.1", "::1"):
            data = request("/dep.js", MODULE, host=f"localhost:{port}")
            assert parse(talk(port, data, address=address)).status == 200
        # curl, a link from mail, a preview in an editor, the far end of `ssh -L 9000:…`.
        assert parse(talk(port, request("/dep.js"))).status == 200
        link = {**NAVIGATION, "Sec-Fetch-Site": "cross-site"}
        assert parse(talk(port, request("/", link, host=f"localhost:{port}"))).status == 200
        frame = {**link, "Sec-Fetch-Dest": "iframe"}
        assert parse(talk(port, request("/", frame, host=f"localhost:{port}"))).status == 200
        assert opens(fort, "localhost:9000", "http://localhost:9000")


def test_a_port_that_someone_has_on_one_of_the_two_is_not_taken(project: Project) -> None:
    with socket.socket(socket.AF_INET6) as stranger:
        stranger.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        stranger.bind(("::1", project.port))
        stranger.listen()
        with pytest.raises(AssertionError, match="in use"):
            project.write(PAGE).start()


def test_the_network_needs_host_and_is_told_of(project: Project) -> None:
    own = own_address()
    with served(project, "--host") as fort:
        fort.said("everyone on this network can read")
        if own is not None:
            fort.said(f"http://{own}:{fort.port}/")
            data = request("/dep.js", host=f"{own}:{fort.port}")
            assert parse(talk(fort.port, data, address=own)).status == 200
        for name in ("192.168.1.5", "10.0.0.9", "[fe80::1]", "localhost"):
            assert opens(fort, f"{name}:{fort.port}", f"http://{name}:{fort.port}"), name
        assert not opens(fort, f"mac.local:{fort.port}", f"http://mac.local:{fort.port}")
        for address in ("127.0.0.1", "::1"):
            data = request("/dep.js", host="localhost")
            assert parse(talk(fort.port, data, address=address)).status == 200


def test_a_name_in_the_network_needs_to_be_named(project: Project) -> None:
    with served(project, "--host", "0.0.0.0", "--allow-host", "mac.local") as fort:
        assert opens(fort, f"mac.local:{fort.port}", f"http://mac.local:{fort.port}")
        assert not opens(fort, f"pc.local:{fort.port}", f"http://pc.local:{fort.port}")


def test_a_container_s_outer_port_does_not_matter(project: Project) -> None:
    with served(project, "--host", "0.0.0.0") as fort:
        assert opens(fort, "127.0.0.1:9000", "http://127.0.0.1:9000")
        assert not opens(fort, "127.0.0.1:9000", "http://127.0.0.1:9001")


def test_a_container_bound_to_itself_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = tmp_path / "mark"
    monkeypatch.setattr("hotreload.hosts.listen._CONTAINERS", (str(marks),))
    settings = Settings(tmp_path)
    assert list(notices(settings, 8000, {})) == []
    marks.touch()
    (line,) = notices(settings, 8000, {})
    assert "add --host," in line
    assert "-p 127.0.0.1:8000:8000" in line
    assert list(notices(settings, 8000, {"CODESPACES": "true"})) == []


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("app.test", "https://app.test"),
        ("app.test", "http://app.test"),
        ("127.0.0.1:8000", "https://app.test"),
        ("localhost:8000", "http://app.test:8080"),
        ("app.test:8443", "https://app.test:8443"),
    ],
)
def test_behind_a_proxy_one_name_is_enough(project: Project, host: str, origin: str) -> None:
    """With `Host $host`, with the default that is rewritten, with TLS, by an odd outer port."""
    with served(project, "--allow-host", "app.test") as fort:
        assert opens(fort, host, origin)
        assert not opens(fort, host, origin.replace("app.test", "other.test"))
        assert not opens(fort, "other.test", origin)


def test_a_whole_domain_can_be_named(project: Project) -> None:
    with served(project, "--allow-host", ".ngrok.app") as fort:
        assert opens(fort, "x.ngrok.app", "https://x.ngrok.app")
        assert not opens(fort, "xngrok.app", "https://xngrok.app")


def test_codespaces_and_gitpod_need_nothing(project: Project) -> None:
    project._environment |= {
        "CODESPACE_NAME": "fuzzy-space",
        "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN": "app.github.dev",
    }
    with served(project) as fort:
        name = f"fuzzy-space-{fort.port}.app.github.dev"
        assert opens(fort, f"localhost:{fort.port}", f"https://{name}")
        assert opens(fort, name, f"https://{name}")
        other = f"other-space-{fort.port}.app.github.dev"
        assert not opens(fort, other, f"https://{other}")
    settings = Settings(project.root, port=8000)
    gitpod = set(preview_hosts(settings, {"GITPOD_WORKSPACE_URL": "https://abc.ws-eu.gitpod.io"}))
    assert "8000-abc.ws-eu.gitpod.io" in gitpod
    assert "8001-abc.ws-eu.gitpod.io" in gitpod
    assert set(preview_hosts(settings, {})) == set()


def test_a_variable_names_hosts_too(project: Project) -> None:
    project._environment["HOTRELOAD_ALLOW_HOST"] = "app.test .dev.test"
    with served(project) as fort:
        assert opens(fort, "app.test", "http://app.test")
        assert opens(fort, "x.dev.test", "http://x.dev.test")


def test_a_birth_map_is_given_only_where_its_addresses_are_right(project: Project) -> None:
    page = "<!doctype html><head></head><script type='module' src='main.js'></script>"
    project.write({"index.html": page, "main.js": "import './dep.js'"})
    with served(project) as fort:
        project.write({"index.html": page})
        chromium = {**NAVIGATION, "Sec-CH-UA": '"Chromium";v="140"', "Connection": "keep-alive"}

        def asked(**more: str) -> str:
            sent = {**chromium, **{name.replace("_", "-"): text for name, text in more.items()}}
            return parse(talk(fort.port, request("/", sent, host=fort.host), seconds=0.5)).text

        assert "importmap" in asked()
        assert "importmap" not in asked(Connection="close")
        assert "importmap" not in asked(X_Forwarded_Proto="https")
        assert "importmap" not in asked(Via="1.1 proxy")


def test_the_status_is_plain_for_tools(project: Project) -> None:
    with served(project) as fort:
        status = json.loads(fort.ask("/@hotreload/status").text)
        assert set(status) == {"token"}
