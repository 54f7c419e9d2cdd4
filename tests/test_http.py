"""What a browser, a tool or a stranger gets over HTTP, from a real server."""

import http.client
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.project import Project

PAGE = "<!doctype html><html><head><title>t</title></head><body>page</body></html>"
NAVIGATION = {
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "sec-fetch-site": "none",
    "accept": "text/html",
}
MODULE = {"sec-fetch-mode": "cors", "sec-fetch-dest": "script", "sec-fetch-site": "same-origin"}
CLASSIC = {**MODULE, "sec-fetch-mode": "no-cors"}
WORKER = {**MODULE, "sec-fetch-mode": "same-origin", "sec-fetch-dest": "worker"}
SECRET = "the secret"

FILES: dict[str, str | bytes] = {
    "index.html": PAGE,
    "about.html": PAGE.replace("page", "about"),
    "docs/index.html": PAGE.replace("page", "docs"),
    "app.html": PAGE.replace("page", "beside the folder"),
    "app/x.txt": "x",
    "404.html": PAGE.replace("page", "nothing here"),
    "main.js": "import './dep.js';\nimport p from 'p';\nimport('./dep.js');\n",
    "dep.js": "export const a = 1;\n",
    "classic.js": "var a = 1; // plain\n",
    "broken.js": "import './gone.js';\n",
    "theme.css": "body { background: url(x.png) }",
    "data.json": '{"a": 1}',
    "x.png": bytes(range(256)) * 4,
    "film.mp4": b"0123456789" * 1000,
    "empty.txt": "",
    "\u00e9 #1.txt": "odd name",
    "x.unknown": "?",
    "node_modules/p/package.json": '{"exports": "./lib/i.js"}',
    "node_modules/p/lib/i.js": "export default 1;",
    ".env": SECRET,
    "sub/.git/config": SECRET,
    "server.pem": SECRET,
    "manage.py": SECRET,
    ".well-known/x": "public",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    project: Project, path: str, method: str = "GET", *, host: str = "", **headers: str
) -> Answer:
    """One request; header names with underscores for hyphens."""
    connection = http.client.HTTPConnection("127.0.0.1", project.port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host or f"127.0.0.1:{project.port}")
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()


def ask_raw(project: Project, request: bytes) -> bytes:
    """What comes back for bytes, up to the end of the connection."""
    with socket.create_connection(("127.0.0.1", project.port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """One server for all tests that only ask."""
    folder = tmp_path_factory.mktemp("http")
    (folder / "secret.txt").write_text(SECRET)
    project = Project(folder / "site", folder / "state").write(FILES)
    (project.root / "leak.txt").symlink_to("../secret.txt")
    (project.root / "inside.js").symlink_to("dep.js")
    project.start()
    yield project
    assert project.stop() in (0, -15)
    assert "Traceback" not in project.output


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/dep.js", "text/javascript; charset=utf-8"),
        ("/theme.css", "text/css; charset=utf-8"),
        ("/data.json", "application/json; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/x.png", "image/png"),
        ("/film.mp4", "video/mp4"),
        ("/empty.txt", "text/plain; charset=utf-8"),
        ("/x.unknown", "application/octet-stream"),
        ("/.well-known/x", "application/octet-stream"),
    ],
)
def test_media_types_and_what_every_answer_says(site: Project, path: str, kind: str) -> None:
    answer = ask(site, path)
    assert answer.status == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in answer.headers
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/", 200, "page"),
        ("/index.html", 200, "page"),
        ("/about", 200, "about"),
        ("/about.html", 200, "about"),
        ("/about?x=1", 200, "about"),
        ("/docs/", 200, "docs"),
        ("/app", 200, "beside the folder"),
        ("/gone", 404, "nothing here"),
        ("/docs/gone.html", 404, "nothing here"),
        ("/app/", 404, "nothing here"),
    ],
)
def test_pages_have_clean_addresses_and_the_runtime(
    site: Project, path: str, status: int, words: str
) -> None:
    answer = ask(site, path, **NAVIGATION)
    assert answer.status == status
    assert f"<body>{words}</body>" in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<head><meta name="hotreload"' in answer.text
    assert answer.text.count('src="/@hotreload/client.js"') == 1
    assert answer.text.count("\n") == PAGE.count("\n")


def test_a_page_that_is_only_read_is_as_it_was_written(site: Project) -> None:
    fetched = ask(site, "/index.html", sec_fetch_mode="cors", sec_fetch_dest="empty")
    assert fetched.text == PAGE
    assert ask(site, "/").text == PAGE


def test_a_folder_is_led_to_its_slash_by_a_relative_address(site: Project) -> None:
    answer = ask(site, "/docs", x_forwarded_host="evil.example")
    assert (answer.status, answer.headers["location"]) == (307, "./docs/")


