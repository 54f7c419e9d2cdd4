"""Symbolic links, special files, compressed siblings."""

import os
import time

import pytest

from tests.security.fort import Fort
from tests.security.wire import MARK, MODULE, NAVIGATION, parse, request, talk


@pytest.mark.parametrize(
    "target",
    [
        *("/leak", "/%6ceak", "/leak/", "/leak.js", "/leakdir/secret.txt", "/leakdir", "/leakdir/"),
        *("/leakdir/site/.env", "/leakdir/secret.js", "/alias.txt", "/alias.js", "/page.js.gz"),
        *(
            "/loopa.js",
            "/loopb.js",
            "/inside-dir/../leak",
            "/leakdir/secret",
            "/leakdir/secret.html",
        ),
    ],
)
def test_a_link_leads_nowhere_but_within(fort: Fort, target: str) -> None:
    for headers in ({}, MODULE, NAVIGATION, {"Accept-Encoding": "gzip, br"}):
        for query in ("", "?raw", "?import&raw", "?url"):
            fort.refuses(target + query, headers)


def test_a_compressed_sibling_is_not_what_was_asked_for(fort: Fort) -> None:
    answer = fort.send(request("/page.js", {"Accept-Encoding": "gzip, br"}, host=fort.host))
    assert answer.status == 200
    assert "content-encoding" not in answer.headers
    fort.keeps_secrets(answer)


@pytest.mark.parametrize("target", ["/pipe.txt", "/pipe.js", "/zero.bin", "/sub"])
def test_what_is_no_file_is_refused_at_once(fort: Fort, target: str) -> None:
    begin = time.monotonic()
    for headers in ({}, MODULE, NAVIGATION, {"Range": "bytes=0-"}):
        answer = fort.send(request(target, headers, host=fort.host))
        assert answer.status in (307, 403, 404)
    assert time.monotonic() - begin < 5


def test_a_link_that_stays_within_is_followed(fort: Fort) -> None:
    fort.answers()
    assert fort.ask("/inside-link.js", MODULE).status == 200
    assert fort.ask("/inside-dir/a.js", MODULE).status == 200


def test_a_folder_that_becomes_a_link_is_looked_at_again(fort: Fort) -> None:
    fort.project.write({"turn/secret.txt": "harmless"})
    assert fort.ask("/turn/secret.txt").text == "harmless"
    (fort.root / "turn" / "secret.txt").unlink()
    (fort.root / "turn").rmdir()
    (fort.root / "turn").symlink_to("..")
    fort.refuses("/turn/secret.txt")


def test_a_file_that_turns_into_a_link_and_back_never_gives_the_secret_away(fort: Fort) -> None:
    """The descriptor that is looked at is the one that is read."""
    path, other = fort.root / "flip.txt", fort.root / "flip.tmp"
    for number in range(150):
        if number % 2:
            other.symlink_to(fort.outside)
        else:
            other.write_text("harmless")
        other.replace(path)
        raw = talk(fort.port, request("/flip.txt", host=fort.host))
        assert MARK.encode() not in raw
    fort.answers()


def test_a_module_imports_nothing_that_is_not_served(fort: Fort) -> None:
    for specifier in ("./.env?raw", "./leak?raw", "../secret.txt?raw", "./alias.txt?raw"):
        fort.project.write({"spy.js": f"import x from '{specifier}'; export default x"})
        answer = fort.ask("/spy.js", MODULE)
        assert answer.status == 500
        fort.keeps_secrets(answer)
    for specifier in ("./manage.py?raw", "./server.pem?url", "./leakdir/secret.js"):
        fort.project.write({"spy.js": f"import('{specifier}')"})
        answer = fort.ask("/spy.js", MODULE)
        fort.keeps_secrets(answer)


def test_a_page_is_born_with_nothing_that_is_not_served(fort: Fort) -> None:
    chromium = {**NAVIGATION, "Sec-CH-UA": '"Chromium";v="140"', "Connection": "keep-alive"}
    fort.project.write(
        {
            "spy.html": '<script type="module" src="spy2.js"></script>'
            '<script type="module">import "./good.js"; import x from "./.env?raw"</script>',
            "spy2.js": "import './good.js'; import x from './.env?raw'; import './leak.js'",
            "good.js": "export const good = 1",
        }
    )
    answer = parse(talk(fort.port, request("/spy.html", chromium, host=fort.host), seconds=1))
    assert answer.status == 200
    assert "importmap" in answer.text
    fort.keeps_secrets(answer)


def test_an_executable_bit_or_a_setting_runs_nothing(fort: Fort) -> None:
    script = fort.root / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {fort.root.parent}/ran\n")
    script.chmod(0o755)
    os.utime(script)
    assert fort.ask("/run.sh").status == 200
    assert not (fort.root.parent / "ran").exists()
