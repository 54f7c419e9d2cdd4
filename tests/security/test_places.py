"""Places of errors are looked up in what is served, and told to our own pages only."""

import json
from urllib.parse import quote

import pytest

from tests.security.fort import DENIED, Fort
from tests.security.wire import MARK, MODULE

PLACE = "/@hotreload/place"
OUTSIDE = [
    *("/leak", "/leakdir/secret.txt", "/alias.txt", "/pipe.js", "/zero.bin", "/loopa.js"),
    *("/../secret.js", "/..%2fsecret.js", "//etc/passwd", "/etc/passwd", "file:///etc/passwd"),
    *("", "main.js", "/main.js\0", "/.env", "/%2eenv", "/%252eenv"),
]


def place(path: str, line: str = "1", column: str = "1", **more: str) -> str:
    query = "&".join(
        f"{name}={quote(value, safe='')}"
        for name, value in {"path": path, "line": line, "column": column, **more}.items()
    )
    return f"{PLACE}?{query}"


@pytest.mark.parametrize("path", [*OUTSIDE, *("/" + name for name in DENIED)])
def test_what_is_not_served_is_not_shown(fort: Fort, path: str) -> None:
    for more in ({}, {"hash": "x"}, {"page": "x"}):
        answer = fort.ask(place(path, **more), MODULE)
        fort.keeps_secrets(answer, path)
        assert answer.status == 400 or answer.text == "null"


@pytest.mark.parametrize("target", ["/.env", "../secret.map", "leak", "//evil.example/x", "%2eenv"])
def test_a_map_leads_to_nothing_that_is_not_served(fort: Fort, target: str) -> None:
    fort.project.write({"mapped.js": f"x;\n//# sourceMappingURL={target}\n"})
    answer = fort.ask(place("/mapped.js"), MODULE)
    fort.keeps_secrets(answer, target)
    assert json.loads(answer.text)["url"] == "/mapped.js"
    source_map = {"version": 3, "sources": [target], "mappings": "AAAA"}
    fort.project.write({"mapped.js": "x;\n//# sourceMappingURL=mapped.js.map\n"})
    fort.project.write({"mapped.js.map": json.dumps(source_map)})
    answer = fort.ask(place("/mapped.js"), MODULE)
    fort.keeps_secrets(answer, target)
    assert json.loads(answer.text)["frame"] == ""


def test_what_is_served_is_shown_to_our_pages_only(fort: Fort) -> None:
    fort.project.write({"placed.js": "one;\ntwo;\n"})
    found = json.loads(fort.ask(place("/placed.js", "2"), MODULE).text)
    assert (found["url"], found["line"], found["column"]) == ("/placed.js", 2, 1)
    assert "> 2 | two;" in found["frame"]
    for site in ("cross-site", "same-site"):
        fort.refuses(place("/placed.js"), {**MODULE, "Sec-Fetch-Site": site})


@pytest.mark.parametrize("number", ["", "-1", "1e9", "x", "²", "9" * 5000, "0"])
def test_a_number_that_is_none_is_refused_and_a_large_one_is_none_of_the_file_s(
    fort: Fort, number: str
) -> None:
    answer = fort.ask(place("/main.js", number, number), MODULE)
    fort.keeps_secrets(answer, number)
    assert answer.status in (200, 400)
    assert answer.status == 400 or json.loads(answer.text)["frame"].count("\n") <= 5


def test_a_hostile_map_costs_nothing(fort: Fort) -> None:
    for text in ("[]", '{"mappings": 1}', '{"mappings":"AAAA","sources":[{}]}', '{"mappings":"é"}'):
        fort.project.write({"bad.js": "x;\n//# sourceMappingURL=bad.js.map\n", "bad.js.map": text})
        answer = fort.ask(place("/bad.js"), MODULE)
        assert answer.status == 200
        assert MARK not in answer.text
    nested = "data:application/json," + quote('{"mappings":"AZZZ","sources":["a"]}')
    fort.project.write({"bad.js": f"x;\n//# sourceMappingURL={nested}\n"})
    assert fort.ask(place("/bad.js"), MODULE).status == 200