def test_a_missing_file_is_a_plain_404(site: Project) -> None:
    answer = ask(site, "/gone.js", **MODULE)
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/plain")


def test_an_etag_names_the_bytes_and_saves_sending_them(site: Project) -> None:
    for path in ("/x.png", "/theme.css", "/dep.js", "/index.html"):
        first = ask(site, path)
        etag = first.headers["etag"]
        assert re.fullmatch(r'"[\w-]+"', etag)
        for wanted in (etag, f'W/{etag}, "other"', "*"):
            again = ask(site, path, if_none_match=wanted)
            assert (again.status, again.body) == (304, b"")
            assert again.headers["etag"] == etag
        assert ask(site, path, if_none_match='"other"').status == 200


def test_an_etag_is_another_for_other_bytes_even_at_the_same_time(project: Project) -> None:
    project.write({"a.txt": "one", "b.txt": "two"}).start()
    assert ask(project, "/a.txt").headers["etag"] != ask(project, "/b.txt").headers["etag"]


@pytest.mark.parametrize("path", ["/x.png", "/dep.js", "/theme.css", "/empty.txt", "/gone.js", "/"])
def test_head_is_get_without_the_body(site: Project, path: str) -> None:
    full, head = ask(site, path), ask(site, path, "HEAD")
    assert head.status == full.status
    assert head.body == b""
    assert head.headers["content-length"] == str(len(full.body))
    assert {**head.headers, "date": ""} == {**full.headers, "date": ""}


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-9", 206, (0, 10)),
        ("bytes=9990-", 206, (9990, 10000)),
        ("bytes=-5", 206, (9995, 10000)),
        ("bytes=-99999", 206, (0, 10000)),
        ("bytes=5-99999", 206, (5, 10000)),
        ("bytes=9999-9999", 206, (9999, 10000)),
        ("bytes=10000-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=5-1", 200, None),
        ("bytes=a-b", 200, None),
        ("bytes=-", 200, None),
        ("bytes=0-1,3-4", 200, None),
        ("lines=0-1", 200, None),
        ("bytes=0-" + "9" * 5000, 200, None),
    ],
)
def test_a_part_of_a_film(
    site: Project, wanted: str, status: int, part: tuple[int, int] | None
) -> None:
    whole = FILES["film.mp4"]
    assert isinstance(whole, bytes)
    answer = ask(site, "/film.mp4", range=wanted)
    assert answer.status == status
    if part is not None:
        first, end = part
        assert answer.body == whole[first:end]
        assert answer.headers["content-range"] == f"bytes {first}-{end - 1}/10000"
    elif status == 416:
        assert answer.headers["content-range"] == "bytes */10000"
    else:
        assert answer.body == whole


def test_a_part_is_given_only_of_the_version_it_is_asked_of(site: Project) -> None:
    etag = ask(site, "/film.mp4").headers["etag"]
    assert ask(site, "/film.mp4", range="bytes=0-1", if_range=etag).status == 206
    assert ask(site, "/film.mp4", range="bytes=0-1", if_range='"old"').status == 200


def test_a_large_file_is_sent_whole_and_in_parts(project: Project) -> None:
    piece = bytes(range(251)) * 4000
    project.write({"big.bin": piece * 9}).start()
    whole = ask(project, "/big.bin")
    assert whole.body == piece * 9
    part = ask(project, "/big.bin", range="bytes=1000000-8999999")
    assert (part.status, part.body) == (206, (piece * 9)[1_000_000:9_000_000])
    assert ask(project, "/big.bin", range="bytes=99999999-").status == 416
    assert ask(project, "/big.bin", if_none_match=whole.headers["etag"]).status == 304
    head = ask(project, "/big.bin", "HEAD")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(piece) * 9))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "MKCOL"])
def test_other_methods_are_refused_without_a_grant(site: Project, method: str) -> None:
    answer = ask(
        site,
        "/main.js",
        method,
        origin="http://evil.example",
        access_control_request_method="POST",
        access_control_request_private_network="true",
    )
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_modules_have_absolute_addresses_and_a_preamble(site: Project) -> None:
    answer = ask(site, "/main.js", **MODULE)
    assert answer.text.startswith('import{module as __hr}from"/@hotreload/client.js";')
    assert "import '/dep.js';\nimport p from '/node_modules/p/lib/i.js';\n" in answer.text
    assert 'import("/dep.js")' in answer.text
    assert ask(site, "/main.js").text == answer.text
    assert ask(site, "/node_modules/p/lib/i.js", **MODULE).status == 200


@pytest.mark.parametrize("path", ["/classic.js", "/main.js"])
def test_a_classic_script_is_left_as_it_is(site: Project, path: str) -> None:
    answer = ask(site, path, **CLASSIC)
    assert answer.text == FILES[path[1:]]
    assert "sec-fetch-mode" in answer.headers["vary"]


