"""Files that are in the root and never served."""

import os

import pytest

from tests.project import Project
from tests.security.fort import DENIED, Fort
from tests.security.wire import MARK, MODULE, NAVIGATION, Answer, parse, request, talk

ENV = [
    *("//.env", "///.env", "/./.env", "/sub/../.env", "/sub/..%2f.env", "/%2eenv", "/.%65nv"),
    *("/%252eenv", "/.env/", "/.env/.", "/.env/./", "/.env%2f", "/.env/x/..", "/.env\\"),
    *("/.env%5c", "/\\.env", "/.env%00", "/.env%00.js", "/.env%20", "/.env.", "/.env%2e"),
    *("/.env::$DATA", "/.env%3a%3a$DATA", "/ENV~1", "/.ENV", "/.Env", "/.env;x", "/.env;.js"),
    *("/.env#", "/.env%3fraw", "/.%09env", "/%ef%bc%8eenv", "/%c0%aeenv", "/.env.js", "/.env.map"),
    *("/%e2%80%8b.env", "/.%e2%80%8benv", "/%ef%bb%bf.env", "/%c2%ad.env", "/nested/.env"),
    *("/inside-dir/../.env", "/.env/main.js", "/.well-known/../.env", "/.well-known/.env"),
]
GIT = [
    *("/.git/config", "/.GIT/config", "/.git%2fconfig", "/.git\\config", "/.git/./config"),
    *("/.git./config", "/.git::$INDEX_ALLOCATION/config", "/GIT~1/config", "/.git", "/.git/"),
    *("/.g%e2%80%8cit/config", "/sub/.git/config", "/.git/config/", "/.git%20/config"),
]
OTHERS = [
    *("/" + name for name in DENIED),
    *("/SERVER.PEM", "/Server.Key", "/upper.pem", "/ID_RSA", "/id_rsa.pub", "/x.sqlite3-wal"),
    *("/DB.SQLITE3", "/Manage.PY", "/manage.py/", "/__PYCACHE__/m.txt", "/x.p12", "/x.pfx"),
    *("/id_ed%e2%84%aa25519", "/server.%e2%84%aaey", "/server.p%ef%bd%85m", "/server.pem;x.js"),
]


@pytest.mark.parametrize("target", [*ENV, *GIT, *OTHERS])
def test_what_is_denied_is_denied_however_it_is_spelt(fort: Fort, target: str) -> None:
    for headers in ({}, MODULE, NAVIGATION):
        for query in ("", "?raw", "?import&raw", "?url"):
            fort.refuses(target + ("" if "#" in target else query), headers)


def test_nobody_learns_what_is_there(fort: Fort) -> None:
    pairs = [("/.env", "/.nothing"), ("/server.pem", "/nothing.pem"), ("/manage.py", "/no.py")]
    for there, gone in (*pairs, ("/.git/config", "/.git/nothing"), ("/.git", "/.hg")):
        for method in ("GET", "HEAD"):
            for headers in ({}, MODULE, NAVIGATION):
                one = fort.ask(there, headers, method=method)
                two = fort.ask(gone, headers, method=method)
                assert one.status == two.status == 403
                assert {**one.headers, "date": ""} == {**two.headers, "date": ""}
                assert one.body == two.body


def test_a_denied_name_in_a_mount_and_below_a_folder_counts_too(fort: Fort) -> None:
    for name in ("deep/er/.secret/x.txt", "deep/.x", "deep/k.pem", "deep/__pycache__/x.js"):
        fort.project.write({name: MARK})
        fort.refuses("/" + name)


def test_what_only_resembles_it_is_served(fort: Fort) -> None:
    fort.answers()
    assert fort.ask("/.well-known/x").text == "public"
    served = {"env": "1", "a.env.txt": "2", "pem.txt": "3", "key.js": "//4", "py.html": "5"}
    served |= {"database.dbx": "6", "rsa_id.txt": "7", "x.keynote": "8"}
    fort.project.write(served)
    for name, text in served.items():
        assert fort.ask("/" + name).text == text


def test_a_hard_link_is_another_name_of_the_same_file(fort: Fort) -> None:
    """Not promised: nothing tells a hard link from a file. Whoever makes one names it."""
    os.link(fort.root / "dep.js", fort.root / "hard.js")
    assert fort.ask("/hard.js", MODULE).status == 200


def test_the_terminal_says_what_would_allow_it_and_it_does(project: Project) -> None:
    project.write({"tool.py": "print()", ".env": "x", "draft.md": "y"}).start()
    assert get(project, "/tool.py").status == 403
    assert get(project, "/.env").status == 403
    assert get(project, "/draft.md").status == 200
    Fort(project).said(".env")
    lines = [line for line in project.lines if "refused" in line]
    assert ["--allow '*.py'" in line for line in lines] == [True, False]
    assert "--allow '.env'" in lines[1]
    project.stop()
    project.start("--allow", "*.py", "--deny", "*.MD")
    assert get(project, "/tool.py").text == "print()"
    assert get(project, "/.env").status == 403
    assert get(project, "/draft.md").status == 403


def get(project: Project, target: str) -> Answer:
    return parse(talk(project.port, request(target)))
