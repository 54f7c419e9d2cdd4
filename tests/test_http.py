"""What a browser, a tool or a stranger gets over HTTP, from a real server."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http_site import FILES, MODULE, NAVIGATION, PAGE, SECRET, ask, serve_site
from tests.project import Project


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """One server for all tests that only ask."""
    with serve_site(tmp_path_factory.mktemp("http")) as project:
        yield project


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


@pytest.mark.parametrize(
    ("destination", "kind"),
    [("script", "text/javascript"), ("style", "text/css"), ("empty", "text/plain")],
)
def test_a_missing_file_is_a_404_of_the_type_that_is_asked_for(
    site: Project, destination: str, kind: str
) -> None:
    answer = ask(site, "/go*/ne.js", sec_fetch_mode="cors", sec_fetch_dest=destination)
    assert answer.status == 404
    assert answer.headers["content-type"].startswith(kind)
    assert kind == "text/plain" or answer.body.count(b"*/") == 1


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


def test_a_link_inside_and_an_odd_name_are_served(site: Project) -> None:
    assert "export const a" in ask(site, "/inside.js").text
    assert ask(site, "/%C3%A9%20%231.txt").text == "odd name"


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