def test_without_fetch_metadata_the_source_tells(site: Project) -> None:
    assert ask(site, "/classic.js").text == FILES["classic.js"]
    assert ask(site, "/classic.js", **MODULE).text.startswith("import{module as __hr}")


def test_a_worker_gets_addresses_but_no_runtime(site: Project) -> None:
    answer = ask(site, "/main.js", **WORKER)
    assert "@hotreload" not in answer.text
    assert "import '/dep.js'" in answer.text


def test_a_module_that_leads_nowhere_is_an_error_that_says_where(site: Project) -> None:
    answer = ask(site, "/broken.js", **MODULE)
    assert answer.status == 500
    assert "/broken.js:1:9" in answer.text
    assert "./gone.js" in answer.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/theme.css?import", 'import.meta.style("/theme.css",'),
        ("/theme.css?raw", 'export default "body { background'),
        ("/data.json?import", "export const a=1;"),
        ("/data.json?url", 'export default import.meta.asset("/data.json");'),
    ],
)
def test_other_files_are_modules_where_they_are_imported(
    site: Project, path: str, words: str
) -> None:
    answer = ask(site, path, **MODULE)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert words in answer.text


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


def test_a_link_inside_and_an_odd_name_are_served(site: Project) -> None:
    assert "export const a" in ask(site, "/inside.js").text
    assert ask(site, "/%C3%A9%20%231.txt").text == "odd name"


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


def test_an_unknown_page_of_ours_says_its_address_as_text(project: Project) -> None:
    project.write({"x.txt": ""}).start()
    answer = ask(project, "/<script>alert(1)</script>", **NAVIGATION)
    assert answer.status in (400, 404)
    assert b"<script>alert" not in answer.body
    missing = ask(project, "/gone&co", **NAVIGATION)
    assert missing.status == 404
    assert "gone&amp;co" in missing.text
    assert "/@hotreload/client.js" in missing.text, "it shows the page once there is one"


def test_a_single_page_app_answers_every_address_but_files(project: Project) -> None:
    project.write({"index.html": PAGE, "a.js": "1"}).start("--spa")
    for path in ("/", "/users/1", "/deep/er/"):
        answer = ask(project, path, **NAVIGATION)
        assert (answer.status, "page" in answer.text) == (200, True), path
    assert ask(project, "/gone.js", **MODULE).status == 404
    assert ask(project, "/gone.png", **NAVIGATION).status == 404


def test_a_base_is_before_every_address(project: Project) -> None:
    project.write({**FILES, "abs.js": "import '/app/dep.js'; import '/dep.js';"})
    project.start("--base", "/app")
    page = ask(project, "/app/", **NAVIGATION)
    assert 'src="/app/@hotreload/client.js"' in page.text
    module = ask(project, "/app/main.js", **MODULE)
    assert 'from"/app/@hotreload/client.js"' in module.text
    assert "import '/app/dep.js';\nimport p from '/app/node_modules/p/lib/i.js'" in module.text
    assert ask(project, "/app/abs.js", **MODULE).text.endswith(
        "import '/app/dep.js'; import '/app/dep.js';"
    )
    assert ask(project, "/app/@hotreload/client.js", **MODULE).status == 200
    for path in ("/dep.js", "/application", "/@hotreload/client.js"):
        assert ask(project, path).status == 404
    for path in ("/", "/app"):
        answer = ask(project, path, **NAVIGATION)
        assert (answer.status, answer.headers["location"]) == (302, "/app/")


def test_another_folder_can_be_mounted(project: Project, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "l.js").write_text("import '../dep.js'; import './m.js'")
    (tmp_path / "lib" / "m.js").write_text("export {}")
    (tmp_path / "lib" / ".env").write_text(SECRET)
    project.write(FILES).start("--mount", f"/shared/lib={tmp_path / 'lib'}")
    answer = ask(project, "/shared/lib/l.js", **MODULE)
    assert answer.status == 500, "there is no /shared/dep.js"
    assert "/shared/dep.js" in answer.text
    (project.root / "shared").mkdir()
    (project.root / "shared" / "dep.js").write_text("export {}")
    answer = ask(project, "/shared/lib/l.js", **MODULE)
    assert "import '/shared/dep.js'; import '/shared/lib/m.js'" in answer.text
    assert ask(project, "/shared/lib/.env").status == 403


def test_an_edit_is_in_the_next_answer(project: Project) -> None:
    project.write({"a.txt": "0", "a.js": "export const n = 0"}).start()
    for number in range(1, 20):
        project.write({"a.txt": f"{number}", "a.js": f"export const n = {number}"})
        assert ask(project, "/a.txt").text == f"{number}"
        assert ask(project, "/a.js", **MODULE).text.endswith(f"export const n = {number}")
