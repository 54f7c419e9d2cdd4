"""Import maps, by the rules of the HTML Standard."""

import pytest

from hotreload.project.importmap import ImportMap, ImportMapError, parse_import_map


def look_up(text: str, specifier: str, importer: str = "/main.js") -> str | None:
    return parse_import_map(text, "/pages/index.html").lookup(specifier, importer)


@pytest.mark.parametrize(
    ("specifier", "address"),
    [
        ("a", "/lib/a.js"),
        ("b", "/pages/b.js"),
        ("c", "https://cdn.example/c.js"),
        ("a/", None),
        ("A", None),
        ("lib/", "/lib/"),
        ("lib/x/y.js", "/lib/x/y.js"),
        ("lib/deep/x.js", "/deep/x.js"),
        ("lib", None),
        ("/pages/old.js", "/new.js"),
        ("none", None),
    ],
)
def test_exact_keys_win_and_longer_prefixes_before_shorter(
    specifier: str, address: str | None
) -> None:
    text = """{"imports": {
        "a": "/lib/a.js", "b": "./b.js", "c": "https://cdn.example/c.js",
        "lib/": "/lib/", "lib/deep/": "/deep/", "./old.js": "/new.js"
    }}"""
    assert look_up(text, specifier) == address


@pytest.mark.parametrize(
    ("importer", "address"),
    [
        ("/admin/x.js", "/admin-a.js"),
        ("/admin/deep/x.js", "/deep-a.js"),
        ("/admin.js", "/one-a.js"),
        ("/admin.js.map", "/a.js"),
        ("/other.js", "/a.js"),
    ],
)
def test_the_most_specific_scope_wins(importer: str, address: str) -> None:
    text = """{"imports": {"a": "/a.js"}, "scopes": {
        "/admin/": {"a": "/admin-a.js"}, "../admin/deep/": {"a": "/deep-a.js"},
        "/admin.js": {"a": "/one-a.js"}
    }}"""
    assert look_up(text, "a", importer) == address


def test_a_scope_that_says_nothing_gives_way_to_the_next() -> None:
    text = """{"imports": {"a": "/a.js"}, "scopes": {"/x/": {"b": "/b.js"}, "/": {"a": "/s.js"}}}"""
    assert look_up(text, "a", "/x/y.js") == "/s.js"


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "1", "null", '"a"', "{'a': 1}"),
        *('{"imports": []}', '{"imports": null}', '{"imports": "a"}'),
        *('{"scopes": []}', '{"scopes": 1}', '{"scopes": {"/": []}}'),
        "[" * 100_000,
    ],
)
def test_what_is_no_import_map_is_refused(text: str) -> None:
    with pytest.raises(ImportMapError):
        parse_import_map(text, "/")


def test_addresses_that_are_no_strings_are_left_out() -> None:
    text = '{"imports": {"a": null, "b": 1, "c": "/c.js"}, "integrity": {}, "other": 1}'
    assert parse_import_map(text, "/").imports == {"c": "/c.js"}


def test_of_two_maps_the_first_rule_stands() -> None:
    first = ImportMap({"a": "/1.js"}, {"/s/": {"x": "/1.js"}})
    later = ImportMap({"a": "/2.js", "b": "/2.js"}, {"/s/": {"x": "/2.js", "y": "/2.js"}})
    merged = first.merge(later)
    assert merged.imports == {"a": "/1.js", "b": "/2.js"}
    assert merged.scopes == {"/s/": {"x": "/1.js", "y": "/2.js"}}
