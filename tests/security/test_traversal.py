"""No spelling of a path, and no query, leads out of what is served."""

from urllib.parse import quote

import pytest

from tests.security.fort import Fort
from tests.security.wire import MODULE, NAVIGATION, request

S = "secret.txt"
QUERIES = [
    *("raw", "raw??", "import&raw", "import&raw??", "url", "inline", "inline&import", "worker"),
    *("import&url&inline", "raw?import", "import&?inline=1.wasm?init", ".svg?.wasm?init", ".svg"),
    *("direct", "html-proxy&index=0.js", "t=1", "v=abc", "import", "url&raw", "path=../secret.txt"),
]
# S: the secret's name. ABS: its absolute path. ROOT: the site's. NAME: the site's last part.
VECTORS = [
    # plain
    *("/../S", "/a/b/../../../S", "/sub/../../S", "/main.js/../../S", "/./../S", "//..//S"),
    *("/" + "../" * 12 + "ABS", "/" + "../" * 2000 + "ABS", "/sub/..", "/..", "/../", "/./", "//"),
    # encoded once, twice, thrice
    *("/%2e%2e/S", "/%2E%2E/S", "/.%2e/S", "/%2e./S", "/..%2fS", "/..%2FS", "/%2e%2e%2fS"),
    *("/..%2f%73%65%63%72%65%74.txt", "/..%2f", "/%2e%2e/", "/%252e%252e%252fS", "/..%252fS"),
    "/%25252e%25252e%25252fS",
    # backslashes
    *(
        "/..\\S",
        "/..%5cS",
        "/%2e%2e%5cS",
        "/..%255cS",
        "/\\..\\S",
        "/..\\/S",
        "/..%5c/S",
        "/..%5CS",
    ),
    # filters that strip once, path parameters
    *("/....//S", "/..././S", "/....\\/S", "/..;/S", "/..;a=b/S", "/.../S"),
    # white space, control characters, NUL
    *("/..%20/S", "/.%09./S", "/.%0a./S", "/..%0d/S", "/..%00/S", "/../S%00", "/../S%00.js"),
    *("/..%2fS%00.html", "/main.js%00", "/%00", "/main.js%0a", "/main.js%7f", "/main.js%20"),
    # overlong, look-alikes, %u
    *("/%c0%ae%c0%ae/S", "/%e0%80%ae%e0%80%ae/S", "/..%c0%afS", "/..%c1%9cS", "/%ff%fe"),
    *("/%ef%bc%8e%ef%bc%8e/S", "/..%ef%bc%8fS", "/%e2%80%a5/S", "/%u002e%u002e/S", "/%", "/%2"),
    # absolute, drives, shares, devices
    *("ABS", "/ABS", "//ABS", "/%2fABS", "/file://ABS", "/file:ABS", "/C:ABS", "/c%3aABS"),
    *("/C|ABS", "//localhostABS", "/\\\\localhost\\share\\S", "//?/C:ABS", "//./C:ABS"),
    *("/con", "/aux.txt", "/sub/LPT1.js", "/CON::$DATA", "/con%20.js", "/com%C2%B9", "/nul."),
    # other servers' doors
    *("/@fsABS", "/@fsROOT/../S", "/@fsROOT/..%2fS", "/@fs/ABS", "/@fs/C:ABS", "/@idABS"),
    *(
        "/@id/__x00__ABS?raw",
        "/#/../S",
        "/@fsROOT/#/../S",
        "/main.js#/../../S",
        "/proc/self/environ",
    ),
    # our own door
    *("/@hotreload/../../S", "/@hotreload/..%2f..%2fS", "/@hotreload../S", "/@hotreload..%2fS"),
    *("/@hotreloadABS", "/@hotreload//ABS", "/@hotreload/base/../../S", "/@hotreload/base/ABS"),
    *("/@hotreload/base/..%2f..%2fS", "/@hotreload/runtime.js", "/@hotreload/%2e%2e/S"),
    # a folder beside with the same beginning
    *("/../NAME-evil/S", "/..%2fNAME-evil%2fS", "/../NAME-evil", "-evil/S"),
    # neighbours by extension
    *(f"/../secret.{kind}" for kind in ("html", "js", "css", "json", "svg", "map")),
    *(f"/..%2fsecret.{kind}" for kind in ("html", "js", "css", "json", "svg", "map")),
    *("/../secret", "/node_modules/.vite/deps/../../../../secret.map"),
    # the request line
    *("../S", "http://127.0.0.1:8000/../S", "file://ABS", "S", "?/../S", "/?/../../S/.."),
]


def filled(fort: Fort, vector: str) -> str:
    absolute = str(fort.outside)
    name = fort.root.name
    vector = vector.replace("ABS", absolute).replace("ROOT", str(fort.root)).replace("NAME", name)
    return vector.replace("S", S) if "secret" not in vector else vector


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector[:40])
def test_no_path_leads_out(fort: Fort, vector: str) -> None:
    target = filled(fort, vector)
    if vector.startswith("/?"):
        answer = fort.send(request(target, host=fort.host))
        assert (answer.status, "page" in answer.text) == (200, True), "the query chooses no file"
        fort.keeps_secrets(answer)
        return
    for headers in ({}, MODULE, NAVIGATION, {"Range": "bytes=0-99"}):
        answer = fort.refuses(target, headers)
        assert answer.status != 206
    fort.refuses(target, method="HEAD")
    fort.refuses(target, method="POST")


@pytest.mark.parametrize("header", ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix"])
def test_a_header_names_no_file(fort: Fort, header: str) -> None:
    for value in ("/../secret.txt", str(fort.outside), ".."):
        answer = fort.send(request("/dep.js", {header: value}, host=fort.host))
        assert (answer.status, "export const a" in answer.text) == (200, True)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_opens_nothing(fort: Fort, query: str) -> None:
    for target in ("/.env", "/leak", "/leak.js", "/alias.js", f"/@fs{fort.outside}", "/server.pem"):
        for headers in ({}, MODULE):
            fort.refuses(f"{target}?{query}", headers)
    answer = fort.ask(f"/dep.js?{query}", MODULE)
    assert answer.status in (200, 500)
    assert "export" in answer.text or answer.status == 500


def test_names_that_only_look_odd_are_served(fort: Fort) -> None:
    names = ["\u00e9 #?.txt", "100%.txt", "a+b&c=d.txt", "[x].txt", "~x.txt", "a;b.txt", "..a.b"]
    for name in names[:-1]:
        fort.project.write({name: "odd"})
        assert fort.ask("/" + quote(name)).text == "odd", name


def test_the_longest_path_is_served_and_a_longer_one_refused(fort: Fort) -> None:
    folder = "/".join(["d" * 200] * 15)
    fort.project.write({f"{folder}/x.txt": "far"})
    assert fort.ask(f"/{folder}/x.txt").text == "far"
    for long in ("/" + "a" * 4096, "/" + "..%2f" * 3000, "/" * 4097, "/" + "a/" * 2100):
        fort.refuses(long)
